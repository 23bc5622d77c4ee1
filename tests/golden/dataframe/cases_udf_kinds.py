"""Kinds of Python functions, and what goes in and out of them."""
import datetime
from typing import Any, Iterator, Tuple

import pandas as pd
import pyarrow as pa
from case_helpers import *
from pyspark.sql.functions import arrow_udf, pandas_udf, udf, udtf
from pyspark.sql.window import Window

EVERY_TYPE = """SELECT true bo, 1Y ti, 2S sm, 3 i, 4L l, 1.5F fl, 2.5D d, 1.25BD de, 'x' s, X'0102' bi,
  DATE'2024-02-29' da, TIMESTAMP'2024-01-31 10:20:30.5' ts, TIMESTAMP_NTZ'2024-01-31 10:20:30.123456' ntz,
  INTERVAL '1 02:03:04.5' DAY TO SECOND dts, array(1, null, 3) a, map('k', 1, 'n', null) m,
  named_struct('x', 1, 'y', 'z') st, array(named_struct('d', DATE'2020-01-01')) sa, map(1, array('q')) ma"""
EVERY_NULL = """SELECT CAST(null AS boolean) bo, CAST(null AS tinyint) ti, CAST(null AS smallint) sm, CAST(null AS int) i,
  CAST(null AS bigint) l, CAST(null AS float) fl, CAST(null AS double) d, CAST(null AS decimal(3,2)) de,
  CAST(null AS string) s, CAST(null AS binary) bi, CAST(null AS date) da, CAST(null AS timestamp) ts,
  CAST(null AS timestamp_ntz) ntz, CAST(null AS interval day to second) dts, CAST(null AS array<int>) a,
  CAST(null AS map<string,int>) m, CAST(null AS struct<x:int,y:string>) st,
  CAST(null AS array<struct<d:date>>) sa, CAST(null AS map<int,array<string>>) ma"""


def every(spark):
    return spark.sql(EVERY_TYPE + " UNION ALL " + EVERY_NULL).repartition(1)


def through(spark, make):
    """Each column through an identity function of its own type."""
    df = every(spark)
    return df.select(*(make(field.dataType)(field.name).alias(field.name) for field in df.schema))


def case_plain_types(spark): return through(spark, lambda t: udf(lambda x: x, t))
def case_arrow_types(spark): return through(spark, lambda t: udf(lambda x: x, t, useArrow=True))
def case_native_types(spark):
    def make(t):
        def same(x: pa.Array) -> pa.Array: return x
        return arrow_udf(same, t)
    return through(spark, make)
def case_arrow_reprs(spark):
    df = every(spark)
    return df.select(*(udf(lambda x: repr(x), "string", useArrow=True)(n).alias(n) for n in df.columns))
def case_native_type_names(spark):
    def make(n):
        def name(x: pa.Array) -> pa.Array: return pa.array([str(x.type)] * len(x))
        return arrow_udf(name, "string")(n).alias(n)
    df = every(spark)
    return df.select(*(make(n) for n in df.columns))
def case_pandas_types(spark):
    def make(f):
        def same(x: pd.Series) -> pd.Series: return x
        return pandas_udf(same, f.dataType)(f.name).alias(f.name)
    df = every(spark).drop("st")
    return df.select(*(make(f) for f in df.schema))
def case_map_pandas_types(spark):
    df = every(spark).drop("st", "sa")
    return df.mapInPandas(lambda frames: (f for f in frames), df.schema)
def case_map_pandas_struct(spark):
    df = spark.sql("SELECT 1 i, named_struct('x', 1, 'y', named_struct('z', 'q')) s")
    def show(frames):
        for f in frames: yield pd.DataFrame({"t": [str(type(f["s"].iloc[0]).__name__) + str(list(f.columns)) + repr(f.iloc[0]["s"])]})
    return df.mapInPandas(show, "t string")
def case_map_arrow_types(spark):
    df = every(spark)
    return df.mapInArrow(lambda batches: batches, df.schema)
def case_map_arrow_schema(spark):
    def show(batches):
        for b in batches: yield pa.RecordBatch.from_pydict({"t": [str(f.name) + ":" + str(f.type) for f in b.schema]})
    return every(spark).mapInArrow(show, "t string")


# Named arguments

def case_named_arrow(spark):
    f = udf(lambda a, b: a * 10 + b, "bigint", useArrow=True)
    return spark.range(2).select(f(b=F.col("id"), a=F.lit(3)).alias("x"), f(F.lit(1), b=F.col("id")).alias("y"))
def case_named_pandas(spark):
    def f(a: pd.Series, b: pd.Series) -> pd.Series: return a * 10 + b
    f = pandas_udf(f, "bigint")
    return spark.range(2).select(f(b=F.col("id"), a=F.col("id") + 3).alias("x"), f(F.col("id"), b=F.lit(5)).alias("y"))
def case_named_native(spark):
    import pyarrow.compute as pc
    def f(a: pa.Array, b: pa.Array) -> pa.Array: return pc.subtract(a, b)
    f = arrow_udf(f, "bigint")
    return spark.range(2).select(f(b=F.col("id"), a=F.col("id") + 3).alias("x"))
def iterator_of_two():
    def f(both: Iterator[Tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
        for a, b in both: yield a * 10 + b
    return pandas_udf(f, "bigint")
def case_named_pandas_iterator(spark):
    f = iterator_of_two()
    return spark.range(2).select(f(b=F.col("id"), a=F.col("id") + 3).alias("x"))
def case_named_pandas_iterator_half(spark):
    f = iterator_of_two()
    return spark.range(2).select(f(F.col("id") + 3, both=F.col("id")).alias("x"))
def case_named_native_iterator(spark):
    import pyarrow.compute as pc
    def f(both: Iterator[Tuple[pa.Array, pa.Array]]) -> Iterator[pa.Array]:
        for a, b in both: yield pc.subtract(a, b)
    f = arrow_udf(f, "bigint")
    return spark.range(2).select(f(b=F.col("id"), a=F.col("id") + 3).alias("x"))
def case_named_one_iterator(spark):
    def f(one: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for a in one: yield a + 1
    f = pandas_udf(f, "bigint")
    return spark.range(2).select(f(x=F.col("id")).alias("x"))
def case_named_twice(spark):
    f = udf(lambda a, b: a, "bigint")
    return spark.range(1).select(f(F.col("id"), a=F.col("id")))
def case_named_unknown(spark):
    f = udf(lambda a: a, "bigint")
    return failure(lambda: spark.range(1).select(f(z=F.col("id"))))
def case_named_varargs(spark):
    f = udf(lambda *a, **k: str(a) + str(sorted(k.items())), "string")
    return spark.range(1).select(f(F.lit(1), F.lit("s"), z=F.col("id"), a=F.lit(None)).alias("x"))


# Aggregates and windows

def numbers(spark):
    return spark.sql("SELECT * FROM VALUES ('a', 1, 1.5D), ('a', 2, null), ('b', 5, 2.5D), ('b', 6, 3.5D), ('b', 7, 0D), (null, null, 9D) AS t(k, v, w)")
def total():
    def total(v: pd.Series) -> float: return float(v.sum())
    return pandas_udf(total, "double")
def native_count():
    def count(v: pa.Array) -> int: return len(v) - v.null_count
    return arrow_udf(count, "bigint")
def case_agg_pandas_nothing(spark): return numbers(spark).filter("v > 100").agg(total()("v").alias("t"))
def case_agg_pandas_nothing_keys(spark): return numbers(spark).filter("v > 100").groupBy("k").agg(total()("v").alias("t"))
def case_agg_native(spark): return numbers(spark).groupBy("k").agg(native_count()("v").alias("t"), native_count()("w").alias("u")).orderBy("k")
def case_agg_native_nothing(spark): return numbers(spark).filter("v > 100").agg(native_count()("v").alias("t"))
def case_agg_having(spark): return numbers(spark).groupBy("k").agg(total()("v").alias("t")).filter("t > 3").orderBy("k")
def case_agg_rollup(spark): return numbers(spark).rollup("k").agg(total()("w").alias("t")).orderBy("k", "t")
def case_agg_array_result(spark):
    def all_of(v: pd.Series) -> object: return sorted(v.dropna().tolist())
    return numbers(spark).groupBy("k").agg(pandas_udf(all_of, "array<double>", F.PandasUDFType.GROUPED_AGG)("w").alias("l")).orderBy("k")
def case_agg_map_result(spark):
    def f(v: pd.Series) -> Any: return {"n": len(v)}
    return failure(lambda: numbers(spark).groupBy("k").agg(pandas_udf(f, "map<string,int>", F.PandasUDFType.GROUPED_AGG)("w").alias("l")).orderBy("k"))
def case_agg_struct_result(spark):
    def f(v: pd.Series) -> Any: return {"n": len(v)}
    return failure(lambda: numbers(spark).groupBy("k").agg(pandas_udf(f, "struct<n:int>", F.PandasUDFType.GROUPED_AGG)("w").alias("l")).orderBy("k"))
def case_agg_string_result(spark):
    def f(v: pd.Series) -> str: return "-".join(str(x) for x in v)
    return numbers(spark).groupBy("k").agg(pandas_udf(f, "string")("w").alias("l")).orderBy("k")
def case_agg_none_result(spark):
    def f(v: pd.Series) -> float: return None
    return numbers(spark).groupBy("k").agg(pandas_udf(f, "double")("w").alias("l")).orderBy("k")
def case_agg_wrong_result(spark):
    def f(v: pd.Series) -> float: return "x"
    return failure(lambda: numbers(spark).groupBy("k").agg(pandas_udf(f, "double")("w").alias("l")).orderBy("k"))
def case_agg_native_wrong_result(spark):
    def f(v: pa.Array) -> int: return "x"
    return failure(lambda: numbers(spark).groupBy("k").agg(arrow_udf(f, "bigint")("w").alias("l")).orderBy("k"))
def case_agg_native_scalar_result(spark):
    import pyarrow.compute as pc
    def f(v: pa.Array) -> pa.Scalar: return pc.max(v)
    return numbers(spark).groupBy("k").agg(arrow_udf(f, "double")("w").alias("l")).orderBy("k")
def case_agg_timestamp_result(spark):
    def f(v: pd.Series) -> datetime.datetime: return v.max()
    return times(spark).groupBy().agg(pandas_udf(f, "timestamp")("ts").alias("l"))
def case_agg_struct_argument(spark):
    def f(v: pd.DataFrame) -> str: return type(v).__name__ + str(list(v.columns))
    return failure(lambda: nested(spark).agg(pandas_udf(f, "string", F.PandasUDFType.GROUPED_AGG)("st").alias("l")))
def windows():
    by_key = Window.partitionBy("k")
    ordered = by_key.orderBy("w")
    return {
        "whole": by_key, "running": ordered, "rows": ordered.rowsBetween(-1, 0), "after": ordered.rowsBetween(1, 2),
        "up": ordered.rowsBetween(Window.unboundedPreceding, -1), "range": ordered.rangeBetween(-1, 1),
        "all": ordered.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing), "global": Window.orderBy("w").rowsBetween(-1, 1),
    }
def case_window_pandas(spark):
    return numbers(spark).select("k", "v", "w", *(total()("v").over(w).alias(n) for n, w in windows().items())).orderBy("k", "v", "w")
def case_window_native(spark):
    return numbers(spark).select("k", "v", "w", *(native_count()("v").over(w).alias(n) for n, w in windows().items())).orderBy("k", "v", "w")
def case_window_mixed(spark):
    w = Window.partitionBy("k").orderBy("w")
    return numbers(spark).select("k", "w", total()("v").over(w).alias("a"), F.sum("v").over(w).alias("b"), F.row_number().over(w).alias("c")).orderBy("k", "w")
def case_window_two_functions(spark):
    w = Window.partitionBy("k").orderBy("w").rowsBetween(-1, 0)
    return numbers(spark).select("k", "w", total()("v").over(w).alias("a"), total()(F.col("w") * 2).over(w).alias("b")).orderBy("k", "w")
def case_window_string(spark):
    def f(v: pd.Series) -> str: return ",".join(str(x) for x in v)
    w = Window.partitionBy("k").orderBy("w").rowsBetween(-1, 1)
    return numbers(spark).select("k", "w", pandas_udf(f, "string")("v").over(w).alias("a")).orderBy("k", "w")
def case_window_empty_frame(spark):
    def f(v: pd.Series) -> float: return float(len(v))
    w = Window.partitionBy("k").orderBy("w").rowsBetween(5, 6)
    return numbers(spark).select("k", "w", pandas_udf(f, "double")("v").over(w).alias("a")).orderBy("k", "w")
def case_window_scalar_refused(spark):
    return failure(lambda: numbers(spark).select(pandas_udf(lambda v: v, "int")("v").over(Window.partitionBy("k"))))
def case_window_plain_refused(spark): return failure(lambda: numbers(spark).select(udf(lambda v: v, "int")("v").over(Window.partitionBy("k"))))
def case_agg_scalar_refused(spark): return failure(lambda: numbers(spark).groupBy("k").agg(pandas_udf(lambda v: v, "int")("v")))
def case_agg_plain_of_column(spark): return failure(lambda: numbers(spark).groupBy("k").agg(udf(lambda v: v, "int")("v")))
def case_agg_in_select(spark): return failure(lambda: numbers(spark).select(total()("v")))
def case_agg_in_select_beside(spark): return failure(lambda: numbers(spark).select("k", total()("v")))
def case_agg_in_filter(spark): return failure(lambda: numbers(spark).filter(total()("v") > 1))


# Groups

def grouped(spark): return numbers(spark).groupBy("k")
def case_apply_positions(spark):
    return grouped(spark).applyInPandas(lambda f: pd.DataFrame([[1, "x"]]), "a int, b string")
def case_apply_names_reordered(spark):
    return grouped(spark).applyInPandas(lambda f: pd.DataFrame({"b": ["x"], "a": [1]}), "a int, b string")
def case_apply_empty_result(spark): return grouped(spark).applyInPandas(lambda f: pd.DataFrame(), "a int, b string")
def case_apply_empty_columns(spark): return grouped(spark).applyInPandas(lambda f: pd.DataFrame(columns=["a", "b"]), "a int, b string")
def case_apply_missing_column(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [1]}), "a int, b string"))
def case_apply_extra_column(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [1], "b": ["x"], "c": [2]}), "a int, b string"))
def case_apply_wrong_name(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [1], "z": ["x"]}), "a int, b string"))
def case_apply_wrong_count(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame([[1]]), "a int, b string"))
def case_apply_too_many(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame([[1, "x", 3]]), "a int, b string"))
def case_apply_wrong_type(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": ["q"], "b": ["x"]}), "a int, b string"))
def case_apply_int_for_string(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [1], "b": [5]}), "a int, b string"))
def case_apply_not_frame(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: 5, "a int"))
def case_apply_none(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: None, "a int"))
def case_apply_raises(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: 1 / 0, "a int"))
def case_apply_wrong_arguments(spark): return failure(lambda: grouped(spark).applyInPandas(lambda: 1, "a int"))
def case_apply_not_struct(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: f, "int"))
def case_apply_null_in_int(spark):
    return grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [1.0, None]}), "a int").distinct().orderBy("a")
def case_apply_fraction_in_int(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [1.5]}), "a int"))
def case_apply_overflow(spark): return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [2**40]}), "a int"))
def case_apply_not_nullable(spark):
    schema = T.StructType([T.StructField("a", T.IntegerType(), False)])
    return failure(lambda: grouped(spark).applyInPandas(lambda f: pd.DataFrame({"a": [None]}), schema))
def case_apply_no_keys(spark): return numbers(spark).groupBy().applyInPandas(lambda f: pd.DataFrame({"n": [len(f)]}), "n int")
def case_apply_no_rows(spark): return numbers(spark).filter("v > 100").groupBy("k").applyInPandas(lambda f: pd.DataFrame({"n": [len(f)]}), "n int")
def case_apply_no_rows_no_keys(spark): return numbers(spark).filter("v > 100").groupBy().applyInPandas(lambda f: pd.DataFrame({"n": [len(f)]}), "n int")
def case_apply_iterator(spark):
    def f(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames: yield pd.DataFrame({"n": [len(frame)], "s": [frame["v"].sum()]})
    return grouped(spark).applyInPandas(f, "n int, s double").orderBy("n")
def case_apply_iterator_wrong_column(spark):
    def f(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"z": [1]})
    return failure(lambda: grouped(spark).applyInPandas(f, "n int"))
def case_apply_iterator_not_frame(spark):
    def f(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        yield 5
    return failure(lambda: grouped(spark).applyInPandas(f, "n int"))
def case_apply_iterator_no_result(spark):
    def f(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        return iter([])
    return grouped(spark).applyInPandas(f, "n int")
def case_apply_iterator_none(spark):
    def f(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        return None
    return failure(lambda: grouped(spark).applyInPandas(f, "n int"))
def case_arrow_apply(spark):
    return grouped(spark).applyInArrow(lambda t: pa.Table.from_pydict({"n": pa.array([t.num_rows], pa.int32())}), "n int").orderBy("n")
def case_arrow_apply_key(spark):
    def f(key, t): return pa.Table.from_pydict({"k": [repr(key)], "n": pa.array([t.num_rows], pa.int32())})
    return grouped(spark).applyInArrow(f, "k string, n int").orderBy("k")
def case_arrow_apply_iterator(spark):
    def f(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for b in batches: yield pa.RecordBatch.from_pydict({"n": pa.array([b.num_rows], pa.int32())})
    return grouped(spark).applyInArrow(f, "n int").orderBy("n")
def case_arrow_apply_iterator_key(spark):
    def f(key: Tuple[pa.Scalar, ...], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for b in batches: yield pa.RecordBatch.from_pydict({"k": [repr(key)]})
    return grouped(spark).applyInArrow(f, "k string").orderBy("k")
def arrow_applied(spark, make, schema): return failure(lambda: grouped(spark).applyInArrow(lambda t: make(), schema))
def case_arrow_apply_wrong_type(spark): return arrow_applied(spark, lambda: pa.Table.from_pydict({"a": ["x"]}), "a int")
def case_arrow_apply_wide_type(spark): return arrow_applied(spark, lambda: pa.Table.from_pydict({"a": [1]}), "a int")
def case_arrow_apply_two_wrong_types(spark): return arrow_applied(spark, lambda: pa.Table.from_pydict({"b": [1], "a": ["x"]}), "a int, b string")
def case_arrow_apply_missing(spark): return arrow_applied(spark, lambda: pa.Table.from_pydict({"a": [1]}), "a bigint, b string")
def case_arrow_apply_extra(spark): return arrow_applied(spark, lambda: pa.Table.from_pydict({"a": [1], "b": ["x"], "c": [1]}), "a bigint, b string")
def case_arrow_apply_other_name(spark): return arrow_applied(spark, lambda: pa.Table.from_pydict({"z": [1], "b": ["x"]}), "a bigint, b string")
def case_arrow_apply_batch(spark): return arrow_applied(spark, lambda: pa.RecordBatch.from_pydict({"a": [1]}), "a bigint")
def case_arrow_apply_none(spark): return arrow_applied(spark, lambda: None, "a bigint")
def case_arrow_apply_no_columns(spark): return arrow_applied(spark, lambda: pa.table({}), "a bigint")
def case_arrow_apply_reordered(spark):
    return grouped(spark).applyInArrow(lambda t: pa.Table.from_pydict({"b": ["x"], "a": [1]}), "a bigint, b string")
def case_arrow_apply_large_string(spark):
    return arrow_applied(spark, lambda: pa.Table.from_pydict({"a": pa.array(["x"], pa.large_string())}), "a string")
def case_arrow_apply_zones(spark):
    ts = pa.array([datetime.datetime(2024, 1, 1)], pa.timestamp("us", "America/New_York"))
    return arrow_applied(spark, lambda: pa.Table.from_pydict({"a": ts}), "a timestamp")
def case_arrow_apply_naive_timestamp(spark):
    ts = pa.array([datetime.datetime(2024, 1, 1)], pa.timestamp("us"))
    return arrow_applied(spark, lambda: pa.Table.from_pydict({"a": ts}), "a timestamp")


# Cogroups

def two_sides(spark):
    left = spark.createDataFrame([(1, "a"), (1, "b"), (2, "c")], "k int, l string")
    right = spark.createDataFrame([(2, 1.5), (3, 2.5), (None, 3.5)], "k int, r double")
    return left.groupBy("k").cogroup(right.groupBy("k"))
def described(left, right): return "%s%d %s%d" % (list(left.columns), len(left), list(right.columns), len(right))
def case_cogroup(spark):
    def f(left, right): return pd.DataFrame({"t": [described(left, right)]})
    return two_sides(spark).applyInPandas(f, "t string").orderBy("t")
def case_cogroup_wrong_column(spark): return failure(lambda: two_sides(spark).applyInPandas(lambda l, r: pd.DataFrame({"z": [1]}), "t int"))
def case_cogroup_not_frame(spark): return failure(lambda: two_sides(spark).applyInPandas(lambda l, r: 5, "t int"))
def case_cogroup_wrong_arguments(spark): return failure(lambda: two_sides(spark).applyInPandas(lambda l: l, "t int"))
def case_cogroup_no_keys(spark):
    df = numbers(spark)
    return df.groupBy().cogroup(df.groupBy()).applyInPandas(lambda l, r: pd.DataFrame({"n": [len(l) + len(r)]}), "n int")
def case_cogroup_arrow(spark):
    def f(left, right): return pa.Table.from_pydict({"t": ["%s%d %s%d" % (left.schema.names, left.num_rows, right.schema.names, right.num_rows)]})
    return two_sides(spark).applyInArrow(f, "t string").orderBy("t")
def case_cogroup_arrow_key(spark):
    def f(key, left, right): return pa.Table.from_pydict({"k": [repr(key)]})
    return two_sides(spark).applyInArrow(f, "k string").orderBy("k")
def case_cogroup_arrow_wrong(spark): return failure(lambda: two_sides(spark).applyInArrow(lambda l, r: 5, "k string"))


# Maps

def mapped(spark, rows, schema, n=1): return spark.range(0, n, 1, 1).mapInPandas(lambda frames: rows(frames), schema)
def case_map_barrier(spark): return spark.range(3).mapInPandas(lambda it: it, "id long", barrier=True).orderBy("id")
def case_map_arrow_barrier(spark): return spark.range(3).mapInArrow(lambda it: it, "id long", barrier=True).orderBy("id")
def case_map_missing(spark): return failure(lambda: mapped(spark, lambda it: (pd.DataFrame({"a": [1]}) for _ in it), "a int, b int"))
def case_map_extra(spark): return failure(lambda: mapped(spark, lambda it: (pd.DataFrame({"a": [1], "c": [1]}) for _ in it), "a int"))
def case_map_positions(spark): return failure(lambda: mapped(spark, lambda it: (pd.DataFrame([[1, 2]]) for _ in it), "a int, b int"))
def case_map_reordered(spark): return mapped(spark, lambda it: (pd.DataFrame({"b": [1], "a": [2]}) for _ in it), "a int, b int")
def case_map_duplicate(spark): return failure(lambda: mapped(spark, lambda it: (pd.DataFrame([[1, 2]], columns=["a", "a"]) for _ in it), "a int, b int"))
def case_map_wrong_type(spark): return failure(lambda: mapped(spark, lambda it: (pd.DataFrame({"a": ["x"]}) for _ in it), "a int"))
def case_map_series(spark): return failure(lambda: mapped(spark, lambda it: (pd.Series([1]) for _ in it), "a int"))
def case_map_none(spark): return failure(lambda: mapped(spark, lambda it: None, "a int"))
def case_map_yields_none(spark): return failure(lambda: mapped(spark, lambda it: iter([None]), "a int"))
def case_map_list(spark): return mapped(spark, lambda it: [pd.DataFrame({"a": [1]})], "a int")
def case_map_empty_frames(spark): return mapped(spark, lambda it: (pd.DataFrame() for _ in it), "a int")
def case_map_raises(spark):
    def f(it):
        raise KeyError("nope")
    return failure(lambda: mapped(spark, f, "a int"))
def case_map_raises_later(spark):
    def f(it):
        yield pd.DataFrame({"a": [1]})
        raise ValueError("later")
    return failure(lambda: mapped(spark, f, "a int"))
def case_map_stop_iteration(spark):
    def f(it):
        raise StopIteration("stop")
    return failure(lambda: mapped(spark, f, "a int"))
def case_map_not_struct(spark): return failure(lambda: mapped(spark, lambda it: it, "int"))
def case_map_arrow_table(spark):
    return failure(lambda: spark.range(1).mapInArrow(lambda it: (pa.Table.from_batches([b]) for b in it), "id long"))
def case_map_arrow_missing(spark):
    return failure(lambda: spark.range(1).mapInArrow(lambda it: (pa.RecordBatch.from_pydict({"a": [1]}) for _ in it), "a long, b long"))
def case_map_arrow_zone(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    def f(it):
        for b in it: yield pa.RecordBatch.from_pydict({"t": [str(b.schema.field(0).type) + " " + str(b.column(0)[0])]})
    return spark.sql("SELECT TIMESTAMP'2024-03-10 03:30:00' t").mapInArrow(f, "t string")
def case_map_variant(spark):
    df = spark.sql("SELECT parse_json('{\"a\":[1,2]}') v")
    return failure(lambda: df.mapInPandas(lambda it: (pd.DataFrame({"t": [type(f["v"].iloc[0]).__name__]}) for f in it), "t string"))


# Batches of all kinds of pandas functions

def case_pandas_longer(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: pd.concat([s, s]), "long")("id")))
def case_pandas_scalar_result(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: 5, "long")("id")))
def case_pandas_list_result(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: [1, 2], "long")("id")))
def case_pandas_array_result(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: s.to_numpy(), "long")("id")))
def case_pandas_frame_result(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: s.to_frame(), "long")("id")))
def case_pandas_struct_series(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: s, "a long")("id")))
def case_pandas_none(spark): return spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: pd.Series([None] * len(s)), "int")("id").alias("x"))
def case_pandas_nan(spark): return spark.range(0, 2, 1, 1).select(pandas_udf(lambda s: pd.Series([float("nan")] * len(s)), "double")("id").alias("x"))
def case_pandas_decimal_scale(spark):
    return failure(lambda: spark.range(1).select(pandas_udf(lambda s: pd.Series([Decimal("1.239")] * len(s)), "decimal(5,2)")("id")))
def case_pandas_int_to_decimal_on(spark):
    spark.conf.set("spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled", "true")
    return spark.range(1).select(pandas_udf(lambda s: s, "decimal(5,2)")("id").alias("x"))
def case_pandas_timestamp_zones(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    def aware(s): return pd.Series(pd.to_datetime(["2024-03-10 10:30:00"] * len(s))).dt.tz_localize("UTC")
    def naive(s): return pd.Series(pd.to_datetime(["2024-03-10 10:30:00"] * len(s)))
    df = spark.range(1).select(pandas_udf(aware, "timestamp")("id").alias("a"), pandas_udf(naive, "timestamp")("id").alias("n"), pandas_udf(naive, "timestamp_ntz")("id").alias("z"))
    return df.select(*(F.col(c).cast("string") for c in df.columns))
def case_pandas_timestamp_overlap(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    def fold(s): return pd.Series(pd.to_datetime(["2024-11-03 01:30:00"] * len(s)))
    return failure(lambda: spark.range(1).select(pandas_udf(fold, "timestamp")("id").cast("double").alias("x")))
def case_pandas_timestamp_seen(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    df = spark.sql("SELECT TIMESTAMP'2024-11-03 01:30:00' t, TIMESTAMP_NTZ'2024-11-03 01:30:00' n")
    show = lambda s: pd.Series([str(s.iloc[0]) + " " + str(s.dtype)] * len(s))
    return df.select(pandas_udf(show, "string")("t").alias("t"), pandas_udf(show, "string")("n").alias("n"))
def case_plain_timestamp_zones(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    utc = datetime.timezone.utc
    df = spark.range(1).select(
        udf(lambda x: datetime.datetime(2024, 3, 10, 10, 30), "timestamp")("id").alias("n"),
        udf(lambda x: datetime.datetime(2024, 3, 10, 10, 30, tzinfo=utc), "timestamp")("id").alias("a"),
        udf(lambda x: datetime.datetime(2024, 3, 10, 2, 30), "timestamp")("id").alias("gap"),
        udf(lambda x: datetime.datetime(2024, 11, 3, 1, 30, fold=1), "timestamp")("id").alias("fold"),
        udf(lambda x: datetime.datetime(2024, 3, 10, 10, 30, tzinfo=utc), "timestamp_ntz")("id").alias("z"))
    return df.select(*(F.col(c).cast("string") for c in df.columns))
def case_arrow_timestamp_zones(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    utc = datetime.timezone.utc
    df = spark.range(1).select(
        udf(lambda x: datetime.datetime(2024, 3, 10, 10, 30), "timestamp", useArrow=True)("id").alias("n"),
        udf(lambda x: datetime.datetime(2024, 3, 10, 10, 30, tzinfo=utc), "timestamp", useArrow=True)("id").alias("a"),
        udf(lambda x: datetime.datetime(2024, 3, 10, 10, 30), "timestamp_ntz", useArrow=True)("id").alias("z"))
    return df.select(*(F.col(c).cast("string") for c in df.columns))
def case_arrow_timestamp_seen(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    df = spark.sql("SELECT TIMESTAMP'2024-11-03 01:30:00' t, TIMESTAMP_NTZ'2024-11-03 01:30:00' n, array(TIMESTAMP'2024-07-01 00:00:00') a")
    return df.select(*(udf(lambda x: repr(x), "string", useArrow=True)(c).alias(c) for c in df.columns))
def case_plain_timestamp_seen(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    df = spark.sql("SELECT TIMESTAMP'2024-11-03 01:30:00' t, TIMESTAMP_NTZ'2024-11-03 01:30:00' n, array(TIMESTAMP'2024-07-01 00:00:00') a")
    return df.select(*(udf(lambda x: repr(x), "string")(c).alias(c) for c in df.columns))
def case_timestamp_extremes(spark):
    df = spark.sql("SELECT TIMESTAMP'0001-01-01 00:00:00' a, TIMESTAMP'9999-12-31 23:59:59.999999' b, DATE'0001-01-01' c, DATE'9999-12-31' d, TIMESTAMP'1582-10-10 00:00:00' e")
    return df.select(*(udf(lambda x: repr(x), "string")(c).alias(c) for c in df.columns))
def case_iterator_length(spark):
    def f(it: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for s in it: yield s.iloc[:1]
    return failure(lambda: spark.range(0, 4, 1, 1).select(pandas_udf(f, "long")("id")))
def case_iterator_longer(spark):
    def f(it: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for s in it: yield pd.concat([s, s])
    return failure(lambda: spark.range(0, 4, 1, 1).select(pandas_udf(f, "long")("id")))
def case_iterator_frame(spark):
    def f(it: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for s in it: yield s.assign(c=s["a"] + s["b"])
    return spark.range(0, 2, 1, 1).select(pandas_udf(f, "a long, b long, c long")(F.struct(F.col("id").alias("a"), (F.col("id") + 1).alias("b"))).alias("x")).orderBy("x")
def case_iterator_wrong_item(spark):
    def f(it: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for s in it: yield 5
    return failure(lambda: spark.range(1).select(pandas_udf(f, "long")("id")))
def case_iterator_none(spark):
    def f(it: Iterator[pd.Series]) -> Iterator[pd.Series]:
        return None
    return failure(lambda: spark.range(1).select(pandas_udf(f, "long")("id")))
def native(function, returns, *columns):
    def f(*x: pa.Array) -> pa.Array: return function(*x)
    return arrow_udf(f, returns)(*columns)
def case_native_length(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(native(lambda x: x.slice(0, 1), "long", "id")))
def case_native_list(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(native(lambda x: [1, 2], "long", "id")))
def case_native_scalar(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(native(lambda x: 5, "long", "id")))
def case_native_cast(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(native(lambda x: x, "int", "id").alias("x")))
def case_native_text(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(native(lambda x: x, "string", "id").alias("x")))
def case_native_overflow(spark): return failure(lambda: spark.range(2**40, 2**40 + 1, 1, 1).select(native(lambda x: x, "int", "id").alias("x")))
def case_native_chunked(spark): return failure(lambda: spark.range(0, 2, 1, 1).select(native(lambda x: pa.chunked_array([x]), "long", "id").alias("x")))
def case_native_nested(spark):
    return nested(spark).select("id", native(lambda x: x, "array<int>", "arr").alias("a"), native(lambda x: x, "map<string,int>", "mp").alias("m"), native(lambda x: x, "a int, b string", "st").alias("s")).orderBy("id")
def case_native_no_arguments(spark): return failure(lambda: spark.range(1).select(native(lambda: pa.array([1]), "long")))
