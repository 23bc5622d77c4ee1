"""Python functions that see batches, groups and partitions, through the real client."""
import os
from typing import Iterator, Tuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.errors import PySparkException, PythonException
from pyspark.sql import Window
from pyspark.sql import functions as F

from harness import Engine, connect

# Functions are defined inside of tests: workers have no module of this name.


def rows(df):
    return [tuple(row) for row in df.collect()]


# ---- whole batches


def test_map_in_pandas_keeps_order_and_may_change_the_number_of_rows(spark):
    def keep_even(batches):
        for batch in batches:
            yield batch[batch.id % 2 == 0].assign(twice=lambda frame: frame.id * 2)

    made = spark.range(10_000).mapInPandas(keep_even, "id long, twice long")
    assert rows(made) == [(i, 2 * i) for i in range(0, 10_000, 2)]
    assert made.filter("twice = 40").collect()[0].id == 20


def test_map_sees_batches_of_the_configured_size(spark):
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 3000)
    frame = spark.range(0, 10_000, 1, 1)

    def sizes(batches):
        for batch in batches:
            yield pd.DataFrame({"n": [len(batch)]})

    def arrow_sizes(batches):
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"n": pa.array([batch.num_rows], pa.int64())})

    assert rows(frame.mapInPandas(sizes, "n long")) == [(3000,), (3000,), (3000,), (1000,)]
    assert rows(frame.mapInArrow(arrow_sizes, "n long")) == [(3000,), (3000,), (3000,), (1000,)]


def test_a_map_runs_for_a_partition_without_rows_but_not_for_no_data(spark):
    def one(batches):
        list(batches)
        yield pd.DataFrame({"n": [1]})

    assert rows(spark.range(0, 3, 1, 1).filter("id < 0").mapInPandas(one, "n int")) == [(1,)]
    assert rows(spark.range(0).mapInPandas(one, "n int")) == []


def test_maps_follow_each_other_and_stop_at_a_limit(spark):
    def plus(batches):
        for batch in batches:
            batch["id"] += 1
            yield batch

    frame = spark.range(100_000)
    for _ in range(3):
        frame = frame.mapInPandas(plus, "id long")
    assert rows(frame.limit(2)) == [(3,), (4,)]
    assert frame.count() == 100_000
    assert frame.agg(F.sum("id")).collect()[0][0] == sum(range(3, 100_003))


def test_a_map_over_what_a_common_table_holds(spark):
    def plus(batches):
        for batch in batches:
            batch["id"] += 10
            yield batch

    spark.sql("WITH a AS (SELECT id FROM range(3)), b AS (SELECT id + 1 AS id FROM a) SELECT * FROM b").mapInPandas(
        plus, "id long"
    ).createOrReplaceTempView("mapped")
    joined = spark.sql("WITH c AS (SELECT * FROM mapped) SELECT l.id FROM c AS l JOIN c AS r USING (id) ORDER BY id")
    assert rows(joined) == [(11,), (12,), (13,)]


def test_nested_values_go_through_a_map(spark):
    def same(batches):
        yield from batches

    frame = spark.sql(
        "SELECT array(1, null) a, map('k', 2.5D) m, named_struct('x', 1, 'y', 'é') s, 1.50BD d, date'2024-02-29' t,"
        " timestamp'2024-01-02 03:04:05' ts, X'00ff' b, cast(null as string) n"
    )
    assert frame.mapInArrow(same, frame.schema).collect() == frame.collect()


def test_failures_of_maps_carry_the_traceback(spark):
    def raises(batches):
        for _ in batches:
            raise ValueError("boom é")

    def other_columns(batches):
        for batch in batches:
            yield batch.rename(columns={"id": "x"})

    with pytest.raises(PythonException, match="ValueError: boom é"):
        spark.range(3).mapInPandas(raises, "id long").collect()
    with pytest.raises(PythonException, match="RESULT_COLUMNS_MISMATCH_FOR_PANDAS_UDF"):
        spark.range(3).mapInPandas(other_columns, "id long").collect()
    # The session goes on.
    assert spark.range(3).count() == 3


# ---- functions of batches


def batch_sizes():
    """A function that answers each row with the rows of its batch."""
    return F.pandas_udf(lambda s: s * 0 + len(s), "long")


def test_scalar_functions_see_whole_batches_of_all_rows_once(spark):
    sizes = spark.range(0, 25_000, 1, 1).select(batch_sizes()("id").alias("n")).groupBy("n").count()
    assert sorted(rows(sizes)) == [(5_000, 5_000), (10_000, 20_000)]
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 3000)
    small = spark.range(0, 7_000, 1, 1).select(batch_sizes()("id").alias("n")).groupBy("n").count()
    assert sorted(rows(small)) == [(1_000, 1_000), (3_000, 6_000)]


def test_scalar_functions_keep_order_and_the_other_columns(spark):
    minus = F.pandas_udf(lambda s: -s, "long")
    frame = spark.range(0, 50_000, 1, 1).selectExpr(
        "id",
        "if(id % 3 = 0, null, 'text number ' || id) s",
        "array(id, null, id + 1) a",
        "named_struct('x', id, 'y', map('k', id)) st",
        "if(id % 5 = 0, null, cast(id as decimal(20, 2))) d",
    )
    made = frame.withColumn("m", minus("id")).collect()
    plain = frame.collect()
    assert [row.m for row in made] == [-i for i in range(50_000)]
    assert [tuple(row)[:-1] for row in made] == [tuple(row) for row in plain]


def test_scalar_functions_over_filtered_rows_and_under_filters(spark):
    minus = F.pandas_udf(lambda s: -s, "long")
    frame = spark.range(0, 30_000, 1, 1).filter("id % 1000 = 7").withColumn("m", minus("id"))
    assert rows(frame.filter("m < -29000")) == [(29_007, -29_007)]
    assert rows(frame.filter(minus("m") == 7).select("id")) == [(7,)]
    assert frame.limit(2).select("m").collect()[1].m == -1007
    assert spark.range(0).select(minus("id")).collect() == []


def test_a_limit_ends_functions_of_batches_early_and_their_session_goes_on(spark):
    minus = F.pandas_udf(lambda s: -s, "long")
    endless = spark.range(10_000_000_000).select(minus("id").alias("m"))
    for _ in range(3):
        assert rows(endless.limit(2)) == [(0,), (-1,)]


def test_long_ranges_come_in_order_also_to_functions(spark):
    for bounds in [(0, 600_000, 1), (700_000, -5, -1), (-9_223_372_036_854_775_808, 9_223_372_036_854_775_807, 36_028_797_018_963)]:
        assert spark.range(*bounds).toArrow()["id"].to_pylist() == list(range(*bounds))
    same = F.udf(lambda x: x, "long")
    assert spark.range(600_000).select(same("id").alias("v")).toArrow()["v"].to_pylist() == list(range(600_000))


def test_two_functions_share_batches_and_chains_follow_each_other(spark):
    plus = F.pandas_udf(lambda s: s + 1, "long")
    twice = F.pandas_udf(lambda a, b: a + b, "long")
    made = spark.range(0, 12_000, 1, 1).select(plus("id").alias("p"), twice(plus("id"), "id").alias("t"), plus(plus("id")).alias("pp"))
    assert rows(made.agg(F.sum("p"), F.sum("t"), F.sum("pp"))) == [
        (sum(range(1, 12_001)), sum(2 * i + 1 for i in range(12_000)), sum(range(2, 12_002)))
    ]
    assert made.tail(1)[0] == (12_000, 23_999, 12_001)


def test_scalar_functions_of_correlated_queries_and_joins(spark):
    spark.udf.register("minus", F.pandas_udf(lambda s: -s, "long"))
    inner = "SELECT id, (SELECT max(minus(b.id)) FROM range(5) b WHERE b.id >= a.id) m FROM range(3) a"
    assert sorted(rows(spark.sql(inner))) == [(0, 0), (1, -1), (2, -2)]
    outer = "SELECT id, (SELECT max(b.id) FROM range(5) b WHERE minus(b.id) <= -a.id) m FROM range(3) a"
    assert sorted(rows(spark.sql(outer))) == [(0, 4), (1, 4), (2, 4)]
    joined = "SELECT a.id, b.id FROM range(3) a JOIN range(-5, 5) b ON minus(a.id) = b.id"
    assert sorted(rows(spark.sql(joined))) == [(0, 0), (1, -1), (2, -2)]


def test_native_arrow_functions_are_stages_too(spark):
    arrow_udf = pytest.importorskip("pyspark.sql.functions", reason="pyspark 4.1").__dict__.get("arrow_udf")
    if arrow_udf is None:
        pytest.skip("came with pyspark 4.1")

    @arrow_udf("long")
    def size(v: pa.Array) -> pa.Array:
        return pa.array([len(v)] * len(v))

    sizes = spark.range(0, 15_000, 1, 1).select(size("id").alias("n")).groupBy("n").count()
    assert sorted(rows(sizes)) == [(5_000, 5_000), (10_000, 10_000)]


def test_a_scalar_function_that_fails_or_ends_its_worker(spark):
    def fails(s):
        raise ValueError("boom in batch")

    def exits(s):
        os._exit(7)

    with pytest.raises(PythonException, match="ValueError: boom in batch"):
        spark.range(100_000).select(F.pandas_udf(fails, "long")("id")).collect()
    with pytest.raises(PySparkException, match="exited unexpectedly"):
        spark.range(100_000).select(F.pandas_udf(exits, "long")("id")).collect()
    with pytest.raises(PythonException, match="SCHEMA_MISMATCH_FOR_PANDAS_UDF"):
        spark.range(10).select(F.pandas_udf(lambda s: s[:3], "long")("id")).collect()
    assert spark.range(3).count() == 3


# ---- groups


def test_apply_in_pandas_sees_each_group_once_in_order(spark):
    def first_and_sum(key, frame):
        return pd.DataFrame({"k": [key[0]], "first": [frame.v.iloc[0]], "n": [len(frame)]})

    frame = spark.range(0, 10_000, 1, 1).select((F.col("id") % 7).alias("k"), F.col("id").alias("v"))
    made = rows(frame.groupBy("k").applyInPandas(first_and_sum, "k long, first long, n long"))
    assert made == [(k, k, len(range(k, 10_000, 7))) for k in range(7)]


def test_many_groups_come_out_in_the_order_of_their_keys(spark):
    def total(key, frame):
        return pd.DataFrame({"k": [key[0]], "n": [len(frame)], "sum": [frame.v.sum()], "sorted": [frame.v.is_monotonic_increasing]})

    frame = spark.range(0, 60_000, 1, 1).selectExpr("pmod(id * 7919, 997) k", "id v", "'text of row ' || id s")
    made = rows(frame.groupBy("k").applyInPandas(total, "k long, n long, sum long, sorted boolean"))
    expected = {}
    for i in range(60_000):
        expected.setdefault(i * 7919 % 997, []).append(i)
    assert made == [(k, len(v), sum(v), True) for k, v in sorted(expected.items())]


def test_groups_that_outgrow_memory_are_sorted_by_the_database():
    def total(key, frame):
        return pd.DataFrame({"k": [key[0]], "n": [len(frame)], "text": [frame.s.iloc[-1]], "sorted": [frame.v.is_monotonic_increasing]})

    with Engine("--conf", "firesteel.memory.bytesMax=268435456") as engine:
        spark = connect(engine.url)
        frame = spark.range(0, 300_000, 1, 1).selectExpr("id % 10 k", "id v", "repeat('x', 100) || id s")
        made = rows(frame.groupBy("k").applyInPandas(total, "k long, n long, text string, sorted boolean"))
    assert made == [(k, 30_000, "x" * 100 + str(299_990 + k), True) for k in range(10)]


def test_groups_by_expressions_nulls_and_nan(spark):
    frame = spark.sql("SELECT * FROM VALUES (1, 'a', double('NaN')), (2, null, double('NaN')), (3, null, -0.0D), (4, 'a', 0.0D) AS t(i, s, d)")

    def sizes(key, part):
        return pd.DataFrame({"key": [str(key[0])], "ids": [sorted(part.i)], "columns": [list(part.columns)]})

    schema = "key string, ids array<int>, columns array<string>"
    by_text = rows(frame.groupBy(F.upper("s")).applyInPandas(sizes, schema))
    assert by_text == [("None", [2, 3], ["i", "s", "d"]), ("A", [1, 4], ["i", "s", "d"])]
    assert [ids for _, ids, _ in rows(frame.groupBy("d").applyInPandas(sizes, schema))] == [[3, 4], [1, 2]]
    assert rows(frame.groupBy().applyInPandas(lambda part: pd.DataFrame({"n": [len(part)]}), "n int")) == [(4,)]


def test_apply_in_arrow(spark):
    def total(key, table):
        return pa.table({"k": [key[0].as_py()], "total": [pc.sum(table["v"]).as_py()]})

    frame = spark.range(1000).select((F.col("id") % 3).alias("k"), F.col("id").alias("v"))
    made = rows(frame.groupBy("k").applyInArrow(total, "k long, total long"))
    assert made == [(k, sum(range(k, 1000, 3))) for k in range(3)]


def test_cogroups_see_both_sides(spark):
    left = spark.createDataFrame([(1, "a"), (2, "b"), (2, "c")], "k int, l string")
    right = spark.createDataFrame([(2, 2.5), (3, 3.5)], "k int, r double")

    def sizes(key, one, other):
        return pd.DataFrame({"k": [key[0]], "l": [len(one)], "r": [len(other)], "columns": [",".join(other.columns)]})

    def arrow_sizes(one, other):
        return pa.table({"l": pa.array([one.num_rows], pa.int32()), "r": pa.array([other.num_rows], pa.int32())})

    pairs = left.groupBy("k").cogroup(right.groupBy("k"))
    assert rows(pairs.applyInPandas(sizes, "k int, l int, r int, columns string")) == [
        (1, 1, 0, "k,r"),
        (2, 2, 1, "k,r"),
        (3, 0, 1, "k,r"),
    ]
    assert rows(pairs.applyInArrow(arrow_sizes, "l int, r int")) == [(1, 0), (2, 1), (0, 1)]


# ---- aggregates and windows


@pytest.fixture
def mean():
    @F.pandas_udf("double")
    def mean(v: pd.Series) -> float:
        return v.mean()

    return mean


@pytest.fixture
def count():
    @F.pandas_udf("long")
    def count(v: pd.Series) -> int:
        return len(v)

    return count


def test_grouped_aggregates(spark, mean, count):
    frame = spark.range(0, 10, 1, 1).select((F.col("id") % 2).alias("k"), F.col("id").alias("v"))
    made = frame.groupBy("k").agg(mean("v"), (count("v") + 1).alias("n"))
    assert made.columns == ["k", "mean(v)", "n"]
    assert rows(made) == [(0, 4.0, 6), (1, 5.0, 6)]
    assert rows(frame.agg(mean(F.col("v") * 2))) == [(9.0,)]
    assert rows(frame.select(count("v"))) == [(10,)]
    assert rows(frame.filter("v < 0").agg(count("v"))) == []
    assert rows(frame.groupBy("k").agg(count("v")).filter("k = 1")) == [(1, 5)]
    assert sorted(rows(frame.rollup("k").agg(count("v"))), key=str) == [(0, 5), (1, 5), (None, 10)]


def test_aggregates_in_sql(spark, mean):
    spark.udf.register("mean_of", mean)
    query = "SELECT id % 3 AS k, mean_of(id) AS m FROM range(9) GROUP BY 1 HAVING mean_of(id) > 3 ORDER BY k"
    assert rows(spark.sql(query)) == [(1, 4.0), (2, 5.0)]


def test_windows(spark, mean, count):
    frame = spark.range(0, 6, 1, 1)
    parts = Window.partitionBy(F.col("id") % 2)
    whole = frame.select("id", mean("id").over(parts), F.sum("id").over(parts))
    assert rows(whole) == [(0, 2.0, 6), (2, 2.0, 6), (4, 2.0, 6), (1, 3.0, 9), (3, 3.0, 9), (5, 3.0, 9)]
    running = parts.orderBy("id")
    assert rows(frame.select("id", mean("id").over(running))) == [
        (0, 0.0), (2, 1.0), (4, 2.0), (1, 1.0), (3, 2.0), (5, 3.0),
    ]  # fmt: skip
    near = frame.select("id", mean("id").over(running.rowsBetween(-1, 1)), count("id").over(running.rowsBetween(1, 2)))
    assert rows(near) == [(0, 1.0, 2), (2, 2.0, 1), (4, 3.0, 0), (1, 2.0, 2), (3, 3.0, 1), (5, 4.0, 0)]
    by_value = frame.limit(4).select("id", mean("id").over(Window.orderBy("id").rangeBetween(-1, 0)))
    assert rows(by_value) == [(0, 0.0), (1, 0.5), (2, 1.5), (3, 2.5)]


def test_arrow_aggregates_and_windows(spark):
    @F.arrow_udf("long")
    def total(v: pa.Array) -> int:
        return pc.sum(v).as_py()

    frame = spark.range(0, 6, 1, 1)
    assert rows(frame.groupBy(F.col("id") % 2).agg(total("id"))) == [(0, 6), (1, 9)]
    running = Window.partitionBy(F.col("id") % 2).orderBy("id")
    made = frame.select("id", total("id").over(running))
    assert rows(made) == [(0, 0), (2, 2), (4, 6), (1, 1), (3, 4), (5, 9)]


# ---- scalar functions of iterators


def test_scalar_iterators(spark):
    @F.pandas_udf("long")
    def counted(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        seen = 0
        for batch in batches:
            seen += len(batch)
            yield batch + 0 * seen

    @F.pandas_udf("long")
    def added(batches: Iterator[Tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
        for a, b in batches:
            yield a + b

    frame = spark.range(0, 30_000, 1, 1)
    made = frame.select("id", counted("id").alias("a"), added("id", counted("id")).alias("b"))
    assert rows(made) == [(i, i, 2 * i) for i in range(30_000)]
    assert rows(frame.filter(counted("id") > 29_997)) == [(29_998,), (29_999,)]
    assert frame.filter(counted("id") > 29_997).columns == ["id"]
    assert frame.agg(F.sum(counted(F.col("id") + 1))).collect()[0][0] == sum(range(1, 30_001))
    spark.udf.register("counted", counted)
    assert rows(spark.sql("SELECT counted(id) FROM range(3) ORDER BY counted(id) DESC")) == [(2,), (1,), (0,)]


def test_scalar_iterators_that_give_other_numbers_of_rows(spark):
    @F.pandas_udf("long")
    def short(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for batch in batches:
            yield batch[:1]

    with pytest.raises(PythonException, match="RESULT_LENGTH_MISMATCH_FOR_SCALAR_ITER_PANDAS_UDF"):
        spark.range(3).select(short("id")).collect()


# ---- table functions


@pytest.fixture
def steps():
    @F.udtf(returnType="a int, b string")
    class Steps:
        def __init__(self):
            self.calls = 0

        def eval(self, n):
            self.calls += 1
            for i in range(n):
                yield i, str(n)

        def terminate(self):
            yield -1, "calls: %d" % self.calls

    return Steps


def test_table_functions(spark, steps):
    assert rows(steps(F.lit(2))) == [(0, "2"), (1, "2"), (-1, "calls: 1")]
    spark.udtf.register("steps", steps)
    assert rows(spark.sql("SELECT b, a FROM steps(n => 1)")) == [("1", 0), ("calls: 1", -1)]


def test_lateral_joins_with_table_functions(spark, steps):
    spark.udtf.register("steps", steps)
    made = spark.sql("SELECT id, a, b FROM (SELECT * FROM range(0, 3, 1, 1)) AS t, LATERAL steps(int(t.id)) AS u")
    assert rows(made) == [(1, 0, "1"), (2, 0, "2"), (2, 1, "2"), (2, -1, "calls: 3")]


def test_foreach_runs_for_every_row_and_partition(spark, tmp_path):
    path = str(tmp_path / "seen")

    def write(row):
        with open(path, "a") as seen:
            seen.write("%d\n" % row.id)

    def write_all(part):
        for row in part:
            write(row)

    spark.range(0, 3, 1, 1).foreach(write)
    spark.range(3, 5, 1, 1).foreachPartition(write_all)
    with open(path) as seen:
        assert [int(line) for line in seen] == [0, 1, 2, 3, 4]


# ---- faults


@pytest.mark.parametrize(
    "fault, text",
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "exited unexpectedly"),
        ("import ctypes; ctypes.string_at(0)", "exited unexpectedly"),
        ("import os; os._exit(3)", "exited unexpectedly"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("class Odd(Exception):\n def __reduce__(self): raise TypeError('no')\nraise Odd('odd one')", "odd one"),
    ],
)
def test_a_worker_that_ends_harms_its_own_query_only(spark, fault, text):
    def broken(batches):
        for batch in batches:
            exec(fault, {})
            yield batch

    def broken_row(_):
        exec(fault, {})

    with pytest.raises(PySparkException, match=text):
        spark.range(10).mapInPandas(broken, "id long").collect()
    with pytest.raises(PySparkException, match=text):
        spark.range(10).select(F.udf(broken_row, "long")("id")).collect()
    assert rows(spark.range(3).select(F.udf(lambda i: i + 1, "long")("id"))) == [(1,), (2,), (3,)]


def test_an_endless_function_ends_with_its_query(spark):
    import threading

    def endless(batches):
        for _ in batches:
            while True:
                pass
        yield

    assert spark.range(3).count() == 3  # the session is there
    failure = []

    def run():
        try:
            spark.addTag("endless")
            spark.range(10).mapInPandas(endless, "id long").collect()
        except PySparkException as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not spark.interruptTag("endless"):
        thread.join(0.05)
    thread.join(20)
    assert not thread.is_alive() and "OPERATION_CANCELED" in str(failure[0])
    assert spark.range(3).count() == 3


def test_huge_results_come_through(spark):
    def huge(batches):
        for batch in batches:
            yield pd.DataFrame({"s": ["x" * 1_000_000] * 40})

    made = spark.range(0, 2, 1, 1).mapInPandas(huge, "s string")
    assert made.selectExpr("sum(length(s))").collect()[0][0] == 40_000_000


def test_every_row_is_one_call(spark, tmp_path):
    path = str(tmp_path / "calls")

    def counted(i):
        with open(path, "a") as calls:
            calls.write("%d\n" % i)
        return 1

    spark.range(0, 500, 1, 1).select(F.udf(counted, "int")("id")).collect()
    with open(path) as calls:
        assert sorted(int(line) for line in calls) == list(range(500))
    os.unlink(path)
