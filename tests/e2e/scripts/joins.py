"""Joins of every kind, set operations, and which columns they leave."""
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("joins").getOrCreate()
people = spark.createDataFrame([(1, "Ann", 10), (2, "Ben", 20), (3, "Cid", None)], "id INT, name STRING, dept INT")
depts = spark.createDataFrame([(10, "Sales"), (20, "Labs"), (30, "Idle")], "dept INT, title STRING")

for how in ["inner", "left", "right", "full", "left_semi", "left_anti"]:
    print(how)
    people.join(depts, "dept", how).orderBy("dept").show()
people.join(depts, people.dept == depts.dept, "left").select("id", people.dept, "title").orderBy("id").show()
people.join(depts, people.dept < depts.dept).orderBy("id", depts.dept).show()
print(people.crossJoin(depts).count(), people.join(depts).count())
people.join(depts, ["dept"], "full").printSchema()
left, right = people.alias("l"), people.alias("r")
left.join(right, F.col("l.id") == F.col("r.id") + 1).select("l.name", F.col("r.name").alias("before")).orderBy("l.name").show()

a = spark.createDataFrame([(1, "x"), (2, "y"), (2, "y")], "n INT, s STRING")
b = spark.createDataFrame([(2, "y"), (3, "z")], "n LONG, s STRING")
a.union(b).orderBy("n", "s").show()
a.union(b).printSchema()
a.intersect(b).show()
a.exceptAll(b).orderBy("n", "s").show()
a.subtract(b).show()
a.unionByName(b.select("s", F.col("n").alias("m")), allowMissingColumns=True).orderBy("s", "n", "m").show()


def failure(action):
    try:
        action()
    except AnalysisException as e:
        print(e.getCondition(), e.getSqlState(), sorted((e.getMessageParameters() or {}).items()))


failure(lambda: people.join(depts, people.dept == depts.dept).select("dept").collect())
failure(lambda: people.join(depts, "nothing").collect())
failure(lambda: a.union(people).collect())
spark.stop()
