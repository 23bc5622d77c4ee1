"""Everyday DataFrame methods: columns, rows, nulls, statistics, show's forms."""
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("dataframes").getOrCreate()
df = spark.createDataFrame(
    [(1, "a", 2.5), (2, None, None), (3, "c", 0.5), (4, "a text of more than twenty letters", -1.0)],
    "id LONG, s STRING, x DOUBLE",
)
df.show(2)
df.show(3, truncate=8)
df.show(truncate=False, vertical=True)
df.select(df.id, (df.id + 1).alias("next"), -df.x, df.x / 2, df.id % 2 == 0, ~(df.id > 2), df.id**2).show()
df.withColumn("y", F.col("x") * 2).withColumn("id", F.lit("z")).show()
df.withColumns({"p": F.lit(1), "q": F.lit(None)}).printSchema()
df.withColumnRenamed("s", "text").withColumnRenamed("nothing", "n").drop("x", "nope").show()
df.toDF("a", "b", "c").select("*", F.col("a").cast("string").alias("t")).printSchema()
df.selectExpr("id", "upper(s) AS u", "x > 0 AS positive").show()
df.na.fill(0).na.fill("none", ["s"]).show()
df.na.drop().show()
df.na.drop(how="all").na.replace("a", "A").show()
df.orderBy(F.desc_nulls_first("x"), "id").show()
df.sort("s", ascending=False).limit(2).show()
df.offset(1).limit(2).show()
df.where(df.s.isin("a", "c") | df.x.isNull()).where(df.id.between(1, 3)).show()
df.filter("s LIKE '%letters' OR id = 1").select("id").show()
spark.range(5).withColumn("even", F.when(F.col("id") % 2 == 0, F.lit("yes"))).show()
spark.range(2, 10, 3).show()
df.select(F.col("s").substr(1, 2).alias("ss")).distinct().orderBy("ss").show()
df.unpivot("id", ["x"], "name", "value").orderBy("id").show()
print(df.stat.crosstab("id", "s").count())
print(df.stat.corr("id", "x"), df.approxQuantile("id", [0.5], 0.0))
print(df.orderBy("id").head(), df.orderBy("id").take(2), df.columns)
print(df.schema["s"], df.schema.simpleString())
print([c for c in df.orderBy("id").toPandas().columns], df.isEmpty(), df.select().count())
spark.createDataFrame([(1, [1, 2]), (2, [])], "id INT, xs ARRAY<INT>").select("id", F.explode_outer("xs")).show()
spark.createDataFrame([("k", {"a": 1})], "k STRING, m MAP<STRING, INT>").select("m.a", F.map_keys("m"), F.col("m")["a"]).show()
df.repartition(2).groupBy().max("id", "x").show()
spark.stop()
