"""Tables and queries of TPC-H and TPC-DS as DuckDB's packaged extensions give them; made once, kept in build/."""
import fcntl
import functools
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "build" / "tpc"
EXTENSIONS = ROOT / "build" / "deps" / "duckdb" / "extensions"
GENERATORS = {"tpch": "dbgen", "tpcds": "dsdgen"}


def connect(suite):
    import duckdb

    connection = duckdb.connect(
        config={"extension_directory": str(EXTENSIONS), "allow_unsigned_extensions": "true"}
    )
    connection.execute(f"LOAD {suite}")
    return connection


def make_tables(suite, scale, folder):
    connection = connect(suite)
    connection.execute(f"CALL {GENERATORS[suite]}(sf={scale})")
    tables = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    for (table,) in tables:
        connection.execute(f"COPY {table} TO '{folder}/{table}.parquet' (FORMAT parquet)")


def tables(suite, scale):
    """name -> Parquet file; scale 1 is about 1 GB of text."""
    DATA.mkdir(parents=True, exist_ok=True)
    folder = DATA / f"{suite}-{scale}"
    with open(DATA / f"{suite}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make_tables(suite, scale, unfinished)
            unfinished.rename(folder)
    return {file.stem: file for file in sorted(folder.glob("*.parquet"))}


def create_views(session, suite, scale):
    for name, file in tables(suite, scale).items():
        session.read.parquet(str(file)).createOrReplaceTempView(name)


@functools.cache
def queries(suite):
    """number -> text"""
    rows = connect(suite).execute(f"SELECT query_nr, query FROM {suite}_queries()").fetchall()
    return {number: text.rstrip().rstrip(";") for number, text in rows}


def query_text(suite, case):
    """The suite's query; what the standard puts in double quotes, Spark puts in back-quotes."""
    return queries(suite)[case["query"]].replace('"', "`")
