import os
import tempfile
import uuid

from case_helpers import *


def table(spark): return "g_" + uuid.uuid4().hex[:12]


def two(spark): return spark.createDataFrame([(1, "a"), (2, "b")], "id int, n string")


def dropped(spark, name, value):
    """The value of a case, once its table is gone."""
    spark.sql(f"DROP TABLE IF EXISTS {name}")
    return value


def rows(frame): return sorted(tuple(row) for row in frame.collect())


def case_save_read(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    return dropped(spark, t, [rows(spark.table(t)), spark.table(t).schema.simpleString()])
def case_save_exists(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    return dropped(spark, t, err(lambda: two(spark).write.saveAsTable(t)))
def case_save_ignore(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    two(spark).limit(0).write.mode("ignore").saveAsTable(t)
    return dropped(spark, t, rows(spark.table(t)))
def case_save_append_by_name(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    two(spark).select("n", "id").write.mode("append").saveAsTable(t)
    return dropped(spark, t, rows(spark.table(t)))
def case_save_append_errors(spark):
    t = table(spark)
    d = two(spark)
    d.write.saveAsTable(t)
    found = [
        err(lambda: d.select("n").write.mode("append").saveAsTable(t)),
        err(lambda: d.select("n", F.col("id").alias("x")).write.mode("append").saveAsTable(t)),
        err(lambda: d.select("n", F.lit("zz").alias("id")).write.mode("append").saveAsTable(t)),
        err(lambda: d.write.mode("append").format("json").saveAsTable(t)),
        err(lambda: d.write.mode("append").partitionBy("n").saveAsTable(t)),
        err(lambda: d.write.mode("append").option("path", "/tmp/elsewhere").saveAsTable(t)),
    ]
    return dropped(spark, t, found)
def case_save_append_itself(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    spark.table(t).write.mode("append").saveAsTable(t)
    return dropped(spark, t, spark.table(t).count())
def case_save_overwrite_itself(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    return dropped(spark, t, err(lambda: spark.table(t).write.mode("overwrite").saveAsTable(t)))
def case_save_overwrite(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    two(spark).withColumn("z", F.lit(1.5)).write.mode("overwrite").partitionBy("n").saveAsTable(t)
    return dropped(spark, t, [spark.table(t).columns, rows(spark.table(t))])
def case_partitioned_append(spark):
    t = table(spark)
    two(spark).write.partitionBy("n").saveAsTable(t)
    found = [err(lambda: two(spark).write.mode("append").saveAsTable(t))]
    two(spark).write.mode("append").partitionBy("n").saveAsTable(t)
    return dropped(spark, t, [found, rows(spark.table(t))])
def case_partitioned_insert(spark):
    t = table(spark)
    two(spark).write.partitionBy("n").saveAsTable(t)
    spark.createDataFrame([(9, "a")], "id int, n string").write.insertInto(t)
    before = rows(spark.table(t))
    spark.createDataFrame([(10, "c")], "id int, n string").write.insertInto(t, overwrite=True)
    return dropped(spark, t, [before, rows(spark.table(t))])
def case_buckets(spark):
    t = table(spark)
    two(spark).write.bucketBy(2, "id").sortBy("n").saveAsTable(t)
    found = [(r[0], r[1]) for r in spark.sql(f"describe extended {t}").collect() if "Bucket" in r[0] or r[0] == "Sort Columns"]
    return dropped(spark, t, [rows(spark.table(t)), found])
def case_bucket_errors(spark):
    t = table(spark)
    d = two(spark)
    return [err(lambda: d.write.bucketBy(2, "zz").saveAsTable(t)), err(lambda: d.write.sortBy("n").saveAsTable(t)),
            err(lambda: d.write.bucketBy(2, "id").partitionBy("id").saveAsTable(t))]
def case_path(spark):
    t = table(spark)
    path = tempfile.mkdtemp(prefix="firesteel_golden_") + "/t"
    os.chmod(os.path.dirname(path), 0o777)
    two(spark).write.option("path", path).format("json").saveAsTable(t)
    kind = [r[1] for r in spark.sql(f"describe extended {t}").collect() if r[0] in ("Type", "Provider")]
    found = [rows(spark.table(t)), kind]
    spark.sql(f"DROP TABLE {t}")
    return [found, spark.read.json(path).count()]
def case_insert(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    two(spark).select(F.col("id").alias("q"), "n").write.insertInto(t)
    first = rows(spark.table(t))
    two(spark).limit(1).write.mode("overwrite").insertInto(t)
    return dropped(spark, t, [first, spark.table(t).count()])
def case_insert_casts(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    spark.sql("select 1.7D, true").write.insertInto(t)
    spark.sql("select null, date'2020-01-02'").write.insertInto(t)
    return dropped(spark, t, spark.table(t).orderBy("id", "n").collect())
def case_insert_errors(spark):
    t = table(spark)
    d = two(spark)
    d.write.saveAsTable(t)
    d.createOrReplaceTempView("g_view")
    found = [
        err(lambda: d.select("id").write.insertInto(t)),
        err(lambda: d.withColumn("z", F.lit(1)).write.insertInto(t)),
        err(lambda: d.select("n", "id").write.insertInto(t)),
        err(lambda: d.select(F.lit(True), F.lit("a")).write.insertInto(t)),
        err(lambda: d.write.insertInto("nope")),
        err(lambda: d.write.partitionBy("n").insertInto(t)),
        err(lambda: d.write.bucketBy(2, "n").insertInto(t)),
        err(lambda: d.write.insertInto("g_view")),
        err(lambda: spark.table(t).write.insertInto(t, overwrite=True)),
    ]
    spark.catalog.dropTempView("g_view")
    return dropped(spark, t, found)
def case_insert_overflow(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    return dropped(spark, t, err(lambda: spark.sql("select 5000000000, 'a'").write.insertInto(t)))
def case_write_to(spark):
    t = table(spark)
    d = two(spark)
    d.writeTo(t).using("parquet").partitionedBy("n").tableProperty("a", "b").create()
    found = [
        rows(spark.table(t)),
        err(lambda: d.writeTo(t).create()),
        err(lambda: d.writeTo(t).append()),
        err(lambda: d.writeTo(t).overwrite(F.lit(True))),
        err(lambda: d.writeTo(t).overwritePartitions()),
        err(lambda: d.writeTo(t).replace()),
        err(lambda: d.writeTo(t).createOrReplace()),
        err(lambda: d.writeTo("nope_" + t).append()),
        err(lambda: d.writeTo("nope_" + t).partitionedBy(F.years("n")).create()),
    ]
    return dropped(spark, t, found)
def case_names(spark):
    d = two(spark)
    return [err(lambda: d.write.saveAsTable("nodb.t")), err(lambda: d.write.saveAsTable("`a b`")),
            err(lambda: d.write.format("nosuch").saveAsTable("g_x")), err(lambda: d.write.format("text").saveAsTable("g_x")),
            err(lambda: d.select("id", F.col("n").alias("ID")).write.saveAsTable("g_x"))]
def case_csv_table(spark):
    t = table(spark)
    two(spark).write.format("csv").option("header", "true").saveAsTable(t)
    return dropped(spark, t, rows(spark.table(t)))
def case_catalog_create(spark):
    t = table(spark)
    made = spark.catalog.createTable(t, schema=two(spark).schema, source="parquet", description="hey")
    found = [made.columns, made.count(), err(lambda: spark.catalog.createTable(t, schema=two(spark).schema, source="parquet"))]
    two(spark).write.insertInto(t)
    comment = [r[1] for r in spark.sql(f"describe extended {t}").collect() if r[0] == "Comment"]
    return dropped(spark, t, [found, rows(spark.table(t)), comment])
def case_catalog_create_external(spark):
    t = table(spark)
    path = "/tmp/oracle_io_" + uuid.uuid4().hex
    two(spark).write.json(path)
    made = spark.catalog.createTable(t, path=path, source="json")
    return dropped(spark, t, [made.schema.simpleString(), rows(made)])
def case_catalog_create_no_schema(spark): return err(lambda: spark.catalog.createTable(table(spark), source="parquet"))
def case_sql_create(spark):
    t = table(spark)
    spark.sql(f"CREATE TABLE {t} (a INT, b STRING) USING parquet PARTITIONED BY (b)")
    spark.sql(f"INSERT INTO {t} VALUES (1, 'x'), (2, 'y')")
    spark.sql(f"INSERT INTO {t} SELECT 3, 'x'")
    return dropped(spark, t, [rows(spark.table(t)), spark.table(t).columns])
def case_sql_create_as(spark):
    t = table(spark)
    spark.sql(f"CREATE TABLE {t} USING json AS SELECT 1 AS a, 'x' AS b")
    spark.sql(f"INSERT OVERWRITE {t} SELECT 5, 'z'")
    return dropped(spark, t, [rows(spark.table(t)), err(lambda: spark.sql(f"CREATE TABLE {t} (a INT) USING json"))])
def case_cache_follows(spark):
    t = table(spark)
    two(spark).write.saveAsTable(t)
    kept = spark.table(t).cache()
    first = kept.count()
    two(spark).write.insertInto(t)
    return dropped(spark, t, [first, spark.table(t).count()])
