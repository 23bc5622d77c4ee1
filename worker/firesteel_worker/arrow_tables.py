"""Table functions that see and give Arrow batches (302)."""

import pyarrow as pa

from firesteel_worker import arrow_columns, stream, tables
from firesteel_worker.errors import pyspark_error


class _Function(tables.TableFunction):
    """Collects what eval and terminate yield as arrays of structs."""

    def __init__(self, setup, load):
        super().__init__(setup, load)
        self._arrow_type = arrow_columns.arrow_type(self._row_type)

    def _checked(self, result, method):
        if not isinstance(result, (pa.Table, pa.RecordBatch)):
            raise pyspark_error("PySparkRuntimeError", "UDTF_ARROW_TYPE_CONVERSION_ERROR", {})
        names = self._row_type.names
        if result.num_columns != len(names):
            raise pyspark_error(
                "PySparkRuntimeError",
                "UDTF_RETURN_SCHEMA_MISMATCH",
                {"expected": str(len(names)), "actual": str(result.num_columns), "func": method},
            )
        if list(result.schema.names) != list(names):
            raise pyspark_error(
                "PySparkTypeError",
                "RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDTF",
                {"expected": str(list(names)), "actual": str(list(result.schema.names))},
            )
        if isinstance(result, pa.RecordBatch):
            result = pa.Table.from_batches([result])
        fields = list(self._arrow_type)
        columns = [_cast(result.column(i), field.type) for i, field in enumerate(fields)]
        return pa.StructArray.from_arrays(columns, fields=fields)


def _cast(column, arrow_type):
    column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if column.type == arrow_type:
        return column
    try:
        return column.cast(target_type=arrow_type, safe=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        raise pyspark_error(
            "PySparkRuntimeError",
            "RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDTF",
            {"expected": str(arrow_type), "actual": str(column.type)},
        )


class NativeArrowTable:
    """Answers each batch with a list of output rows per input row: all with the first one."""

    def __init__(self, setup, load):
        self._setup = setup
        self._function = _Function(setup, load)
        (self._description,) = setup.functions
        self._result = self._description.result_type
        self._table = setup.input_names.index("table") if "table" in setup.input_names else None
        self._timezone = setup.conf.get("spark.sql.session.timeZone", "UTC")

    def __call__(self, connection, rows, flags, payload):
        for payloads in stream.Batches(connection, rows, flags, payload):
            arrays = arrow_columns.read_batch(self._setup.input_types, payloads, self._timezone)
            for part in self._parts(arrays):
                self._answer(connection, self._rows_of(part), len(part[0]) if part else 1)
        self._answer(connection, self._function.finish(), 1)
        connection.write(0, stream.INPUT_END, b"")

    def _parts(self, arrays):
        """One partition's rows each; without a TABLE argument, one row each."""
        if self._table is None:
            return [[array.slice(i, 1) for array in arrays] for i in range(len(arrays[0]))]
        fields = self._setup.key_columns
        if not fields:
            return [arrays]
        table = arrays[self._table].flatten()
        keys = list(zip(*(table[i].to_pylist() for i in fields)))
        begins = [i for i in range(len(keys)) if i == 0 or keys[i] != keys[i - 1]] + [len(keys)]
        return [[a.slice(begin, end - begin) for a in arrays] for begin, end in zip(begins, begins[1:])]

    def _rows_of(self, arrays):
        values = []
        partition = None
        for i, array in enumerate(arrays):
            if i != self._table:
                values.append(array)
                continue
            columns = array.flatten()
            fields = list(array.type)
            partition = tuple(columns[k][0].as_py() for k in self._setup.key_columns)
            kept = [k for k in range(len(fields)) if k not in self._setup.key_columns]
            schema = pa.schema([fields[k] for k in kept])
            values.append(pa.RecordBatch.from_arrays([columns[k] for k in kept], schema=schema))
        chosen = [values[i] for i in self._description.columns]
        names = self._description.keywords or ()
        first = len(chosen) - len(names)
        return self._function.evaluate(partition, chosen[:first], dict(zip(names, chosen[first:])))

    def _answer(self, connection, arrays, rows):
        item = self._result.children[0]
        values = pa.concat_arrays(arrays) if arrays else pa.array([], arrow_columns.arrow_type(item))
        offsets = pa.array([0] + [len(values)] * rows, pa.int32())
        lists = pa.ListArray.from_arrays(offsets, values, type=arrow_columns.arrow_type(self._result))
        connection.write(rows, 0, arrow_columns.payload_of([self._result], [lists]))
