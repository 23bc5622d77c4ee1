"""spark.sql: queries, parameters, DataFrames in the text, commands and their answers."""
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("sql").getOrCreate()
spark.createDataFrame(
    [(1, "Ann", 3000.0, 10), (2, "Ben", 4000.5, 10), (3, "Cid", 2500.0, 20), (4, "Dee", None, None)],
    "id INT, name STRING, salary DOUBLE, dept INT",
).createOrReplaceTempView("staff")

spark.sql("SELECT name, salary FROM staff WHERE salary > 2600 ORDER BY salary DESC").show()
spark.sql("SELECT dept, count(*), avg(salary) AS mean FROM staff GROUP BY dept HAVING count(*) > 1 ORDER BY dept").show()
spark.sql("SELECT * FROM staff ORDER BY salary NULLS LAST LIMIT 2 OFFSET 1").show()
spark.sql("WITH rich AS (SELECT * FROM staff WHERE salary >= 3000) SELECT count(*) AS n FROM rich").show()
spark.sql("SELECT name FROM staff WHERE dept IN (SELECT dept FROM staff WHERE salary < 2600)").show()
spark.sql("SELECT a.name, b.name AS peer FROM staff a JOIN staff b ON a.dept = b.dept AND a.id < b.id").show()
spark.sql("SELECT name, CASE WHEN salary > 3500 THEN 'high' WHEN salary IS NULL THEN 'none' ELSE 'low' END AS band"
          " FROM staff ORDER BY id").show()
spark.sql("SELECT id, explode(array('x', 'y')) AS e FROM staff WHERE id = 1").show()
spark.sql("VALUES (1, 'one'), (2, 'two')").show()
spark.sql("SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 2 ORDER BY a").show()
spark.sql("FROM staff |> WHERE id <= 2 |> SELECT name |> ORDER BY name").show()

spark.sql("SELECT name FROM staff WHERE salary > :low AND name LIKE :like", {"low": 2600, "like": "B%"}).show()
spark.sql("SELECT ? + ? AS total, ? AS text", [1, 2.5, "x"]).show()
spark.sql("SELECT count(*) AS n FROM {df} WHERE id < {limit}", df=spark.range(10), limit=4).show()

print(spark.sql("SET spark.sql.shuffle.partitions = 7").collect())
print(spark.conf.get("spark.sql.shuffle.partitions"))
spark.sql("RESET spark.sql.shuffle.partitions")
print(spark.sql("CREATE TEMPORARY VIEW v AS SELECT 1 AS one").collect())
spark.sql("SHOW VIEWS").show()
spark.sql("DESCRIBE staff").show()
spark.sql("SELECT cast('12' AS INT) + 1 AS n, date '2024-03-01' - interval 1 day AS d, 7 / 2 AS q, 7 DIV 2 AS i").show()
spark.sql("SELECT *, upper(name) FROM staff ORDER BY id").show(2)
df = spark.sql("SELECT id, name FROM staff")
print(df.columns, df.dtypes, df.count(), df.first(), df.orderBy("id").head(2), df.isEmpty())
print(df.filter(df.id == 2).collect(), df.orderBy("id").tail(1), sorted(r.id for r in df.toLocalIterator()))
spark.stop()
