"""Kinds that take or return Arrow and pandas data, each against a worker without an engine."""

import frames
import pytest
from conftest import WorkerError

GROUP_END, INPUT_END, RIGHT, GOES_ON = 1, 2, 4, 32
PRELUDE = "import pandas as pd, pyarrow as pa, datetime, decimal\n"


@pytest.fixture
def arrow_worker(worker):
    if worker.interpreter.version != "3.11":
        pytest.skip("pandas and pyarrow are installed for Python 3.11 only")
    return worker


def call_of(worker, eval_type, inputs, function, result, prelude="", columns=None, **more):
    command = worker.interpreter.pickled(function, PRELUDE + prelude)
    columns = tuple(range(len(inputs))) if columns is None else columns
    return worker.set_up(inputs, [(columns, (), [command], result)], eval_type, **more)


def exchange(worker, result, *batches):
    """Sends all batches; the rows of each group, or of the whole stream."""
    for batch in batches:
        worker.send(batch)
    groups = [[]]
    while True:
        kind, rows, flags, payload = worker.read()
        if kind == frames.ERROR:
            raise WorkerError(payload)
        if rows:
            decoder = frames.Decoder(payload)
            groups[-1] += decoder.column(result)
            assert decoder.at == len(payload)
        if flags & INPUT_END:
            return groups
        if flags & GROUP_END:
            groups.append([])


def one(worker, eval_type, inputs, columns, function, result, **more):
    call = call_of(worker, eval_type, inputs, function, result, **more)
    return exchange(worker, result, frames.batch(call, inputs, columns, INPUT_END))[0]


def fresh(worker):
    """A stream's failure ends its worker: each failing test has one of its own."""
    return worker.interpreter.worker(TZ="America/New_York")


NAN = float("nan")


def test_arrow_batched_rows(arrow_worker):
    def run(type_, expressions):
        prelude = "values = [%s]\n" % ", ".join("lambda: " + text for text in expressions)
        rows = list(range(len(expressions)))
        return one(arrow_worker, 101, ["bigint"], [rows], "lambda i: values[i]()", type_, prelude=prelude)

    assert run("bigint", ["1", "None", "2**63-1"]) == [1, None, 2**63 - 1]
    assert run("int", ["1.7"]) == [1]
    assert run("int", ["'12'"]) == [12]
    assert run("double", ["True"]) == [1.0]
    assert run("double", ["1", "2.5"]) == [1.0, 2.5]
    assert run("string", ["'x'", "True", "1.5", "[1]", "None"]) == ["x", "true", "1.5", "[1]", None]
    assert run("date", ["datetime.date(1970, 1, 2)"]) == [1]
    assert run(("decimal", 10, 2), ["decimal.Decimal('1.50')", "None"]) == [150, None]
    assert run(("array", "bigint"), ["[1, None]", "[]", "None"]) == [[1, None], [], None]
    assert run(("map", "string", "int"), ["{'a': 1}"]) == [[("a", 1)]]
    struct = ("struct", {"a": "int", "b": "string"})
    assert run(struct, ["(1, 'x')", "{'a': 2}"]) == [(1, "x"), (2, None)]
    for type_, text in (("bigint", "10**30"), ("int", "object()"), (("array", "int"), "1")):
        with pytest.raises(WorkerError) as raised:
            run(type_, [text])
        assert raised.value.text.startswith("Traceback (most recent call last):\n"), text


SEEN = [
    ("bigint", [1, 2], "int64", "[1, 2]"),
    ("bigint", [1, None], "float64", "[1.0, nan]"),
    ("double", [0.5, None], "float64", "[0.5, nan]"),
    ("boolean", [1, 0], "bool", "[True, False]"),
    ("string", ["a", None], "object", "['a', None]"),
    ("binary", [b"a"], "object", "[b'a']"),
    ("date", [0], "object", "[datetime.date(1970, 1, 1)]"),
    ("timestamp", [0], "datetime64[ns]", "[Timestamp('1969-12-31 19:00:00')]"),
    ("timestamp_ntz", [0], "datetime64[ns]", "[Timestamp('1970-01-01 00:00:00')]"),
    (("decimal", 10, 2), [150], "object", "[Decimal('1.50')]"),
    (("array", "bigint"), [[1, 2]], "object", "[array([1, 2])]"),
]


def test_series_in(arrow_worker):
    conf = [("spark.sql.session.timeZone", "America/New_York")]
    for type_, values, dtype, listed in SEEN:
        function = "lambda s: pd.Series([str(s.dtype) + ' ' + repr(list(s))] * len(s))"
        got = one(arrow_worker, 200, [type_], [values], function, "string", conf=conf)
        assert got == ["%s %s" % (dtype, listed)] * len(values), type_


def test_scalar_pandas(arrow_worker):
    run = lambda *a, **k: one(arrow_worker, 200, *a, **k)  # noqa: E731
    assert run(["bigint"] * 2, [[1, 2], [10, 20]], "lambda a, b: a + b", "bigint") == [11, 22]
    assert run(["string"], [["a", None]], "lambda s: s.str.upper()", "string") == ["A", None]
    unsafe = [("spark.sql.execution.pandas.convertToArrowArraySafely", "false")]
    assert run(["bigint"], [[1, 2]], "lambda s: s * 1.5", "bigint", conf=unsafe) == [1, 3]
    with pytest.raises(WorkerError, match="Can't convert"):
        run(["bigint"], [[1, 2]], "lambda s: s * 1.5", "bigint")
    assert run(["bigint"], [[1, None]], "lambda s: s", "bigint") == [1, None]
    assert run(["bigint"], [[3]], "lambda s: pd.Series([datetime.datetime(1970, 1, 1)])", "timestamp",
               conf=[("spark.sql.session.timeZone", "America/New_York")]) == [18000000000]  # fmt: skip
    struct = ("struct", {"a": "bigint", "b": "string"})
    rows = [(1, "x"), (2, None)]
    assert run([struct], [rows], "lambda df: df.a", "bigint") == [1, 2]
    frame = "lambda s: pd.DataFrame({'b': s.astype(str), 'a': s})"
    assert run(["bigint"], [[7]], frame, struct) == [(7, "7")]
    assert run([("array", "int")], [[[1, 2], []]], "lambda s: s.map(len)", "int") == [2, 0]
    for function, condition in (
        ("lambda s: s[:0]", "SCHEMA_MISMATCH_FOR_PANDAS_UDF"),
        ("lambda s: 1", "UDF_RETURN_TYPE"),
        ("lambda s: pd.Series(['x'] * len(s))", "Can't convert"),
        ("lambda s: 1 / 0", "ZeroDivisionError: division by zero\n"),
    ):
        with pytest.raises(WorkerError) as raised:
            run(["bigint"], [[1]], function, "bigint")
        assert condition in raised.value.text


def test_scalar_arrow(arrow_worker):
    prelude = "import pyarrow.compute as pc\n"
    got = one(arrow_worker, 250, ["bigint"], [[1, None]], "lambda a: pc.add(a, 1)", "bigint", prelude=prelude)
    assert got == [2, None]
    got = one(arrow_worker, 250, ["string"], [["a", "bb"]], "lambda a: pc.utf8_length(a)", "bigint", prelude=prelude)
    assert got == [1, 2]


def test_scalar_iterators(arrow_worker):
    prelude = "def f(it):\n    for s in it:\n        yield s + 1\n"
    call = call_of(arrow_worker, 204, ["bigint"], "f", "bigint", prelude)
    batches = [frames.batch(call, ["bigint"], [[1, 2]]), frames.batch(call, ["bigint"], [[3]], INPUT_END)]
    assert exchange(arrow_worker, "bigint", *batches) == [[2, 3, 4]]
    # The same call again: the next partition.
    assert exchange(arrow_worker, "bigint", *batches) == [[2, 3, 4]]
    two = "def f(it):\n    for a, b in it:\n        yield a * b\n"
    assert one(arrow_worker, 204, ["bigint"] * 2, [[2, 3], [5, 7]], "f", "bigint", prelude=two) == [10, 21]
    arrow = "import pyarrow.compute as pc\ndef f(it):\n    for a in it:\n        yield pc.negate(a)\n"
    assert one(arrow_worker, 251, ["bigint"], [[2, 3]], "f", "bigint", prelude=arrow) == [-2, -3]
    for body, condition in (
        ("    for s in it:\n        yield s[:1]\n", "RESULT_LENGTH_MISMATCH_FOR_SCALAR_ITER_PANDAS_UDF"),
        ("    for s in it:\n        yield pd.concat([s, s])\n", "PANDAS_UDF_OUTPUT_EXCEEDS_INPUT_ROWS"),
        ("    return iter([])\n", "STOP_ITERATION_OCCURRED_FROM_SCALAR_ITER_PANDAS_UDF"),
        ("    return 1\n", "UDF_RETURN_TYPE"),
        ("    yield 1\n", "UDF_RETURN_TYPE"),
    ):
        other = fresh(arrow_worker)
        with pytest.raises(WorkerError) as raised:
            one(other, 204, ["bigint"], [[1, 2]], "f", "bigint", prelude="def f(it):\n" + body)
        assert condition in raised.value.text
        other.close()


def test_map_in_pandas(arrow_worker):
    names = ["id", "s"]
    types = ["bigint", "string"]
    result = ("struct", {"s": "string", "n": "bigint"})
    prelude = "def f(it):\n    for df in it:\n        yield pd.DataFrame({'n': df.id * 2, 's': df.s})\n"
    call = call_of(arrow_worker, 205, types, "f", result, prelude, names=names)
    got = exchange(
        arrow_worker,
        result,
        frames.batch(call, types, [[1, 2], ["a", None]]),
        frames.batch(call, types, [[3], ["c"]]),
        frames.batch(call, types, [[], []], INPUT_END),
    )
    assert got == [[("a", 2), (None, 4), ("c", 6)]]
    first = "lambda it: [next(it)[:1].rename(columns={'id': 'n'})]"
    call = call_of(arrow_worker, 205, types, first, result, names=names)
    more = [frames.batch(call, types, [[i], ["x"]], INPUT_END if i == 2 else 0) for i in range(3)]
    assert exchange(arrow_worker, result, *more) == [[("x", 0)]]
    for body, condition in (
        ("[pd.DataFrame({'n': [1]})]", "RESULT_COLUMNS_MISMATCH_FOR_PANDAS_UDF"),
        ("[pd.DataFrame([[1]])]", "RESULT_LENGTH_MISMATCH_FOR_PANDAS_UDF"),
        ("5", "UDF_RETURN_TYPE"),
    ):
        other = fresh(arrow_worker)
        with pytest.raises(WorkerError) as raised:
            one(other, 205, types, [[1], ["a"]], "lambda it: " + body, result, names=names)
        assert condition in raised.value.text
        other.close()


def test_map_in_arrow(arrow_worker):
    types = ["bigint", ("array", "string"), ("map", "string", "bigint"), "boolean", "date"]
    names = ["a", "l", "m", "b", "d"]
    values = [[1, None], [["x", None], None], [[("k", 1)], []], [1, None], [0, None]]
    result = ("struct", dict(zip(names, types)))
    got = one(arrow_worker, 207, types, values, "lambda it: it", result, names=names)
    assert got == list(zip(*values))
    sliced = "lambda it: (b.slice(1, 1) for b in it)"
    assert one(arrow_worker, 207, types, values, sliced, result, names=names) == [tuple(v[1] for v in values)]
    other = fresh(arrow_worker)
    with pytest.raises(WorkerError, match="UNSUPPORTED_CALL.WITHOUT_SUGGESTION"):
        function = "lambda it: [pa.RecordBatch.from_pydict({'x': ['a']})]"
        one(other, 207, ["bigint"], [[1]], function, ("struct", {"x": "bigint"}), names=["x"])
    other.close()


GROUPED = ["bigint", "string"]


def groups(worker, eval_type, function, result, *rows, **more):
    """rows: lists of (n, s), one per group."""
    call = call_of(worker, eval_type, GROUPED, function, result, names=["n", "s"], keys=[1], **more)
    batches = [
        frames.batch(call, GROUPED, [list(c) for c in zip(*group)], GROUP_END) for group in rows
    ]
    return exchange(worker, result, *batches, frames.batch(call, GROUPED, [[], []], INPUT_END))


def test_grouped_maps(arrow_worker):
    result = ("struct", {"s": "string", "total": "bigint"})
    one_frame = "lambda df: pd.DataFrame({'total': [df.n.sum()], 's': [df.s.iloc[0]]})"
    data = [[(1, "a"), (2, "a")], [(5, "b")]]
    assert groups(arrow_worker, 201, one_frame, result, *data) == [[("a", 3)], [("b", 5)], []]
    keyed = "lambda key, df: pd.DataFrame([[key[0], len(df)]])"
    assert groups(arrow_worker, 201, keyed, result, *data) == [[("a", 2)], [("b", 1)], []]
    table = "lambda key, t: pa.table({'total': pa.array([t.num_rows]), 's': pa.array([key[0].as_py()])})"
    assert groups(arrow_worker, 209, table, result, *data) == [[("a", 2)], [("b", 1)], []]
    frames_of = "lambda it: (pd.DataFrame([[df.s[0], len(df)]]) for df in it)"
    assert groups(arrow_worker, 216, frames_of, result, *data) == [[("a", 2)], [("b", 1)], []]
    empty = "lambda df: pd.DataFrame()"
    assert groups(arrow_worker, 201, empty, result, *data) == [[], [], []]
    other = fresh(arrow_worker)
    with pytest.raises(WorkerError, match="RESULT_COLUMNS_MISMATCH_FOR_PANDAS_UDF"):
        groups(other, 201, "lambda df: df", result, *data)
    other.close()


def test_groups_of_several_batches(arrow_worker):
    result = ("struct", {"n": "bigint"})
    call = call_of(arrow_worker, 201, GROUPED, "lambda df: df[['n']][::-1]", result, names=["n", "s"], keys=[1])
    batch = lambda n, flags: frames.batch(call, GROUPED, [[n], ["a"]], flags)  # noqa: E731
    got = exchange(arrow_worker, result, batch(1, 0), batch(2, 0), batch(3, GROUP_END | INPUT_END))
    assert got == [[(3,), (2,), (1,)]]


def test_grouped_aggregates(arrow_worker):
    data = [[(1, "a"), (2, "a")], [(5, "b")]]
    assert groups(arrow_worker, 202, "lambda n, s: n.mean() + len(s)", "double", *data) == [[3.5], [6.0], []]
    prelude = "import pyarrow.compute as pc\n"
    total = "lambda n, s: pc.sum(n).as_py()"
    assert groups(arrow_worker, 252, total, "bigint", *data, prelude=prelude) == [[3], [5], []]


def test_batches_of_several_frames(arrow_worker):
    result = ("struct", {"n": "bigint"})
    sizes = "def f(it):\n    for df in it:\n        yield pd.DataFrame({'n': [len(df)]})\n"
    call = call_of(arrow_worker, 205, ["bigint"], "f", result, sizes, names=["n"])
    batch = lambda n, flags: frames.batch(call, ["bigint"], [list(range(n))], flags)  # noqa: E731
    sent = [batch(2, GOES_ON), batch(1, 0), batch(4, GOES_ON), batch(0, INPUT_END)]
    assert exchange(arrow_worker, result, *sent) == [[(3,), (4,)]]
    of_group = "lambda it: (pd.DataFrame([[len(df)]]) for df in it)"
    call = call_of(arrow_worker, 216, ["bigint"], of_group, result, names=["n"])
    sent = [batch(2, GOES_ON), batch(1, 0), batch(1, GOES_ON), batch(0, GROUP_END)]
    sent += [batch(5, GOES_ON), batch(0, GROUP_END), batch(0, INPUT_END)]
    assert exchange(arrow_worker, result, *sent) == [[(3,), (1,)], [(5,)], []]


def test_window_aggregates(arrow_worker):
    inputs = ["bigint", "int", "int"]
    values = [10, 20, 30]

    def run(eval_type, function, keys, first, last):
        call = call_of(arrow_worker, eval_type, inputs, function, "bigint", columns=(0,), keys=keys)
        rows = frames.batch(call, inputs, [values, first, last], GROUP_END)
        return exchange(arrow_worker, "bigint", rows, frames.batch(call, inputs, [[], [], []], INPUT_END))[0]

    near = [1, 1, 2], [2, 3, 3]
    assert run(203, "lambda s: int(s.sum())", [1, 2], *near) == [30, 60, 50]
    assert run(203, "lambda s: len(s)", [1, 2], [2, None, 1], [2, None, 3]) == [1, 0, 3]
    assert run(203, "lambda s: int(s.max())", [], *near) == [30, 30, 30]
    assert run(253, "lambda a: sum(a.to_pylist())", [1, 2], *near) == [30, 60, 50]
    assert run(253, "lambda a: len(a)", [], *near) == [3, 3, 3]


def test_aggregates_of_iterators(arrow_worker):
    data = [[(1, "a"), (2, "a")], [(5, "b")]]
    total = "lambda it: sum(int(n.sum()) + len(s) for n, s in it)"
    assert groups(arrow_worker, 217, total, "bigint", *data) == [[5], [6], []]
    total = "lambda it: sum(sum(n.to_pylist()) for n, s in it)"
    assert groups(arrow_worker, 254, total, "bigint", *data) == [[3], [5], []]


def test_cogroups(arrow_worker):
    result = ("struct", {"l": "bigint", "r": "bigint"})
    right = (["string"], ["k"], [0], [0])
    function = "lambda l, r: pd.DataFrame([[len(l), len(r)]])"
    for eval_type, text in (
        (206, function),
        (206, "lambda k, l, r: pd.DataFrame([[len(l), len(r)]])"),
        (210, "lambda l, r: pa.table({'l': [l.num_rows], 'r': [r.num_rows]})"),
    ):
        call = call_of(arrow_worker, eval_type, GROUPED, text, result, names=["n", "s"], keys=[1], right=right)
        got = exchange(
            arrow_worker,
            result,
            frames.batch(call, GROUPED, [[1, 2], ["a", "a"]]),
            frames.batch(call, ["string"], [["a"]], RIGHT | GROUP_END),
            frames.batch(call, ["string"], [["b"]], RIGHT | GROUP_END | INPUT_END),
        )
        assert got == [[(2, 1)], [(0, 1)]]
