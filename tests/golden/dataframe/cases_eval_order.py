"""What can raise is evaluated for the rows that Spark evaluates it for: over a Parquet file whose strings are a dictionary."""
import uuid

from case_helpers import *


def texts(spark):
    """60 rows of few values: k is 0…5, s a number's text or "bad" where k is 0, arr has k elements."""
    path = "/tmp/firesteel_golden_" + uuid.uuid4().hex
    rows = "SELECT id, CAST(id % 6 AS INT) AS k FROM range(60)"
    spark.sql(f"SELECT id, k, IF(k = 0, 'bad', CAST(k AS STRING)) AS s, slice(array(1, 2, 3, 4, 5), 1, k) AS arr FROM ({rows})"
              ).coalesce(1).write.parquet(path)
    spark.read.parquet(path).createOrReplaceTempView("texts")
    return spark.table("texts")


def over(spark, sql):
    texts(spark)
    return spark.sql(sql)


def case_select_behind_filter(spark): return over(spark, "SELECT sum(CAST(s AS INT)) AS n FROM texts WHERE s <> 'bad'")
def case_rows_behind_filter(spark): return over(spark, "SELECT id, CAST(s AS INT) AS n FROM texts WHERE s <> 'bad' AND id < 9 ORDER BY id")
def case_case_guards(spark): return over(spark, "SELECT sum(CASE WHEN s <> 'bad' THEN CAST(s AS INT) ELSE -1 END) AS n FROM texts")
def case_case_order(spark): return over(spark, "SELECT DISTINCT CASE WHEN k = 0 THEN 'none' WHEN 10 DIV k > 3 THEN 'few' ELSE 'many' END AS c FROM texts ORDER BY c")
def case_if_guards(spark): return over(spark, "SELECT sum(IF(k = 0, NULL, 60 DIV k)) AS n FROM texts")
def case_and_guards(spark): return over(spark, "SELECT count(*) AS n FROM texts WHERE s <> 'bad' AND CAST(s AS INT) > 2")
def case_and_as_value(spark): return over(spark, "SELECT DISTINCT k, k <> 0 AND 10 DIV k > 2 AS a FROM texts ORDER BY k")
def case_or_as_value(spark): return over(spark, "SELECT DISTINCT k, k = 0 OR 10 DIV k > 2 AS o FROM texts ORDER BY k")
def case_three_parts(spark): return over(spark, "SELECT count(*) AS n FROM texts WHERE id > 3 AND k <> 0 AND 10 DIV k > 2 AND s <> 'bad' AND CAST(s AS INT) IN (1, 2)")
def case_or_of_ands(spark): return over(spark, "SELECT count(*) AS n FROM texts WHERE (k <> 0 AND 10 DIV k > 4) OR (s <> 'bad' AND CAST(s AS INT) = 5)")
def case_not_of_and(spark): return over(spark, "SELECT count(*) AS n FROM texts WHERE NOT (k <> 0 AND 10 DIV k > 4)")
def case_two_filters(spark): return over(spark, "SELECT count(*) AS n FROM (SELECT * FROM texts WHERE s <> 'bad') WHERE CAST(s AS INT) > 1")
def case_computed_then_filtered(spark): return over(spark, "SELECT sum(n) AS n FROM (SELECT CAST(s AS INT) AS n FROM texts WHERE s <> 'bad') WHERE n > 1")
def case_aggregate_filter(spark): return over(spark, "SELECT sum(CAST(s AS INT)) FILTER (WHERE s <> 'bad') AS n FROM texts")
def case_element_guarded(spark): return over(spark, "SELECT sum(CASE WHEN size(arr) > 2 THEN arr[2] END) AS n FROM texts")
def case_coalesce_stops(spark): return over(spark, "SELECT sum(coalesce(nullif(k, 0), CAST('7' AS INT))) AS n FROM texts")
def case_join_condition(spark): return over(spark, "SELECT count(*) AS n FROM texts a JOIN texts b ON a.id = b.id AND a.s <> 'bad' AND CAST(a.s AS INT) + b.k > 4")
def case_join_then_filter(spark): return over(spark, "SELECT count(*) AS n FROM texts a JOIN texts b ON a.id = b.id WHERE a.s <> 'bad' AND CAST(a.s AS INT) = b.k")
def case_join_of_filtered(spark):
    return over(spark, "SELECT count(*) AS n FROM (SELECT * FROM texts WHERE s <> 'bad') a JOIN (SELECT id, 10 DIV k AS q FROM texts WHERE k > 0) b "
                       "ON a.id = b.id JOIN texts c ON c.id = b.id WHERE CAST(a.s AS INT) >= b.q AND c.id > 5")
def case_using_chain(spark):
    return over(spark, "SELECT id, a.s, c.k FROM texts a JOIN texts b USING (id) JOIN texts c USING (id) LEFT JOIN texts d USING (id) WHERE id < 4 ORDER BY id")
def case_outer_join_filter(spark):
    return over(spark, "SELECT count(*) AS n, count(b.id) AS m FROM texts a LEFT JOIN (SELECT * FROM texts WHERE k > 2) b ON a.id = b.id AND 10 DIV b.k < 3 WHERE a.k <> 0")
def case_group_key(spark): return over(spark, "SELECT CAST(s AS INT) AS n, count(*) AS c FROM texts WHERE s <> 'bad' GROUP BY CAST(s AS INT) ORDER BY n")
def case_having(spark): return over(spark, "SELECT k FROM texts GROUP BY k HAVING k <> 0 AND max(60 DIV nullif(k, 0)) > 20 ORDER BY k")
def case_in_subquery(spark): return over(spark, "SELECT count(*) AS n FROM texts WHERE k IN (SELECT CAST(s AS INT) FROM texts WHERE s <> 'bad')")
def case_columns_and_filter(spark):
    t = texts(spark).filter("s <> 'bad'").withColumn("n", F.col("s").cast("int")).filter("n > 3")
    return t.join(spark.table("texts").select("id", F.col("k").alias("k2")), "id").filter("10 DIV k2 < 3").agg(F.sum("n").alias("n"))
def case_raised_where_evaluated(spark): return err(lambda: over(spark, "SELECT sum(CAST(s AS INT)) AS n FROM texts").collect())
def case_raised_in_filter(spark): return err(lambda: over(spark, "SELECT count(*) FROM texts WHERE 10 DIV k > 2").collect())
def case_raised_by_or(spark): return err(lambda: over(spark, "SELECT count(*) FROM texts WHERE k = 1 OR 10 DIV k > 2").collect())
def case_not_raised_for_no_rows(spark): return over(spark, "SELECT CAST(s AS INT) AS n FROM texts WHERE id < 0")
def case_constant_not_reached(spark): return over(spark, "SELECT count(*) AS n FROM texts WHERE k < 0 AND CAST(s AS INT) = 1 + 1")
