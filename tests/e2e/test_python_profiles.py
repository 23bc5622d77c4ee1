"""spark.profile: what the profilers of Python functions tell, by kind."""
import contextlib
import io
import pstats
import sys
from typing import Iterator

import pandas as pd
import pyarrow as pa
import pytest
from pyspark import cloudpickle
from pyspark.errors import PythonException
from pyspark.sql import functions as F
from pyspark.sql.functions import arrow_udf, pandas_udf, udf, udtf
from pyspark.sql.window import Window

cloudpickle.register_pickle_by_value(sys.modules[__name__])
KEY = "spark.sql.pyspark.udf.profiler"


@pytest.fixture
def profiled(spark):
    spark.conf.set(KEY, "perf")
    return spark


def shown(spark, *arguments, **named):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        spark.profile.show(*arguments, **named)
    return text.getvalue()


def results(spark):
    """By function: (stats, lines)"""
    made = spark.profile.profiler_collector._profile_results
    return {id: (r.get("perf"), r.get("memory")) if isinstance(r, dict) else r for id, r in made.items()}


def calls_of(stats, function):
    return sum(row[1] for (_, _, name), row in stats.stats.items() if name == function)


def plus_one(x):
    return x + 1


def test_nothing_is_profiled_unless_asked(spark):
    spark.range(3).select(udf(plus_one, "long")("id")).collect()
    assert shown(spark) == ""


@pytest.mark.parametrize("use_arrow", [False, True])
def test_calls_are_counted_over_all_rows_and_queries(profiled, use_arrow):
    df = profiled.range(5000).select(udf(plus_one, "long", useArrow=use_arrow)("id").alias("x"))
    assert df.filter("x > 0").count() == 5000
    df.collect()
    (stats, memory), = results(profiled).values()
    assert memory is None
    assert calls_of(stats, "plus_one") == 10000


def test_each_call_of_a_select_has_a_number_of_its_own(profiled):
    one = udf(plus_one, "long")
    profiled.range(10).select(one("id"), one(F.col("id") + 1), one("id"), one(one("id"))).collect()
    counts = sorted(calls_of(stats, "plus_one") for stats, _ in results(profiled).values())
    assert counts == [10, 10, 10]  # Python tells functions apart by file, line and name


def test_show_dump_and_clear(profiled, tmp_path):
    profiled.range(10).select(udf(plus_one, "long")("id")).collect()
    (number,) = results(profiled)
    text = shown(profiled, number, type="perf")
    assert f"Profile of UDF<id={number}>" in text
    assert "(plus_one)" in text
    profiled.profile.dump(str(tmp_path))
    assert calls_of(pstats.Stats(str(tmp_path / f"udf_{number}_perf.pstats")), "plus_one") == 10
    profiled.profile.clear(number)
    assert shown(profiled) == ""


def same_series(x: pd.Series) -> pd.Series:
    return x


def same_series_iterator(x: Iterator[pd.Series]) -> Iterator[pd.Series]:
    yield from x


def same_array(x: pa.Array) -> pa.Array:
    return x


def same_array_iterator(x: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from x


def series_mean(x: pd.Series) -> float:
    return float(x.mean())


def array_length(x: pa.Array) -> float:
    return float(len(x))


def frames(x: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    yield from x


def batches(x: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from x


def identity(x):
    return x


def left(a, b):
    return a


def grouped(df):
    return df.groupBy((F.col("id") % 2).alias("k"))


WHOLE = Window.partitionBy(F.col("id") % 2)
KINDS = {
    "pandas": lambda df: df.select(pandas_udf(same_series, "long")("id")),
    "pandas iterator": lambda df: df.select(pandas_udf(same_series_iterator, "long")("id")),
    "arrow": lambda df: df.select(arrow_udf(same_array, "long")("id")),
    "arrow iterator": lambda df: df.select(arrow_udf(same_array_iterator, "long")("id")),
    "aggregate": lambda df: df.agg(pandas_udf(series_mean, "double")("id")),
    "arrow aggregate": lambda df: df.agg(arrow_udf(array_length, "double")("id")),
    "window": lambda df: df.select(pandas_udf(series_mean, "double")("id").over(WHOLE)),
    "bounded window": lambda df: df.select(
        arrow_udf(array_length, "double")("id").over(WHOLE.orderBy("id").rowsBetween(-1, 0))
    ),
    "map": lambda df: df.mapInPandas(identity, "id long"),
    "arrow map": lambda df: df.mapInArrow(identity, "id long"),
    "groups": lambda df: grouped(df).applyInPandas(identity, "id long"),
    "groups, iterator": lambda df: grouped(df).applyInPandas(frames, "id long"),
    "arrow groups": lambda df: grouped(df).applyInArrow(identity, "id long"),
    "arrow groups, iterator": lambda df: grouped(df).applyInArrow(batches, "id long"),
    "cogroup": lambda df: grouped(df).cogroup(grouped(df)).applyInPandas(left, "id long"),
    "arrow cogroup": lambda df: grouped(df).cogroup(grouped(df)).applyInArrow(left, "id long"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_functions_of_every_kind(profiled, kind):
    KINDS[kind](profiled.range(10)).collect()
    (stats, _), = results(profiled).values()
    assert stats.total_calls > 0


def test_table_functions_are_not_profiled(profiled):
    class Numbers:
        def eval(self, n):
            yield (n,)

    assert udtf(Numbers, returnType="n int")(F.lit(1)).collect()
    assert results(profiled) == {}


def test_actions_without_a_result_tell_too(profiled):
    profiled.range(10).foreach(lambda row: None)
    assert len(results(profiled)) == 1


def test_a_query_that_fails_tells_nothing(profiled):
    with pytest.raises(PythonException, match="ZeroDivisionError"):
        profiled.range(10).select(udf(lambda x: 1 // (9 - x), "long")("id")).collect()
    assert results(profiled) == {}


def test_lines_and_their_memory(spark):
    spark.conf.set(KEY, "memory")
    df = spark.range(10).select(udf(plus_one, "long")("id").alias("x"))
    try:
        import memory_profiler  # noqa: F401
    except ImportError:
        with pytest.raises(PythonException, match="ImportError: cannot import name 'UDFLineProfilerV2'"):
            df.collect()
        return
    df.collect()
    (_, lines), = results(spark).values()
    assert all(occurrences == 10 for file in lines.values() for _, (_, _, occurrences) in file)
    assert "plus_one" in shown(spark, type="memory")
