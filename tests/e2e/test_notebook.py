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


def test_a_notebook_has_a_session(tmp_path):
    if not PACKAGES.is_dir():
        pytest.skip("set-up for tests has not installed Jupyter's packages")
    firesteel("kernel", "install", "--prefix", tmp_path)
    cells = ["spark.range(3).count()", "print(sql('SELECT 4').first()[0])", "spark.conf.get('spark.app.name')"]
    done = subprocess.run(
        [python_of("venv"), "-c", RUN, json.dumps(cells)],
        env=clean_environment(
            PYTHONPATH=str(PACKAGES),
            PYSPARK_PYTHON=python_of("venv"),
            JUPYTER_PATH=str(tmp_path / "share" / "jupyter"),
            IPYTHONDIR=str(tmp_path / "ipython"),
        ),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    count, printed, name = json.loads(done.stdout)
    assert count[-1]["text/plain"] == "3"
    assert printed == ["4\n"]
    assert name[-1]["text/plain"] == "'Notebook'"
