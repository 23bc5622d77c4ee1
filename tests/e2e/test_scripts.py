"""Whole programs print what they print on Apache Spark 4.1.1 (recorded by record.py), byte for byte.

Known differences stand in scripts/gaps.txt as "NAME reason": such a script must fail, and is taken out of
the file when it passes.
"""
import os
import pathlib
import subprocess

import pytest

from harness import CLIENTS, clean_environment, python_of

SCRIPTS = pathlib.Path(__file__).parent / "scripts"
SCRIPT_SECONDS_MAX = 120
# Scripts that use nothing newer than these clients have, and print nothing that the clients format themselves.
OLDER_CLIENTS = {"basic_example": ("venv-3.5", "venv-3.4"), "windows": ("venv-3.5",)}


def gaps():
    path = SCRIPTS / "gaps.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split(" ", 1) for line in lines if line)


def runs():
    known = gaps()
    assert set(known) <= {path.stem for path in SCRIPTS.glob("*.py")}, "gaps.txt names a script that is not there"
    for path in sorted(SCRIPTS.glob("*.py")):
        marks = [pytest.mark.xfail(reason=known[path.stem], strict=True)] if path.stem in known else []
        for client in ("venv", *OLDER_CLIENTS.get(path.stem, ())):
            yield pytest.param(path, client, marks=marks, id=f"{path.stem}-{client}")


@pytest.mark.parametrize("path, client", list(runs()))
def test_a_script_prints_what_spark_prints(path, client, engine):
    if not os.path.exists(python_of(client)):
        pytest.skip(f"set-up found no interpreter for {CLIENTS[client]}")
    env = clean_environment(SPARK_REMOTE=engine.url, TZ="UTC", PYSPARK_PYTHON=python_of(client))
    done = subprocess.run(
        [python_of(client), str(path)], env=env, capture_output=True, text=True, timeout=SCRIPT_SECONDS_MAX
    )
    assert done.stdout == path.with_suffix(".out").read_text(), done.stderr[-3000:]
    assert done.returncode == 0
