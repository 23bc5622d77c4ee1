"""Notebooks run with the kernel that `firesteel kernel install` writes."""
import json
import subprocess

import pytest

from harness import DEPS, clean_environment, firesteel, python_of

PACKAGES = DEPS / "notebook"

RUN = """
import json, sys
import nbclient, nbformat
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in json.loads(sys.argv[1])])
nbclient.NotebookClient(notebook, kernel_name="firesteel", timeout=100).execute()
print(json.dumps([[output.get("text") or output.get("data") for output in cell.outputs] for cell in notebook.cells]))
"""


def run_cells(cells, tmp_path, **env):
    """The outputs of each cell."""
    done = subprocess.run(
        [python_of("venv"), "-c", RUN, json.dumps(cells)],
        env=clean_environment(
            PYTHONPATH=str(PACKAGES),
            PYSPARK_PYTHON=python_of("venv"),
            JUPYTER_PATH=str(tmp_path / "share" / "jupyter"),
            IPYTHONDIR=str(tmp_path / "ipython"),
            **env,
        ),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_a_notebook_has_a_session(tmp_path):
    if not PACKAGES.is_dir():
        pytest.skip("set-up for tests has not installed Jupyter's packages")
    firesteel("kernel", "install", "--prefix", tmp_path)
    cells = [
        "spark.range(3).count()",
        "print(sql('SELECT 4').first()[0])",
        "spark.conf.get('spark.app.name')",
        "%%sql mine\nSELECT id, id * id AS square\nFROM range(3)",
        "five = %sql SELECT 5 AS x",
        "print(mine.count(), five.first().x, sc.appName)",
    ]
    outputs = run_cells(cells, tmp_path)
    count, printed, name, table, _assigned, kept = outputs
    assert count[-1]["text/plain"] == "3"
    assert printed == ["4\n"]
    assert name[-1]["text/plain"] == "'Notebook'"
    assert table[-1].keys() == {"text/plain", "text/html"}, table
    assert "<th>square</th>" in table[-1]["text/html"] and "<td>4</td>" in table[-1]["text/html"]
    assert kept == ["3 5 Notebook\n"]


def test_jupyter_s_own_commands_get_the_session(tmp_path):
    """As Spark's pyspark does it: the driver's Python is a program of Jupyter."""
    if not PACKAGES.is_dir():
        pytest.skip("set-up for tests has not installed Jupyter's packages")
    cells = ["print(spark.range(3).count(), sc.master)", "spark.range(3)", "%%sql\nSELECT 4 AS four"]
    notebook = {
        "cells": [
            {"cell_type": "code", "id": str(i), "execution_count": None, "metadata": {}, "outputs": [], "source": text}
            for i, text in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (tmp_path / "nb.ipynb").write_text(json.dumps(notebook))
    done = firesteel(
        "pyspark",
        "--master",
        "local[2]",
        env={
            "PYTHONPATH": str(PACKAGES),
            "PATH": f"{PACKAGES / 'bin'}:{DEPS / 'venv' / 'bin'}:/usr/bin:/bin",
            "PYSPARK_DRIVER_PYTHON": "jupyter",
            "PYSPARK_DRIVER_PYTHON_OPTS": "execute --inplace nb.ipynb",
            "IPYTHONDIR": str(tmp_path / "ipython"),
        },
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    executed = json.loads((tmp_path / "nb.ipynb").read_text())
    texts = [output.get("text") for cell in executed["cells"] for output in cell["outputs"]]
    assert ["3 local[2]\n"] in texts
    tables = ["".join(output["data"]["text/html"]) for cell in executed["cells"][1:] for output in cell["outputs"]]
    assert "<th>id</th>" in tables[0] and "<th>four</th>" in tables[1]


def test_ipython_is_a_shell(tmp_path):
    if not PACKAGES.is_dir():
        pytest.skip("set-up for tests has not installed Jupyter's packages")
    done = firesteel(
        "pyspark",
        env={
            "PYTHONPATH": str(PACKAGES),
            "PYSPARK_DRIVER_PYTHON": str(PACKAGES / "bin" / "ipython"),
            "PYSPARK_DRIVER_PYTHON_OPTS": "--no-banner --simple-prompt --colors=NoColor",
            "IPYTHONDIR": str(tmp_path / "ipython"),
        },
        input="x = %sql SELECT 41 AS x\nprint('answer', x.first().x + 1, sc.appName)\nexit\n",
        cwd=tmp_path,
    )
    assert "answer 42 PySparkShell" in done.stdout, done.stderr


def test_a_kernel_runs_though_jupyter_is_the_driver_s_python(tmp_path):
    """PYSPARK_DRIVER_PYTHON=jupyter is in many a user's environment."""
    (tmp_path / "python").write_text('#!/bin/sh\necho kernel "$@"\nexec true\n')
    (tmp_path / "python").chmod(0o755)
    done = firesteel(
        "kernel",
        "run",
        tmp_path / "connection.json",
        env={"PYSPARK_DRIVER_PYTHON": "jupyter", "PYSPARK_PYTHON": str(tmp_path / "python")},
    )
    assert done.stdout == f"kernel -m ipykernel_launcher -f {tmp_path / 'connection.json'}\n", done.stderr


def test_a_notebook_shows_progress_of_what_takes_long(tmp_path):
    if not PACKAGES.is_dir():
        pytest.skip("set-up for tests has not installed Jupyter's packages")
    firesteel("kernel", "install", "--prefix", tmp_path)
    (tmp_path / "spark-defaults.conf").write_text("spark.connect.progress.reportInterval 20ms\n")
    cells = ["spark.sql('SELECT sum(a.id * b.id) FROM range(30000) a, range(30000) b').first()[0] > 0"]
    (outputs,) = run_cells(cells, tmp_path, SPARK_CONF_DIR=str(tmp_path))
    assert "% Complete" in "".join(output for output in outputs if isinstance(output, str))
    assert outputs[-1]["text/plain"] == "True"
