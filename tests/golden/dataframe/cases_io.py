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
def case_parquet_types(spark):
    p = _dir(spark)
    spark.sql("select struct(1 as a, named_struct('B', array(named_struct('c', 1), null)) as x) s, "
              "map('k', struct(1 as z)) m, cast(1.5 as decimal(20,3)) de, interval 1 day i, interval 2 month ym, "
              "X'00FF' b, timestamp'2020-01-02 03:04:05.123456' t, timestamp_ntz'1900-01-01 00:00:00' n, "
              "cast(null as void) v, cast(1 as tinyint) ti, 1.5f f, date'0001-01-01' d").write.parquet(p)
    return spark.read.parquet(p)
def case_parquet_user_schema(spark):
    p = _dir(spark)
    people(spark).write.parquet(p)
    return spark.read.schema("PAY double, extra string, id bigint").parquet(p).orderBy("id")
def case_parquet_schema_mismatch(spark):
    p = _dir(spark)
    people(spark).write.parquet(p)
    return err(lambda: spark.read.schema("id string").parquet(p).collect())
def case_partition_values(spark):
    p = _dir(spark)
    spark.createDataFrame([(1, "a b", None), (2, "c/d=%", "x"), (3, None, "é"), (4, "", "y")],
                          "id int, k string, `m n` string").write.partitionBy("k", "m n").parquet(p)
    return spark.read.parquet(p).orderBy("id")
def case_partition_types(spark):
    p = _dir(spark)
    spark.sql("select 1 v, timestamp'2020-01-01 00:00:00' t, date'2020-01-02' d, 12345678901 l, 1.5D x, true b, "
              "cast(123456789012345678901 as decimal(21,0)) big union all select 2, timestamp'2021-01-01 10:20:30', "
              "null, 3, 2, null, 5").write.partitionBy("t", "d", "l", "x", "b", "big").parquet(p)
    return spark.read.parquet(p).orderBy("v")
def case_partition_user_types(spark):
    p = _dir(spark)
    people(spark).write.partitionBy("age").parquet(p)
    return spark.read.schema("id int, age string").parquet(p).orderBy("id")
def case_partition_prune(spark):
    p = _dir(spark)
    spark.range(20).withColumn("k", F.col("id") % 4).write.partitionBy("k").parquet(p)
    return spark.read.parquet(p).where("k = 3 and id > 8").orderBy("id")
def case_partition_base_path(spark):
    p = _dir(spark)
    spark.range(6).withColumn("k", F.col("id") % 2).write.partitionBy("k").parquet(p)
    return spark.read.option("basePath", p).parquet(p + "/k=1").orderBy("id")
def case_partition_without_base(spark):
    p = _dir(spark)
    spark.range(6).withColumn("k", F.col("id") % 2).write.partitionBy("k").parquet(p)
    return spark.read.parquet(p + "/k=1").orderBy("id")
def case_partition_dynamic(spark):
    p = _dir(spark)
    spark.range(6).withColumn("k", F.col("id") % 3).write.partitionBy("k").parquet(p)
    spark.range(90, 92).withColumn("k", F.lit(1)).write.partitionBy("k").mode("overwrite").option("partitionOverwriteMode", "dynamic").parquet(p)
    return spark.read.parquet(p).orderBy("id")
def case_glob(spark):
    p = _dir(spark)
    spark.range(2).write.parquet(p + "/a1")
    spark.range(2, 4).write.parquet(p + "/a2")
    spark.range(4, 6).write.parquet(p + "/b1")
    return spark.read.parquet(p + "/a*", p + "/{b1,zz}").orderBy("id")
def case_recursive(spark):
    p = _dir(spark)
    spark.range(2).write.parquet(p + "/x/y")
    spark.range(2, 4).write.parquet(p + "/x")
    return spark.read.option("recursiveFileLookup", "true").parquet(p).orderBy("id")
def case_sql_path(spark):
    p = _dir(spark)
    spark.range(3).write.parquet(p)
    return spark.sql(f"select id + 1 as x from parquet.`{p}` order by id")
def case_path_missing(spark): return err(lambda: spark.read.parquet("/tmp/firesteel_golden_no_such_path").collect())
def case_write_exists(spark):
    p = _dir(spark)
    spark.range(1).write.parquet(p)
    return err(lambda: spark.range(1).write.parquet(p))
def case_write_no_partition_column(spark): return err(lambda: spark.range(1).write.partitionBy("zz").parquet(_dir(spark)))
def case_write_all_partition_columns(spark): return err(lambda: spark.range(1).write.partitionBy("id").parquet(_dir(spark)))
def case_write_duplicate_columns(spark): return err(lambda: spark.range(1).select("id", F.lit(1).alias("ID")).write.parquet(_dir(spark)))
def case_write_interval(spark): return err(lambda: spark.sql("select make_interval(1) i").write.parquet(_dir(spark)))
def case_write_text_type(spark): return err(lambda: spark.range(1).write.text(_dir(spark)))
def case_write_codec(spark): return err(lambda: spark.range(1).write.option("compression", "zz").parquet(_dir(spark)))
def case_write_binary(spark): return err(lambda: spark.range(1).write.format("binaryFile").save(_dir(spark)))
def case_write_noop(spark): return spark.range(10).write.format("noop").mode("overwrite").save()
def case_write_gzip(spark):
    p = _dir(spark)
    people(spark).write.option("compression", "gzip").parquet(p)
    return spark.read.parquet(p).orderBy("id")
def case_text_lines(spark):
    p = _dir(spark)
    spark.createDataFrame([("a\r\nb",), (None,), ("é\tx",)], "s string").coalesce(1).write.text(p)
    return spark.read.text(p)
def case_text_gzip(spark):
    p = _dir(spark)
    spark.createDataFrame([("x",), ("y",)], "s string").coalesce(1).write.option("compression", "gzip").text(p)
    return spark.read.text(p)
def case_text_line_sep(spark):
    p = _dir(spark)
    spark.createDataFrame([("x",), ("y",)], "s string").coalesce(1).write.option("lineSep", ";").text(p)
    return spark.read.text(p, lineSep=";")
def case_text_partitioned(spark):
    p = _dir(spark)
    people(spark).select("name", "dept").write.partitionBy("dept").text(p)
    return spark.read.text(p).orderBy("value")
def case_binary_file(spark):
    p = _dir(spark)
    spark.createDataFrame([("xyz",)], "s string").coalesce(1).write.text(p)
    return spark.read.format("binaryFile").load(p).select("length", "content")
def case_file_glob_filter(spark):
    p = _dir(spark)
    spark.createDataFrame([("x",)], "s string").coalesce(1).write.text(p)
    return spark.read.option("pathGlobFilter", "*.nothing").text(p).count()
def case_input_files(spark):
    p = _dir(spark)
    spark.range(1).coalesce(1).write.parquet(p)
    return [f.startswith("file:///tmp/") and f.endswith(".snappy.parquet") for f in spark.read.parquet(p).inputFiles()]
def case_empty_frame(spark):
    p = _dir(spark)
    people(spark).limit(0).write.parquet(p)
    return spark.read.parquet(p)
def case_infer_empty(spark):
    p = _dir(spark)
    os.makedirs(p)
    return err(lambda: spark.read.parquet(p).collect())
