"""cache, persist, CACHE TABLE: computed once, read by what contains them, freed with their session."""
import json

import pytest
from pyspark import StorageLevel
from pyspark.sql import functions as F

from harness import connect, firesteel


def caches(engine, session):
    status = json.loads(firesteel("status", "--json", "--remote", engine.url).stdout)
    return {one["id"]: one["caches"] for one in status["sessions"]}.get(session.session_id)


@pytest.fixture
def counted(spark, tmp_path):
    """A DataFrame of 100 rows, and how many of them were computed."""
    path = str(tmp_path / "calls")

    @F.udf("long")
    def noted(value):
        with open(path, "a") as calls:
            calls.write("x")
        return value

    def calls():
        return (tmp_path / "calls").stat().st_size if (tmp_path / "calls").exists() else 0

    return spark.range(100).select(noted("id").alias("v")), calls


def test_rows_are_computed_once_and_when_they_are_needed(counted):
    frame, calls = counted
    frame.cache()
    assert frame.is_cached and frame.storageLevel == StorageLevel.MEMORY_AND_DISK_DESER
    assert calls() == 0
    assert frame.agg(F.sum("v")).first()[0] == 4950
    assert calls() == 100
    assert frame.filter("v >= 50").count() == 50
    assert frame.groupBy((F.col("v") % 3).alias("k")).count().count() == 3
    assert frame.join(frame.withColumnRenamed("v", "w"), F.expr("v = w")).count() == 100
    assert calls() == 100


def test_unpersist_frees_the_rows(engine, spark, counted):
    frame, calls = counted
    frame.persist(StorageLevel.MEMORY_ONLY)
    assert len(frame.collect()) == 100 and caches(engine, spark) == 1
    frame.unpersist()
    assert not frame.is_cached and caches(engine, spark) == 0
    assert len(frame.collect()) == 100 and calls() == 200


def test_tables_are_cached_by_name_and_cleared_together(engine, spark):
    spark.range(3).createOrReplaceTempView("three")
    spark.sql("CACHE TABLE three")
    spark.range(5).cache()
    assert spark.catalog.isCached("three") and caches(engine, spark) == 2
    spark.catalog.clearCache()
    assert not spark.catalog.isCached("three") and caches(engine, spark) == 0


def test_caches_are_the_sessions_own(engine, spark):
    other = connect(engine.url)
    other.range(1000).cache().count()
    assert not spark.range(1000).is_cached
    assert (caches(engine, other), caches(engine, spark)) == (1, 0)
    assert "caches 1" in firesteel("status", "--remote", engine.url).stdout
    other.stop()
    assert caches(engine, other) is None


def test_what_is_written_is_read_anew(spark, tmp_path):
    path = str(tmp_path / "rows")
    spark.range(3).write.parquet(path)
    frame = spark.read.parquet(path).cache()
    assert frame.count() == 3
    spark.range(2).write.mode("append").parquet(path)
    assert frame.count() == 5
    assert spark.read.parquet(path).count() == 5
