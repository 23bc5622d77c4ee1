"""Window functions: ranking, offsets, running and sliding frames."""
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("windows").getOrCreate()
df = spark.createDataFrame(
    [("a", 1, 10.0), ("a", 2, 20.0), ("a", 2, 5.0), ("a", 4, None), ("b", 1, 7.5), ("b", 3, 2.5)],
    "k STRING, t INT, v DOUBLE",
)
by_time = Window.partitionBy("k").orderBy("t", "v")
df.select(
    "k", "t", "v",
    F.row_number().over(by_time).alias("row"),
    F.rank().over(Window.partitionBy("k").orderBy("t")).alias("rank"),
    F.dense_rank().over(Window.partitionBy("k").orderBy("t")).alias("dense"),
    F.ntile(2).over(by_time).alias("half"),
    F.round(F.percent_rank().over(Window.partitionBy("k").orderBy("t")), 3).alias("pr"),
).orderBy("k", "row").show()
df.select(
    "k", "t", "v",
    F.lag("v").over(by_time).alias("before"),
    F.lead("v", 1, -1.0).over(by_time).alias("after"),
    F.first("v").over(by_time).alias("first"),
    F.sum("v").over(by_time).alias("running"),
    F.count("*").over(Window.partitionBy("k")).alias("n"),
).orderBy("k", "t", "v").show()
df.select(
    "k", "t",
    F.sum("v").over(by_time.rowsBetween(-1, 1)).alias("sliding"),
    F.avg("v").over(Window.partitionBy("k").orderBy("t").rangeBetween(-1, 0)).alias("range"),
    F.max("v").over(by_time.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)).alias("max"),
).orderBy("k", "t", "sliding").show()
df.createOrReplaceTempView("series")
spark.sql(
    "SELECT k, t, sum(v) OVER w AS s, nth_value(t, 2) OVER w AS second FROM series"
    " WINDOW w AS (PARTITION BY k ORDER BY t, v) ORDER BY k, t, s"
).show()
spark.sql("SELECT k, row_number() OVER (PARTITION BY k ORDER BY t) FROM series").printSchema()
spark.stop()
