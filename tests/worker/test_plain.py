"""Plain functions (eval type 100): values in, and what Spark makes of what comes out."""

import datetime
import pathlib

import frames
import pytest
from conftest import WorkerError

PROTOCOL = pathlib.Path(__file__).resolve().parents[2] / "proto" / "worker" / "PROTOCOL.md"


def test_the_documented_frame(worker):
    example = bytes.fromhex(PROTOCOL.read_text().rpartition("```\n")[0].rpartition("```\n")[2])
    types = ["bigint", "string"]
    columns = [[1, None, -2], ["a", "né", None]]
    assert frames.batch(7, types, columns) == example
    command = worker.interpreter.pickled("lambda n, s: '%s/%s' % (n, s)")
    call = worker.set_up(types, [((0, 1), (), [command], "string")])
    worker.send(example.replace(b"\7\0\0\0", bytes([call, 0, 0, 0]), 1))
    assert worker.answer(["string"]) == [["1/a", "None/né", "-2/None"]]


# type, wire values, repr() of what the function sees
SEEN = [
    ("null", [None], ["None"]),
    ("boolean", [1, 0, None], ["True", "False", "None"]),
    ("tinyint", [-128, 127], ["-128", "127"]),
    ("smallint", [-32768], ["-32768"]),
    ("int", [-(2**31)], ["-2147483648"]),
    ("bigint", [2**63 - 1, None], ["9223372036854775807", "None"]),
    ("float", [0.5, float("nan")], ["0.5", "nan"]),
    ("double", [0.1, float("inf")], ["0.1", "inf"]),
    ("string", ["a", "", "héé€😀", None], ["'a'", "''", "'héé€😀'", "None"]),
    ("string", [b"a\xffb"], ["'a\ufffdb'"]),
    ("binary", [b"\0\xff", b""], ["b'\\x00\\xff'", "b''"]),
    ("date", [0, -719162, 2932896], ["datetime.date(1970, 1, 1)", "datetime.date(1, 1, 1)",
                                     "datetime.date(9999, 12, 31)"]),
    ("timestamp", [0, -1], ["datetime.datetime(1969, 12, 31, 19, 0)",
                            "datetime.datetime(1969, 12, 31, 18, 59, 59, 999999)"]),
    # The second 1:30 of a night when clocks go back.
    ("timestamp", [1572762600000000], ["datetime.datetime(2019, 11, 3, 1, 30, fold=1)"]),
    ("timestamp", [1572759000000000], ["datetime.datetime(2019, 11, 3, 1, 30)"]),
    ("timestamp_ntz", [1, -1], ["datetime.datetime(1970, 1, 1, 0, 0, 0, 1)",
                                "datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)"]),
    ("time", [86399999999000], ["datetime.time(23, 59, 59, 999999)"]),
    ("interval day to second", [-1, 86400000000],
     ["datetime.timedelta(days=-1, seconds=86399, microseconds=999999)", "datetime.timedelta(days=1)"]),
    (("decimal", 10, 2), [150, -1, 0, None],
     ["Decimal('1.50')", "Decimal('-0.01')", "Decimal('0.00')", "None"]),
    (("decimal", 38, 0), [10**37], ["Decimal('1%s')" % ("0" * 37)]),
    (("decimal", 20, 18), [1, 12345, 0], ["Decimal('1E-18')", "Decimal('1.2345E-14')", "Decimal('0E-18')"]),
    (("array", "bigint"), [[1, None], [], None], ["[1, None]", "[]", "None"]),
    (("array", "date"), [[0]], ["[datetime.date(1970, 1, 1)]"]),
    (("map", "string", "int"), [[("b", 1), ("a", None)], []], ["{'b': 1, 'a': None}", "{}"]),
    (("struct", {"a": "int", "b": ("struct", {"c": "string"})}), [(1, ("x",)), (None, None), None],
     ["Row(a=1, b=Row(c='x'))", "Row(a=None, b=None)", "None"]),
]  # fmt: skip


def test_values_in(worker):
    for type_, values, expected in SEEN:
        assert worker.map("repr", "string", values, type_) == expected, type_


def test_intervals_that_python_lacks(worker):
    with pytest.raises(WorkerError) as raised:
        worker.map("repr", "string", [1], "interval year to month")
    assert "NotImplementedError" in raised.value.text


NAN = float("nan")

# result type, expressions of a row, wire values of the results
RETURNED = [
    ("boolean", ["True", "False", "1", "None", "'true'"], [1, 0, None, None, None]),
    ("int", ["1", "1.0", "True", "'1'", "b'1'", "[]", "None"], [1] + [None] * 6),
    ("int", ["2**31", "2**40", "-1", "2**63", "-2**63"], [-(2**31), 0, -1, None, 0]),
    ("tinyint", ["127", "128", "2**40", "300"], [127, -128, 0, 44]),
    ("smallint", ["65535"], [-1]),
    ("bigint", ["2**63-1", "2**63", "10**30"], [2**63 - 1, None, None]),
    ("double", ["1.5", "1", "'1'", "True", "decimal.Decimal('1.5')", "decimal.Decimal('Infinity')"],
     [1.5, None, None, None, None, float("inf")]),
    ("float", ["0.1"], [0.10000000149011612]),
    ("string", ["'x'", "''", "True", "1", "1.7", "1.0", "1e10", "1.5e-7", "123456789.0", "1e-3", "[1, 2]",
                "['a', None]", "{'a': 1}", "decimal.Decimal('1.50')", "10**20", "float('nan')", "-0.0",
                "[True, 1.0]", "12345678901234567.0", "0.00001234"],
     ["x", "", "true", "1", "1.7", "1.0", "1.0E10", "1.5E-7", "1.23456789E8", "0.001", "[1, 2]",
      "[a, null]", "{a=1}", "1.50", "1" + "0" * 20, "NaN", "-0.0", "[true, 1.0]", "1.2345678901234568E16",
      "1.234E-5"]),
    ("binary", ["b'x'", "bytearray(b'y')", "'é'", "1", "[1]"], [b"x", b"y", "é".encode(), None, None]),
    ("date", ["datetime.date(1970, 1, 2)", "datetime.datetime(1970, 1, 3, 4)", "None"], [1, 2, None]),
    ("timestamp", ["datetime.datetime(1970, 1, 1)", "datetime.datetime(2019, 7, 1, 0, 0, 0, 5)",
                   "datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)",
                   "datetime.datetime(1969, 12, 31, 18, 59, 59)"],
     [18000000000, 1561953600000005, 0, -1000000]),
    ("timestamp_ntz", ["datetime.datetime(1970, 1, 1, 0, 0, 1)",
                       "datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)"], [1000000, 0]),
    ("interval day to second", ["datetime.timedelta(microseconds=-1)"], [-1]),
    (("decimal", 10, 2), ["decimal.Decimal('1.5')", "decimal.Decimal('-2.345')", "decimal.Decimal('0.005')",
                          "decimal.Decimal('NaN')", "1", "1.5", "decimal.Decimal('1E+3')", "decimal.Decimal('1E-9')",
                          "decimal.Decimal(0)", "decimal.Decimal('-0.004')"],
     [150, -235, 1, None, None, None, 100000, 0, 0, 0]),
    (("decimal", 38, 18), ["decimal.Decimal('12345678901234567890.123456789012345678')"],
     [12345678901234567890123456789012345678]),
    (("array", "bigint"), ["[1, None, 'x']", "(1, 2)", "b'\\x01\\xff'", "'abc'", "1", "{}", "[]", "range(2)[:0] or None"],
     [[1, None, None], [1, 2], [1, -1], None, None, None, [], None]),
    (("array", "date"), ["[datetime.date(1970, 1, 2)]", "(d for d in [None])", "()"], [[1], [None], []]),
    (("array", ("array", "int")), ["[[1], None, []]"], [[[1], None, []]]),
    (("map", "string", "bigint"), ["{'a': 1}", "{}", "{'a': 'x'}", "[1]"], [[("a", 1)], [], [("a", None)], None]),
    # A java.util.HashMap iterates by the keys' hashes.
    (("map", "string", "int"), ["{'b': 1, 'a': 2, 'Zebra': 3, 'é': 4}"],
     [[("a", 2), ("b", 1), ("Zebra", 3), ("é", 4)]]),
    (("map", "int", "int"), ["{17: 1, 33: 2, 1: 3}", "dict((i * 7, i) for i in range(5))"],
     [[(17, 1), (33, 2), (1, 3)], [(0, 0), (21, 3), (7, 1), (28, 4), (14, 2)]]),
    (("struct", {"a": "int", "b": "string"}),
     ["(1, 'x')", "[1, 'x']", "{'b': 'x', 'a': 1, 'c': 0}", "{}", "T(1, 'x')", "Row(b='x', a=1)", "Row(a=1, b='x')",
      "O()", "None", "(None, None)", "('1', 2)"],
     [(1, "x"), (1, "x"), (1, "x"), (None, None), (1, "x"), (None, "1"), (1, "x"), (5, None), None, (None, None),
      (None, "2")]),
    (("struct", {"d": "date"}), ["(datetime.date(1970, 1, 2), 'more')"], [(1,)]),
    (("array", ("struct", {"a": "bigint"})), ["[(1,), {'a': 2}, None]"], [[(1,), (2,), None]]),
    ("null", ["1", "None"], [None, None]),
]  # fmt: skip

PRELUDE = """
import datetime, decimal, collections
from pyspark.sql import Row
T = collections.namedtuple('T', 'a b')
class O:
    def __init__(self):
        self.a = 5
values = [%s]
def f(i):
    return values[i]()
"""


def returned(worker, type_, expressions):
    prelude = PRELUDE % ", ".join("lambda: " + text for text in expressions)
    return worker.map("f", type_, list(range(len(expressions))), prelude=prelude)


def same(got, expected):
    return repr(got) == repr(expected)


def test_values_out(worker):
    for type_, expressions, expected in RETURNED:
        assert same(returned(worker, type_, expressions), expected), (type_, expressions)


# result type, expression, part of the traceback's last line
RAISED = [
    ("date", "1", "AttributeError: 'int' object has no attribute 'toordinal'"),
    ("timestamp", "'x'", "AttributeError"),
    (("struct", {"a": "int"}), "1", "UNEXPECTED_TUPLE_WITH_STRUCT"),
    (("array", "date"), "1", "not iterable"),
    ("int", "(lambda: 0)()/0", "ZeroDivisionError: division by zero"),
    ("string", "int('x')", "ValueError: invalid literal for int() with base 10: 'x'"),
]


def test_failures_in_python(worker):
    for type_, expression, last in RAISED:
        with pytest.raises(WorkerError) as raised:
            returned(worker, type_, [expression])
        assert raised.value.kind == 1
        assert raised.value.text.startswith("Traceback (most recent call last):\n")
        assert raised.value.text.endswith("\n")
        assert last in raised.value.text.splitlines()[-1], raised.value.text


CONDITIONS = [
    (("struct", {"a": "int", "b": "int"}), "(1,)", "STRUCT_ARRAY_LENGTH_MISMATCH",
     {"expected": "2", "actual": "1"}),
    (("struct", {"a": "int"}), "(1, 2)", "STRUCT_ARRAY_LENGTH_MISMATCH", {"expected": "1", "actual": "2"}),
    (("decimal", 4, 1), "decimal.Decimal('999.95')", "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
     {"roundedValue": "1000.0", "originalValue": "999.95", "precision": "4", "scale": "1"}),
]  # fmt: skip


def test_failures_that_spark_raises(worker):
    for type_, expression, condition, parameters in CONDITIONS:
        with pytest.raises(WorkerError) as raised:
            returned(worker, type_, [expression])
        assert (raised.value.condition, raised.value.parameters) == (condition, parameters)


def test_objects_that_spark_has_no_class_for(worker):
    for expression in ("O", "O()", "T(1, 2)", "collections.OrderedDict()"):
        with pytest.raises(WorkerError):
            returned(worker, "int", [expression])


def test_a_wrong_python_version(worker):
    with pytest.raises(WorkerError, match="PYTHON_VERSION_MISMATCH"):
        worker.map("lambda a: a", "bigint", [1], version="3.7")
    assert worker.map("lambda a: a", "bigint", [1], version=worker.interpreter.version) == [1]


def test_any_callable(worker):
    prelude = "import functools\nclass C:\n    def m(self, a, b=1): return a + b\n    __call__ = m\n"
    for function in ("C()", "C().m", "functools.partial(C().m, b=1)", "(1).__add__", "lambda *a, **k: a[0] + 1"):
        assert worker.map(function, "bigint", [1, 2], prelude=prelude) == [2, 3], function
    for function, inputs in (("dict", 1), ("lambda a, *, b: [a, b]", 2)):
        command = worker.interpreter.pickled(function)
        names = ["b"] if inputs == 2 else ["k"]
        columns = tuple(range(inputs))
        result = ("array", "bigint") if inputs == 2 else ("map", "string", "bigint")
        call = worker.set_up(["bigint"] * inputs, [(columns, names, [command], result)])
        worker.send(frames.batch(call, ["bigint"] * inputs, [[5]] * inputs))
        assert worker.answer([result]) == [[[5, 5]] if inputs == 2 else [[("k", 5)]]]


def test_variants(worker):
    if worker.interpreter.version in ("3.8", "3.9"):
        pytest.skip("variants came with pyspark 4")
    echo = worker.map("lambda v: v", "variant", [(b"\x0c\x01", b"\x01\0\0")], "variant")
    assert echo == [(b"\x0c\x01", b"\x01\0\0")]


UDT = """
import sys, types
from pyspark.sql.types import UserDefinedType, ArrayType, DoubleType
module = sys.modules['points'] = types.ModuleType('points')
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
class PointUDT(UserDefinedType):
    @classmethod
    def sqlType(cls):
        return ArrayType(DoubleType(), False)
    def serialize(self, point):
        return [point.x, point.y]
    def deserialize(self, values):
        return Point(*values)
module.PointUDT = PointUDT
"""


def test_user_defined_types(worker):
    worker.map("lambda a: a", "bigint", [1], prelude=UDT)  # defines the class where it is imported from
    udt = ("udt", "points.PointUDT", "", ("array", "double"))
    swapped = worker.map("lambda p: p and type(p)(p.y, p.x)", udt, [[1.0, 2.0], None], udt)
    assert swapped == [[2.0, 1.0], None]


def test_functions_by_cloudpickle(worker):
    command = worker.interpreter.cloudpickled("lambda a: (lambda b: b + len(__name__))(a)")
    call = worker.set_up(["bigint"], [((0,), (), [command], "bigint")])
    worker.send(frames.batch(call, ["bigint"], [[1]]))
    assert worker.answer(["bigint"]) == [[9]]


def test_spark_reads_local_time_where_the_worker_is(python):
    other = python.worker(TZ="Asia/Tokyo")
    assert other.map("str", "string", [0], "timestamp") == ["1970-01-01 09:00:00"]
    assert other.map("lambda t: t", "timestamp", [5], "timestamp") == [5]


def test_a_second_call_forgets_nothing_of_the_first(worker):
    first = worker.set_up(["bigint"], [((0,), (), [worker.interpreter.pickled("lambda a: a + 1")], "bigint")])
    assert worker.map("lambda a: -a", "bigint", [1]) == [-1]
    worker.send(frames.batch(first, ["bigint"], [[1]]))
    assert worker.answer(["bigint"]) == [[2]]
    worker.send(frames.frame(frames.DROP, first, 0, b""))
    assert worker.map("lambda a: -a", "bigint", [2]) == [-2]
    assert datetime.date(1970, 1, 1).toordinal() == 719163
