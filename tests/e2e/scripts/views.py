"""Temporary and global views: who sees them, what replaces them, what their errors say."""
import os

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("views").getOrCreate()
df = spark.createDataFrame([(1, "a"), (2, "b"), (3, None)], "id INT, name STRING")


def failure(action):
    try:
        action()
    except AnalysisException as e:
        parameters = e.getMessageParameters() or {}
        print(e.getCondition(), e.getSqlState(), sorted((k, v) for k, v in parameters.items() if k != "details"))
    else:
        print("no error")


df.createTempView("t")
failure(lambda: df.createTempView("t"))
df.filter("id > 1").createOrReplaceTempView("t")
spark.sql("SELECT * FROM t ORDER BY id").show()
spark.table("T").printSchema()

# A view made by SQL is its text: it reads what its names mean now, and keeps its columns' types.
spark.sql("CREATE OR REPLACE TEMPORARY VIEW doubled AS SELECT id * 2 AS twice FROM t")
spark.createDataFrame([(7, "z")], "id INT, name STRING").createOrReplaceTempView("t")
spark.sql("SELECT twice FROM doubled ORDER BY twice").show()
spark.range(1).createOrReplaceTempView("t")
failure(lambda: spark.table("doubled").collect())
# One made of a DataFrame is its plan.
spark.table("t").selectExpr("id + 1 AS more").createOrReplaceTempView("more")
df.createOrReplaceTempView("t")
spark.table("more").show()
failure(lambda: spark.sql("CREATE TEMPORARY VIEW doubled AS SELECT 1"))

df.createOrReplaceGlobalTempView("everywhere")
failure(lambda: df.createGlobalTempView("everywhere"))
failure(lambda: spark.table("everywhere").collect())
spark.table("global_temp.everywhere").orderBy("id").show()

other = SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).create()
print("the other session sees the global view:", other.table("global_temp.everywhere").count())
try:
    other.table("t").collect()
except AnalysisException as e:
    print("but no other view:", e.getCondition(), e.getMessageParameters()["relationName"])
other.sql("CREATE OR REPLACE GLOBAL TEMPORARY VIEW everywhere AS SELECT 'new' AS text")
spark.table("global_temp.everywhere").show()
other.stop()

print(spark.catalog.dropTempView("t"), spark.catalog.dropTempView("t"))
print(spark.catalog.dropGlobalTempView("everywhere"), spark.catalog.dropGlobalTempView("everywhere"))
spark.sql("DROP VIEW doubled")
failure(lambda: spark.sql("DROP VIEW doubled"))
spark.sql("DROP VIEW IF EXISTS doubled")
print([t.name for t in spark.catalog.listTables()])

# A view over a name that is gone fails when it is read.
spark.range(2).createOrReplaceTempView("base")
spark.sql("CREATE TEMPORARY VIEW over_base AS SELECT id FROM base")
spark.catalog.dropTempView("base")
failure(lambda: spark.table("over_base").collect())
spark.stop()
