"""Figures of the way from a client to the engine and its workers: start, latency, Python functions, sessions.

usage: bridge.py [start] [submit] [archives] [parallel] [latency] [canned] [udf] [udf_kinds] [udf_waits] [sessions]
[transfer] [files] [disconnects] [plan] (default: all); prints one "name value unit" per line.
What is compared is measured side by side in one run, since other load on the machine moves all figures.
"""
import concurrent.futures
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "golden")]
import tpc  # noqa: E402
from harness import BIN, Engine, activate, clean_environment, connect, python_of  # noqa: E402

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "e2e" / "scripts" / "basic_example.py"
UDF_ROWS = 4_000_000
SESSIONS = 200
SUBMITS = 20
ARCHIVE_MIB = 200
ARCHIVE_FILES = 400
MIB = 1 << 20


def say(name, value, unit):
    print(f"{name:44s} {value:12.3f} {unit}", flush=True)


def seconds(function, repeats):
    """The durations of `repeats` calls, shortest first."""
    durations = []
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        durations.append(time.perf_counter() - begin)
    return sorted(durations)


def resident_bytes(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def start():
    begin = time.perf_counter()
    engine = Engine()
    first = time.perf_counter() - begin
    say("engine.resident_idle", resident_bytes(engine.pid) / MIB, "MiB")
    say("engine.stop", seconds(engine.stop, 1)[0] * 1e3, "ms")

    def once():
        with Engine():
            pass

    say("engine.start_first", first * 1e3, "ms")
    say("engine.start_and_stop_median", statistics.median(seconds(once, 10)) * 1e3, "ms")


def submit():
    """The example through submit, beside an interpreter that imports the client and does nothing."""
    python = python_of("venv")
    env = clean_environment(PYSPARK_PYTHON=python)
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "env": env}
    text = EXAMPLE.read_text()
    folder = tempfile.TemporaryDirectory()
    without_udf = pathlib.Path(folder.name, "without_udf.py")
    without_udf.write_text(text[: text.index("@udf")] + "spark.stop()\n")
    # A file, since pyspark 4.2 takes `python -c` for a run of its doctests.
    import_only = pathlib.Path(folder.name, "import_only.py")
    import_only.write_text("import pyspark.sql.connect.session\n")
    commands = {
        "import_client": [python, str(import_only)],
        "submit_example": [str(BIN / "firesteel"), "submit", str(EXAMPLE)],
        "submit_example_without_udf": [str(BIN / "firesteel"), "submit", str(without_udf)],
    }
    durations = {name: [] for name in commands}
    for _ in range(9):
        for name, command in commands.items():
            durations[name] += seconds(lambda: subprocess.run(command, **quiet), 1)
    folder.cleanup()
    for name, values in durations.items():
        say(f"process.{name}", statistics.median(values), "s")
    base = statistics.median(durations["import_client"])
    for name in ("submit_example", "submit_example_without_udf"):
        say(f"process.{name}_more", statistics.median(durations[name]) - base, "s")
        say(f"process.{name}_more_at_best", min(durations[name]) - min(durations["import_client"]), "s")


def archives():
    """An application with an archive of 200 MB, beside the same without: the first unpacks it, the others find it."""
    with tempfile.TemporaryDirectory() as folder:
        packed = pathlib.Path(folder, "data.zip")
        with zipfile.ZipFile(packed, "w") as archive:
            for i in range(ARCHIVE_FILES):
                archive.writestr(f"part-{i}", os.urandom(ARCHIVE_MIB * MIB // ARCHIVE_FILES))
        script = pathlib.Path(folder, "use.py")
        script.write_text(
            "import sys\n"
            "from pyspark.sql import SparkSession\n"
            "from pyspark.sql.functions import udf\n"
            "spark = SparkSession.builder.getOrCreate()\n"
            "path = sys.argv[1]\n"
            "spark.range(1).select(udf(lambda _: len(open(path, 'rb').read(9)))('id')).collect()\n"
        )
        env = clean_environment(PYSPARK_PYTHON=python_of("venv"), XDG_CACHE_HOME=folder)
        submit = [str(BIN / "firesteel"), "submit"]
        quiet = {"check": True, "env": env}
        without = [*submit, script, script]
        using = [*submit, "--archives", f"{packed}#data", script, "data/part-0"]
        say("archive.first", seconds(lambda: subprocess.run(using, **quiet), 1)[0], "s")
        durations = {"without": [], "next": []}
        for _ in range(9):
            durations["without"] += seconds(lambda: subprocess.run(without, **quiet), 1)
            durations["next"] += seconds(lambda: subprocess.run(using, **quiet), 1)
        # The least of each: what else runs on the machine only adds.
        say("archive.next_more", (min(durations["next"]) - min(durations["without"])) * 1e3, "ms")


def parallel():
    """Applications submitted at once; all must print what one prints."""
    command = [str(BIN / "firesteel"), "submit", str(EXAMPLE)]
    env = clean_environment(PYSPARK_PYTHON=python_of("venv"))
    alone = subprocess.run(command, env=env, capture_output=True, check=True)
    begin = time.perf_counter()
    running = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(SUBMITS)]
    with concurrent.futures.ThreadPoolExecutor(SUBMITS) as pool:
        answers = list(pool.map(lambda one: (*one.communicate(), one.returncode), running))
    say("parallel.all_done", time.perf_counter() - begin, "s")
    say("parallel.wrong", sum(answer != (alone.stdout, alone.stderr, 0) for answer in answers), "")


def latency():
    with Engine() as engine:
        spark = connect(engine.url)
        query = lambda: spark.sql("select 1 as x").collect()  # noqa: E731
        query()
        say("latency.select_1_p50", statistics.median(seconds(query, 200)) * 1e3, "ms")
        # DataFrame.schema remembers: each needs a frame of its own
        schema = lambda: spark.range(10).select("id").schema  # noqa: E731
        say("latency.schema_p50", statistics.median(seconds(schema, 100)) * 1e3, "ms")
        conf = lambda: spark.conf.get("spark.sql.session.timeZone")  # noqa: E731
        say("latency.conf_get_p50", statistics.median(seconds(conf, 100)) * 1e3, "ms")


def over_canned(caller, plan):
    """Seconds that a plan's execution takes beyond the same answer replayed from the operation's log, at the median."""
    from stubs import new_id

    operation = new_id()
    list(caller.execute(plan, operation_id=operation))
    executed, canned = [], []
    for _ in range(300):
        executed += seconds(lambda: list(caller.execute(plan)), 1)
        canned += seconds(lambda: list(caller.reattach(operation)), 1)
    return statistics.median(executed) - statistics.median(canned)


def canned():
    """What `spark.sql("select 1").collect()` costs in the engine: its command and its query, each beside canned answers."""
    from pyspark.sql.connect.proto import base_pb2
    from stubs import Caller

    with Engine() as engine, Caller(engine) as caller:
        query, command = base_pb2.Plan(), base_pb2.Plan()
        query.root.sql.query = "select 1 as x"
        command.command.sql_command.input.sql.query = "select 1 as x"
        more = over_canned(caller, query) + over_canned(caller, command)
        say("latency.select_1_over_canned_p50", more * 1e3, "ms")


def udf():
    """Rows a second through a plain Python function, beside the bare loop in this interpreter."""
    from pyspark.sql import functions as F

    with Engine("--master", "local[2]") as engine:
        spark = connect(engine.url)
        number, text = F.col("id"), F.concat(F.lit("name_"), (F.col("id") % 100000).cast("string"))
        base = spark.range(UDF_ROWS).select(number, (number % 1000).alias("k"), text.alias("s"))
        add = F.udf(lambda x, y: x + y, "bigint")
        upper = F.udf(lambda s: s.upper(), "string")
        add_all = base.select(add("id", "k").alias("v")).agg(F.sum("v"))
        upper_all = base.select(upper("s").alias("v")).agg(F.sum(F.length("v")))
        say("udf.add_int", UDF_ROWS / seconds(add_all.collect, 3)[0] / 1e6, "M rows/s")
        say("udf.upper_str", UDF_ROWS / seconds(upper_all.collect, 3)[0] / 1e6, "M rows/s")
    ids = range(UDF_ROWS // 4)
    names = [f"name_{i % 100000}" for i in ids]
    add_one, upper_one = (lambda x, y: x + y), (lambda s: s.upper())
    bare_add = seconds(lambda: [add_one(i, i % 1000) for i in ids], 3)[0]
    bare_upper = seconds(lambda: [upper_one(s) for s in names], 3)[0]
    say("udf.bare_loop_add_int", len(ids) / bare_add / 1e6, "M rows/s")
    say("udf.bare_loop_upper_str", len(ids) / bare_upper / 1e6, "M rows/s")


def processor_seconds(pid):
    """Of a process and all below it: (its own, theirs)."""

    def own(process):
        try:
            fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return 0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def below(process):
        found = []
        for children in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text().split():
                found += [child, *below(child)]
        return found

    return own(pid), sum(own(process) for process in below(pid))


def udf_kinds():
    """Every kind of function: rows a second, and what a row costs the engine and the workers in processor time."""
    import pandas as pd
    from pyspark.sql import functions as F

    def add(x: pd.Series, y: pd.Series) -> pd.Series:
        return x + y

    with Engine("--master", "local[2]") as engine:
        spark = connect(engine.url)
        activate(spark)
        plain, by_arrow = F.udf(lambda x, y: x + y, "bigint"), F.udf(lambda x, y: x + y, "bigint", useArrow=True)
        upper, by_batch = F.udf(lambda s: s.upper(), "string"), F.pandas_udf(add, "bigint")
        number, text = F.col("id"), F.concat(F.lit("name_"), (F.col("id") % 100000).cast("string"))
        base = spark.range(UDF_ROWS // 2).select(number, (number % 1000).alias("k"), text.alias("s"))
        total, length = F.sum("v"), F.sum(F.length("w"))
        frames = {
            "add": base.select(plain("id", "k").alias("v")).agg(total),
            "upper": base.select(upper("s").alias("w")).agg(length),
            "two": base.select(plain("id", "k").alias("v"), upper("s").alias("w")).agg(total, length),
            "add_by_arrow": base.select(by_arrow("id", "k").alias("v")).agg(total),
            "pandas_add": base.select(by_batch("id", "k").alias("v")).agg(total),
            "map_in_pandas": base.select("id", "k")
            .mapInPandas(lambda it: (d.assign(id=d.id + d.k) for d in it), "id bigint, k bigint")
            .agg(F.sum("id")),
            "apply_in_pandas_1000_groups": base.select("id", "k")
            .groupBy("k")
            .applyInPandas(lambda d: d.assign(id=d.id - d.id.mean()), "id double, k bigint")
            .agg(F.sum("id")),
        }
        repeats = 3
        for name, frame in frames.items():
            frame.collect()
            before = processor_seconds(engine.pid)
            fastest = seconds(frame.collect, repeats)[0]
            after = processor_seconds(engine.pid)
            rows = UDF_ROWS // 2
            say(f"udf_kinds.{name}", rows / fastest / 1e6, "M rows/s")
            for who, spent in zip(("engine", "workers"), (b - a for a, b in zip(before, after))):
                say(f"udf_kinds.{name}.{who}", spent / repeats / rows * 1e9, "ns/row")


def udf_waits():
    """What a user waits for: first calls, one row, and others while functions keep all slots busy."""
    from pyspark.sql import functions as F

    def first(spark, function):
        frame = spark.range(1).select(function("id"))
        return seconds(frame.collect, 1)[0] * 1e3

    def spin(x):
        total = 0
        for i in range(2_000):
            total += i
        return total

    with Engine("--master", "local[2]") as engine:
        started = connect(engine.url)
        activate(started)
        plain = F.udf(lambda x: x + 1, "bigint")
        by_batch = F.pandas_udf(lambda s: s + 1, "bigint")
        say("udf_waits.first_plain_of_engine", first(started, plain), "ms")
        firsts = [first(connect(engine.url), plain) for _ in range(9)]
        say("udf_waits.first_plain_p50", statistics.median(firsts), "ms")
        firsts = [first(connect(engine.url), by_batch) for _ in range(5)]
        say("udf_waits.first_pandas_p50", statistics.median(firsts), "ms")
        spark = connect(engine.url)
        one = spark.range(1).select(plain("id"))
        nothing = spark.range(1).select("id")
        one.collect()
        with_function, without = [], []
        for _ in range(200):
            with_function += seconds(one.collect, 1)
            without += seconds(nothing.collect, 1)
        more = statistics.median(with_function) - statistics.median(without)
        say("udf_waits.one_row_more_p50", more * 1e3, "ms")

    with Engine("--master", "local[2]") as engine:
        busy, other = connect(engine.url), connect(engine.url)
        activate(other)
        spinning = F.udf(spin, "bigint")
        first(other, plain)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(lambda: busy.range(40_000_000).select(spinning("id").alias("v")).agg(F.sum("v")).collect())
            select = lambda: other.sql("select 1").collect()  # noqa: E731
            select()
            answers = seconds(select, 200)
            say("udf_waits.select_1_beside_p95", answers[len(answers) * 95 // 100] * 1e3, "ms")
            starts = sorted(first(connect(engine.url), plain) for _ in range(9))
            say("udf_waits.first_plain_beside_p50", statistics.median(starts), "ms")
            say("udf_waits.first_plain_beside_max", starts[-1], "ms")
            busy.interruptAll()
            try:
                running.result()
            except Exception:  # noqa: BLE001: it was interrupted
                pass


def sessions():
    """Many sessions at once, each with the example's queries; outputs must be equal."""
    from pyspark.sql import functions as F

    people = [(1, "Alice", 29), (2, "Bob", 31), (3, "Cathy", 25)]

    def work(spark):
        activate(spark)
        frame = spark.createDataFrame(people, ["id", "name", "age"])
        frame.createOrReplaceTempView("people")
        older = frame.withColumn("older", F.udf(lambda age: age + 10, "int")(frame.age))
        rows = [frame.collect(), spark.sql("SELECT age FROM people").collect(), older.collect()]
        spark.stop()
        return repr(rows)

    with Engine() as engine:
        work(connect(engine.url))
        before = resident_bytes(engine.pid)
        begin = time.perf_counter()
        opened = [connect(engine.url) for _ in range(SESSIONS)]
        with concurrent.futures.ThreadPoolExecutor(SESSIONS) as pool:
            answers = list(pool.map(work, opened))
        say("sessions.all_done", time.perf_counter() - begin, "s")
        say("sessions.different_answers", len(set(answers)) - 1, "")
        say("sessions.resident_more", (resident_bytes(engine.pid) - before) / MIB, "MiB")


TABLE = "id, id * 1.5 AS d, concat('name_', CAST(id % 100000 AS STRING)) AS s"


def transfer():
    """Rows to and from a client, which is in the figures too."""
    import pandas

    with Engine() as engine:
        spark = connect(engine.url)
        rows = 2_000_000
        frame = spark.range(rows).selectExpr("id", *TABLE.split(", ", 1)[1:])
        for name, take in (("toArrow", frame.toArrow), ("toPandas", frame.toPandas)):
            used = processor_seconds(engine.pid)[0]
            say(f"transfer.{name}", rows / seconds(take, 3)[0] / 1e6, "M rows/s")
            say(f"transfer.{name}_engine_processor", (processor_seconds(engine.pid)[0] - used) / 3, "s")
        part = frame.limit(rows // 10).toPandas()
        made = seconds(lambda: spark.createDataFrame(pandas.DataFrame(part)).count(), 3)[0]
        say("transfer.createDataFrame_pandas", len(part) / made / 1e6, "M rows/s")
        spark.stop()


def files():
    """CSV and Parquet, read and written, beside DuckDB alone: wall clock and processor time, by turns."""
    import duckdb

    rows = 2_000_000
    with tempfile.TemporaryDirectory() as folder, Engine("--master", "local[2]") as engine:
        spark = connect(engine.url)
        alone = duckdb.connect()
        alone.execute("SET threads = 2")
        source = f"SELECT range AS id, range * 1.5 AS d, 'name_' || (range % 100000) AS s FROM range({rows})"
        alone.execute(f"COPY ({source}) TO '{folder}/in.csv' (FORMAT csv)")
        alone.execute(f"COPY ({source}) TO '{folder}/in.parquet' (FORMAT parquet)")
        sums = "sum(id), sum(d), sum(length(s))"
        columns = "{'id': 'BIGINT', 'd': 'DOUBLE', 's': 'VARCHAR'}"
        read = {"csv": f"read_csv('{folder}/in.csv', columns = {columns}, header = true, auto_detect = false)",
                "parquet": f"read_parquet('{folder}/in.parquet')"}
        frames = {"csv": spark.read.schema("id long, d double, s string").csv(f"{folder}/in.csv", header=True),
                  "parquet": spark.read.parquet(f"{folder}/in.parquet")}
        turns = {
            f"read_{form}": (
                lambda form=form: frames[form].selectExpr(*sums.split(", ")).collect(),
                lambda form=form: alone.execute(f"SELECT {sums} FROM {read[form]}").fetchall(),
            )
            for form in read
        }
        turns |= {
            f"write_{form}": (
                lambda form=form: frames["parquet"].write.mode("overwrite").format(form).save(f"{folder}/ours_{form}"),
                lambda form=form: alone.execute(
                    f"COPY (SELECT * FROM {read['parquet']}) TO '{folder}/theirs.{form}' (FORMAT {form})"),
            )
            for form in read
        }
        for name, (ours, theirs) in turns.items():
            figures = {}
            for _ in range(4):  # the first one warms up
                for who, run, pid in (("ours", ours, engine.pid), ("duckdb", theirs, os.getpid())):
                    used = processor_seconds(pid)[0]
                    wall = seconds(run, 1)[0]
                    figures.setdefault(who, []).append((wall, processor_seconds(pid)[0] - used))
            for who, values in figures.items():
                say(f"files.{name}.{who}", min(wall for wall, _ in values[1:]), "s")
                say(f"files.{name}.{who}_processor", min(used for _, used in values[1:]), "s")
        spark.stop()


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def disconnects():
    """Clients that go away in the middle of a query, and interrupts: how soon the work ends, what is left behind."""
    from pyspark.sql.connect.proto import base_pb2
    from stubs import Caller, new_id, sql_plan

    endless = sql_plan("SELECT sum(hash(a.id, b.id)) FROM range(10000000) a, range(10000000) b")
    states = base_pb2.GetStatusResponse.OperationStatus

    def state_of(caller, operation):
        request = caller.request("GetStatusRequest")
        request.operation_status.operation_ids.append(operation)
        answer = caller.stub.GetStatus(request).operation_statuses
        return answer[0].state if answer else states.OPERATION_STATE_UNKNOWN

    def until(caller, operation, wanted):
        begin = time.perf_counter()
        while state_of(caller, operation) != wanted:
            time.sleep(0.001)
        return time.perf_counter() - begin

    def one(engine, leave):
        with Caller(engine) as watcher:
            watcher.get("spark.sql.ansi.enabled")  # the session is there
            operation = new_id()
            client = Caller(engine, session_id=watcher.session_id)
            call = client.execute(endless, operation, reattachable=False)
            until(watcher, operation, states.OPERATION_STATE_RUNNING)
            leave(client, watcher, operation)
            took = until(watcher, operation, states.OPERATION_STATE_CANCELLED)
            call.cancel()
            client.channel.close()
            watcher.stub.ReleaseSession(watcher.request("ReleaseSessionRequest"))
            return took

    def interrupt(_client, watcher, operation):
        request = watcher.request("InterruptRequest", operation_id=operation)
        request.interrupt_type = base_pb2.InterruptRequest.INTERRUPT_TYPE_OPERATION_ID
        begin = time.perf_counter()
        watcher.stub.Interrupt(request)
        answered.append(time.perf_counter() - begin)

    answered = []
    with Engine() as engine:
        one(engine, interrupt)
        before = (resident_bytes(engine.pid), descriptors(engine.pid))
        gone = [one(engine, lambda client, *_: client.channel.close()) for _ in range(50)]
        stopped = [one(engine, interrupt) for _ in range(50)]
        say("disconnects.work_ends_median", statistics.median(gone) * 1e3, "ms")
        say("disconnects.work_ends_longest", max(gone) * 1e3, "ms")
        say("interrupt.answered_longest", max(answered) * 1e3, "ms")
        say("interrupt.work_ends_longest", max(stopped) * 1e3, "ms")
        say("disconnects.resident_more", (resident_bytes(engine.pid) - before[0]) / MIB, "MiB")
        say("disconnects.descriptors_more", descriptors(engine.pid) - before[1], "")


def spark_type(duckdb_type):
    return {"VARCHAR": "STRING", "INTEGER": "INT"}.get(duckdb_type, duckdb_type)


def plan():
    """Parsing, analysis and lowering of the TPC-DS queries, in an engine's process but without its database."""
    build = ROOT / "build" / "release"
    subprocess.run(["ninja", "-C", str(build), "plan_bench"], check=True, stdout=subprocess.DEVNULL)
    connection = tpc.connect("tpcds")
    connection.execute("CALL dsdgen(sf=0)")
    with tempfile.TemporaryDirectory() as folder:
        views = pathlib.Path(folder, "views")
        with views.open("w") as out:
            for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
                columns = [
                    f"CAST(NULL AS {spark_type(row[1])}) AS {row[0]}"
                    for row in connection.execute(f"DESCRIBE {table}").fetchall()
                ]
                out.write(f"{table}\tSELECT {', '.join(columns)}\n")
        files = []
        for number, text in tpc.queries("tpcds").items():
            files.append(pathlib.Path(folder, f"q{number:02d}"))
            files[-1].write_text(text.replace('"', "`"))
        subprocess.run([BIN / "plan_bench", views, *files], check=True)


PARTS = {
    part.__name__: part
    for part in (start, submit, archives, parallel, latency, canned, udf, udf_kinds, udf_waits, sessions, transfer, files,
                 disconnects, plan)
}

if __name__ == "__main__":
    for wanted in sys.argv[1:] or PARTS:
        PARTS[wanted]()
    os._exit(0)  # at its exit a client of an engine that is gone asks it again and again, for minutes
