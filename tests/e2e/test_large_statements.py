"""Statements far larger than people write: long lists, long chains and deep expressions work, in time."""
import functools
import signal

import pytest

MIB = 1 << 20
DEPTH = 1000
SECONDS_MAX = 120


@pytest.fixture(autouse=True)
def deadline():
    def expired(_signal, _frame):
        raise TimeoutError(f"no answer in {SECONDS_MAX} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(SECONDS_MAX)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def numbers(bytes_min):
    texts = []
    size = 0
    while size < bytes_min:
        texts.append(str(7 * len(texts)))
        size += len(texts[-1]) + 1
    return texts


def test_a_list_of_a_mebibyte_in_a_filter(spark):
    texts = numbers(MIB)
    query = f"SELECT id FROM range(30) WHERE id IN ({','.join(texts)}) ORDER BY id"
    assert [row.id for row in spark.sql(query).collect()] == [0, 7, 14, 21, 28]


def test_a_list_of_constants_that_are_computed(spark):
    days = ",".join(f"'2{i // 336 % 1000:03}-{i // 28 % 12 + 1:02}-{i % 28 + 1:02}'" for i in range(20_000))
    query = f"SELECT count(*) AS n FROM range(3) WHERE date_add(DATE'2000-01-30', CAST(id AS INT)) IN ({days})"
    assert spark.sql(query).first().n == 1


DEEP = {
    "chain of ||": ("||".join(["string(id)"] * DEPTH), "2" * DEPTH),
    "chain of +": ("+".join(["id"] * DEPTH), 2 * DEPTH),
    "chain of floating +": ("+".join(["double(id)"] * DEPTH), 2.0 * DEPTH),
    "chain of AND": (" AND ".join(["id < 5"] * DEPTH), True),
    "chain of OR": (" OR ".join(f"id = {i}" for i in range(DEPTH)), True),
    "parentheses": ("(" * DEPTH + "id" + ")" * DEPTH, 2),
    "functions": (functools.reduce(lambda x, _: f"upper({x})", range(DEPTH), "string(id)"), "2"),
    "functions that raise": (functools.reduce(lambda x, _: f"abs({x})", range(DEPTH), "id"), 2),
    "coalesce": (functools.reduce(lambda x, _: f"coalesce({x}, id)", range(DEPTH), "id"), 2),
    "case": (functools.reduce(lambda x, _: f"CASE WHEN id = 1 THEN id ELSE {x} END", range(DEPTH), "id"), 2),
}


@pytest.mark.parametrize("kind", DEEP)
def test_expressions_of_depth_1000(spark, kind):
    text, expected = DEEP[kind]
    assert spark.sql(f"SELECT {text} AS x FROM range(2, 3)").first().x == expected


def nested(step, start="id", depth=DEPTH):
    return functools.reduce(lambda x, i: step(x, i), range(depth), start)


# What Spark writes as other expressions over its arguments, some of which stand there several times.
REPEATED = {
    "nullif": (nested(lambda x, i: f"nullif({x}, {i + 10})"), 2),
    "nvl2": (nested(lambda x, i: f"nvl2({x}, id, {i})"), 2),
    "between": (nested(lambda x, i: f"({x} BETWEEN true AND true)", "id = 2"), True),
    "and": (nested(lambda x, i: f"(({x}) AND (10 / id > 1 OR id = 2))", "id = 2"), True),
    "and, or": (nested(lambda x, i: f"(({x}) {'AND' if i % 2 else 'OR'} 10 / nullif(id, 5) > 1)", "id = 2"), True),
    "if": (nested(lambda x, i: f"if(id > 1, {x}, {i})"), 2),
    "nanvl": (nested(lambda x, i: f"nanvl({x}, 1D)", "double(id)"), 2.0),
    "try_add": (nested(lambda x, i: f"try_add({x}, 1)"), 2 + DEPTH),
    "try_divide": (nested(lambda x, i: f"try_divide({x}, 1)", "double(id)"), 2.0),
    "division": (nested(lambda x, i: f"({x} / 1)", "double(id)", 300), 2.0),
    "get": (nested(lambda x, i: f"get(array(id), int({x}) - 2)", depth=150), 2),
    "in": (nested(lambda x, i: f"({x} IN (true, 1 / (id - 2) > 0))", "id = 2"), True),
    "like any": (nested(lambda x, i: f"(string({x}) LIKE ANY ('t%', 'x'))", "id = 2"), True),
    "decode": (nested(lambda x, i: f"decode({x}, 1, 1L, 2, 2L, 3L)"), 2),
}


@pytest.mark.parametrize("kind", REPEATED)
def test_repeated_arguments_do_not_multiply(spark, kind):
    text, expected = REPEATED[kind]
    assert spark.sql(f"SELECT {text} AS x FROM range(2, 3)").first().x == expected


def test_a_function_of_sql_over_itself(spark):
    spark.sql("CREATE OR REPLACE TEMPORARY FUNCTION doubled(x BIGINT) RETURNS BIGINT RETURN x + x")
    text = functools.reduce(lambda x, _: f"doubled({x})", range(50), "id")
    assert spark.sql(f"SELECT {text} AS x FROM range(2, 3)").first().x == 2 << 50
    assert spark.sql("SELECT doubled(CAST(10 * rand() AS BIGINT)) % 2 AS x").first().x == 0


def test_fields_of_a_struct_one_after_the_other(spark):
    import pyspark.sql.functions as F

    column = F.struct(F.lit(0).alias("a"), F.lit(0).alias("b"))
    for i in range(30):
        column = column.withField("ab"[i % 2], F.lit(i))
    assert spark.range(1).select(column.alias("x")).first().x == (28, 29)


def test_a_case_over_cases_is_refused(spark):
    text = functools.reduce(lambda x, _: f"CASE {x} WHEN 1 THEN 1 WHEN 2 THEN 2 END", range(DEPTH), "id")
    with pytest.raises(Exception, match="UNSUPPORTED_FEATURE"):
        spark.sql(f"SELECT {text} AS x FROM range(2, 3)").collect()


def test_what_differs_each_time_is_computed_once(spark):
    query = "SELECT count(*) AS n FROM range(10000) WHERE nullif(rand(), 2D) BETWEEN 0D AND 1D AND nullif(uuid(), 'x') IS NOT NULL"
    assert spark.sql(query).first().n == 10_000
    query = "SELECT count(*) AS n FROM (SELECT nanvl(rand(), 0D) AS x, rand() BETWEEN 0.5D AND 0.4D AS never FROM range(10000)) WHERE never"
    assert spark.sql(query).first().n == 0


LISTS = {
    "dates as texts": ("date_add(DATE'1970-01-26', CAST(id AS INT))",
                       lambda i: f"'{1970 + i // 336 % 1000}-{i // 28 % 12 + 1:02}-{i % 28 + 1:02}'"),
    "dates": ("date_add(DATE'1970-01-26', CAST(id AS INT))",
              lambda i: f"DATE'{1970 + i // 336 % 1000}-{i // 28 % 12 + 1:02}-{i % 28 + 1:02}'"),
    "timestamps as texts": ("timestamp_seconds(id * 60)", lambda i: f"'1970-01-{i // 1440 % 28 + 1:02} {i // 60 % 24:02}:{i % 60:02}:00'"),
    "decimals": ("CAST(id AS DECIMAL(9,3)) / 8", lambda i: f"{i}.125"),
    "doubles": ("id + 0.5D", lambda i: f"{i}.5D"),
    "numbers as texts": ("id", lambda i: f"'{i}'"),
    "strings": ("concat('a', id)", lambda i: f"'a{i}'"),
    "booleans": ("id = 1", lambda i: "true"),
    "binaries": ("CAST('a' AS BINARY)", lambda i: f"X'{i:06x}'"),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_a_mebibyte_of_each_type(spark, kind):
    value, element = LISTS[kind]
    texts = [element(0)]
    while sum(map(len, texts[-1:])) * len(texts) < MIB:
        texts.append(element(len(texts)))
    query = f"SELECT count(*) AS n FROM range(3) WHERE {value} IN ({','.join(texts)})"
    expected = sum(row.x for row in spark.sql(f"SELECT {value} IN ({','.join(texts[:400])}) AS x FROM range(3)").collect())
    assert spark.sql(query).first().n == expected
