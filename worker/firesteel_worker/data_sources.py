"""Data sources that are written in Python: what their classes plan, rows read, rows written."""

import base64
import datetime
import itertools
import json
import pickle
from collections.abc import Iterator

import pyarrow as pa

from firesteel_worker import arrow_columns, batch_kinds, stream
from firesteel_worker.errors import pyspark_error


def _text_of(value):
    from pyspark.cloudpickle import dumps

    return base64.b64encode(dumps(value)).decode("ascii")


def _value_of(text):
    return pickle.loads(base64.b64decode(text))


def _mismatch(error, expected, actual):
    raise pyspark_error(error, "DATA_SOURCE_TYPE_MISMATCH", {"expected": expected, "actual": actual})


def _made(source, provider, options):
    """An instance of the user's class."""
    import inspect

    from pyspark.sql.datasource import CaseInsensitiveDict, DataSource

    if not (isinstance(source, type) and issubclass(source, DataSource)):
        _mismatch("PySparkAssertionError", "a subclass of DataSource", "'%s'" % type(source).__name__)
    if not inspect.ismethod(source.name):
        _mismatch(
            "PySparkTypeError", "'name()' method to be a classmethod", "'%s'" % type(source.name).__name__
        )
    if provider.lower() != source.name().lower():
        _mismatch("PySparkAssertionError", "provider with name %s" % source.name(), "'%s'" % provider)
    given = CaseInsensitiveDict()
    for key, value in json.loads(options):
        given[key] = value
    return source(options=given)


def _schema_of(text):
    from pyspark.sql.types import StructType

    return StructType.fromJson(json.loads(text))


class PlanRead:
    """Of a class: (provider, options, wanted schema or "") -> its schema, and the instance.

    Of an instance: (schema, filters, the filters' values) -> reader, partitions, and per filter whether the
    reader takes care of it. No text of filters: pushing them is switched off. Each as one JSON text.
    """

    def __init__(self, loaded):
        self._loaded = loaded[0] if isinstance(loaded, tuple) else loaded

    def __call__(self, *arguments):
        if isinstance(self._loaded, type):
            return self._make(*arguments)
        schema, filters, *values = arguments
        return self._plan(self._loaded, _schema_of(schema), filters, values)

    def _make(self, provider, options, wanted):
        made = _made(self._loaded, provider, options)
        schema = _schema_of(wanted) if wanted else made.schema()
        answer = {"instance": _text_of((made, None))}
        if isinstance(schema, str):
            answer["ddl"] = schema  # the engine reads it
        else:
            answer["schema"] = schema.jsonValue()
        return json.dumps(answer)

    @staticmethod
    def _plan(made, schema, filters, values):
        from pyspark.sql.datasource import DataSourceReader

        reader = made.reader(schema=schema)
        if not isinstance(reader, DataSourceReader):
            _mismatch(
                "PySparkAssertionError", "an instance of DataSourceReader", "'%s'" % type(reader).__name__
            )
        described = json.loads(filters) if filters else []
        if not filters and _pushes(reader):
            raise pyspark_error(
                "PySparkAssertionError",
                "DATA_SOURCE_PUSHDOWN_DISABLED",
                {"type": type(reader).__name__, "conf": "spark.sql.python.filterPushdown.enabled"},
            )
        pushed = _pushed(reader, described, values) if described else []
        return json.dumps(
            {
                "reader": _text_of(((reader, made.name()), None)),
                "partitions": [_text_of(part) for part in _partitions(reader)],
                "pushed": pushed,
            }
        )


def _pushes(reader):
    """The reader has a pushFilters of its own (pyspark 4.1 and later)."""
    from pyspark.sql.datasource import DataSourceReader

    inherited = getattr(DataSourceReader, "pushFilters", None)
    return inherited is not None and getattr(reader.pushFilters, "__func__", None) is not inherited


def _filter(description, values):
    from pyspark.sql import datasource

    column = tuple(description["path"])
    taken = [_filter_value(next(values)) for _ in range(description["values"])]
    kind = getattr(datasource, description["name"])
    if description["name"] == "In":
        made = kind(attribute=column, value=taken)
    else:
        made = kind(column, *taken)
    return datasource.Not(made) if description["negated"] else made


def _filter_value(value):
    """Instants come with their zone here, as out of a VARIANT."""
    if isinstance(value, datetime.datetime):
        import zoneinfo

        return value.astimezone(zoneinfo.ZoneInfo("UTC"))
    return value


def _pushed(reader, described, values):
    """For each filter, whether the reader takes care of it."""
    if not _pushes(reader):
        return [False] * len(described)
    left = iter(values)
    filters = [_filter(description, left) for description in described]
    returned = list(reader.pushFilters(list(filters)))
    extraneous = [filter for filter in returned if not any(filter is given for given in filters)]
    if extraneous:
        raise pyspark_error(
            "PySparkValueError",
            "DATA_SOURCE_EXTRANEOUS_FILTERS",
            {"type": type(reader).__name__, "input": str(filters), "extraneous": str(extraneous)},
        )
    return [not any(filter is other for other in returned) for filter in filters]


def _partitions(reader):
    """None stands for the only partition of a reader that names none."""
    from pyspark.sql.datasource import InputPartition

    try:
        partitions = reader.partitions()
    except NotImplementedError:
        return [None]
    if not isinstance(partitions, list):
        _mismatch(
            "PySparkRuntimeError", "'partitions' to return a list", "'%s'" % type(partitions).__name__
        )
    if not all(isinstance(part, InputPartition) for part in partitions):
        _mismatch(
            "PySparkRuntimeError",
            "elements in 'partitions' to be of type 'InputPartition'",
            ", ".join("'%s'" % type(part).__name__ for part in partitions),
        )
    return partitions or [None]


class ReadPartitions:
    """The rows of partitions, one after the other."""

    def __init__(self, setup):
        from pyspark.sql.conversion import LocalDataToArrowConversion

        (function,) = setup.functions
        self._setup = setup
        self._reader, self._name = function.chain[0]
        self._type = function.result_type
        self._arrow_type = arrow_columns.arrow_type(self._type)
        self._converters = [
            LocalDataToArrowConversion._create_converter(child.spark_type()) for child in self._type.children
        ]
        self._rows_max = int(setup.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch", "10000"))

    def __call__(self, connection, rows, flags, payload):
        for payloads in stream.Batches(connection, rows, flags, payload):
            (partitions,) = arrow_columns.read_batch(self._setup.input_types, payloads, "UTC")
            for partition in partitions.to_pylist():
                for array in self._arrays(self._iterator(_value_of(partition))):
                    if len(array):
                        connection.write(len(array), 0, arrow_columns.payload_of([self._type], [array]))
        connection.write(0, stream.INPUT_END, b"")

    def _iterator(self, partition):
        rows = self._reader.read(partition)
        if not isinstance(rows, Iterator):
            raise pyspark_error(
                "PySparkRuntimeError",
                "DATA_SOURCE_INVALID_RETURN_TYPE",
                {"type": type(rows).__name__, "name": self._name, "supported_types": "iterator"},
            )
        return rows

    def _arrays(self, rows):
        first = next(rows, None)
        if first is None:
            return
        rows = itertools.chain([first], rows)
        if isinstance(first, pa.RecordBatch):
            for batch in rows:
                self._check_batch(batch)
                yield batch_kinds.struct_of_batch(
                    batch, self._type, self._arrow_type, by_name=True, same_type=batch_kinds.same_layout
                )
            return
        while True:
            some = list(itertools.islice(rows, self._rows_max))
            if not some:
                return
            values = list(zip(*map(self._values, some)))
            fields = list(self._arrow_type)
            arrays = [pa.array(column, field.type) for column, field in zip(values, fields)]
            yield pa.StructArray.from_arrays(arrays, fields=fields)

    def _check_batch(self, batch):
        if batch.num_columns != len(self._type.names):
            raise self._other_columns(str(len(self._type.names)), str(batch.num_columns))
        if set(batch.schema.names) != set(self._type.names):
            raise self._other_columns(str(self._type.names), str(batch.schema.names))

    @staticmethod
    def _other_columns(expected, actual):
        return pyspark_error(
            "PySparkRuntimeError",
            "DATA_SOURCE_RETURN_SCHEMA_MISMATCH",
            {"expected": expected, "actual": actual},
        )

    def _values(self, row):
        from pyspark.sql.types import Row

        names = self._type.names
        if hasattr(row, "__len__") and len(row) != len(names):
            raise self._other_columns(str(len(names)), str(len(row)))
        if not isinstance(row, (list, tuple)):
            raise pyspark_error(
                "PySparkRuntimeError",
                "DATA_SOURCE_INVALID_RETURN_TYPE",
                {
                    "type": type(row).__name__,
                    "name": self._name,
                    "supported_types": "tuple, list, `pyspark.sql.types.Row`, `pyarrow.RecordBatch`",
                },
            )
        if isinstance(row, Row) and hasattr(row, "__fields__"):
            if set(row.__fields__) != set(names):
                raise self._other_columns(str(names), str(row.__fields__))
            row = [row[name] for name in names]
        return [convert(value) for convert, value in zip(self._converters, row)]


class PlanWrite:
    """(provider, options, schema of the rows, overwrite) -> the writer as one JSON text."""

    def __init__(self, source):
        self._source = source

    def __call__(self, provider, options, schema, overwrite):
        from pyspark.sql.datasource import DataSourceWriter

        made = _made(self._source, provider, options)
        writer = made.writer(_schema_of(schema), overwrite == "true")
        if not isinstance(writer, DataSourceWriter):
            _mismatch(
                "PySparkAssertionError", "an instance of DataSourceWriter", "'%s'" % type(writer).__name__
            )
        return json.dumps({"writer": _text_of((writer, None))})


class WritePartition:
    """All rows to the writer, its message back."""

    def __init__(self, setup):
        from pyspark.sql.conversion import ArrowTableToRowsConversion

        (function,) = setup.functions
        self._setup = setup
        self._writer = function.chain[0]
        self._type = function.result_type
        self._timezone = setup.conf.get("spark.sql.session.timeZone", "UTC")
        self._converters = [
            ArrowTableToRowsConversion._create_converter(type_.spark_type(), none_on_identity=False)
            for type_ in setup.input_types
        ]

    def __call__(self, connection, rows, flags, payload):
        from pyspark.sql import datasource

        batches = stream.Batches(connection, rows, flags, payload)
        frames = map(self._batch, batches)
        arrow_writer = getattr(datasource, "DataSourceArrowWriter", ())
        is_arrow = isinstance(self._writer, arrow_writer)
        message = self._writer.write(frames if is_arrow else self._rows(frames))
        if not isinstance(message, datasource.WriterCommitMessage):
            _mismatch(
                "PySparkRuntimeError",
                "'WriterCommitMessage' as the return type of the `write` method",
                type(message).__name__,
            )
        batches.drain()
        result = pa.StructArray.from_arrays([pa.array([_text_of(message)], pa.string())], names=self._type.names)
        connection.write(1, 0, arrow_columns.payload_of([self._type], [result]))
        connection.write(0, stream.INPUT_END, b"")

    def _batch(self, payloads):
        arrays = arrow_columns.read_batch(self._setup.input_types, payloads, self._timezone)
        return pa.RecordBatch.from_arrays(arrays, names=self._setup.input_names)

    def _rows(self, frames):
        from pyspark.sql.types import _create_row

        names = self._setup.input_names
        for frame in frames:
            for row in zip(*(column.to_pylist() for column in frame.columns)):
                yield _create_row(names, [convert(value) for convert, value in zip(self._converters, row)])


class EndWrite:
    """("commit" or "abort", messages) -> nothing."""

    def __init__(self, loaded):
        self._writer = loaded[0]

    def __call__(self, how, messages):
        values = [_value_of(message) for message in messages.split()]
        if how == "commit":
            self._writer.commit(values)
        else:
            self._writer.abort(values or [None])
        return "{}"
