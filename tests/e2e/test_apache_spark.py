"""The same command and the same script, here and on Apache Spark: a standalone cluster, and a Spark Connect server."""
import os
import pathlib

import pytest

import spark
from harness import firesteel

SCRIPTS = pathlib.Path(__file__).parent / "scripts"
EXAMPLE = SCRIPTS / "basic_example.py"
OUTPUT = (SCRIPTS / "basic_example.out").read_text()


@pytest.fixture(scope="module")
def standalone(tmp_path_factory):
    """The URL of a master with one worker, on loopback."""
    folder = tmp_path_factory.mktemp("standalone")
    master = ["spark-class", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    with spark.Service(master, r"Starting Spark master at (spark://\S+)", folder) as running:
        worker = ["spark-class", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1"]
        worker += ["--memory", "1g", "--webui-port", "0", "--work-dir", folder / "work", running.found]
        with spark.Service(worker, r"(Successfully registered) with master", folder):
            yield running.found


@pytest.fixture(scope="module")
def connect_server(tmp_path_factory):
    """The URL of Apache Spark's own Connect server."""
    command = ["spark-submit", "--master", "local[1]", "--driver-memory", "1g", "--conf", "spark.ui.enabled=false"]
    command += ["--conf", "spark.connect.grpc.binding.port=0", "--conf", "spark.connect.grpc.binding.address=127.0.0.1"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    folder = tmp_path_factory.mktemp("connect")
    with spark.Service(command, r"Spark Connect server started at: \S*?:(\d+)", folder) as running:
        yield f"sc://127.0.0.1:{running.found}"


def test_a_standalone_cluster_prints_what_an_engine_prints(standalone, tmp_path):
    flags = ["--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.ui.enabled=false"]
    flags += ["--driver-memory", "512m", "--executor-memory", "512m", "--engine-log", "x"]
    there = firesteel("submit", "--master", standalone, *flags, EXAMPLE, env=spark.environment(), cwd=tmp_path, timeout=300)
    assert (there.returncode, there.stdout) == (0, OUTPUT), there.stderr
    here = firesteel("submit", *flags[4:6], EXAMPLE)
    assert here.stdout == there.stdout


def test_a_connect_server_prints_what_an_engine_prints(connect_server):
    there = firesteel("submit", "--remote", connect_server, EXAMPLE, env=spark.client())
    assert (there.returncode, there.stdout) == (0, OUTPUT), there.stderr
    assert firesteel("submit", EXAMPLE, env=spark.client()).stdout == there.stdout


SHIPPED = """
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
import helper
spark = SparkSession.builder.getOrCreate()
def text(x):
    import helper
    return helper.NAME + open("data.txt").read() + open("packed.zip/f").read()
print(helper.NAME, spark.range(1).select(udf(text)("id")).first()[0], spark.conf.get("spark.sql.shuffle.partitions"))
"""


def test_a_connect_server_gets_files_and_settings_like_an_engine(connect_server, tmp_path):
    import zipfile

    (tmp_path / "helper.py").write_text("NAME = 'h'\n")
    (tmp_path / "data.txt").write_text("d")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as packed:
        packed.writestr("f", "z")
    (tmp_path / "other").mkdir()
    script = tmp_path / "other" / "main.py"
    script.write_text(SHIPPED)
    flags = ["--py-files", tmp_path / "helper.py", "--files", tmp_path / "data.txt", "--archives", tmp_path / "packed.zip"]
    flags += ["--conf", "spark.sql.shuffle.partitions=3"]
    there = firesteel("submit", "--remote", connect_server, *flags, script, env=spark.client())
    here = firesteel("submit", *flags, script, env=spark.client())
    assert (there.returncode, there.stdout) == (0, "h hdz 3\n"), there.stderr
    assert (here.returncode, here.stdout) == (0, there.stdout), here.stderr


def test_sql_speaks_to_a_connect_server(connect_server):
    query = "SELECT id, CAST(id / 2 AS DECIMAL(10, 2)) AS half FROM range(3)"
    for flags in ([], ["--format", "csv"], ["--format", "json"]):
        there = firesteel("sql", "--remote", connect_server, *flags, query)
        assert (there.returncode, there.stderr) == (0, "")
        assert firesteel("sql", "--master", "local[1]", *flags, query).stdout == there.stdout


def test_spark_sql_speaks_to_a_connect_server(connect_server):
    """The texts of values are made by the server: those of an engine, of this server and of Spark's own spark-sql are one."""
    files = pathlib.Path(__file__).parent / "spark_sql"
    flags = ["-S", "-i", "init.sql", "--hiveconf", "of.conf=1", "--hivevar", "variable=2", "-d", "defined=3"]
    there = firesteel("spark-sql", "--remote", connect_server, *flags, "-f", "statements.sql", cwd=files)
    assert (there.returncode, there.stdout) == (0, (files / "statements.out").read_text()), there.stderr


def test_the_pyspark_package_is_found_without_spark_home(tmp_path):
    """Where a cluster's Spark is the package of the script's own Python."""
    home = pathlib.Path(spark.home())
    if home.name != "pyspark":
        pytest.skip("SPARK_HOME is no pyspark package")
    python = home.parents[3] / "bin" / "python"
    if not python.exists():
        pytest.skip("the pyspark package belongs to no virtual environment")
    env = {"PYSPARK_PYTHON": str(python), "PATH": os.environ["PATH"]}
    done = firesteel("submit", "--master", "spark://127.0.0.1:7", "--version", env=env)
    assert done.stdout.startswith("firesteel ")
    done = firesteel("submit", "--master", "spark://127.0.0.1:7", "--status", "driver-1", env=env)
    assert "firesteel: there is no application" not in done.stderr
    no_java = firesteel("submit", "--master", "spark://127.0.0.1:7", "x.py", env={**env, "JAVA_HOME": str(tmp_path)})
    assert (no_java.returncode, no_java.stderr) == (2, f"firesteel: JAVA_HOME is {tmp_path}, which has no bin/java\n")
