"""Files that are written: whole or not at all, whatever ends the write."""
import os
import subprocess
import sys
import threading

import pytest
from harness import Engine, clean_environment
from pyspark.errors import PySparkException
from pyspark.sql import functions as F


def data_files(folder):
    return sorted(f for f in os.listdir(folder) if f.startswith("part-"))


def test_a_failed_overwrite_leaves_the_old_rows(spark, tmp_path):
    target = str(tmp_path / "t")
    spark.range(5).write.parquet(target)
    before = data_files(target)
    failing = spark.range(100000).select(F.when(F.col("id") > 99990, F.raise_error(F.lit("no"))).otherwise(F.col("id")))
    with pytest.raises(PySparkException):
        failing.write.mode("overwrite").parquet(target)
    assert data_files(target) == before
    assert spark.read.parquet(target).count() == 5
    assert os.listdir(tmp_path) == ["t"]


def test_append_adds_files_and_overwrite_replaces_them(spark, tmp_path):
    target = str(tmp_path / "t")
    spark.range(5).write.parquet(target)
    spark.range(5, 8).write.mode("append").parquet(target)
    assert len(data_files(target)) == 2
    assert sorted(r.id for r in spark.read.parquet(target).collect()) == list(range(8))
    spark.range(3).write.mode("overwrite").parquet(target)
    assert len(data_files(target)) == 1
    assert os.path.exists(os.path.join(target, "_SUCCESS"))
    assert spark.read.parquet(target).count() == 3


def test_a_table_can_be_overwritten_with_its_own_rows(spark, tmp_path):
    target = str(tmp_path / "t")
    spark.range(5).write.parquet(target)
    spark.read.parquet(target).filter("id > 2").write.mode("overwrite").parquet(target)
    assert sorted(r.id for r in spark.read.parquet(target).collect()) == [3, 4]


ENDLESS_OVERWRITE = """
import sys
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.remote(sys.argv[1]).create()
rows = spark.range(10**11).select(F.sha2(F.col("id").cast("string"), 256).alias("x"))
rows.write.mode("overwrite").parquet(sys.argv[2])
"""


def test_an_engine_that_is_killed_leaves_the_old_rows(spark, tmp_path):
    script = tmp_path / "overwrite.py"
    script.write_text(ENDLESS_OVERWRITE)
    folder = tmp_path / "tables"
    target = str(folder / "t")
    spark.range(5).write.parquet(target)
    before = data_files(target)
    with Engine() as engine:
        # In a process of its own: a client tries for minutes to reach an engine that is gone.
        writer = subprocess.Popen([sys.executable, str(script), engine.url, target], env=clean_environment())
        try:
            staged = wait_for(lambda: [d for d in os.listdir(folder) if d != "t"])
            engine.kill()
        finally:
            writer.kill()
            writer.wait()
    assert staged
    assert data_files(target) == before


def wait_for(look, timeout=20.0):
    waited = threading.Event()
    for _ in range(int(timeout / 0.05)):
        found = look()
        if found:
            return found
        waited.wait(0.05)
    return look()


@pytest.mark.parametrize("codec", ["lz4", "snappy"])
def test_text_in_a_codec_of_hadoop_alone_is_refused(spark, tmp_path, codec):
    (tmp_path / f"rows.csv.{codec}").write_bytes(b"\x00\x01\x02")
    with pytest.raises(PySparkException) as error:
        spark.read.schema("a int").csv(str(tmp_path)).collect()
    assert codec in str(error.value) and "UNSUPPORTED_FEATURE" in str(error.value)
