from case_helpers import *
import os, shutil, tempfile, uuid


def _dir(spark): return "/tmp/firesteel_golden_" + uuid.uuid4().hex


def case_parquet_overwrite(spark):
    p = _dir(spark)
    people(spark).write.parquet(p)
    spark.range(2).write.mode("overwrite").parquet(p)
    return spark.read.parquet(p).orderBy("id")
def case_parquet_append(spark):
    p = _dir(spark)
    spark.range(2).write.parquet(p)
    spark.range(2, 4).write.mode("append").parquet(p)
    return spark.read.parquet(p).orderBy("id")
def case_mode_ignore(spark):
    p = _dir(spark)
    spark.range(2).write.parquet(p)
    spark.range(9).write.mode("ignore").parquet(p)
    return spark.read.parquet(p).count()
def case_csv_no_header(spark):
    p = _dir(spark)
    people(spark).select("id", "name").write.csv(p)
    return spark.read.csv(p).orderBy("_c0")
def case_csv_nullvalue(spark):
    p = _dir(spark)
    people(spark).select("id", "dept").write.option("nullValue", "NA").csv(p)
    return spark.read.schema("id int, dept string").option("nullValue", "NA").csv(p).orderBy("id")
def case_partition_by(spark):
    p = _dir(spark)
    people(spark).write.partitionBy("dept").parquet(p)
    return spark.read.parquet(p).orderBy("id")
def case_format_load(spark):
    p = _dir(spark)
    people(spark).write.format("parquet").save(p)
    return spark.read.format("parquet").load(p).select("id", "pay").orderBy("id")
def case_load_options(spark):
    p = _dir(spark)
    people(spark).select("id", "name").write.format("csv").options(header=True, sep=";").save(p)
    return spark.read.load(p, format="csv", header=True, sep=";").orderBy("id")
def case_bad_format(spark): return err(lambda: spark.read.format("nosuch").load("/tmp/x").collect())
def case_merge_schema(spark):
    p = _dir(spark)
    spark.range(1).write.parquet(p + "/k=1")
    spark.range(1).withColumn("x", F.lit("q")).write.parquet(p + "/k=2")
    return spark.read.option("mergeSchema", True).parquet(p).orderBy("k")
def case_write_to(spark):
    spark.sql("DROP TABLE IF EXISTS io_t4")
    spark.range(3).writeTo("io_t4").using("parquet").create()
    n = spark.table("io_t4").count()
    spark.sql("DROP TABLE io_t4")
    return n
def case_bucket_by(spark):
    spark.sql("DROP TABLE IF EXISTS io_t5")
    spark.range(10).write.bucketBy(2, "id").sortBy("id").saveAsTable("io_t5")
    n = spark.table("io_t5").count()
    spark.sql("DROP TABLE io_t5")
    return n
def case_read_json_lines_df(spark): return spark.read.json(spark.createDataFrame([('{"a":1}',), ('{"a":2,"b":"x"}',)], "value string")).orderBy("a") if False else 1
def case_max_records(spark):
    p = _dir(spark)
    spark.range(10).coalesce(1).write.option("maxRecordsPerFile", 3).parquet(p)
    return spark.read.parquet(p).count()
def case_text_wholetext(spark):
    p = _dir(spark)
    spark.createDataFrame([("x",), ("y",)], "s string").coalesce(1).write.text(p)
    return spark.read.text(p, wholetext=True)
def case_csv_dropmalformed(spark):
    p = _dir(spark)
    spark.createDataFrame([("1,a",), ("bad,b",)], "s string").write.text(p)
    return spark.read.schema("i int, s string").option("mode", "DROPMALFORMED").csv(p)
