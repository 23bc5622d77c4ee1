"""`firesteel submit` takes spark-submit's options, in spark-submit's order of precedence."""
import os
import re
import select
import signal
import zipfile

import pytest

from harness import CLIENTS, firesteel, python_of, wait_for_supervisor

SHOW_CONF = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.config('spark.from.script', 'script').getOrCreate()
for key in sys.argv[1:]:
    print(key, spark.conf.get(key, None))
"""


def script(folder, text, name="script.py"):
    path = folder / name
    path.write_text(text)
    return path


def package(path, **modules):
    """A .zip or .egg of packages: name -> source of its one module `part`."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, source in modules.items():
            archive.writestr(f"{name}/__init__.py", "")
            archive.writestr(f"{name}/part.py", source)
    return path


def test_options_are_settings(tmp_path):
    path = script(tmp_path, SHOW_CONF)
    flags = "--name n --driver-memory 1g --executor-memory=2g --executor-cores 3 --num-executors 4".split()
    keys = ["app.name", "driver.memory", "executor.memory", "executor.cores", "executor.instances"]
    done = firesteel("submit", *flags, "--deploy-mode", "client", path, *[f"spark.{key}" for key in keys])
    assert done.stdout.split() == sum(([f"spark.{k}", v] for k, v in zip(keys, ["n", "1g", "2g", "3", "4"])), [])
    assert done.stderr == ""


def test_script_before_options_before_file_before_defaults(tmp_path):
    path = script(tmp_path, SHOW_CONF)
    (tmp_path / "spark-defaults.conf").write_text(
        "# a comment\n"
        "spark.from.script   file\n"
        "spark.from.option = file\n"
        "spark.from.file: a \\\n    b\n"
        "spark.app.name file\n"
        "other.key 1\n"
    )
    keys = [f"spark.from.{place}" for place in ("script", "option", "file")] + ["spark.app.name"]
    flags = ["--conf", "spark.from.script=option", "--conf", "spark.from.option=option"]
    flags += ["--conf", "spark.app.name=conf", "--name", "flag"]
    done = firesteel("submit", *flags, path, *keys, env={"SPARK_CONF_DIR": str(tmp_path)})
    assert done.stdout.splitlines() == [
        "spark.from.script script",
        "spark.from.option option",
        "spark.from.file a b",
        "spark.app.name flag",
    ]
    assert "other.key is no spark.* key" in done.stderr
    other = script(tmp_path, "spark.from.file other\n", "other.conf")
    done = firesteel("submit", "--properties-file", other, path, *keys[1:3], env={"SPARK_CONF_DIR": str(tmp_path)})
    assert done.stdout.splitlines() == ["spark.from.option None", "spark.from.file other"]
    done = firesteel(
        *("submit", "--load-spark-defaults", "--properties-file", other, path, *keys[1:3]),
        env={"SPARK_CONF_DIR": str(tmp_path)},
    )
    assert done.stdout.splitlines() == ["spark.from.option file", "spark.from.file other"]


USE_PACKAGES = """
import sys
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
import helper
from packages import part
spark = SparkSession.builder.getOrCreate()
def text(x):
    import helper
    from packages import part
    from eggs import part as egg
    return helper.NAME + part.NAME + egg.NAME
print(helper.NAME + part.NAME, spark.range(1).select(udf(text)('id')).first()[0])
"""


@pytest.mark.parametrize("place", ["own engine", "remote"])
@pytest.mark.parametrize("client", ["venv", "venv-3.5"])
def test_py_files_are_importable_in_script_and_functions(engine, tmp_path, place, client):
    if not os.path.exists(python_of(client)):
        pytest.skip(f"set-up found no interpreter for {CLIENTS[client]}")
    helper = script(tmp_path, "NAME = 'h'\n", "helper.py")
    (tmp_path / "other").mkdir()
    path = script(tmp_path / "other", USE_PACKAGES, "main.py")
    files = [helper, package(tmp_path / "p.zip", packages="NAME = 'z'"), package(tmp_path / "e.egg", eggs="NAME = 'e'")]
    flags = ["--py-files", ",".join(map(str, files))]
    if place == "remote":
        flags += ["--remote", engine.url]
    done = firesteel("submit", *flags, path, client=client)
    assert (done.stdout, done.stderr, done.returncode) == ("hz hze\n", "", 0)


def test_mistakes_name_what_to_do(tmp_path):
    path = script(tmp_path, "print('ran')")

    def fails(*words):
        done = firesteel("submit", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        return done.stderr

    assert "nearest is --py-files" in fails("--pyfiles", "x.py", path)
    assert "nearest is --executor-memory" in fails("--executer-memory=1g", path)
    assert "needs a value" in fails("--name")
    assert "there is no file" in fails("--py-files", tmp_path / "none.zip", path)
    assert "there is no file" in fails("--files", tmp_path / "none", path)
    assert "there is no file" in fails("--archives", f"{tmp_path}/none.zip#x", path)
    assert "takes .py, .zip, .egg" in fails("--py-files", script(tmp_path, "", "x.txt"), path)
    assert "takes .zip" in fails("--archives", tmp_path / "x.txt", path)
    assert "not on this machine" in fails("--files", "hdfs://host/x", path)
    assert "no JVM" in fails("--jars", "x.jar", path)
    assert "no JVM" in fails("--class", "Main", path)
    assert "brings Delta tables, and no JVM" in fails("--packages", "io.delta:delta-spark_2.13:4.0.0", path)
    assert "brings Avro files, and no JVM" in fails("--packages", "org.apache.spark:spark-avro_2.13:4.1.1", path)
    assert "nothing for a:b:1 and no JVM" in fails("--packages", "org.apache.spark:spark-sql_2.13:4.1.1,a:b:1", path)
    assert "start the server with it" in fails("--packages", "a:b:1", "--remote", "sc://localhost", path)
    assert "start the server with it" in fails("--jars", "x.jar", "--remote", "sc://localhost", path)
    assert "group:artifact:version" in fails("--packages", "delta", path)
    assert "client or cluster" in fails("--deploy-mode", "x", path)
    assert "exclude each other" in fails("--master", "local", "--remote", "sc://localhost", path)
    assert "there is no file" in fails("--properties-file", tmp_path / "none.conf", path)
    assert "no application" in fails("--status", "driver-0")


def test_what_is_built_in_is_accepted_and_said(tmp_path):
    path = script(tmp_path, "print('ran')")
    packages = "org.apache.spark:spark-connect_2.13:4.1.1,com.databricks:spark-xml_2.12:0.18.0"
    done = firesteel("submit", "--packages", packages, path)
    assert done.stdout == "ran\n"
    assert [line.split(" ", 2)[2] for line in done.stderr.splitlines()] == [
        "is not needed: Spark Connect is built in",
        "is not needed: XML files are built in",
    ]


def test_verbose_version_and_help(tmp_path):
    path = script(tmp_path, "print('ran')")
    done = firesteel("submit", "--verbose", "--conf", "my.token=x", "--conf", "spark.y=1", path)
    assert done.stdout == "ran\n"
    assert "spark.y: 1" in done.stderr and "my.token: (redacted)" in done.stderr
    assert re.match(r"firesteel \d", firesteel("submit", "--version").stdout)
    help_text = firesteel("submit", "--help").stdout
    assert "--py-files LIST" in help_text and "Exit codes" in help_text


def test_a_cluster_gets_the_same_command_line(tmp_path):
    home = tmp_path / "spark"
    (home / "bin").mkdir(parents=True)
    (home / "jars").mkdir()
    for jar in ("spark-core_2.13.jar", "spark-yarn_2.13.jar"):
        (home / "jars" / jar).touch()
    for name in ("spark-submit", "java"):
        script(home / "bin", "#!/bin/sh\necho \"$@\" $SPARK_REMOTE\n", name).chmod(0o755)
    hadoop = {"HADOOP_CONF_DIR": str(tmp_path), "JAVA_HOME": str(home), "SPARK_REMOTE": "sc://not-meant"}
    words = ["--master", "yarn", "--deploy-mode", "cluster", "--py-files", "hdfs://x/y.zip", "app.py", "--engine-log", "1"]
    done = firesteel("submit", "--engine-log", "x", *words, env={"SPARK_HOME": str(home), **hadoop})
    assert done.stdout.split() == words
    done = firesteel("submit", *words, env={"SPARK_HOME": str(tmp_path)})
    assert done.returncode == 2 and "SPARK_HOME" in done.stderr
    done = firesteel("submit", *words, env={"PATH": "/nonexistent"})
    assert done.returncode == 2 and "install pyspark" in done.stderr


def submit_in_background(tmp_path, text):
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    done = firesteel("submit", "--deploy-mode", "cluster", script(tmp_path, text), env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), env


@pytest.mark.parametrize("code, state", [(0, "FINISHED"), (3, "FAILED (exit code 3)")])
def test_an_application_in_the_background_is_watched(tmp_path, code, state):
    application, env = submit_in_background(tmp_path, f"print('said'); raise SystemExit({code})")
    wait_for_supervisor(tmp_path, application)
    done = firesteel("submit", "--status", application, env=env)
    assert f"{application}: {state}" in done.stdout
    assert done.returncode == (1 if code else 0)
    output = re.search("output: (.*)", done.stdout).group(1)
    assert open(output).read() == "said\n"


def test_an_application_in_the_background_can_be_killed(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    application, env = submit_in_background(
        tmp_path, f"import signal\nopen({str(fifo)!r}, 'w').write('up')\nsignal.pause()\n"
    )
    assert select.select([reader], [], [], 30)[0]
    assert "RUNNING" in firesteel("submit", "--status", application, env=env).stdout
    assert firesteel("submit", "--kill", application, env=env).returncode == 0
    wait_for_supervisor(tmp_path, application)
    assert f"signal {int(signal.SIGTERM)}" in firesteel("submit", "--status", application, env=env).stdout
    assert firesteel("submit", "--kill", application, env=env).returncode == 1
