"""The shell, and the commands under Spark's names."""
import json
import subprocess

from harness import BIN, clean_environment, firesteel, python_of


def test_the_shell_has_a_session(tmp_path):
    (tmp_path / "startup.py").write_text("mine = 'my own start-up file'\n")
    done = firesteel(
        "pyspark",
        *("--conf", "spark.x=1"),
        env={"PYTHONSTARTUP": str(tmp_path / "startup.py"), "PYSPARK_DRIVER_PYTHON_OPTS": "-i"},
        input="print(spark.range(3).count(), sql('SELECT 4').first()[0], spark.conf.get('spark.x'), mine)\n"
        "print(spark.conf.get('spark.app.name'))\n"
        "import os; print('PYTHONSTARTUP' in os.environ)\n",
    )
    assert done.stdout.splitlines()[-3:] == ["3 4 1 my own start-up file", "PySparkShell", "True"]
    assert "Apache Spark 4" in done.stdout
    assert done.returncode == 0


def test_the_shell_runs_no_scripts(tmp_path):
    done = firesteel("pyspark", "x.py")
    assert done.returncode == 2
    assert "firesteel submit x.py" in done.stderr


def test_shims_work_as_spark_s_commands(tmp_path):
    folder = tmp_path / "bin dir"
    done = firesteel("shims", "install", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["pyspark", "spark-shell", "spark-sql", "spark-submit"]
    (tmp_path / "x.py").write_text("import sys; print(sys.argv[1:])")
    ran = subprocess.run(
        [folder / "spark-submit", "--master", "local[1]", tmp_path / "x.py", "a b"],
        env=clean_environment(PYSPARK_PYTHON=python_of("venv")),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ran.stdout, ran.stderr) == ("['a b']\n", "")
    scala = subprocess.run([folder / "spark-shell"], capture_output=True, text=True, timeout=120)
    assert (scala.returncode, len(scala.stderr.splitlines())) == (2, 1) and "no" in scala.stderr and "pyspark" in scala.stderr
    assert firesteel("shims", "install", folder).returncode == 0
    (folder / "pyspark").write_text("someone else's")
    assert firesteel("shims", "install", folder).returncode == 2
    assert firesteel("shims", "remove", folder).returncode == 0
    assert [path.name for path in folder.iterdir()] == ["pyspark"]


def test_a_shim_is_not_taken_for_apache_s_own(tmp_path):
    firesteel("shims", "install", tmp_path)
    done = firesteel("submit", "--master", "yarn", "x.py", env={"PATH": f"{tmp_path}"})
    assert done.returncode == 2
    assert "Apache Spark's own spark-submit" in done.stderr


def test_a_kernel_is_known_to_jupyter(tmp_path):
    assert firesteel("kernel", "install", "--prefix", tmp_path).returncode == 0
    spec = json.loads((tmp_path / "share/jupyter/kernels/firesteel/kernel.json").read_text())
    assert spec["argv"] == [str(BIN.resolve() / "firesteel"), "kernel", "run", "{connection_file}"]
