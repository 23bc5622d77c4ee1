"""Conversions between Python objects and columns that are too rare for C++.

Called by the extension module. Reproduces what pyspark's types and Spark's unpickler do.
"""

import array
import base64
import datetime
import pickle

from firesteel_worker.errors import ConditionError, RuntimeFailure, pyspark_error

_INTERVAL_NAMES = {16: "YearMonthIntervalType", 17: "CalendarIntervalType"}


def _types():
    import pyspark.sql.types

    return pyspark.sql.types


class Connection:
    """The frames of the call that a handler serves."""

    def __init__(self, methods):
        # read() -> (rows, flags, payload); write(rows, flags, payload)
        self.read, self.write = methods


def connection(methods):
    return Connection(methods)


# Columns to objects


def date(days):
    return datetime.date.fromordinal(days + 719163)


def timestamp(micros):
    whole = datetime.datetime.fromtimestamp(micros // 1000000)
    return whole.replace(microsecond=micros % 1000000)


def timestamp_ntz(micros):
    whole = datetime.datetime.fromtimestamp(micros // 1000000, datetime.timezone.utc)
    return whole.replace(microsecond=micros % 1000000, tzinfo=None)


_new_tuple = tuple.__new__
_row_type = None


def row(names, values):
    global _row_type
    if _row_type is None:
        _row_type = _types().Row
    made = _new_tuple(_row_type, values)
    made.__fields__ = names
    return made


def variant(value, metadata):
    return _types().VariantVal(value, metadata)


def load_udt(python_class, serialized):
    """The user's UserDefinedType: by import, or from the pickled class in its JSON."""
    if serialized:
        udt = pickle.loads(base64.b64decode(serialized.encode("ascii")))
    else:
        module, _, name = python_class.rpartition(".")
        udt = getattr(__import__(module, globals(), locals(), [name]), name)
    return udt()


def unsupported_interval(tag, method):
    feature = "%s.%s" % (_INTERVAL_NAMES[tag], method)
    raise pyspark_error("PySparkNotImplementedError", "NOT_IMPLEMENTED", {"feature": feature})


# Objects to columns


def timestamp_micros(value):
    return _types().TimestampType().toInternal(value)


def timestamp_ntz_micros(value):
    return _types().TimestampNTZType().toInternal(value)


def time_nanos(value):
    hours = value.hour * 60 + value.minute
    return ((hours * 60 + value.second) * 1000000 + value.microsecond) * 1000


def duration_micros(value):
    return (value.days * 86400 + value.seconds) * 1000000 + value.microseconds


def variant_parts(value):
    assert isinstance(value, _types().VariantVal)
    return value.value, value.metadata


def dict_of_items(value):
    return dict(value.items())


def signed_bytes(value):
    return [byte - 256 if byte > 127 else byte for byte in value]


def struct_attributes(value):
    """Fields of an object that is no dict, tuple or list."""
    if type(value).__name__ == "VariantVal" and isinstance(value, _types().VariantVal):
        raise pyspark_value_error("Rows cannot be of type VariantVal")
    if hasattr(value, "__dict__"):
        return value.__dict__
    raise pyspark_error(
        "PySparkValueError", "UNEXPECTED_TUPLE_WITH_STRUCT", {"tuple": str(value)}
    )


def pyspark_value_error(message):
    import pyspark.errors

    return pyspark.errors.PySparkValueError(message)


def struct_length(_values, expected, actual):
    raise ConditionError(
        "STRUCT_ARRAY_LENGTH_MISMATCH", {"expected": str(expected), "actual": str(actual)}
    )


def null_map_key(_key, _expected, _actual):
    raise RuntimeFailure("a Python function returned a map with a key that is NULL in Spark's type")


def decimal_out_of_range(value, precision, scale):
    rounded = value.quantize(
        type(value)(1).scaleb(-scale), rounding="ROUND_HALF_UP", context=_wide_context()
    )
    raise ConditionError(
        "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
        {
            "roundedValue": format(rounded, "f"),
            "originalValue": format(value, "f"),
            "precision": str(precision),
            "scale": str(scale),
        },
    )


def _wide_context():
    import decimal

    return decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


_ARRAY_INTEGERS = frozenset("bhilqBHILQ")


def unpickled(value):
    """What Spark's unpickler makes of an object of a type that it has no class of its own for."""
    if isinstance(value, array.array):
        if value.typecode in _ARRAY_INTEGERS or value.typecode in "fd":
            return value.tolist()
    pickle.dumps(value)  # an object that can't be pickled fails in Python, with its traceback
    kind = type(value)
    raise RuntimeFailure(
        "net.razorvine.pickle.PickleException: expected zero arguments for construction of "
        "ClassDict (for %s.%s). A Python function returned an object of a type that has no "
        "counterpart in Spark; convert it to a plain Python value first."
        % (kind.__module__, kind.__qualname__)
    )


def java_text(value):
    """Object.toString() of what Spark's unpickler makes of the value."""
    if value is None:
        return "null"
    kind = type(value)
    if kind is str:
        return value
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if kind is float:
        return _java_double(value)
    if kind.__name__ == "Decimal" and kind.__module__ == "decimal":
        return str(value) if value.is_finite() else _java_double(float(value))
    if kind in (list, set, frozenset):
        return "[" + ", ".join(java_text(item) for item in value) + "]"
    if kind is dict:
        pairs = ("%s=%s" % (java_text(k), java_text(v)) for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if kind is tuple:
        return "[Ljava.lang.Object;@%x" % (id(value) >> 4 & 0x7FFFFFFF)
    if kind in (bytes, bytearray):
        return "[B@%x" % (id(value) >> 4 & 0x7FFFFFFF)
    if kind in (datetime.date, datetime.datetime):
        return "java.util.GregorianCalendar" + repr(value)
    return str(value)


def _java_double(value):
    """Double.toString."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    sign = "-" if str(value).startswith("-") else ""
    value = abs(value)
    if value == 0 or 1e-3 <= value < 1e7:
        text = format(value, "f") if "e" in repr(value) else repr(value)
        return sign + text
    mantissa, _, exponent = ("%r" % value if "e" in repr(value) else "%.16e" % value).partition("e")
    if "e" not in repr(value):
        digits = repr(value).replace(".", "").strip("0") or "0"
        mantissa = digits[0] + "." + (digits[1:] or "0")
    elif "." not in mantissa:
        mantissa += ".0"
    return sign + mantissa + "E" + str(int(exponent))
