from case_helpers import *


def place(frame): return frame.select("id", F.spark_partition_id().alias("p")).orderBy("id")
def case_range(spark): return place(spark.range(10, numPartitions=3))
def case_by_hash(spark): return place(spark.range(10, numPartitions=3).repartition(4, "id"))
def case_by_two(spark): return place(spark.range(10).withColumn("s", F.col("id").cast("string")).repartition(5, "s", "id"))
def case_by_range(spark): return place(spark.range(10, numPartitions=3).repartitionByRange(4, "id"))
def case_by_range_down(spark): return place(spark.range(10, numPartitions=3).repartitionByRange(3, F.desc("id")))
def case_by_range_heavy(spark):
    frame = spark.createDataFrame([(0 if i < 10 else i,) for i in range(14)], "id int")
    return place(frame.repartitionByRange(4, "id"))
def case_by_range_nulls(spark): return place(spark.createDataFrame([(1,), (None,), (2,), (None,), (3,)], "id int").repartitionByRange(3, "id"))
def case_coalesce(spark): return place(spark.range(10, numPartitions=5).coalesce(2))
def case_coalesce_more(spark): return place(spark.range(10, numPartitions=2).coalesce(7))
def case_one(spark): return place(spark.range(10, numPartitions=5).repartition(1))
def case_filtered(spark): return place(spark.range(10, numPartitions=2).repartition(3, "id").where("id % 2 = 0"))
def case_sort_within(spark): return spark.range(10, numPartitions=2).sortWithinPartitions(F.desc("id"))
def case_sort_within_local(spark): return spark.createDataFrame([(3,), (1,), (2,), (0,)], "id int").coalesce(1).sortWithinPartitions("id")
def case_sort_within_hash(spark): return spark.range(10, numPartitions=3).repartition(3, "id").sortWithinPartitions(F.desc("id"))
def case_sort_by(spark): return spark.sql("SELECT * FROM range(0, 10, 1, 2) SORT BY id DESC")
def case_sort_within_limit(spark): return spark.range(10, numPartitions=2).sortWithinPartitions(F.desc("id")).limit(3)
