"""Apache Spark itself, for tests that run the same script there: SPARK_HOME names it (a pyspark package with its jars will do)."""
import os
import pathlib
import re
import select
import shutil
import subprocess
import threading
import time

import pytest

from harness import clean_environment, python_of

START_TIMEOUT_S = 90


def home():
    """Skips the test where there is none."""
    found = os.environ.get("SPARK_HOME")
    if not found or not (pathlib.Path(found) / "bin" / "spark-class").exists():
        pytest.skip("SPARK_HOME names no Apache Spark")
    if not shutil.which("java"):
        pytest.skip("Apache Spark needs Java 17, which is not on PATH")
    return found


def environment(**changes):
    """For Spark's programs, and for submit where it calls them."""
    python = python_of("venv")
    return clean_environment(
        SPARK_HOME=home(),
        SPARK_LOCAL_IP="127.0.0.1",
        SPARK_DAEMON_MEMORY="1g",
        PYSPARK_PYTHON=python,
        PYSPARK_DRIVER_PYTHON=python,
        **changes,
    )


def client():
    """The environment of scripts that speak with that Spark's own client, here and there."""
    packed = sorted((pathlib.Path(home()) / "python" / "lib").glob("*.zip"))
    return {"PYTHONPATH": os.pathsep.join(map(str, packed))}


class Service:
    """One of Spark's programs that stays, once its log has said `ready`; the pattern's group is kept."""

    def __init__(self, command, ready, folder):
        self.process = subprocess.Popen(
            [f"{home()}/bin/{command[0]}", *map(str, command[1:])],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.log = b""
        try:
            self.found = self._wait(re.compile(ready.encode()))
        except Exception:
            self.stop()
            raise
        self.reader = threading.Thread(target=self._drain, daemon=True)
        self.reader.start()

    def _wait(self, pattern):
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            chunk = os.read(self.process.stdout.fileno(), 65536) if readable else b""
            self.log += chunk
            if match := pattern.search(self.log):
                return match.group(1).decode()
            if not chunk:
                raise RuntimeError(f"it did not start:\n{self.log.decode(errors='replace')}")

    def _drain(self):
        while os.read(self.process.stdout.fileno(), 65536):
            pass

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()
