"""String functions through the DataFrame API: values, names and nulls."""
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("strings").getOrCreate()
df = spark.createDataFrame([("Hello World", 3), ("  padded ", 1), ("ñandú", 2), ("", 0), (None, None)], "s STRING, n INT")
df.select("s", F.upper("s"), F.lower("s"), F.length("s"), F.initcap("s"), F.reverse("s")).show(truncate=False)
df.select(F.trim("s"), F.ltrim("s"), F.rtrim("s"), F.lpad("s", 6, "*"), F.rpad("s", 6, "*")).show(truncate=False)
df.select(df.s.substr(1, 3), F.substring("s", -3, 2), F.left("s", F.lit(2)), F.instr("s", "o"), F.locate("o", "s", 6)).show()
df.select(F.concat("s", F.lit("!")), F.concat_ws("-", "s", F.lit("x")), F.repeat("s", 2), F.translate("s", "lo", "01")).show(truncate=False)
df.select(F.split("s", " "), F.regexp_replace("s", "[aeiou]", "_"), F.regexp_extract("s", "(\\w+)", 1)).show(truncate=False)
df.select(df.s.contains("lo"), df.s.startswith("He"), df.s.endswith("ú"), df.s.like("%o%"), df.s.rlike("^\\s"), df.s.isNull()).show()
df.select(F.ascii("s"), F.base64(F.col("s").cast("binary")), F.md5(F.col("s").cast("binary")), F.crc32(F.col("s").cast("binary"))).show(truncate=False)
df.select(F.format_string("%d:%s", "n", "s").alias("f"), F.levenshtein("s", F.lit("Hello")), F.soundex("s")).show()
df.select(F.coalesce("s", F.lit("none")), F.nullif("s", F.lit("")), F.when(df.n > 1, "many").otherwise("few").alias("w")).show()
df.select(F.hex("s"), F.overlay("s", F.lit("__"), 2)).show()
df.filter(df.s.isNotNull() & (F.length(F.trim("s")) > 0)).orderBy(F.desc("s")).show()
df.withColumn("words", F.size(F.split("s", "\\s+"))).drop("n").printSchema()
spark.stop()
