"""What goes wrong, and what the exceptions say: class, condition, state, parameters."""
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("errors").getOrCreate()
df = spark.createDataFrame([(1, "a"), (0, "x")], "id INT, name STRING")
df.createOrReplaceTempView("t")
other = spark.range(3)


def failure(action):
    try:
        action()
    except PySparkException as e:
        print(type(e).__name__, e.getCondition(), e.getSqlState(), sorted((e.getMessageParameters() or {}).items()))
    else:
        print("no error")


failure(lambda: spark.sql("SELECT nope FROM t").collect())
failure(lambda: spark.sql("SELECT nope").collect())
failure(lambda: spark.sql("SELECT * FROM nowhere").collect())
failure(lambda: spark.sql("SELEC 1"))
failure(lambda: spark.sql("SELECT 1 FROM WHERE"))
failure(lambda: spark.sql("SELECT no_such_function(1)").collect())
failure(lambda: spark.sql("SELECT 1 / 0").collect())
failure(lambda: spark.sql("SELECT cast('abc' AS INT)").collect())
failure(lambda: spark.sql("SELECT cast('abc' AS DATE)").collect())
failure(lambda: spark.sql("SELECT 2147483647 + 1").collect())
failure(lambda: spark.sql("SELECT cast(300 AS TINYINT)").collect())
failure(lambda: spark.sql("SELECT array(1, 2)[5]").collect())
failure(lambda: spark.sql("SELECT element_at(array(1), 0)").collect())
failure(lambda: spark.sql("SELECT raise_error('mine')").collect())
failure(lambda: spark.sql("SELECT id, count(*) FROM t").collect())
failure(lambda: spark.sql("SELECT id FROM t WHERE count(*) > 1").collect())
failure(lambda: spark.sql("SELECT id FROM t WHERE name").collect())
failure(lambda: spark.sql("SELECT upper(1, 2)").collect())
failure(lambda: spark.sql("SELECT true + 1").collect())
failure(lambda: spark.sql("SELECT (SELECT id FROM t)").collect())
failure(lambda: spark.sql("SELECT :p").collect())
failure(lambda: df.select("nope").collect())
failure(lambda: df.select(other.id).collect())
failure(lambda: df.join(df, df.id == df.id).select(df.id).collect())
failure(lambda: df.select(F.col("id") / 0).collect())
failure(lambda: df.withColumn("x", F.col("name").cast("int")).collect())
failure(lambda: df.filter(F.col("name") + 1).collect())
failure(lambda: df.toDF("a").collect())
failure(lambda: df.select(F.explode(F.explode(F.array(F.array(F.lit(1)))))).collect())
failure(lambda: df.limit(-1).collect())
failure(lambda: df.select("`id").collect())
failure(lambda: df.selectExpr("id +").collect())
failure(lambda: spark.conf.get("spark.no.such.key"))
failure(lambda: spark.conf.set("spark.sql.shuffle.partitions", "many"))
failure(lambda: spark.conf.set("spark.sql.warehouse.dir", "/elsewhere"))

for statement in ["SELECT 1 / 0 AS x", "SELECT nope FROM t"]:
    try:
        spark.sql(statement).collect()
    except PySparkException as e:
        for context in e.getQueryContext():
            print(context.contextType(), context.startIndex(), context.stopIndex(), repr(context.fragment()))
spark.stop()
