"""Runs recorded cases through the real client: SQL statements and functions over the DataFrame API."""
import contextlib
import datetime
import decimal
import importlib
import io
import json
import pathlib
import re
import signal
import sys

import tpc
from harness import connect
from values import encode, encode_error, encode_schema

HERE = pathlib.Path(__file__).parent
CASE_SECONDS_MAX = 30
SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "4"}
# Types that the client can't collect: such columns are cast to string by the server.
NOT_COLLECTABLE = ("YearMonthIntervalType", "CalendarIntervalType")


class Theme:
    """One file of cases; `gaps` are the known ones: id -> what differs."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        records = [json.loads(line) for line in self.path.read_text().splitlines() if line]
        has_header = bool(records) and records[0].get("header", False)
        self.header = records[0] if has_header else {}
        self.cases = records[1:] if has_header else records
        self.gaps_path = self.path.with_suffix(".gaps")
        self.gaps = {}
        if self.gaps_path.exists():
            self.gaps = dict(line.split(" ", 1) for line in self.gaps_path.read_text().splitlines() if line)

    def blocks(self):
        """Cases that share a session, in order: those of one block, or all."""
        blocks = {}
        for case in self.cases:
            blocks.setdefault(case.get("block") if self.header.get("stateful") else None, []).append(case)
        return blocks.items()

    def database(self, block):
        return "c_" + re.sub(r"\W", "_", re.sub(r"^\d+_", "", self.path.stem) + f"_{block}")

    def write_gaps(self, gaps):
        if gaps:
            self.gaps_path.write_text("".join(f"{id} {what}\n" for id, what in sorted(gaps.items())))
        else:
            self.gaps_path.unlink(missing_ok=True)


def new_session(url):
    session = connect(url)
    for key, value in SETTINGS.items():
        session.conf.set(key, value)
    return session


def start_block(session, theme, block):
    if "tpc" in theme.header:
        tpc.create_views(session, theme.header["tpc"], theme.header["scale"])
    for statement in theme.header.get("setup", []):
        session.sql(statement).collect()
    if theme.header.get("stateful"):
        name = theme.database(block)
        for statement in (f"DROP DATABASE IF EXISTS {name} CASCADE", f"CREATE DATABASE {name}", f"USE {name}"):
            with contextlib.suppress(Exception):  # an engine without databases: its cases say so
                session.sql(statement).collect()


def end_block(session, theme, block):
    if theme.header.get("stateful"):
        with contextlib.suppress(Exception):
            session.sql("USE default").collect()
            session.sql(f"DROP DATABASE IF EXISTS {theme.database(block)} CASCADE").collect()


def collectable(data_type):
    kind = type(data_type).__name__
    if kind == "ArrayType":
        return collectable(data_type.elementType)
    if kind == "MapType":
        hashable = type(data_type.keyType).__name__ not in ("ArrayType", "MapType")
        return hashable and collectable(data_type.keyType) and collectable(data_type.valueType)
    if kind == "StructType":
        return all(collectable(field.dataType) for field in data_type.fields)
    return kind not in NOT_COLLECTABLE


def result_of(df):
    schema = df.schema
    encoded = encode_schema(schema)
    if not all(collectable(field.dataType) for field in schema.fields):
        df = df.toDF(*(f"c{i}" for i in range(len(schema.fields))))
        df = df.select(
            *(
                df[f"c{i}"] if collectable(field.dataType) else df[f"c{i}"].cast("string")
                for i, field in enumerate(schema.fields)
            )
        )
    return {"schema": encoded, "rows": [encode(tuple(row)) for row in df.collect()]}


def run_statement(session, theme, case):
    args = case.get("args")
    if isinstance(args, dict) and "__expr__" in args:
        args = eval(args["__expr__"], {"datetime": datetime, "decimal": decimal})
    text = tpc.query_text(theme.header["tpc"], case) if "query" in case else case["sql"]
    df = session.sql(text) if args is None else session.sql(text, args=args)
    if case["kind"] == "ok":
        df.collect()
        return {}
    return result_of(df)


def case_module(name):
    from pyspark import cloudpickle

    folder = str(HERE / "dataframe")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    modules = [importlib.import_module(module) for module in ("case_helpers", name)]
    for module in modules:  # functions travel by value: workers don't have these modules
        cloudpickle.register_pickle_by_value(module)
    return modules[-1]


def run_function(session, theme, case):
    function = getattr(case_module(theme.path.stem), case["case"])
    with contextlib.redirect_stdout(io.StringIO()):
        value = function(session)
        if type(value).__name__ == "DataFrame" and type(value).__module__.startswith("pyspark"):
            return result_of(value)
        return {"value": encode(value)}


@contextlib.contextmanager
def deadline(seconds):
    def expired(_signal, _frame):
        raise TimeoutError(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run_case(session, theme, case):
    """The result, or the error that the case raised, encoded."""
    try:
        with deadline(CASE_SECONDS_MAX):
            return run_function(session, theme, case) if "case" in case else run_statement(session, theme, case)
    except Exception as error:
        return {"error": encode_error(error), "text": str(error).split("\n")[0][:200]}
