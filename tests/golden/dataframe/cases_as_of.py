from case_helpers import *


def left(spark): return spark.createDataFrame([(1, "a"), (5, "b"), (10, "c"), (None, "d")], "a int, l string")
def right(spark): return spark.createDataFrame([(1, 1), (2, 2), (3, 3), (6, 6), (7, 7)], "a int, r int")
def joined(spark, **options): return left(spark)._joinAsOf(right(spark), "a", "a", **options).orderBy("l")
def case_backward(spark): return joined(spark)
def case_backward_left(spark): return joined(spark, how="left")
def case_backward_other(spark): return joined(spark, how="left", allowExactMatches=False)
def case_backward_near(spark): return joined(spark, how="left", tolerance=F.lit(1))
def case_forward(spark): return joined(spark, direction="forward")
def case_forward_near(spark): return joined(spark, direction="forward", tolerance=F.lit(1), how="leftouter")
def case_nearest(spark): return joined(spark, direction="nearest")
def case_nearest_other(spark): return joined(spark, direction="nearest", allowExactMatches=False, tolerance=F.lit(1), how="left")
def case_using(spark):
    return left(spark).withColumn("k", F.lit(1))._joinAsOf(right(spark).withColumn("k", F.lit(1)), "a", "a", on="k").orderBy("l")
def case_on(spark):
    return left(spark).withColumn("k", F.lit(1))._joinAsOf(right(spark).withColumn("q", F.lit(1)), "a", "a", on=F.col("k") == F.col("q")).orderBy("l")
def case_times(spark):
    ticks = spark.sql("SELECT * FROM VALUES (timestamp'2020-01-01 10:00:00', 1), (timestamp'2020-01-01 10:00:05', 2) t(t, v)")
    trades = spark.sql("SELECT * FROM VALUES (timestamp'2020-01-01 10:00:03', 'x'), (timestamp'2020-01-01 10:00:09', 'y') t(t, n)")
    return trades._joinAsOf(ticks, "t", "t", tolerance=F.expr("interval 3 seconds")).orderBy("n")
def case_selected(spark):
    l, r = left(spark), right(spark)
    return l._joinAsOf(r, "a", "a").select(l.a, "l", r.r).orderBy("l")
def case_negative_tolerance(spark): return err(lambda: joined(spark, tolerance=F.lit(-1)).collect())
def case_direction(spark): return err(lambda: joined(spark, direction="up").collect())
