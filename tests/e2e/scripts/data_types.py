"""Every type that a client can make: createDataFrame, printSchema, show, collect, toPandas."""
import datetime
import decimal

from pyspark.sql import Row, SparkSession
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
)

spark = SparkSession.builder.appName("types").getOrCreate()

schema = StructType(
    [
        StructField("boolean", BooleanType()),
        StructField("byte", ByteType()),
        StructField("short", ShortType()),
        StructField("int", IntegerType(), nullable=False),
        StructField("long", LongType()),
        StructField("float", FloatType()),
        StructField("double", DoubleType()),
        StructField("decimal", DecimalType(20, 4)),
        StructField("string", StringType(), metadata={"comment": "text"}),
        StructField("binary", BinaryType()),
        StructField("date", DateType()),
        StructField("ntz", TimestampNTZType()),
        StructField("interval", DayTimeIntervalType()),
        StructField("void", NullType()),
    ]
)
rows = [
    (True, 127, -32768, 1, 2**62, 1.5, 1e100, decimal.Decimal("12345.6789"), "héllo", b"\x00\xffA",
     datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 23, 59, 59, 123456),
     datetime.timedelta(days=1, seconds=5), None),
    (False, -128, 32767, 2, -(2**63), float("inf"), float("nan"), decimal.Decimal("-0.0001"), "", b"",
     datetime.date(1, 1, 1), datetime.datetime(1969, 12, 31, 23, 59, 59), datetime.timedelta(microseconds=-1), None),
    (None, None, None, 3, None, None, None, None, None, None, None, None, None, None),
]
df = spark.createDataFrame(rows, schema)
df.printSchema()
df.show()
df.show(truncate=False, vertical=True)
for row in df.collect():
    print(row)
print(df.dtypes)
print(df.select("boolean", "int", "double", "string", "date", "ntz").toPandas().to_string())
print(df.select("byte", "long", "float", "decimal").toPandas().dtypes)
print(df.schema.json())

nested = spark.createDataFrame(
    [
        ([1, None, 3], {"a": 1.5, "b": None}, Row(x=1, y="one"), [Row(k="n", v=[1, 2])]),
        ([], {}, None, None),
        (None, None, Row(x=None, y=None), []),
    ],
    StructType(
        [
            StructField("array", ArrayType(IntegerType())),
            StructField("map", MapType(StringType(), DoubleType())),
            StructField("struct", StructType([StructField("x", LongType()), StructField("y", StringType())])),
            StructField(
                "structs",
                ArrayType(
                    StructType([StructField("k", StringType()), StructField("v", ArrayType(ShortType(), False))])
                ),
            ),
        ]
    ),
)
nested.printSchema()
nested.show(truncate=False)
for row in nested.collect():
    print(row)
print(nested.toPandas().to_string())

spark.createDataFrame([(1, "a"), (2, "b")], ["n", "c"]).printSchema()
spark.createDataFrame([Row(n=1, c="a"), Row(n=None, c="b")]).show()
spark.createDataFrame([{"b": 1.0, "a": True}]).show()
spark.createDataFrame([1, 2, None], "int").show()
spark.createDataFrame([], "a INT, b ARRAY<STRING>").show()
spark.sql(
    "SELECT INTERVAL '1-2' YEAR TO MONTH AS ym, INTERVAL '1 02:03:04.5' DAY TO SECOND AS dt,"
    " make_interval(1, 2, 3, 4, 5, 6, 7.5) AS calendar, 1e10 AS d, float(1.1) AS f, X'1F' AS b,"
    " TIMESTAMP '2024-01-02 03:04:05.6' AS ts, parse_json('{\"a\": [1, null]}') AS v"
).show(truncate=False)
spark.stop()
