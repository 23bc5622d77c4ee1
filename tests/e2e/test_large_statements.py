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
