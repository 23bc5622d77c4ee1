"""Plain Python functions: types, nulls, several at once, registered for SQL, and their failures."""
from pyspark.errors import PythonException
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, lit, udf
from pyspark.sql.types import ArrayType, IntegerType, StringType, StructField, StructType

spark = SparkSession.builder.appName("udfs").getOrCreate()
df = spark.createDataFrame([(1, "a", 1.5), (2, None, 2.5), (None, "ccc", None)], "n INT, s STRING, d DOUBLE")

plus = udf(lambda a, b: None if a is None or b is None else a + b, "double")
length = udf(lambda s: -1 if s is None else len(s), IntegerType())
shout = udf(lambda s: s and s.upper() + "!")
df.select("n", plus("n", "d"), length("s"), shout(col("s"))).show()
df.select(plus("n", "d").alias("p")).printSchema()
df.withColumn("twice", plus(plus("n", "d"), lit(1.0))).filter(length("s") > 0).show()

pair = udf(lambda n: (n, str(n)), StructType([StructField("n", IntegerType()), StructField("text", StringType())]))
many = udf(lambda n: list(range(n or 0)), ArrayType(IntegerType()))
df.select(pair("n").alias("p"), many("n").alias("m")).select("p.text", "p", "m").show()

spark.udf.register("half", lambda n: None if n is None else n // 2, "int")
spark.sql("SELECT id, half(cast(id AS INT)) AS h FROM range(4) ORDER BY id").show()
wrong = udf(lambda n: "text", "int")
df.select(wrong("n").alias("null_for_a_wrong_type")).show()

offset = 10


def shifted(n):
    return None if n is None else n + offset


df.select(udf(shifted, "int")("n")).show()


def fails(n):
    raise ValueError(f"no {n}")


try:
    df.select(udf(fails, "int")("n")).collect()
except PythonException as e:
    print("ValueError: no" in str(e))
df.select(length("s").alias("still_alive")).show()
spark.stop()
