"""Console scripts: each becomes the command that the package carries."""
import os
import sys

from firesteel.private_engine import program


def _run(*words):
    # Scripts run in the Python that the package is installed in, if nothing else is said.
    os.environ.setdefault("FIRESTEEL_PYTHON", sys.executable)
    os.execv(program(), ["firesteel", *words, *sys.argv[1:]])


def firesteel():
    _run()


def pyspark():
    _run("pyspark")


def spark_submit():
    _run("submit")


def spark_sql():
    _run("spark-sql")


def spark_shell():
    _run("spark-shell")
