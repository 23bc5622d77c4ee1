"""The pool of Python workers: what users see of it, its limits, and functions that misbehave."""
import itertools
import json
import os
import pathlib
import threading
import time

import pytest
from pyspark.errors import PySparkException, PythonException
from pyspark.sql import functions as F

from harness import Engine, connect, firesteel

DEADLINE_S = 30


def rows(df):
    return [tuple(row) for row in df.collect()]


def session(engine):
    return connect(engine.url)


def until(condition):
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.02)


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def template_pids(engine):
    """The processes of an engine that fork its workers."""
    children = pathlib.Path(f"/proc/{engine.pid}/task").glob("*/children")
    pids = [pid for task in children for pid in task.read_text().split()]
    return [int(pid) for pid in pids if "firesteel_worker" in pathlib.Path(f"/proc/{pid}/cmdline").read_text()]


def worker_pids(spark):
    """The pids of the workers that compute a query of some rows."""

    def pid(_):
        return os.getpid()

    return {r[0] for r in spark.range(0, 10, 1, 1).select(F.udf(pid, "long")("id")).collect()}


# ---- faults; functions are defined inside of tests, since workers have no module of this name


def test_a_child_of_a_function_ends_with_its_worker(spark, tmp_path):
    path = str(tmp_path / "child")

    def forks(i):
        import os
        import threading

        child = os.fork()
        if child == 0:
            threading.Event().wait(600)
            os._exit(0)
        with open(path, "w") as out:
            out.write(str(child))
        return os.getpid()

    pid = spark.range(1).select(F.udf(forks, "long")("id")).collect()[0][0]
    child = int(open(path).read())
    assert is_alive(child)
    os.kill(pid, 9)
    until(lambda: not is_alive(child))
    assert rows(spark.range(2).select(F.udf(lambda i: i, "long")("id"))) == [(0,), (1,)]


def test_a_forked_child_that_returns_from_the_function_harms_nobody(spark):
    def forks(i):
        import os

        if os.fork() == 0:
            os._exit(0)
        return i + 1

    assert rows(spark.range(3).select(F.udf(forks, "long")("id"))) == [(1,), (2,), (3,)]


def test_threads_left_running_do_not_keep_a_query(spark):
    def leaves(i):
        import threading

        threading.Thread(target=threading.Event().wait).start()
        return i

    for _ in range(2):
        assert rows(spark.range(2).select(F.udf(leaves, "long")("id"))) == [(0,), (1,)]


def test_output_goes_to_the_error_of_a_crash_and_nowhere_else(spark):
    def prints(i):
        import sys

        print("to stdout", i)
        print("to stderr", i, file=sys.stderr)
        return i

    def dies(i):
        import os

        prints(i)
        os._exit(3)

    assert rows(spark.range(2).select(F.udf(prints, "long")("id"))) == [(0,), (1,)]
    with pytest.raises(PySparkException) as failure:
        spark.range(2).select(F.udf(dies, "long")("id")).collect()
    assert "to stdout 0" in str(failure.value) and "to stderr 0" in str(failure.value)


def test_much_output_blocks_nothing(spark):
    def prints(i):
        print("x" * 100_000)
        return i

    assert spark.range(50).select(F.udf(prints, "long")("id")).count() == 50
    assert spark.range(50).agg(F.sum(F.udf(prints, "long")("id"))).collect()[0][0] == sum(range(50))


def test_a_function_that_hangs_in_c_ends_with_its_query(spark):
    def hangs(i):
        import ctypes

        ctypes.PyDLL(None).pause()  # keeps the interpreter's lock
        return i

    assert spark.range(3).count() == 3  # the session is there
    failure = []

    def run():
        try:
            spark.addTag("hangs")
            spark.range(1).select(F.udf(hangs, "long")("id")).collect()
        except PySparkException as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: spark.interruptTag("hangs"))
    thread.join(DEADLINE_S)
    assert not thread.is_alive() and "OPERATION_CANCELED" in str(failure[0])
    assert spark.range(3).count() == 3


def test_a_closed_pipe_is_a_clear_error(spark):
    def closes(i):
        import os

        for descriptor in range(3, 64):
            try:
                os.close(descriptor)
            except OSError:
                pass
        return i

    with pytest.raises(PySparkException, match="exited unexpectedly"):
        spark.range(1).select(F.udf(closes, "long")("id")).collect()
    assert rows(spark.range(1).select(F.udf(lambda i: i, "long")("id"))) == [(0,)]


def test_memory_has_a_limit():
    def takes(i):
        return len(bytearray(2_000_000_000)) + i

    with Engine("--conf", "spark.executor.pyspark.memory=512m") as engine:
        spark = session(engine)
        with pytest.raises(PythonException, match="MemoryError"):
            spark.range(1).select(F.udf(takes, "long")("id")).collect()
        assert rows(spark.range(1).select(F.udf(lambda i: i, "long")("id"))) == [(0,)]
        spark.stop()


def test_a_worker_killed_while_idle_is_replaced(spark):
    (pid,) = worker_pids(spark)
    os.kill(pid, 9)
    until(lambda: not is_alive(pid))
    assert worker_pids(spark) != {pid}


# ---- the pool


def test_workers_are_reused_unless_told_otherwise(spark):
    assert worker_pids(spark) == worker_pids(spark)
    with Engine("--conf", "spark.python.worker.reuse=false") as engine:
        fresh = session(engine)
        (first,) = worker_pids(fresh)
        assert worker_pids(fresh) != {first}
        until(lambda: not is_alive(first))
        fresh.stop()


def test_idle_workers_end():
    with Engine("--conf", "firesteel.python.workers.idleTimeout=100ms") as engine:
        spark = session(engine)
        (pid,) = worker_pids(spark)
        until(lambda: not is_alive(pid))
        assert rows(spark.range(1).select(F.udf(lambda i: i, "long")("id"))) == [(0,)]
        spark.stop()


def test_python_starts_with_the_engine_and_ends_with_it():
    with Engine() as engine:
        until(lambda: template_pids(engine))
        (pid,) = template_pids(engine)
        spark = session(engine)
        (worker,) = worker_pids(spark)
        assert template_pids(engine) == [pid]
        spark.stop()
    until(lambda: not is_alive(pid) and not is_alive(worker))


def test_more_queries_than_workers_take_turns():
    with Engine("--conf", "firesteel.python.workers.max=1") as engine:
        spark = session(engine)
        slow = F.udf(lambda i: sum(range(1000)) + i, "long")
        results = []
        threads = [
            threading.Thread(target=lambda: results.append(spark.range(5000).agg(F.sum(slow("id"))).collect()[0][0]))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE_S)
        assert results == [sum(range(5000)) + 5000 * sum(range(1000))] * 4
        spark.stop()


def test_the_workers_command(tmp_path):
    env = {"XDG_STATE_HOME": str(tmp_path)}
    assert firesteel("workers", env=env).returncode == 3
    with Engine("--state-file", str(tmp_path / "firesteel" / "engine.json")) as engine:
        os.makedirs(tmp_path / "firesteel", exist_ok=True)
        warmed = firesteel("workers", "--warm", "2", "--json", env=env)
        assert warmed.returncode == 0, warmed.stderr
        listed = json.loads(warmed.stdout)
        assert [w["busy"] for w in listed["workers"]] == [False, False] and listed["started"] == 2
        assert all(0 < w["residentBytes"] < 25 << 20 for w in listed["workers"])
        spark = session(engine)
        counted = F.udf(lambda i: i, "long")
        assert worker_pids(spark) < {w["pid"] for w in listed["workers"]}
        assert spark.range(1000).agg(F.sum(counted("id"))).collect()[0][0] == sum(range(1000))
        used = json.loads(firesteel("workers", "--json", env=env).stdout)["functions"]
        assert {f["name"]: f["rows"] for f in used} == {"pid": 10, "<lambda>": 1000}
        assert all(f["busyMicros"] > 0 and f["rowsPerSecond"] > 0 for f in used)
        text = firesteel("workers", env=env).stdout
        assert "<lambda>  1000 rows" in text and "idle" in text
        assert json.loads(firesteel("workers", "--restart", "--json", env=env).stdout)["workers"] == []
        spark.stop()


def test_other_sessions_go_on_while_functions_keep_all_slots_busy(engine):
    busy, other = session(engine), session(engine)
    assert busy.range(3).count() == 3  # the session is there
    stopping = threading.Event()

    def slow(i):
        import threading

        threading.Event().wait(0.001)
        return i

    def work():
        busy.addTag("busy")
        while not stopping.is_set():
            try:
                busy.range(1_000_000).agg(F.sum(F.udf(slow, "long")("id"))).collect()
            except PySparkException:
                return

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert worker_pids(other)
        assert other.range(10).count() == 10
        assert rows(other.range(1).select(F.udf(lambda i: i, "long")("id"))) == [(0,)]
    finally:
        stopping.set()
        until(lambda: busy.interruptTag("busy") or not thread.is_alive())
        thread.join(DEADLINE_S)
    assert not thread.is_alive()
    busy.stop()
    other.stop()


def texts_of_failures(session, function):
    """What the client is told, by (hideTraceback, simplifiedTraceback)."""
    texts = {}
    for settings in itertools.product(("false", "true"), repeat=2):
        for name, value in zip(("hideTraceback", "simplifiedTraceback"), settings):
            session.conf.set(f"spark.sql.execution.pyspark.udf.{name}.enabled", value)
        with pytest.raises(PythonException) as raised:
            session.range(1).select(function("id")).collect()
        texts[settings] = str(raised.value)
    return texts


def test_tracebacks_are_as_long_as_the_session_wants(spark):
    """As Spark 4.1.1: simplified, without the cause and the workers' own frames; hidden, the exception alone."""

    def chained(x):
        try:
            return int("a")
        except ValueError as error:
            raise KeyError("why") from error

    def plain(series):
        raise ValueError("pandas")

    rows = texts_of_failures(spark, F.udf(chained, "int"))
    batches = texts_of_failures(spark, F.pandas_udf(plain, "int"))
    intro = "\n  An exception was thrown from the Python worker. Please see the stack trace below.\n"
    for simplified in ("false", "true"):
        assert rows["true", simplified] == intro + "KeyError: 'why'\n"
        assert batches["true", simplified] == intro + "ValueError: pandas\n"
    assert rows["false", "true"].startswith(intro + "Traceback (most recent call last):\n")
    assert "ValueError" not in rows["false", "true"] and rows["false", "true"].endswith("\nKeyError: 'why'\n")
    assert "direct cause of the following exception" in rows["false", "false"] and "ValueError: invalid" in rows["false", "false"]
    assert "firesteel_worker" in batches["false", "false"] and "firesteel_worker" not in batches["false", "true"]
    assert "in plain\n" in batches["false", "true"]
