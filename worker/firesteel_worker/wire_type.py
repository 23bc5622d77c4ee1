"""Type descriptors (proto/worker/frame.h) and the pyspark types they stand for."""

import struct

(
    NULL, BOOLEAN, INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, DECIMAL, STRING, BINARY, DATE,
    TIMESTAMP, TIMESTAMP_NTZ, TIME, DAY_TIME_INTERVAL, YEAR_MONTH_INTERVAL, CALENDAR_INTERVAL,
    ARRAY, MAP, STRUCT, VARIANT, UDT,
) = range(23)  # fmt: skip

WIDTHS = {
    BOOLEAN: 1, INT8: 1, INT16: 2, INT32: 4, INT64: 8, FLOAT32: 4, FLOAT64: 8, DECIMAL: 16,
    DATE: 4, TIMESTAMP: 8, TIMESTAMP_NTZ: 8, TIME: 8, DAY_TIME_INTERVAL: 8,
    YEAR_MONTH_INTERVAL: 4, CALENDAR_INTERVAL: 16,
}  # fmt: skip

_SIMPLE = {
    NULL: "NullType", BOOLEAN: "BooleanType", INT8: "ByteType", INT16: "ShortType",
    INT32: "IntegerType", INT64: "LongType", FLOAT32: "FloatType", FLOAT64: "DoubleType",
    STRING: "StringType", BINARY: "BinaryType", DATE: "DateType", TIMESTAMP: "TimestampType",
    TIMESTAMP_NTZ: "TimestampNTZType", DAY_TIME_INTERVAL: "DayTimeIntervalType",
    YEAR_MONTH_INTERVAL: "YearMonthIntervalType", CALENDAR_INTERVAL: "CalendarIntervalType",
    VARIANT: "VariantType",
}  # fmt: skip


class WireType:
    """One type; children are element, or key and value, or fields, or the carried type."""

    __slots__ = ("tag", "precision", "scale", "nullable", "names", "children", "udt")

    def __init__(self, tag):
        self.tag = tag
        self.precision = self.scale = 0
        self.nullable = []  # of the element, the map's value, or each field
        self.names = []
        self.children = []
        self.udt = None

    def spark_type(self):
        """The pyspark DataType."""
        import pyspark.sql.types as types

        if self.tag in _SIMPLE:
            return getattr(types, _SIMPLE[self.tag])()
        if self.tag == DECIMAL:
            return types.DecimalType(self.precision, self.scale)
        if self.tag == TIME:
            return types.TimeType(self.precision)
        children = [child.spark_type() for child in self.children]
        if self.tag == ARRAY:
            return types.ArrayType(children[0], self.nullable[0])
        if self.tag == MAP:
            return types.MapType(children[0], children[1], self.nullable[0])
        if self.tag == UDT:
            from firesteel_worker import convert

            return convert.load_udt(*self.udt)
        fields = zip(self.names, children, self.nullable)
        return types.StructType([types.StructField(n, t, null) for n, t, null in fields])

    def carried(self):
        """The type of the column's bytes: a UDT's sql type, else itself."""
        return self.children[0].carried() if self.tag == UDT else self


class _Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, code):
        (value,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize(code)
        return value

    def text(self):
        size = self.number("I")
        self.at += size
        return self.data[self.at - size : self.at].decode("utf-8")


def _read(reader):
    made = WireType(reader.number("B"))
    if made.tag == DECIMAL:
        made.precision = reader.number("B")
        made.scale = reader.number("B")
    elif made.tag == TIME:
        made.precision = reader.number("B")
    elif made.tag in (ARRAY, MAP):
        made.nullable = [bool(reader.number("B"))]
        made.children = [_read(reader) for _ in range(made.tag - ARRAY + 1)]
    elif made.tag == STRUCT:
        for _ in range(reader.number("H")):
            made.names.append(reader.text())
            made.nullable.append(bool(reader.number("B")))
            made.children.append(_read(reader))
    elif made.tag == UDT:
        made.udt = (reader.text(), reader.text())
        made.children = [_read(reader)]
    elif made.tag == VARIANT:
        made.names = ["value", "metadata"]
        made.children = [WireType(BINARY), WireType(BINARY)]
    return made


def parse(descriptor):
    return _read(_Reader(descriptor))
