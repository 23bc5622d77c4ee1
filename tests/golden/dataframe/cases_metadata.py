import os
import tempfile

from case_helpers import *

CSV = "a,b\n1,x\n2,y\n"
JSON = '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'
XML = "<ROWS><r><a>1</a></r><r><a>2</a></r></ROWS>"
FIELDS = ["file_name", "file_size", "file_block_start", "file_block_length"]


def folder(**files):
    """A folder with files name_ext=text, last changed at a known time."""
    path = tempfile.mkdtemp(prefix="firesteel_golden_")
    for name, text in files.items():
        file = os.path.join(path, name.replace("_", "."))
        with open(file, "w") as out:
            out.write(text)
        os.utime(file, (1700000000, 1700000000))
    os.chmod(path, 0o755)
    return path


def csv(spark): return spark.read.csv(folder(one_csv=CSV), header=True)
def json(spark): return spark.read.json(folder(one_json=JSON))
def parquet(spark):
    path = os.path.join(tempfile.mkdtemp(prefix="firesteel_golden_"), "p")
    os.chmod(os.path.dirname(path), 0o777)
    spark.range(3).selectExpr("id AS a", "id % 2 AS k").coalesce(1).write.parquet(path)
    return spark.read.parquet(path)


def parts(frame): return frame.select(*["_metadata." + f for f in FIELDS])


def case_schema_csv(spark): return csv(spark).select("_metadata").schema.json()
def case_schema_parquet(spark): return parquet(spark).select("*", "_metadata").schema.json()
def case_csv(spark): return parts(csv(spark))
def case_json(spark): return parts(json(spark))
def case_text(spark): return parts(spark.read.text(folder(one_txt="p\nq\n")))
def case_whole_text(spark): return parts(spark.read.text(folder(one_txt="p\nq\n"), wholetext=True))
def case_xml(spark): return parts(spark.read.xml(folder(one_xml=XML), rowTag="r"))
def case_binary(spark): return parts(spark.read.format("binaryFile").load(folder(one_bin="abc")))
def case_modified(spark): return csv(spark).selectExpr("_metadata.file_modification_time")
def case_path(spark):
    path = folder(one_csv=CSV)
    odd = os.path.join(path, "sp ace ü%")
    os.mkdir(odd)
    os.rename(os.path.join(path, "one.csv"), os.path.join(odd, "o ne.csv"))
    frame = spark.read.csv(odd, header=True).select("_metadata.file_path", "_metadata.file_name", F.input_file_name()).limit(1)
    return [value.replace(path, "") for value in frame.first()]
def case_two_files(spark):
    frame = spark.read.csv(folder(one_csv=CSV, two_csv=CSV + "3,z\n"), header=True)
    return frame.select("a", "_metadata.file_name", "_metadata.file_size").orderBy("file_name", "a")
def case_hidden(spark): return [csv(spark).columns, csv(spark).select("*").columns, csv(spark).drop("_metadata").columns]
def case_star_after(spark): return csv(spark).select("*", "_metadata").select("*").columns
def case_upper(spark): return csv(spark).select("_METADATA.File_Name").columns
def case_filter(spark): return csv(spark).filter("_metadata.file_name = 'one.csv' AND a = 2")
def case_filter_below(spark): return csv(spark).select("a").filter("_metadata.file_size > 0")
def case_order(spark): return parquet(spark).orderBy(F.col("_metadata.row_index").desc()).select("a")
def case_row_index(spark): return parquet(spark).filter("k = 0").select("a", "_metadata.row_index")
def case_after_select(spark): return csv(spark).select("a").select("_metadata.file_name", "a")
def case_group(spark): return csv(spark).groupBy("_metadata.file_name").count()
def case_aggregate(spark): return parquet(spark).agg(F.max("_metadata.row_index"), F.count("_metadata"))
def case_lost_by_group(spark): return err(lambda: csv(spark).groupBy("a").count().select("_metadata").collect())
def case_lost_by_union(spark): return err(lambda: csv(spark).union(csv(spark)).select("_metadata").collect())
def case_lost_by_unpivot(spark): return err(lambda: csv(spark).unpivot("a", ["b"], "n", "v").select("_metadata").collect())
def case_distinct(spark): return csv(spark).select("b").distinct().select("_metadata.file_name")
def case_deduplicate(spark): return csv(spark).dropDuplicates(["b"]).select("_metadata.file_name", "b").orderBy("b")
def case_rename(spark): return csv(spark).toDF("x", "y").select("_metadata.file_name", "x")
def case_column(spark): return csv(spark).withColumn("f", F.col("_metadata.file_name")).drop("b")
def case_replaced(spark): return csv(spark).withColumn("_metadata", F.lit(1)).select("_metadata")
def case_metadata_column(spark):
    frame = csv(spark).withColumn("_metadata", F.lit(1))
    return frame.select(frame.metadataColumn("_metadata").getField("file_name"))
def case_metadata_column_of_none(spark):
    frame = spark.range(1)
    return err(lambda: frame.select(frame.metadataColumn("_metadata")).collect())
def case_metadata_column_visible(spark):
    frame = csv(spark)
    return err(lambda: frame.select(frame.metadataColumn("a")).collect())
def case_join(spark):
    left, right = csv(spark).alias("l"), json(spark).alias("r")
    frame = left.join(right, F.expr("l.a = r.a"))
    return frame.select("l.a", "l._metadata.file_name", F.col("r._metadata.file_name").alias("other")).orderBy("a")
def case_join_ambiguous(spark):
    left, right = csv(spark).alias("l"), json(spark).alias("r")
    return err(lambda: left.join(right, F.expr("l.a = r.a")).select("_metadata").collect())
def case_join_outer_schema(spark):
    frame = spark.range(1).join(csv(spark), F.expr("id = a"), "left")
    return frame.select("_metadata").schema["_metadata"].nullable
def case_join_using(spark):
    return err(lambda: csv(spark).alias("l").join(json(spark).alias("r"), "b").select("l._metadata").collect())
def case_join_condition(spark):
    left, right = csv(spark).alias("l"), json(spark).alias("r")
    return left.join(right, F.expr("l._metadata.file_size < r._metadata.file_size")).select("l.a").distinct().orderBy("a")
def case_join_semi(spark):
    return csv(spark).alias("l").join(json(spark).alias("r"), F.expr("l.a = r.a"), "semi").select("_metadata.file_name")
def case_alias(spark): return csv(spark).alias("x").select("x._metadata.file_name")
def case_alias_of_filter(spark): return err(lambda: csv(spark).filter("a = 1").alias("x").select("_metadata").collect())
def case_path_sql(spark):
    return spark.sql(f"SELECT t._metadata.file_name, _metadata.file_size FROM text.`{folder(one_txt='abc')}` t WHERE _metadata.file_size > 0")
def case_view(spark):
    csv(spark).createOrReplaceTempView("files_of_golden")
    return err(lambda: spark.sql("SELECT _metadata FROM files_of_golden").collect())
def case_star_of_struct(spark): return spark.sql(f"SELECT _metadata.* FROM text.`{folder(one_txt='abc')}`").columns
def case_window(spark):
    from pyspark.sql import Window
    return csv(spark).withColumn("r", F.row_number().over(Window.orderBy("a"))).select("_metadata.file_name", "r")
def case_own_column(spark):
    path = folder(one_json='{"_metadata":1}\n')
    return spark.read.json(path).select("_metadata", "__metadata.file_name")


def input_file(frame): return frame.select(F.input_file_name().like("file:///%one.csv"), F.input_file_block_start(), F.input_file_block_length())
def case_input_file(spark): return input_file(csv(spark))
def case_input_file_schema(spark): return csv(spark).select(F.input_file_name()).schema.json()
def case_input_file_group(spark):
    name = F.element_at(F.split(F.input_file_name(), "/"), -1)
    return csv(spark).groupBy(name.alias("n")).count()
def case_input_file_filter(spark): return csv(spark).filter(F.input_file_name().endswith("one.csv")).select("a")
def case_input_file_of_none(spark): return spark.range(1).select(F.input_file_name(), F.input_file_block_start(), F.input_file_block_length())
def case_input_file_projected(spark): return input_file(csv(spark).select("a").filter("a > 0").withColumn("z", F.lit(1)))
def case_input_file_sorted(spark): return csv(spark).orderBy("a").select("a", F.input_file_name())
def case_input_file_before_sort(spark): return csv(spark).select("a", F.input_file_block_length()).orderBy("a")
def case_input_file_grouped(spark): return csv(spark).groupBy("a").count().select(F.input_file_name()).distinct()
def case_input_file_distinct(spark): return csv(spark).distinct().select(F.input_file_name()).distinct()
def case_input_file_limited(spark): return csv(spark).limit(1).select(F.input_file_name())
def case_input_file_repartitioned(spark): return csv(spark).repartition(2).select(F.input_file_name())
def case_input_file_coalesced(spark): return input_file(csv(spark).coalesce(1))
def case_input_file_exploded(spark): return input_file(csv(spark).select("*", F.explode(F.array(F.lit(1)))))
def case_input_file_union(spark): return input_file(csv(spark).select("a").union(spark.range(1).selectExpr("CAST(id AS STRING)")))
def case_input_file_join(spark):
    return err(lambda: csv(spark).join(json(spark), "b").select(F.input_file_name()).collect())
