"""Engines and commands for the end-to-end tests: free ports, no waiting without a deadline."""
import fcntl
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile

# pyspark takes a process whose main module has no file, as pytest-xdist's are, for a run of doctests.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("FIRESTEEL_TEST_BIN", ROOT / "build" / "bin"))
DEPS = ROOT / "build" / "deps"
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 15
COMMAND_TIMEOUT_S = 120

# directory under build/deps -> what it is; set-up makes those that the machine allows
CLIENTS = {
    "venv": "the newest pyspark-client",
    "venv-3.5": "pyspark 3.5 on Python 3.11",
    "venv-3.4": "pyspark 3.4 on Python 3.11",
    "venv-3.8": "pyspark 3.4 on Python 3.8",
}


def python_of(client):
    return str(DEPS / client / "bin" / "python")


def clean_environment(**changes):
    """Ours without what would point a client or an engine elsewhere."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_", "MASTER"))}
    env.update(changes)
    return env


class Engine:
    """A firesteel-engine of its own, on a free port of loopback, with its log in a file."""

    def __init__(self, *flags, env=None, python="venv"):
        read_end, write_end = os.pipe()
        self.log = tempfile.NamedTemporaryFile(prefix="firesteel-engine-", suffix=".log")
        command = [str(BIN / "firesteel-engine"), "--port", "0", "--state-file", ""]
        command += ["--ready-fd", str(write_end), *flags]
        self.process = subprocess.Popen(
            command,
            pass_fds=[write_end],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            env=clean_environment(PYSPARK_PYTHON=python_of(python), **(env or {})),
        )
        os.close(write_end)
        with os.fdopen(read_end) as ready:
            readable, _, _ = select.select([ready], [], [], START_TIMEOUT_S)
            line = ready.readline() if readable else ""
        if not line:
            self.kill()
            raise RuntimeError(f"the engine did not start:\n{self.log_text()}")
        self.state = json.loads(line)
        self.pid = self.process.pid
        self.port = self.state["port"]
        self.url = f"sc://127.0.0.1:{self.port}"

    def log_text(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def stop(self):
        """Ordered stop; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_TIMEOUT_S)

    def kill(self):
        self.process.kill()
        self.process.wait(STOP_TIMEOUT_S)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
                raise


def activate(session):
    """Functions like udf() and lit() ask this thread's active session: the client keeps an older one, even a dead one."""
    type(session)._default_session = type(session)._active_session.session = session
    return session


def connect(url):
    from pyspark.sql.connect.session import SparkSession

    return activate(SparkSession.builder.remote(url).create())


def firesteel(*arguments, env=None, client="venv", **options):
    """Runs the command line; gives the completed process with text output."""
    options.setdefault("timeout", COMMAND_TIMEOUT_S)
    return subprocess.run(
        [str(BIN / "firesteel"), *map(str, arguments)],
        env=clean_environment(**{"PYSPARK_PYTHON": python_of(client), **(env or {})}),
        capture_output=True,
        text=True,
        **options,
    )


def wait_for_supervisor(state_directory, application):
    """Until an application in the background has ended: its directory is locked as long as it lives."""
    handle = os.open(pathlib.Path(state_directory, "firesteel", "submissions", application), os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    os.close(handle)
