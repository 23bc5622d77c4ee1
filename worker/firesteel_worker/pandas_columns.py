"""Arrow arrays as pandas objects, and back; pyspark's own converters for the types that need them."""

import decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from firesteel_worker import arrow_columns
from firesteel_worker import wire_type as wt
from firesteel_worker.errors import pyspark_error

_NUMBERS = frozenset(
    [wt.BOOLEAN, wt.INT8, wt.INT16, wt.INT32, wt.INT64, wt.FLOAT32, wt.FLOAT64]
)


# What pandas keeps in memory as Arrow does.
_SAME_DTYPES = {
    wt.INT8: np.dtype("int8"), wt.INT16: np.dtype("int16"), wt.INT32: np.dtype("int32"),
    wt.INT64: np.dtype("int64"), wt.FLOAT32: np.dtype("float32"), wt.FLOAT64: np.dtype("float64"),
}  # fmt: skip


def _shared_values(array, type_):
    """The numbers of an Arrow array without nulls as numpy sees the same memory, or None."""
    if type_.tag not in _SAME_DTYPES or array.null_count:
        return None
    return array.to_numpy(zero_copy_only=True)


def _shared_array(series, type_, arrow_type):
    """A Series of numbers without nulls as an Arrow array over the same memory, or None."""
    dtype = _SAME_DTYPES.get(type_.tag)
    if dtype is None or getattr(series, "dtype", None) != dtype or len(series) == 0:
        return None
    values = series.to_numpy()
    if dtype.kind == "f" and np.isnan(values).any():
        return None
    if not values.flags.c_contiguous:
        values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(arrow_type, len(values), [None, pa.py_buffer(values)])


def is_true(conf, key, fallback):
    return conf.get(key, fallback).lower() == "true"


class PandasConversion:
    """The conversions of one call."""

    def __init__(self, conf, struct_as_frame):
        self.timezone = conf.get("spark.sql.session.timeZone", "UTC")
        self.by_name = is_true(
            conf, "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName", "true"
        )
        self._safe = is_true(conf, "spark.sql.execution.pandas.convertToArrowArraySafely", "true")
        self._int_to_decimal = is_true(
            conf, "spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled", "false"
        )
        self._struct_as_frame = struct_as_frame
        self._to_converters = {}
        self._from_converters = {}
        self._arrow_types = {}
        self._labels = {}

    def _arrow_type(self, type_):
        made = self._arrow_types.get(id(type_))
        if made is None:
            made = self._arrow_types[id(type_)] = arrow_columns.arrow_type(type_)
        return made

    # Arrow to pandas

    def series(self, array, type_):
        """A Series; a DataFrame for a struct where the kind wants that."""
        if self._struct_as_frame and type_.tag == wt.STRUCT:
            fields = [array.field(i) for i in range(len(type_.children))]
            if array.null_count:
                fields = array.flatten()
            return self.frame(fields, type_.children, type_.names, nested=True)
        return self._plain_series(array, type_)

    def all_series(self, arrays, types):
        """The arguments of functions of Series, with the names that they have in Spark."""
        made = [self.series(array, type_) for array, type_ in zip(arrays, types)]
        for i, series in enumerate(made):
            if isinstance(series, pd.Series):
                series.name = "_%d" % i
        return made

    def _plain_series(self, array, type_):
        values = _shared_values(array, type_)
        if values is not None:
            return pd.Series(values, index=pd.RangeIndex(len(values)), copy=False)
        made = array.to_pandas(date_as_object=True, coerce_temporal_nanoseconds=True)
        if type_.tag == wt.STRING or type_.tag in _NUMBERS and array.null_count == 0:
            return made
        if id(type_) not in self._to_converters:
            from pyspark.sql.pandas.types import _create_converter_to_pandas

            self._to_converters[id(type_)] = _create_converter_to_pandas(
                type_.spark_type(),
                True,
                timezone=self.timezone,
                struct_in_pandas="dict",
                error_on_duplicated_field_names=True,
                ndarray_as_list=False,
            )
        return self._to_converters[id(type_)](made)

    def frame(self, arrays, types, names, nested=False):
        if arrays and len(set(names)) == len(names):
            shared = [_shared_values(array, type_) for array, type_ in zip(arrays, types)]
            if all(values is not None for values in shared):
                return self._frame_of_numbers(shared, names)
        make = self._plain_series if nested else self.series
        columns = [make(array, type_) for array, type_ in zip(arrays, types)]
        plain = all(isinstance(column, pd.Series) for column in columns)
        if plain and columns and len(set(names)) == len(names):
            return pd.DataFrame(dict(zip(names, columns)), copy=True)  # users write to it
        named = [c.rename(n) if isinstance(c, pd.Series) else c for c, n in zip(columns, names)]
        return pd.concat(named, axis=1)

    def _frame_of_numbers(self, columns, names):
        """A frame of its own memory: users write to it. Columns of one type are one block, which is cheap to make."""
        rows = len(columns[0])
        if any(column.dtype != columns[0].dtype for column in columns):
            return pd.DataFrame(dict(zip(names, columns)), index=pd.RangeIndex(rows), copy=True)
        block = np.empty((len(columns), rows), columns[0].dtype)
        for into, column in zip(block, columns):
            into[:] = column
        labels = self._labels.get(tuple(names))
        if labels is None:
            labels = self._labels[tuple(names)] = pd.Index(names)
        return pd.DataFrame(block.T, columns=labels.view(), copy=False)

    # pandas to Arrow

    def array(self, series, type_, arrow_type=None, nested=False):
        """A Series as the column type; what Arrow can't convert is cast, or raises. Nested structs may be dicts, too."""
        arrow_type = arrow_type or self._arrow_type(type_)
        if type_.tag == wt.STRUCT and (not nested or isinstance(series, pd.DataFrame)):
            if not isinstance(series, pd.DataFrame):
                raise _value_error(
                    "Invalid return type. A function whose return type is a struct has to return "
                    "a pandas.DataFrame."
                )
            return self.struct_array(series, type_, arrow_type)
        if isinstance(series, pd.Series):
            shared = _shared_array(series, type_, arrow_type)
            if shared is not None:
                return shared
        if isinstance(series.dtype, pd.CategoricalDtype):
            series = series.astype(series.dtypes.categories.dtype)
        if type_.tag not in _NUMBERS and type_.tag != wt.STRING:
            series = self._from_converter(type_)(series)
        if self._int_to_decimal and type_.tag == wt.DECIMAL and series.dtype.kind in "iu":
            series = series.apply(lambda x: decimal.Decimal(x) if pd.notna(x) else None)
        return self._from_series(series, arrow_type)

    def _from_converter(self, type_):
        if id(type_) not in self._from_converters:
            from pyspark.sql.pandas.types import _create_converter_from_pandas

            self._from_converters[id(type_)] = _create_converter_from_pandas(
                type_.spark_type(), timezone=self.timezone, error_on_duplicated_field_names=False
            )
        return self._from_converters[id(type_)]

    def _from_series(self, series, arrow_type):
        no_mask = hasattr(series.array, "__arrow_array__") or series.dtype.kind in "biu"
        mask = None if no_mask else series.isnull()
        try:
            try:
                return pa.Array.from_pandas(series, mask=mask, type=arrow_type, safe=self._safe)
            except pa.lib.ArrowInvalid:
                inferred = pa.Array.from_pandas(series, mask=mask)
                return inferred.cast(target_type=arrow_type, safe=self._safe)
        except TypeError as error:
            raise _type_error(_conversion_text(series, arrow_type)) from error
        except ValueError as error:
            raise _value_error(_conversion_text(series, arrow_type)) from error

    def struct_array(self, frame, type_, arrow_type=None):
        arrow_type = arrow_type or self._arrow_type(type_)
        if len(frame.columns) == 0:
            return pa.array([{}] * len(frame), arrow_type)
        by_name = self.by_name and any(isinstance(name, str) for name in frame.columns)
        arrays = []
        for i, (name, child) in enumerate(zip(type_.names, type_.children)):
            column = frame[name] if by_name else frame[frame.columns[i]].rename(name)
            arrays.append(self.array(column, child, arrow_type.field(i).type, nested=True))
        return pa.StructArray.from_arrays(arrays, fields=list(arrow_type))

    def verify_frame(self, result, type_, by_name, truncate):
        """What pyspark checks of a DataFrame, or Series, that a function returned."""
        if type_.tag != wt.STRUCT:
            if not isinstance(result, pd.Series):
                raise _return_type("pandas.Series", result)
            return
        if not isinstance(result, pd.DataFrame):
            raise _return_type("pandas.DataFrame", result)
        if result.empty and len(result.columns) == 0:
            return
        expected = set(type_.names)
        considered = result.columns[: len(expected)] if truncate else result.columns
        actual = set(considered)
        if by_name and any(isinstance(n, str) for n in result.columns) and actual != expected:
            raise columns_mismatch("PANDAS", expected, actual)
        if len(considered) != len(type_.names):
            raise pyspark_error(
                "PySparkRuntimeError",
                "RESULT_LENGTH_MISMATCH_FOR_PANDAS_UDF",
                {"expected": str(len(type_.names)), "actual": str(len(result.columns))},
            )


def columns_mismatch(kind, expected, actual):
    missing = ", ".join(sorted(expected - actual))
    extra = ", ".join(sorted(map(str, actual - expected)))
    return pyspark_error(
        "PySparkRuntimeError",
        "RESULT_COLUMNS_MISMATCH_FOR_%s_UDF" % kind,
        {
            "missing": " Missing: %s." % missing if missing else "",
            "extra": " Unexpected: %s." % extra if extra else "",
        },
    )


def return_type_error(expected, actual):
    return pyspark_error(
        "PySparkTypeError", "UDF_RETURN_TYPE", {"expected": expected, "actual": actual}
    )


def _return_type(expected, result):
    return return_type_error(expected, type(result).__name__)


def _conversion_text(series, arrow_type):
    return "Can't convert a pandas.Series (%s) named '%s' to an Arrow array (%s)." % (
        series.dtype,
        series.name,
        arrow_type,
    )


def _type_error(text):
    import pyspark.errors

    return pyspark.errors.PySparkTypeError(text)


def _value_error(text):
    import pyspark.errors

    return pyspark.errors.PySparkValueError(text)
