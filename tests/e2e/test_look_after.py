"""kill, doctor and conf: looking after engines."""
import json
import os
import shutil
import subprocess
import threading

import pytest
from pyspark.errors import PySparkException
from pyspark.sql.connect.proto import base_pb2
from pyspark.sql.functions import udf

from harness import BIN, ROOT, Engine, firesteel
from stubs import Caller, EngineService


def endless(session, started):
    """Runs until it is ended; gives the error."""
    path = str(started)

    def wait(x):
        import signal

        open(path, "w").write("up")
        signal.pause()

    try:
        session.range(1).select(udf(wait)("id")).collect()
    except PySparkException as error:
        return error


def run_endless(session, fifo):
    """(thread, its result's list) once the function runs."""
    os.mkfifo(fifo)
    results = []
    thread = threading.Thread(target=lambda: results.append(endless(session, fifo)))
    thread.start()
    with open(fifo) as opened:
        assert opened.read() == "up"
    return thread, results


def test_an_operation_is_killed_by_its_id(engine, spark, tmp_path):
    thread, results = run_endless(spark, tmp_path / "fifo")
    operation = running_operation(engine, spark)
    done = firesteel("kill", "--remote", engine.url, operation)
    assert (done.stdout, done.returncode) == (f"operation {operation} ended\n", 0)
    thread.join(30)
    assert "OPERATION_CANCELED" in str(results[0])
    assert spark.range(3).count() == 3


def running_operation(engine, session):
    with EngineService(engine) as service:
        operations = service.call("ListOperations", session_id=session.session_id).operations
    (running,) = [one for one in operations if one.state == 1]
    return running.operation_id


def test_a_session_is_killed_with_all_that_it_runs(engine, spark, tmp_path):
    thread, results = run_endless(spark, tmp_path / "fifo")
    done = firesteel("kill", "--remote", engine.url, spark.session_id)
    assert (done.stdout, done.returncode) == (f"session {spark.session_id} ended\n", 0)
    thread.join(30)
    assert results[0] is not None


def test_kill_needs_something_that_runs(engine, tmp_path):
    unknown = firesteel("kill", "--remote", engine.url, "00000000-0000-0000-0000-000000000000")
    assert unknown.returncode == 1 and "firesteel status" in unknown.stderr
    assert firesteel("kill").returncode == 2
    assert firesteel("kill", "--all", env={"XDG_RUNTIME_DIR": str(tmp_path)}).returncode == 3


def test_the_doctor_finds_what_lacks(tmp_path):
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    well = firesteel("doctor", env=env)
    assert well.returncode == 0, well.stdout
    assert "ok    firesteel-engine" in well.stdout and "ok    pyspark 4" in well.stdout
    ill = firesteel("doctor", env={**env, "PYSPARK_PYTHON": "/nowhere/python"})
    assert ill.returncode == 1
    assert "FAIL  the Python of scripts, /nowhere/python, doesn't run" in ill.stdout


@pytest.fixture
def alone(tmp_path):
    """Nobody's engine runs here."""
    return {"XDG_RUNTIME_DIR": str(tmp_path)}


def test_conf_lists_what_an_engine_acts_on(alone):
    done = firesteel("conf", "spark.archives", env=alone)
    assert done.stdout.startswith("spark.archives = (not set)\n") and done.stdout.count("Set by") == 1
    assert "spark.sql.session.timeZone" in firesteel("conf", env=alone).stdout
    nothing = firesteel("conf", "no.such", env=alone)
    assert (nothing.returncode, nothing.stderr) == (1, "firesteel: no setting has no.such in its name\n")


def test_conf_asks_a_running_engine():
    flags = ["--conf", "spark.sql.shuffle.partitions=7", "--conf", "my.token=hidden", "--conf", "spark.executor.memory=2g"]
    with Engine(*flags) as engine:
        text = firesteel("conf", "--remote", engine.url).stdout
        settings = json.loads(firesteel("conf", "--remote", engine.url, "--format", "json").stdout)
    warnings = [line for line in engine.log_text().splitlines() if "JVM or a cluster" in line]
    assert "spark.sql.shuffle.partitions = 7\n" in text and "Default: 200." in text
    assert "spark.executor.memory = 2g\n    Kept; nothing here acts on it.\n" in text
    assert "my.token = (redacted)\n" in text and "hidden" not in text
    (partitions,) = [one for one in settings if one["name"] == "spark.sql.shuffle.partitions"]
    assert (partitions["value"], partitions["default"], partitions["set"]) == ("7", "200", True)
    assert len(warnings) == 1 and "spark.executor.memory" in warnings[0] and "shuffle" not in warnings[0]


def test_readme_lists_the_settings(alone):
    readme = (ROOT / "README.md").read_text()
    begin, end = "<!-- firesteel conf --format markdown -->\n", "<!-- end -->"
    assert readme.split(begin)[1].split(end)[0] == firesteel("conf", "--format", "markdown", env=alone).stdout


def test_status_as_json(engine, spark, alone):
    run(spark)
    status = json.loads(firesteel("status", "--json", "--remote", engine.url).stdout)
    assert status["running"] and status["sparkVersion"] == "4.1.1" and status["url"].startswith("sc://127.0.0.1:")
    assert spark.session_id in [one["id"] for one in status["sessions"]]
    assert status["operations"] == [] and status["workers"][0]["python"]
    text = firesteel("status", "--remote", engine.url).stdout
    assert spark.session_id in text and f"worker:      {status['workers'][0]['pid']}, " in text
    none = firesteel("status", "--json", env=alone)
    assert (none.returncode, json.loads(none.stdout)) == (3, {"running": False})


def run(session):
    session.range(1).select(udf(lambda x: x)("id")).collect()


def test_an_old_client_is_warned_of_ansi_mode_once():
    with Engine() as engine, Caller(engine) as caller:
        for client in ("_SPARK_CONNECT_PYTHON spark/4.1.1 os/linux", *["_SPARK_CONNECT_PYTHON spark/3.5.7 os/linux"] * 2):
            plan = base_pb2.Plan()
            plan.root.sql.query = "select 1"
            list(caller.execute(plan, client_type=client))
    warnings = [line for line in engine.log_text().splitlines() if "ANSI mode" in line]
    assert len(warnings) == 1 and "spark/3.5.7" in warnings[0]


def test_shells_complete_commands_and_options():
    def candidates(*words):
        return firesteel("complete", *words).stdout.split()

    assert candidates("s") == ["submit", "shims", "sql", "spark-sql", "status"]
    assert candidates("engine", "sta") == ["start", "status"]
    assert candidates("submit", "--py") == ["--py-files"]
    assert candidates("sql", "--f") == ["--file", "--format"]
    assert candidates("submit", "x") == []
    for shell in ("bash", "zsh", "fish"):
        script = firesteel("completion", shell).stdout
        assert "firesteel complete" in script or "complete" in script
        if shutil.which(shell):
            assert subprocess.run([shell, "-n"], input=script, text=True).returncode == 0


def test_bash_completes_with_the_script():
    words = 'eval "$(firesteel completion bash)"; COMP_WORDS=(firesteel engine sto); COMP_CWORD=2; _firesteel firesteel; echo "${COMPREPLY[@]}"'
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    assert subprocess.run(["bash", "-c", words], env=env, capture_output=True, text=True).stdout == "stop\n"


@pytest.mark.parametrize("command", ["", "submit", "sql", "status", "kill", "workers", "conf"])
def test_help_tells_exit_codes(command):
    assert "Exit codes: " in firesteel(*command.split(), "--help").stdout
