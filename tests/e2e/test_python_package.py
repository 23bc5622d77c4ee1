"""The wheel in an environment that knows nothing of this repository: scripts, suites, commands."""
import fcntl
import json
import os
import pathlib
import select
import shutil
import subprocess

import pytest

from harness import DEPS, ROOT, clean_environment, python_of

TIMEOUT_S = 120


def packages_of(client):
    return next((DEPS / client / "lib").glob("python3*/site-packages"))


def build_wheels(target):
    done = subprocess.run(
        [ROOT / "scripts" / "wheel.sh", target], env=clean_environment(), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Installed:
    """A virtual environment with the wheels; other packages come from one that set-up made."""

    def __init__(self, directory, wheels, client="venv"):
        self.directory = directory
        subprocess.run([python_of(client), "-m", "venv", directory], check=True, timeout=TIMEOUT_S)
        site = next(directory.glob("lib/python3*/site-packages"))
        (site / "packages_of_set_up.pth").write_text(str(packages_of(client)))
        self.pip("install", "--no-deps", "--no-index", *sorted(wheels.glob("*.whl")))

    def pip(self, *arguments):
        command = [self.directory / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
        subprocess.run(command, check=True, timeout=TIMEOUT_S, env=clean_environment())

    def run(self, program, *arguments, cwd, env=None, **options):
        options.setdefault("timeout", TIMEOUT_S)
        return subprocess.run(
            [self.directory / "bin" / program, *arguments],
            cwd=cwd,
            env=clean_environment(PATH="/usr/bin:/bin", **(env or {})),
            capture_output=True,
            text=True,
            **options,
        )


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """Built once for all test processes."""
    shared = tmp_path_factory.getbasetemp().parent / "firesteel-wheels"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            build_wheels(shared / "wheels")
            (shared / "done").touch()
    return shared / "wheels"


@pytest.fixture(scope="session")
def installed(tmp_path_factory, wheels):
    return Installed(tmp_path_factory.mktemp("environment"), wheels)


SCRIPT = """
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
from pyspark.sql.types import LongType

@udf(returnType=LongType())
def twice(x):
    return 2 * x

spark = SparkSession.builder.appName("mine").master("local[3]").getOrCreate()
print(spark.range(4).select(twice("id").alias("t")).agg({"t": "sum"}).first()[0])
sc = spark.sparkContext
print(sc.appName, sc.master, sc.defaultParallelism, type(spark).__module__)
again = SparkSession.builder.master("local[*]").getOrCreate()
print(again.sparkContext.applicationId == sc.applicationId)
"""


def test_a_script_finds_its_engine(installed, tmp_path):
    (tmp_path / "job.py").write_text(SCRIPT)
    done = installed.run("python", "job.py", cwd=tmp_path, env={"FIRESTEEL": "1"})
    assert done.stdout.splitlines() == ["12", "mine local[3] 3 pyspark.sql.connect.session", "True"], done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("client", ["venv-3.5", "venv-3.4", "venv-3.8"])
def test_older_clients_find_it_too(wheels, client, tmp_path):
    if not (DEPS / client).is_dir():
        pytest.skip(f"set-up has not made {client}")
    installed = Installed(tmp_path / "environment", wheels, client)
    (tmp_path / "job.py").write_text(SCRIPT)
    done = installed.run("python", "job.py", cwd=tmp_path, env={"FIRESTEEL": "1"})
    slots = {"venv-3.5": "local[3] 3"}.get(client)
    lines = done.stdout.splitlines()
    assert lines[:1] == ["12"] and lines[2:] == ["True"], done.stderr
    assert slots is None or slots in lines[1]


def test_a_local_remote_is_the_engine(installed, tmp_path):
    (tmp_path / "job.py").write_text(
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.remote('local[3]').getOrCreate()\nprint(spark.range(3).count(), spark.sparkContext.master)\n"
    )
    done = installed.run("python", "job.py", cwd=tmp_path, env={"FIRESTEEL": "1"})
    assert done.stdout == "3 local[3]\n", done.stderr


def test_the_master_can_be_said_by_script_or_file(installed, tmp_path):
    program = "from pyspark.sql import SparkSession; print(SparkSession.builder{}.getOrCreate().range(3).count())"
    (tmp_path / "spark-defaults.conf").write_text("# ours\nspark.master firesteel\nspark.app.name from-file\n")
    by_script = installed.run("python", "-c", program.format(".master('firesteel')"), cwd=tmp_path)
    assert by_script.stdout == "3\n", by_script.stderr
    by_file = installed.run(
        "python", "-c", program.format(""), cwd=tmp_path, env={"SPARK_CONF_DIR": str(tmp_path)}
    )
    assert by_file.stdout == "3\n", by_file.stderr
    (tmp_path / "job.py").write_text(program.format(""))
    neither = installed.run("python", "job.py", cwd=tmp_path)
    assert "CONNECT_URL_NOT_SET" in neither.stderr


def test_settings_come_from_script_variable_and_file_in_that_order(installed, tmp_path):
    (tmp_path / "spark-defaults.conf").write_text("spark.a file\nspark.b file\nspark.c file\n")
    (tmp_path / "job.py").write_text(
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.config('spark.a', 'script').getOrCreate()\n"
        "print([spark.conf.get(key) for key in ('spark.a', 'spark.b', 'spark.c')], spark.sparkContext.master)\n"
    )
    arguments = "--master local[3] --conf spark.a=variable --conf 'spark.b=a variable' pyspark-shell"
    env = {"FIRESTEEL": "1", "SPARK_CONF_DIR": str(tmp_path), "PYSPARK_SUBMIT_ARGS": arguments}
    done = installed.run("python", "job.py", cwd=tmp_path, env=env)
    assert done.stdout == "['script', 'a variable', 'file'] local[3]\n", done.stderr


def test_what_it_cannot_be_is_said(installed, tmp_path):
    program = "from pyspark.sql import SparkSession; SparkSession.builder.master('yarn').getOrCreate()"
    done = installed.run("python", "-c", program, cwd=tmp_path, env={"FIRESTEEL": "1"})
    assert done.returncode == 1
    assert "local[N], not 'yarn'" in done.stderr


def test_an_engine_of_the_user_is_left_alone(installed, engine, tmp_path):
    program = "from pyspark.sql import SparkSession; print(SparkSession.builder.getOrCreate().sparkContext.applicationId)"
    ids = {
        installed.run(
            "python", "-c", program, cwd=tmp_path, env={"FIRESTEEL": "1", "SPARK_REMOTE": engine.url}
        ).stdout
        for _ in range(2)
    }
    assert len(ids) == 1 and ids.pop().startswith("local-")


def wait_until_gone(pid):
    """Without a sleep: a pidfd is readable when its process has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 20)[0])
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("end", ["exit", "sys.exit(3)", "os.kill(os.getpid(), signal.SIGKILL)", "os._exit(1)"])
def test_the_engine_ends_with_the_script(installed, tmp_path, end):
    program = (
        "import os, signal, sys\nfrom pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate(); spark.range(2).count()\n"
        "from firesteel import activation\n"
        f"print(activation.opening().engine._process.pid, flush=True)\n{end}\n"
    )
    (tmp_path / "job.py").write_text(program)
    done = installed.run("python", "job.py", cwd=tmp_path, env={"FIRESTEEL": "1"})
    assert wait_until_gone(int(done.stdout)), done.stderr


def test_a_forked_child_leaves_the_engine_alone(installed, tmp_path):
    (tmp_path / "job.py").write_text(
        "import os, sys\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
        "from firesteel import activation\nactivation.opening().engine.url()\n"
        "child = os.fork()\n"
        "if child == 0: activation.opening().engine.stop(); os._exit(0)\n"
        "os.waitpid(child, 0)\nprint(spark.range(5).count())\n"
    )
    done = installed.run("python", "job.py", cwd=tmp_path, env={"FIRESTEEL": "1"})
    assert done.stdout == "5\n", done.stderr


SUITE = """
import os
import pytest

@pytest.mark.parametrize("i", range(6))
def test_it_runs(spark, i):
    assert spark.range(10).count() == 10
    name = f"only_here_{i}"
    warehouse = spark.conf.get("spark.sql.warehouse.dir")
    with open(os.environ["REPORT"], "a") as report:
        report.write(f"{os.environ.get('PYTEST_XDIST_WORKER')} {spark.sparkContext.applicationId} {warehouse}\\n")
"""


def reported(path):
    return {tuple(line.split()) for line in path.read_text().splitlines()}


def test_suites_have_an_engine_a_process(installed, tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE)
    env = {"REPORT": str(tmp_path / "report")}
    done = installed.run("python", "-m", "pytest", "-q", "-n", "2", cwd=tmp_path, env=env)
    assert "6 passed" in done.stdout, done.stdout + done.stderr
    engines = reported(tmp_path / "report")
    assert len(engines) == 2
    assert len({warehouse for _, _, warehouse in engines}) == 2
    assert not any(pathlib.Path(warehouse.removeprefix("file:")).exists() for _, _, warehouse in engines)


def test_a_suite_s_own_sessions_are_taken_where_asked_for(installed, tmp_path):
    (tmp_path / "conftest.py").write_text(
        "import pytest\nfrom pyspark.sql import SparkSession\n\n@pytest.fixture(scope='session')\ndef spark():\n"
        "    return SparkSession.builder.master('local[2]').appName('suite').getOrCreate()\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nfiresteel = true\nfiresteel_conf = spark.sql.ansi.enabled=false\n")
    (tmp_path / "test_suite.py").write_text(
        "def test_it(spark):\n    assert spark.sparkContext.master == 'local[2]'\n"
        "    assert spark.sql(\"SELECT CAST('x' AS INT)\").first()[0] is None\n"
    )
    done = installed.run("python", "-m", "pytest", "-q", cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_other_suites_are_not_disturbed(installed, tmp_path):
    (tmp_path / "test_suite.py").write_text(
        "import os, sys\n\ndef test_it():\n    assert 'pyspark' not in sys.modules and 'grpc' not in sys.modules\n"
        "    assert 'firesteel.private_engine' not in sys.modules and 'FIRESTEEL' not in os.environ\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    done = installed.run("python", "-m", "pytest", "-q", cwd=tmp_path)
    assert "1 passed" in done.stdout and "warning" not in done.stdout, done.stdout + done.stderr


def test_the_commands_run_in_the_environment_s_python(installed, tmp_path):
    (tmp_path / "job.py").write_text(
        "import sys\nfrom pyspark.sql import SparkSession\n"
        "print(sys.prefix, SparkSession.builder.getOrCreate().range(3).count(), sys.argv[1:])\n"
    )
    for command in (["firesteel", "submit"], ["spark-submit"]):
        done = installed.run(*command, "job.py", "a b", cwd=tmp_path)
        assert done.stdout == f"{installed.directory} 3 ['a b']\n", done.stderr
    assert installed.run("spark-sql", "-S", "-e", "SELECT 41 + 1 AS x", cwd=tmp_path).stdout == "42\n"
    assert "Scala" in installed.run("spark-shell", cwd=tmp_path).stderr
    made = installed.run("firesteel", "kernel", "install", "--prefix", tmp_path, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    spec = json.loads((tmp_path / "share/jupyter/kernels/firesteel/kernel.json").read_text())
    assert spec["env"] == {"FIRESTEEL_PYTHON": str(installed.directory / "bin" / "python")}


def test_the_wheel_needs_nothing_of_the_machine(installed):
    """Whatever programs and libraries load comes with the wheel or from the C library."""
    package = next(installed.directory.glob("lib/python3*/site-packages")) / "firesteel"
    env = {key: value for key, value in clean_environment().items() if key != "LD_LIBRARY_PATH"}
    for program in ("firesteel", "firesteel-client", "firesteel-engine"):
        listed = subprocess.run(
            ["ldd", package / "bin" / program], env=env, capture_output=True, text=True, check=True, timeout=TIMEOUT_S
        ).stdout
        outside = [line.split()[0] for line in listed.splitlines() if "=>" in line and str(package.parent) not in line]
        known = ("libc.", "libm.", "libpthread.", "libdl.", "librt.", "libgcc_s.", "libstdc++.", "libresolv.", "libz.")
        assert [name for name in outside if not name.startswith(known)] == []
    assert shutil.which("firesteel", path=str(installed.directory / "bin"))
