"""A first PySpark program: it knows nothing of Firesteel and runs on Apache Spark as it is."""
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
from pyspark.sql.types import IntegerType

spark = SparkSession.builder.appName("Basic PySpark Example").getOrCreate()

data = [(1, "Alice", 29), (2, "Bob", 31), (3, "Cathy", 25)]
df = spark.createDataFrame(data, ["id", "name", "age"])
df.show()

df.createOrReplaceTempView("dfTable")
spark.sql("SELECT age FROM dfTable").show()
print(spark.catalog.listTables())


@udf(returnType=IntegerType())
def in_ten_years(age):
    return age + 10


older = df.withColumn("in_ten_years", in_ten_years(df.age))
older.show()
print(older.toPandas())
older.printSchema()

spark.stop()
