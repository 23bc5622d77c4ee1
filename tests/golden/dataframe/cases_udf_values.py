"""What plain and Arrow functions may return, table functions, and data sources written in Python."""
import datetime
from typing import Iterator

import pyarrow as pa
from case_helpers import *
from pyspark.sql.functions import arrow_udtf, udf, udtf
from pyspark.sql.types import Row

DAY = datetime.date(2024, 2, 29)
TIME = datetime.datetime(2024, 2, 29, 1, 2, 3, 456789)


class Odd:
    def __init__(self): self.a = 1
    def __repr__(self): return "Odd()"


# Objects, user-defined types, VARIANT, errors

class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def __repr__(self): return "Point(%r, %r)" % (self.x, self.y)
    def __eq__(self, other): return (self.x, self.y) == (other.x, other.y)


class PointUDT(T.UserDefinedType):
    @classmethod
    def sqlType(cls): return T.ArrayType(T.DoubleType(), False)
    @classmethod
    def module(cls): return "__main__"
    def serialize(self, obj): return [obj.x, obj.y]
    def deserialize(self, datum): return Point(datum[0], datum[1])


Point.__UDT__ = PointUDT()


def points(spark, arrow=False):
    return spark.range(2).select("id", udf(lambda i: Point(float(i), 2.0), PointUDT(), useArrow=arrow)("id").alias("p"))
def case_udt_seen(spark): return points(spark).select(udf(lambda p: repr(p), "string")("p").alias("t")).orderBy("t")
def case_udt_arrow_seen(spark): return points(spark).select(udf(lambda p: repr(p), "string", useArrow=True)("p").alias("t")).orderBy("t")
def case_udt_arrow_made(spark): return failure(lambda: points(spark, arrow=True).select(udf(lambda p: repr(p), "string")("p").alias("t")).orderBy("t"))
def case_variant_seen(spark):
    df = spark.sql("SELECT parse_json('{\"a\":[1,2.5,\"x\"]}') v")
    return df.select(udf(lambda v: type(v).__name__ + str(v) + str(v.toPython()), "string")("v").alias("t"))
def case_variant_arrow_seen(spark):
    df = spark.sql("SELECT parse_json('{\"a\":[1,2.5,\"x\"]}') v")
    return failure(lambda: df.select(udf(lambda v: type(v).__name__ + str(v), "string", useArrow=True)("v").alias("t")))
def case_variant_back(spark):
    df = spark.sql("SELECT parse_json('{\"a\":1}') v")
    return failure(lambda: df.select(F.to_json(udf(lambda v: v, "variant")("v")).alias("t")))
def case_variant_arrow_back(spark):
    df = spark.sql("SELECT parse_json('{\"a\":1}') v")
    return failure(lambda: df.select(F.to_json(udf(lambda v: v, "variant", useArrow=True)("v")).alias("t")))
def case_time_type_back(spark): return failure(lambda: spark.sql("SELECT TIME'01:02:03.5' t").select(udf(lambda t: t, T.TimeType())("t").alias("x")))
def case_null_type(spark): return spark.sql("SELECT null t").select(udf(lambda t: repr(t), "string")("t").alias("x"))
def case_char_argument(spark): return spark.sql("SELECT 'a' COLLATE UTF8_LCASE t").select(udf(lambda t: t, "string")("t").alias("x"))
def case_collated_result(spark): return spark.sql("SELECT 'a' t").select(udf(lambda t: t, "string collate UTF8_LCASE")("t").alias("x"))
def case_duplicate_fields(spark):
    t = T.StructType([T.StructField("a", T.IntegerType()), T.StructField("a", T.StringType())])
    return failure(lambda: spark.range(1).select(udf(lambda i: (1, "x"), t)("id").alias("x")))
class Unpicklable(Exception):
    def __init__(self, a, b): super().__init__(a); self.a, self.b = a, open("/dev/null")
    def __str__(self): return "unpicklable " + str(self.a)
class Unprintable(Exception):
    def __str__(self): raise ValueError("no text")
def raising(error):
    def f(_): raise error()
    return f
def raised(spark, error, arrow=False): return failure(lambda: spark.range(1).select(udf(raising(error), "int", useArrow=arrow)("id")))
def case_raise_unpicklable(spark): return raised(spark, lambda: Unpicklable(1, 2))
def case_raise_unprintable(spark): return raised(spark, Unprintable)
def case_raise_key_error(spark): return raised(spark, lambda: KeyError("k"))
def case_raise_lines(spark): return raised(spark, lambda: ValueError("one\ntwo"))
def case_raise_group(spark): return raised(spark, lambda: ExceptionGroup("g", [ValueError(1)]))
def case_raise_stop_iteration(spark): return raised(spark, lambda: StopIteration("x"))
def case_raise_stop_iteration_arrow(spark): return raised(spark, lambda: StopIteration("x"), True)
def case_raise_assertion(spark): return raised(spark, AssertionError)
def case_raise_recursion(spark):
    def f(x): return f(x)
    return failure(lambda: spark.range(1).select(udf(f, "int")("id")))
def case_raise_spark_error(spark):
    def f(x):
        from pyspark.errors import PySparkValueError
        raise PySparkValueError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "q"})
    return failure(lambda: spark.range(1).select(udf(f, "int")("id")))
def case_wrong_arguments(spark): return failure(lambda: spark.range(1).select(udf(lambda a, b: a, "int")("id")))
def case_import_missing(spark):
    def f(x):
        import nosuchmodule
    return failure(lambda: spark.range(1).select(udf(f, "int")("id")))
def case_lambda_default(spark): return spark.range(2).select(udf(lambda x, y=10: x + y, "bigint")("id").alias("x")).orderBy("x")
def case_callable_object(spark):
    class Add:
        def __call__(self, x): return x + 1
    return spark.range(2).select(udf(Add(), "bigint")("id").alias("x")).orderBy("x")
def case_partial(spark):
    import functools
    import operator
    return spark.range(2).select(udf(functools.partial(operator.add, 5), "bigint")("id").alias("x")).orderBy("x")
def case_builtin(spark): return spark.range(2).select(udf(str, "string")("id").alias("x")).orderBy("x")


# Table functions

def rows_of(body, returns="a int, b string", **options):
    class Made:
        def eval(self, *args, **kwargs):
            yield from body(*args, **kwargs)
    return udtf(Made, returnType=returns, **options)
def both(spark, body, returns="a int, b string", *arguments):
    """Plain, then optimised by Arrow."""
    arguments = arguments or (F.lit(1),)
    return [failure(lambda: rows_of(body, returns, useArrow=a)(*arguments)) for a in (False, True)]
def case_udtf_tuple(spark): return both(spark, lambda x: [(1, "x"), (2, None)])
def case_udtf_dict(spark): return both(spark, lambda x: [{"a": 1, "b": "x"}])
def case_udtf_row(spark): return both(spark, lambda x: [Row(a=1, b="x")])
def case_udtf_short(spark): return both(spark, lambda x: [(1,)])
def case_udtf_long(spark): return both(spark, lambda x: [(1, "x", 2)])
def case_udtf_empty(spark): return both(spark, lambda x: [])
def case_udtf_empty_tuple(spark): return both(spark, lambda x: [()], "a int")
def case_udtf_int_for_text(spark): return both(spark, lambda x: [(1, 2)])
def case_udtf_float_for_int(spark): return both(spark, lambda x: [(1.5, "x")])
def case_udtf_nested(spark): return both(spark, lambda x: [([1, None], {"k": (1, "z")})], "a array<int>, m map<string,struct<x:int,y:string>>")
def case_udtf_decimal(spark): return both(spark, lambda x: [(Decimal("1.239"),)], "a decimal(5,2)")
def case_udtf_date(spark): return both(spark, lambda x: [(DAY, TIME)], "a date, b timestamp")
def case_udtf_not_nullable(spark):
    return both(spark, lambda x: [(None,)], T.StructType([T.StructField("a", T.IntegerType(), False)]))
def case_udtf_not_nullable_nested(spark):
    t = T.StructType([T.StructField("a", T.ArrayType(T.IntegerType(), False))])
    return both(spark, lambda x: [([1, None],)], t)
def struct_seen(spark, arrow):
    class Made:
        def eval(self, s, a, m): yield repr(s), type(s).__name__, repr(a), repr(m)
    f = udtf(Made, returnType="s string, t string, a string, m string", useArrow=arrow)
    return f(F.struct(F.lit(1).alias("x"), F.lit("q").alias("y")), F.array(F.struct(F.lit(2).alias("z"))), F.create_map(F.lit("k"), F.struct(F.lit(3).alias("w"))))
def case_udtf_struct_argument(spark): return struct_seen(spark, False)
def case_udtf_struct_argument_arrow(spark): return struct_seen(spark, True)
def types_seen(spark, arrow):
    class Made:
        def eval(self, *v): yield (repr(v),)
    f = udtf(Made, returnType="t string", useArrow=arrow)
    return f(F.lit(True), F.lit(1.5), F.lit(Decimal("1.20")), F.lit(b"x"), F.lit(DAY), F.lit(TIME), F.lit(datetime.timedelta(days=1)), F.lit(None), F.expr("1Y"), F.expr("timestamp_ntz'2024-01-01 00:00:00'"))
def case_udtf_argument_types(spark): return types_seen(spark, False)
def case_udtf_argument_types_arrow(spark): return types_seen(spark, True)
def made(handler, returns="a int", arrow=False): return failure(lambda: udtf(handler, returnType=returns, useArrow=arrow)(F.lit(1)))
def case_udtf_return_not_iterable(spark):
    class Made:
        def eval(self, x): return 5
    return [made(Made), made(Made, arrow=True)]
def case_udtf_return_none(spark):
    class Made:
        def eval(self, x): return None
    return [made(Made), made(Made, arrow=True)]
def case_udtf_return_list(spark):
    class Made:
        def eval(self, x): return [(1,), (2,)]
    return [made(Made), made(Made, arrow=True)]
def case_udtf_constructor_raises(spark):
    class Made:
        def __init__(self): raise ValueError("init")
        def eval(self, x): yield (1,)
    return [made(Made), made(Made, arrow=True)]
def case_udtf_constructor_argument(spark):
    class Made:
        def __init__(self, q): pass
        def eval(self, x): yield (1,)
    return made(Made)
def case_udtf_terminate_raises(spark):
    class Made:
        def eval(self, x): yield (1,)
        def terminate(self): raise ValueError("terminate")
    return [made(Made), made(Made, arrow=True)]
def case_udtf_terminate_rows(spark):
    class Made:
        def eval(self, x): self.x = x
        def terminate(self): yield (self.x + 1,)
    return [made(Made), made(Made, arrow=True)]
def case_udtf_terminate_not_iterable(spark):
    class Made:
        def eval(self, x): yield (1,)
        def terminate(self): return 5
    return [made(Made), made(Made, arrow=True)]
def case_udtf_terminate_short(spark):
    class Made:
        def eval(self, x): yield (1,)
        def terminate(self): yield (1, 2)
    return [made(Made), made(Made, arrow=True)]
def case_udtf_cleanup_raises(spark):
    class Made:
        def eval(self, x): yield (1,)
        def cleanup(self): raise ValueError("cleanup")
    return [made(Made), made(Made, arrow=True)]
def case_udtf_no_eval(spark):
    class Made:
        def run(self, x): yield (1,)
    return failure(lambda: made(Made))
def case_udtf_eval_arguments(spark):
    class Made:
        def eval(self): yield (1,)
    return [made(Made), made(Made, arrow=True)]
def case_udtf_stop_iteration(spark):
    class Made:
        def eval(self, x): raise StopIteration("x")
    return [made(Made), made(Made, arrow=True)]
def case_udtf_no_type(spark):
    class Made:
        def eval(self, x): yield (1,)
    return failure(lambda: udtf(Made)(F.lit(1)))
def case_udtf_lateral_struct(spark):
    class Made:
        def eval(self, s): yield s["x"] if s is not None else None, repr(s)
    spark.udtf.register("golden_of_struct", udtf(Made, returnType="x int, r string"))
    return spark.sql("SELECT t.* FROM VALUES (named_struct('x', 1)), (null) AS v(s), LATERAL golden_of_struct(v.s) t ORDER BY x")
def case_udtf_lateral_struct_arrow(spark):
    class Made:
        def eval(self, s): yield s["x"] if s is not None else None, repr(s)
    spark.udtf.register("golden_of_struct_arrow", udtf(Made, returnType="x int, r string", useArrow=True))
    return spark.sql("SELECT t.* FROM VALUES (named_struct('x', 1)), (null) AS v(s), LATERAL golden_of_struct_arrow(v.s) t ORDER BY x")
def case_udtf_lateral_left(spark):
    class Made:
        def eval(self, n):
            for i in range(n): yield (i,)
    spark.udtf.register("golden_up_to", udtf(Made, returnType="i int"))
    return spark.sql("SELECT * FROM VALUES (0), (2) AS v(n) LEFT JOIN LATERAL golden_up_to(n) ORDER BY n, i")
def case_udtf_unknown_name(spark):
    class Made:
        def eval(self, a, b=5): yield (a, b)
    spark.udtf.register("golden_named", udtf(Made, returnType="a int, b int"))
    calls = ["golden_named(1)", "golden_named(b => 2, a => 1)", "golden_named(1, b => 3)", "golden_named(z => 1)", "golden_named(a => 1, a => 2)", "golden_named(a => 1, 2)"]
    return [failure(lambda: spark.sql("SELECT * FROM " + call)) for call in calls]
def native_table(body, returns):
    @arrow_udtf(returnType=returns)
    class Made:
        def eval(self, *a):
            yield from body(*a)
    return failure(lambda: Made(F.lit(1), F.struct(F.lit(1).alias("x"), F.lit("q").alias("y"))))
def case_native_table_arguments(spark):
    return native_table(lambda *a: [pa.table({"t": [str(x.type) for x in a], "v": [str(x.to_pylist()) for x in a]})], "t string, v string")
def case_native_table_cast(spark): return native_table(lambda *a: [pa.table({"a": pa.array([1], pa.int64())})], "a int")
def case_native_table_overflow(spark): return native_table(lambda *a: [pa.table({"a": pa.array([2**40], pa.int64())})], "a int")
def case_native_table_wrong_type(spark): return native_table(lambda *a: [pa.table({"a": ["x"]})], "a int")
def case_native_table_short(spark): return native_table(lambda *a: [pa.table({"a": [1]})], "a int, b string")
def case_native_table_batch(spark): return native_table(lambda *a: [pa.RecordBatch.from_pydict({"a": [1]})], "a bigint")
def case_native_table_tuple(spark): return native_table(lambda *a: [(1,)], "a bigint")
def case_native_table_none(spark): return native_table(lambda *a: [None], "a bigint")
def case_native_table_array(spark): return native_table(lambda *a: [pa.array([1])], "a bigint")
def case_native_table_struct_result(spark):
    return native_table(lambda *a: [pa.table({"s": pa.array([{"x": 1, "y": None}, None], pa.struct([("x", pa.int32()), ("y", pa.string())]))})], "s struct<x:int,y:string>")


# Data sources

def source_class(spark, rows=lambda p: [(p, "x")], schema="a int, b string", n=1, name="golden_source", **methods):
    from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
    class Reader(DataSourceReader):
        def partitions(self): return [InputPartition(i) for i in range(n)]
        def read(self, partition):
            made = rows(partition.value)
            return iter(made) if isinstance(made, list) else made
    for method, body in methods.items():
        if body is None:
            delattr(Reader, method)
        else:
            setattr(Reader, method, body)
    class Source(DataSource):
        def schema(self): return schema
        def reader(self, schema): return Reader()
    Source.name = classmethod(lambda cls: name)
    return Source
def source(spark, *a, **k):
    made = source_class(spark, *a, **k)
    def load():
        spark.dataSource.register(made)
        return spark.read.format("golden_source").load()
    return failure(load)
def case_source_plain(spark): return source(spark, n=3)
def case_source_none(spark): return source(spark, lambda p: None)
def case_source_iterator(spark): return source(spark, lambda p: iter([(1, "x")]))
def case_source_tuple(spark): return source(spark, lambda p: ((1, "x"),))
def case_source_not_iterable(spark): return source(spark, lambda p: 5)
def case_source_dict(spark): return source(spark, lambda p: [{"a": 1, "b": "x"}])
def case_source_row(spark): return source(spark, lambda p: [Row(a=1, b="x"), Row(b="y", a=2)])
def case_source_row_other(spark): return source(spark, lambda p: [Row(a=1, z="x")])
def case_source_row_unnamed(spark): return source(spark, lambda p: [Row(1, "x")])
def case_source_wrong_value(spark): return source(spark, lambda p: [("q", "x")])
def case_source_int_for_text(spark): return source(spark, lambda p: [(1, 5)])
def case_source_float_for_int(spark): return source(spark, lambda p: [(1.5, "x")])
def case_source_overflow(spark): return source(spark, lambda p: [(2**40, "x")])
def case_source_nested(spark): return source(spark, lambda p: [([1, None], {"k": (1, "z")}, Row(x=1))], "a array<int>, m map<string,struct<x:int,y:string>>, s struct<x:int>")
def case_source_types(spark):
    return source(spark, lambda p: [(DAY, TIME, Decimal("1.5"), b"x", 1.5, True)], "a date, b timestamp, c decimal(5,2), d binary, e double, f boolean")
def case_source_raises(spark): return source(spark, lambda p: 1 / 0)
def case_source_partitions_raise(spark): return source(spark, partitions=lambda self: 1 / 0)
def case_source_partitions_wrong(spark): return source(spark, partitions=lambda self: [1, 2])
def case_source_partitions_none(spark): return source(spark, lambda p: [(1, "x")], partitions=lambda self: None, read=lambda self, p: iter([(1, repr(p))]))
def case_source_partitions_empty(spark): return source(spark, partitions=lambda self: [], read=lambda self, p: iter([(1, repr(p))]))
def case_source_batches(spark):
    return source(spark, lambda p: [pa.RecordBatch.from_pydict({"a": pa.array([p], pa.int32()), "b": ["x"]})], n=2)
def case_source_batches_other(spark):
    return source(spark, lambda p: [pa.RecordBatch.from_pydict({"b": ["x"], "z": pa.array([p], pa.int32())})])
def case_source_batches_short(spark): return source(spark, lambda p: [pa.RecordBatch.from_pydict({"b": ["x"]})])
def case_source_row_then_batch(spark): return source(spark, lambda p: [(1, "x"), pa.RecordBatch.from_pydict({"a": pa.array([p], pa.int32()), "b": ["x"]})])
def case_source_reader_wrong(spark):
    made = source_class(spark)
    made.reader = lambda self, schema: 5
    spark.dataSource.register(made)
    return failure(lambda: spark.read.format("golden_source").load())
def case_source_reader_raises(spark):
    made = source_class(spark)
    made.reader = lambda self, schema: 1 / 0
    spark.dataSource.register(made)
    return failure(lambda: spark.read.format("golden_source").load())
def case_source_no_schema(spark):
    made = source_class(spark)
    del made.schema
    spark.dataSource.register(made)
    return failure(lambda: spark.read.format("golden_source").load())
def case_source_schema_raises(spark):
    made = source_class(spark)
    made.schema = lambda self: 1 / 0
    spark.dataSource.register(made)
    return failure(lambda: spark.read.format("golden_source").load())
def case_source_constructor_raises(spark):
    made = source_class(spark)
    def init(self, options): raise ValueError("no " + options["q"])
    made.__init__ = init
    spark.dataSource.register(made)
    return failure(lambda: spark.read.format("golden_source").option("Q", 5).load())
def case_source_given_schema(spark):
    made = source_class(spark, lambda p: [(1,)])
    spark.dataSource.register(made)
    return spark.read.format("golden_source").schema("q long").load()
def case_source_path(spark):
    made = source_class(spark, lambda p: [(1, "x")])
    made.reader = reader_of_options
    spark.dataSource.register(made)
    return failure(lambda: spark.read.format("golden_source").option("k", 1).load("/some/path"))
def reader_of_options(self, schema):
    from pyspark.sql.datasource import DataSourceReader
    class Reader(DataSourceReader):
        def __init__(self, options): self.options = options
        def read(self, partition): yield 1, str(sorted(self.options.items()))
    return Reader(self.options)
def case_source_paths(spark):
    made = source_class(spark)
    made.reader = reader_of_options
    spark.dataSource.register(made)
    return failure(lambda: spark.read.format("golden_source").load(["/a", "/b"]))
def case_source_register_twice(spark):
    spark.dataSource.register(source_class(spark, lambda p: [(1, "x")]))
    spark.dataSource.register(source_class(spark, lambda p: [(2, "y")]))
    return spark.read.format("golden_source").load()
def case_source_case_insensitive(spark):
    spark.dataSource.register(source_class(spark, lambda p: [(1, "x")], name="Golden_Mixed"))
    return spark.read.format("golden_MIXED").load()
def filtering(spark, keep, conf="true", predicate="a > 1"):
    made = source_class(spark, lambda p: [(1, "x"), (2, "y"), (3, None)], pushFilters=keep, read=reading)
    def load():
        spark.conf.set("spark.sql.python.filterPushdown.enabled", conf)
        spark.dataSource.register(made)
        return spark.read.format("golden_source").load().filter(predicate)
    return failure(load)
def reading(self, partition):
    seen = getattr(self, "seen", "none")
    yield 1, seen
    yield 2, seen
    yield 3, None
def keep_all(self, filters):
    self.seen = ";".join(repr(f) for f in filters)
    yield from filters
def keep_none(self, filters):
    self.seen = ";".join(repr(f) for f in filters)
    return []
def case_push_kept(spark): return filtering(spark, keep_all)
def case_push_taken(spark): return filtering(spark, keep_none)
def case_push_several(spark): return filtering(spark, keep_all, predicate="a > 1 AND b IS NOT NULL AND b LIKE 'G%' AND a IN (1, 2) AND NOT a = 7 AND a <=> 2 AND a < 10")
def case_push_or(spark): return filtering(spark, keep_all, predicate="a > 1 OR b = 'x'")
def case_push_off(spark): return filtering(spark, keep_all, conf="false")
def case_push_wrong(spark): return filtering(spark, lambda self, filters: 5)
def case_push_raises(spark): return filtering(spark, lambda self, filters: 1 / 0)
def case_push_values(spark):
    return filtering(spark, keep_all, predicate="a = 2 AND b >= 'a' AND contains(b, 'q') AND startswith(b, 'r') AND b IN ('x', 'y')")
