"""Aggregates with and without groups: names, types, nulls, rollup, cube, pivot."""
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("aggregates").getOrCreate()
sales = spark.createDataFrame(
    [
        ("north", "tea", 2, 1.5),
        ("north", "coffee", 5, 3.25),
        ("south", "tea", 1, 1.5),
        ("south", "tea", None, 1.75),
        ("south", "coffee", 4, None),
        (None, "tea", 7, 1.5),
    ],
    "region STRING, item STRING, quantity INT, price DOUBLE",
)
sales.agg(F.count("*"), F.count("quantity"), F.sum("quantity"), F.avg("price"), F.min("item"), F.max("price")).show()
sales.agg(F.sum("quantity").alias("total"), F.countDistinct("item").alias("items")).printSchema()
sales.groupBy("region").count().orderBy("region").show()
sales.groupBy("region", "item").agg(F.sum("quantity"), F.avg("price").alias("mean")).orderBy("region", "item").show()
sales.groupBy("item").agg({"quantity": "max", "price": "avg"}).orderBy("item").show()
sales.groupBy(F.upper("item").alias("ITEM")).sum("quantity", "price").orderBy("ITEM").show()
sales.rollup("region", "item").agg(F.sum("quantity").alias("q")).orderBy(
    F.col("region").asc_nulls_last(), F.col("item").asc_nulls_last(), "q"
).show()
sales.cube("region", "item").agg(F.grouping_id().alias("g"), F.count("*").alias("n")).orderBy("g", "region", "item").show()
sales.groupBy("region").pivot("item", ["tea", "coffee"]).sum("quantity").orderBy("region").show()
sales.groupBy("region").pivot("item").agg(F.sum("quantity").alias("q"), F.max("price").alias("p")).orderBy("region").show()
sales.filter("false").agg(F.count("*"), F.sum("quantity"), F.collect_list("item")).show()
sales.filter("false").groupBy("region").count().show()
sales.agg(
    F.stddev("quantity"), F.var_pop("quantity"), F.median("quantity"), F.first("region", ignorenulls=True),
    F.sort_array(F.collect_set("item")).alias("items"), F.sum_distinct("quantity"),
).show(vertical=True)
sales.select("region").distinct().orderBy("region").show()
sales.dropDuplicates(["item"]).select("item").orderBy("item").show()
print(sales.count(), sales.groupBy("region").count().count())
sales.describe("quantity", "price").show()
sales.summary("count", "min", "50%", "max").show()
spark.stop()
