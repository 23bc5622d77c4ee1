"""Kinds that see batches: scalar pandas and Arrow functions and iterators, map kinds."""

import operator

import pyarrow as pa

from firesteel_worker import arrow_columns, stream
from firesteel_worker import wire_type as wt
from firesteel_worker.errors import ConditionError, RuntimeFailure, pyspark_error


def _call(function, arguments):
    """Calls with the function's positional and keyword arguments, in the order of its columns."""
    result = function.chain[0](*arguments) if not function.keywords else _keyworded(
        function, arguments
    )
    for following in function.chain[1:]:
        result = following(result)
    return result


def _keyworded(function, arguments):
    positional = len(arguments) - len(function.keywords)
    named = dict(zip(function.keywords, arguments[positional:]))
    return function.chain[0](*arguments[:positional], **named)


def _check_batch(result, rows, decorator, label):
    from firesteel_worker.pandas_columns import return_type_error

    if not hasattr(result, "__len__"):
        raise return_type_error(label, type(result).__name__)
    if len(result) != rows:
        raise pyspark_error(
            "PySparkRuntimeError",
            "SCHEMA_MISMATCH_FOR_PANDAS_UDF",
            {"udf_type": decorator, "expected": str(rows), "actual": str(len(result))},
        )
    return result


def cast_array(array, arrow_type):
    """An array that a native Arrow function returned, as the declared type."""
    assert isinstance(array, pa.Array)
    return array if array.type == arrow_type else array.cast(target_type=arrow_type, safe=True)


class ScalarPandas:
    """f(*Series) -> Series of the same length, once per batch (200)."""

    def __init__(self, setup):
        from firesteel_worker.pandas_columns import PandasConversion

        self._setup = setup
        self._conversion = PandasConversion(setup.conf, struct_as_frame=True)
        self._results = [function.result_type for function in setup.functions]

    def __call__(self, connection, rows, flags, payload):
        connection.write(rows, flags & 3, self._run(rows, payload) if rows else b"")

    def _run(self, rows, payload):
        types = self._setup.input_types
        conversion = self._conversion
        arrays = arrow_columns.read_columns(types, payload, conversion.timezone)
        series = conversion.all_series(arrays, types)
        results = []
        for function in self._setup.functions:
            result = _call(function, [series[i] for i in function.columns])
            label = "pandas.DataFrame" if function.result_type.names else "pandas.Series"
            _check_batch(result, rows, "pandas_udf", label)
            results.append(conversion.array(result, function.result_type))
        return arrow_columns.payload_of(self._results, results)


class ScalarArrow:
    """f(*Array) -> Array of the same length, once per batch (250)."""

    def __init__(self, setup):
        self._setup = setup
        self._timezone = setup.conf.get("spark.sql.session.timeZone", "UTC")
        self._results = [function.result_type for function in setup.functions]
        self._arrow_types = [arrow_columns.arrow_type(type_) for type_ in self._results]

    def __call__(self, connection, rows, flags, payload):
        connection.write(rows, flags & 3, self._run(rows, payload) if rows else b"")

    def _run(self, rows, payload):
        arrays = arrow_columns.read_columns(self._setup.input_types, payload, self._timezone)
        results = []
        for function, arrow_type in zip(self._setup.functions, self._arrow_types):
            arguments = tuple(arrays[i] for i in function.columns)
            result = _call(function, arguments)
            _check_batch(result, len(arguments[0]), "arrow_udf", "pyarrow.Array")
            results.append(cast_array(result, arrow_type))
        return arrow_columns.payload_of(self._results, results)


class _Streamed:
    """A function of an iterator: results leave as they are yielded."""

    def __init__(self, setup):
        (self._function,) = setup.functions
        self._setup = setup
        self._type = self._function.result_type

    def __call__(self, connection, rows, flags, payload):
        batches = stream.Batches(connection, rows, flags, payload)
        sent = 0
        results = self._iterate(_call(self._function, [map(self._arguments, batches)]))
        for result in results:
            array = self._array(result)
            sent += len(array)
            self._check_progress(sent, batches)
            if len(array):
                connection.write(len(array), 0, arrow_columns.payload_of([self._type], [array]))
        self._check_end(sent, batches)
        connection.write(0, stream.INPUT_END, b"")

    def _iterate(self, results):
        from firesteel_worker.pandas_columns import return_type_error

        if not hasattr(results, "__iter__"):
            raise return_type_error("iterator of " + self._label, type(results).__name__)
        return results

    def _check_progress(self, sent, batches):
        pass

    def _check_end(self, _sent, batches):
        batches.drain()


class _ScalarIterator(_Streamed):
    """As many rows out as in."""

    def _check_progress(self, sent, batches):
        if sent > batches.rows:
            raise pyspark_error("PySparkRuntimeError", "PANDAS_UDF_OUTPUT_EXCEEDS_INPUT_ROWS", {})

    def _check_end(self, sent, batches):
        if batches.drain():
            raise pyspark_error(
                "PySparkRuntimeError", "STOP_ITERATION_OCCURRED_FROM_SCALAR_ITER_PANDAS_UDF", {}
            )
        if sent != batches.rows:
            raise pyspark_error(
                "PySparkRuntimeError",
                "RESULT_LENGTH_MISMATCH_FOR_SCALAR_ITER_PANDAS_UDF",
                {"output_length": str(sent), "input_length": str(batches.rows)},
            )


class _PandasResults:
    def _array(self, result):
        import pandas as pd

        from firesteel_worker.pandas_columns import return_type_error

        wanted = pd.DataFrame if self._type.names else pd.Series
        if not isinstance(result, wanted):
            raise return_type_error(
                "iterator of " + self._label, "iterator of " + type(result).__name__
            )
        self._conversion.verify_frame(result, self._type, by_name=True, truncate=True)
        made = self._conversion.array(result, self._type)
        return without_nulls(made, self._type) if self._type.names else made


class ScalarPandasIter(_PandasResults, _ScalarIterator):
    """f(iterator of Series, or of tuples of Series) -> iterator of Series (204)."""

    def __init__(self, setup):
        from firesteel_worker.pandas_columns import PandasConversion

        super().__init__(setup)
        self._conversion = PandasConversion(setup.conf, struct_as_frame=True)
        self._label = "pandas.DataFrame" if self._type.names else "pandas.Series"

    def _arguments(self, payloads):
        types = self._setup.input_types
        arrays = arrow_columns.read_batch(types, payloads, self._conversion.timezone)
        series = self._conversion.all_series(arrays, types)
        chosen = [series[i] for i in self._function.columns]
        return chosen[0] if len(chosen) == 1 else tuple(chosen)


class MapPandas(_PandasResults, _Streamed):
    """mapInPandas: f(iterator of DataFrame) -> iterator of DataFrame (205)."""

    _label = "pandas.DataFrame"

    def __init__(self, setup):
        from firesteel_worker.pandas_columns import PandasConversion

        super().__init__(setup)
        self._conversion = PandasConversion(setup.conf, struct_as_frame=True)
        self._conversion.by_name = True

    def _arguments(self, payloads):
        setup = self._setup
        arrays = arrow_columns.read_batch(setup.input_types, payloads, self._conversion.timezone)
        return self._conversion.frame(arrays, setup.input_types, setup.input_names, nested=True)


class ScalarArrowIter(_ScalarIterator):
    """f(iterator of Array, or of tuples of Array) -> iterator of Array (251)."""

    _label = "pyarrow.Array"

    def __init__(self, setup):
        super().__init__(setup)
        self._timezone = setup.conf.get("spark.sql.session.timeZone", "UTC")
        self._arrow_type = arrow_columns.arrow_type(self._type)

    def _arguments(self, payloads):
        arrays = arrow_columns.read_batch(self._setup.input_types, payloads, self._timezone)
        chosen = [arrays[i] for i in self._function.columns]
        return chosen[0] if len(chosen) == 1 else tuple(chosen)

    def _array(self, result):
        from firesteel_worker.pandas_columns import return_type_error

        if not isinstance(result, pa.Array):
            raise return_type_error(
                "iterator of pyarrow.Array", "iterator of " + type(result).__name__
            )
        return cast_array(result, self._arrow_type)


class MapArrow(_Streamed):
    """mapInArrow: f(iterator of RecordBatch) -> iterator of RecordBatch (207)."""

    _label = "pyarrow.RecordBatch"

    def __init__(self, setup):
        super().__init__(setup)
        self._timezone = setup.conf.get("spark.sql.session.timeZone", "UTC")
        self._arrow_type = arrow_columns.arrow_type(self._type, self._timezone)

    def _arguments(self, payloads):
        setup = self._setup
        arrays = arrow_columns.read_batch(setup.input_types, payloads, self._timezone)
        return pa.RecordBatch.from_arrays(arrays, names=setup.input_names)

    def _array(self, result):
        from firesteel_worker.pandas_columns import return_type_error

        if not isinstance(result, pa.RecordBatch):
            raise return_type_error(
                "iterator of pyarrow.RecordBatch", "iterator of " + type(result).__name__
            )
        # By position, and what comes after the declared columns is not looked at.
        missing = self._type.names[result.num_columns :]
        if missing and result.num_columns + result.num_rows > 0:
            raise RuntimeFailure("The returned batch lacks columns of the schema: %s." % ", ".join(missing))
        for column, field, type_ in zip(result.columns, self._arrow_type, self._type.children):
            if not same_layout(column.type, field.type):
                raise ConditionError(
                    "UNSUPPORTED_CALL.WITHOUT_SUGGESTION",
                    {"className": _READER, "methodName": _GETTERS.get(type_.carried().tag, "getChild")},
                )
        made = struct_of_batch(result, self._type, self._arrow_type, by_name=False, same_type=same_layout)
        return without_nulls(made, self._type)


# What Spark, which doesn't look at the types of these batches, calls in vain where they are others.
_READER = "org.apache.spark.sql.vectorized.ArrowColumnVector$ArrowVectorAccessor"
_GETTERS = {
    wt.BOOLEAN: "getBoolean", wt.INT8: "getByte", wt.INT16: "getShort", wt.INT32: "getInt",
    wt.INT64: "getLong", wt.FLOAT32: "getFloat", wt.FLOAT64: "getDouble", wt.DECIMAL: "getDecimal",
    wt.STRING: "getUTF8String", wt.BINARY: "getBinary", wt.DATE: "getInt", wt.TIMESTAMP: "getLong",
    wt.TIMESTAMP_NTZ: "getLong", wt.TIME: "getLong", wt.DAY_TIME_INTERVAL: "getLong",
    wt.YEAR_MONTH_INTERVAL: "getInt", wt.ARRAY: "getArray", wt.MAP: "getMap",
}  # fmt: skip


def without_nulls(array, type_):
    """The struct array of a function's rows, whose columns hold nulls only where the schema allows that."""
    for i, (name, nullable) in enumerate(zip(type_.names, type_.nullable)):
        if not nullable and array.field(i).null_count:
            raise RuntimeFailure("The function has returned None in the column '%s', which allows no nulls." % name)
    return array


def struct_of_batch(batch, type_, arrow_type, by_name, same_type=operator.eq):
    """A RecordBatch or Table as one struct array of the declared type; types must be equal."""
    from firesteel_worker.pandas_columns import columns_mismatch

    if batch.num_columns == 0 and batch.num_rows == 0:
        return pa.array([], arrow_type)
    names = list(batch.schema.names)
    if by_name and set(names) != set(type_.names):
        raise columns_mismatch("ARROW", set(type_.names), set(names))
    if len(names) < len(type_.names):
        raise columns_mismatch("ARROW", set(type_.names[len(names) :]), set())
    places = [names.index(name) for name in type_.names] if by_name else range(len(type_.names))
    columns = [batch.column(i) for i in places]
    wrong = [
        "column '%s' (expected %s, actual %s)" % (field.name, field.type, column.type)
        for field, column in zip(arrow_type, columns)
        if not same_type(column.type, field.type)
    ]
    if wrong:
        raise pyspark_error(
            "PySparkRuntimeError",
            "RESULT_TYPE_MISMATCH_FOR_ARROW_UDF",
            {"mismatch": ", ".join(wrong)},
        )
    arrays = [
        pa.concat_arrays(c.chunks) if isinstance(c, pa.ChunkedArray) and c.num_chunks else c
        for c in columns
    ]
    arrays = [
        pa.array([], f.type) if isinstance(a, pa.ChunkedArray) else a.cast(f.type)
        for a, f in zip(arrays, arrow_type)
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(arrow_type))


def same_layout(actual, expected):
    """Equal, but for the zone of a timestamp, names of list elements and 64-bit offsets."""
    if actual == expected or pa.types.is_null(actual):
        return True
    if pa.types.is_timestamp(expected) and pa.types.is_timestamp(actual):
        return actual.unit == expected.unit and (actual.tz is None) == (expected.tz is None)
    if pa.types.is_string(expected):
        return pa.types.is_large_string(actual)
    if pa.types.is_binary(expected):
        return pa.types.is_large_binary(actual)
    if pa.types.is_list(expected) and (pa.types.is_list(actual) or pa.types.is_large_list(actual)):
        return same_layout(actual.value_type, expected.value_type)
    if pa.types.is_map(expected) and pa.types.is_map(actual):
        return same_layout(actual.key_type, expected.key_type) and same_layout(
            actual.item_type, expected.item_type
        )
    if pa.types.is_struct(expected) and pa.types.is_struct(actual):
        return [f.name for f in actual] == [f.name for f in expected] and all(
            same_layout(a.type, e.type) for a, e in zip(actual, expected)
        )
    return False
