"""Table functions (eval type 300) and their static method analyze."""

import json

import frames
import pytest
from conftest import WorkerError

INPUT_END = 2
ROW = ("struct", {"a": "bigint", "b": "string"})
PRELUDE = """
from pyspark.sql.types import *
class Range:
    def eval(self, n):
        for i in range(n):
            yield i, str(n)
class Total:
    def __init__(self):
        self.total = 0
    def eval(self, n):
        self.total += n
    def terminate(self):
        yield self.total, 'total'
class Bad:
    def eval(self, n):
        if n == 0: return 5
        if n == 1: return [(1,)]
        if n == 2: return [1]
        if n == 3: return None
        raise ValueError('boom')
class ByKey:
    def __init__(self):
        self.seen = []
    def eval(self, row):
        self.seen.append(row.v)
    def terminate(self):
        yield len(self.seen), str(self.seen)
class Skips:
    def eval(self, n):
        from pyspark.sql.udtf import SkipRestOfInputTableException
        if n == 2: raise SkipRestOfInputTableException()
        yield n, 'x'
"""
ANALYZE = """
from pyspark.sql.udtf import *
from pyspark.sql.types import *
class Wide:
    def __init__(self, result):
        self.width = len(result.schema.fields)
    @staticmethod
    def analyze(n, t=None):
        schema = StructType([StructField('c%d' % i, LongType()) for i in range(n.value)])
        return AnalyzeResult(schema, partitionBy=[PartitioningColumn('k')] if t else [])
    def eval(self, n, t=None):
        yield tuple(range(self.width))
class Wrong:
    @staticmethod
    def analyze(n):
        return 1
    def eval(self, n): pass
"""


def table(worker, name, type_, values, row=ROW, keys=(), prelude=PRELUDE, more=(), eval_type=300):
    if worker.interpreter.version == "3.8":
        pytest.skip("table functions came with pyspark 3.5")
    commands = [worker.interpreter.pickled(name, prelude), *more]
    result = ("array", row)
    call = worker.set_up([type_], [((0,), (), commands, result)], eval_type, keys=keys)
    worker.send(frames.batch(call, [type_], [values], INPUT_END))
    return worker.answer([result])[0]


def test_rows_of_each_input_row_and_of_terminate(worker):
    assert table(worker, "Range", "bigint", [2, 0]) == [[(0, "2"), (1, "2")], [], []]
    assert table(worker, "Total", "bigint", [2, 3]) == [[], [], [(5, "total")]]
    # A second stream has an instance of its own.
    assert table(worker, "Total", "bigint", [1]) == [[], [(1, "total")]]
    if worker.interpreter.version != "3.9":  # its pyspark can't skip
        assert table(worker, "Skips", "bigint", [1, 2, 3]) == [[(1, "x")], [], [], []]


def test_rows_that_arrow_converts(worker):
    if worker.interpreter.version != "3.11":
        pytest.skip("pyarrow is installed for Python 3.11 only")
    run = lambda *a, **k: table(worker, *a, eval_type=301, **k)  # noqa: E731
    assert run("Range", "bigint", [2, 0]) == [[(0, "2"), (1, "2")], [], []]
    assert run("Total", "bigint", [2, 3]) == [[], [], [(5, "total")]]
    numbers = ("struct", {"a": "double", "b": "string"})
    assert run("Range", "bigint", [1], numbers) == [[(0.0, "1")], []]
    with pytest.raises(WorkerError, match="UDTF_ARROW_TYPE_CONVERSION_ERROR"):
        run("Range", "bigint", [1], ("struct", {"a": ("array", "int"), "b": "string"}))
    with pytest.raises(WorkerError, match="UDTF_RETURN_SCHEMA_MISMATCH"):
        run("Range", "bigint", [1], ("struct", {"a": "bigint"}))


def test_partitions_of_a_table_argument(worker):
    row = ("struct", {"v": "bigint", "k": "string"})
    values = [(1, "x"), (2, "x"), (3, "y")]
    got = table(worker, "ByKey", row, values, keys=[1])
    assert got == [[], [], [(2, "[1, 2]")], [(1, "[3]")]]


def test_failures(worker):
    for value, condition in (
        (0, "UDTF_RETURN_NOT_ITERABLE"),
        (1, "UDTF_RETURN_SCHEMA_MISMATCH"),
        (2, "UDTF_INVALID_OUTPUT_ROW_TYPE"),
        (4, "UDTF_EXEC_ERROR"),
    ):
        with pytest.raises(WorkerError) as raised:
            table(worker, "Bad", "bigint", [value])
        assert condition in raised.value.text
    assert table(worker, "Bad", "bigint", [3]) == [[], []]
    with pytest.raises(WorkerError, match="boom"):
        table(worker, "Bad", "bigint", [4])
    other = PRELUDE + "class NoArgument:\n    def eval(self): pass\n"
    with pytest.raises(WorkerError, match="UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE"):
        table(worker, "NoArgument", "bigint", [1], prelude=other)


def analyzed(worker, name, values, kinds, keywords=()):
    types = ["int", ("struct", {"k": "string"})][: len(values)]
    conf = [("argument.%d" % i, kind) for i, kind in enumerate(kinds)]
    command = worker.interpreter.pickled(name, ANALYZE)
    columns = tuple(range(len(values)))
    call = worker.set_up(types, [(columns, keywords, [command], "string")], 10300, conf=conf)
    worker.send(frames.batch(call, types, [[value] for value in values]))
    return json.loads(worker.answer(["string"])[0][0])


def test_analyze(worker):
    if worker.interpreter.version in ("3.8", "3.9"):
        pytest.skip("needs pyspark 4")
    result = analyzed(worker, "Wide", [2], ["constant"])
    assert [field["name"] for field in result["schema"]["fields"]] == ["c0", "c1"]
    assert result["partitionBy"] == []
    assert analyzed(worker, "Wide", [1, None], ["constant", "table"], ["t"])["partitionBy"] == ["k"]
    with pytest.raises(WorkerError, match="AnalyzeResult"):
        analyzed(worker, "Wrong", [1], ["constant"])
    described = result["pickled"].encode()
    row = ("struct", {"c0": "bigint", "c1": "bigint"})
    got = table(worker, "Wide", "int", [7], row, prelude=ANALYZE, more=[described])
    assert got == [[(0, 1)], []]
