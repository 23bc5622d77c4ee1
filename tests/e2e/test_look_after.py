"""kill, doctor and conf: looking after engines."""
import os
import threading

from pyspark.errors import PySparkException
from pyspark.sql.functions import udf

from harness import firesteel
from stubs import EngineService


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


def test_conf_lists_what_the_engine_acts_on():
    done = firesteel("conf", "spark.archives")
    assert done.stdout.startswith("spark.archives = (not set)\n") and done.stdout.count("Set by") == 1
    assert "spark.sql.session.timeZone" in firesteel("conf").stdout
