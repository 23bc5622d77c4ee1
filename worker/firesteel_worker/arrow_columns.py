"""Columns of a frame as pyarrow arrays, and back. Imported by the Arrow and pandas kinds only."""

import struct

import pyarrow as pa
import pyarrow.compute as pc

from firesteel_worker import wire_type as wt

_HEADER = struct.Struct("<II")
_HAS_NULLS = 1

_FIXED = {
    wt.INT8: pa.int8(), wt.INT16: pa.int16(), wt.INT32: pa.int32(), wt.INT64: pa.int64(),
    wt.FLOAT32: pa.float32(), wt.FLOAT64: pa.float64(), wt.DATE: pa.date32(),
    wt.TIMESTAMP_NTZ: pa.timestamp("us"), wt.TIME: pa.time64("ns"),
    wt.DAY_TIME_INTERVAL: pa.duration("us"),
}  # fmt: skip


def arrow_type(type_, timezone="UTC"):
    """The Arrow type of a column; Spark's names for the parts of lists and maps."""
    tag = type_.tag
    if tag in _FIXED:
        return _FIXED[tag]
    if tag == wt.NULL:
        return pa.null()
    if tag == wt.BOOLEAN:
        return pa.bool_()
    if tag == wt.STRING:
        return pa.string()
    if tag == wt.BINARY:
        return pa.binary()
    if tag == wt.TIMESTAMP:
        return pa.timestamp("us", tz=timezone)
    if tag == wt.DECIMAL:
        return pa.decimal128(type_.precision, type_.scale)
    children = [arrow_type(child, timezone) for child in type_.children]
    if tag == wt.ARRAY:
        return pa.list_(pa.field("element", children[0], nullable=type_.nullable[0]))
    if tag == wt.MAP:
        return pa.map_(children[0], pa.field("value", children[1], nullable=type_.nullable[0]))
    if tag == wt.STRUCT:
        fields = zip(type_.names, children, type_.nullable)
        return pa.struct([pa.field(name, child, nullable=null) for name, child, null in fields])
    if tag == wt.VARIANT:
        marked = pa.field("metadata", pa.binary(), nullable=False, metadata={"variant": "true"})
        return pa.struct([pa.field("value", pa.binary(), nullable=False), marked])
    if tag == wt.UDT:
        return children[0]
    from firesteel_worker import convert

    convert.unsupported_interval(tag, "toArrow")


class ColumnReader:
    """Reads the columns of one BATCH payload; arrays share its memory."""

    def __init__(self, payload, timezone):
        self._buffer = pa.py_buffer(payload)
        self._at = 0
        self._timezone = timezone

    def _take(self, size):
        part = self._buffer.slice(self._at, size)
        self._at += size + -size % 8
        return part

    def read(self, type_):
        type_ = type_.carried()
        flags, rows = _HEADER.unpack(self._take(_HEADER.size))
        validity = self._take((rows + 63) // 64 * 8) if flags & _HAS_NULLS else None
        tag = type_.tag
        if tag == wt.NULL:
            return pa.nulls(rows)
        if tag == wt.BOOLEAN:
            as_bytes = pa.Array.from_buffers(pa.uint8(), rows, [None, self._take(rows)])
            bits = as_bytes.cast(pa.bool_()).buffers()[1]
            return pa.Array.from_buffers(pa.bool_(), rows, [validity, bits])
        made = arrow_type(type_, self._timezone)
        if tag in wt.WIDTHS:
            values = self._take(rows * wt.WIDTHS[tag])
            return pa.Array.from_buffers(made, rows, [validity, values])
        if tag in (wt.STRUCT, wt.VARIANT):
            children = [self.read(child) for child in type_.children]
            return pa.Array.from_buffers(made, rows, [validity], children=children)
        offsets = self._take(4 * (rows + 1))
        if tag in (wt.STRING, wt.BINARY):
            (size,) = struct.unpack_from("<i", offsets, 4 * rows)
            return pa.Array.from_buffers(made, rows, [validity, offsets, self._take(size)])
        children = [self.read(child) for child in type_.children]
        if tag == wt.MAP:
            entries = pa.StructArray.from_arrays(
                children, fields=[made.key_field, made.item_field]
            )
            children = [entries]
        return pa.Array.from_buffers(made, rows, [validity, offsets], children=children)


def read_columns(types, payload, timezone):
    reader = ColumnReader(payload, timezone)
    return [reader.read(type_) for type_ in types]


def read_batch(types, payloads, timezone):
    """The columns of one batch that came in several frames."""
    if len(payloads) == 1:
        return read_columns(types, payloads[0], timezone)
    frames = [read_columns(types, payload, timezone) for payload in payloads]
    return [pa.concat_arrays(parts) for parts in zip(*frames)]


def _pad(parts, part, size):
    parts.append(part)
    if size % 8:
        parts.append(b"\0" * (-size % 8))


def _at_zero(array):
    """The same values in buffers of their own that start at offset 0."""
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks or [])
    if array.offset == 0:
        return array
    return pa.concat_arrays([array, array.slice(0, 0)])


def _validity(array):
    if array.null_count == 0:
        return None
    bits = pc.is_valid(array).buffers()[1]
    size = (len(array) + 63) // 64 * 8
    data = bits.to_pybytes()[:size]
    return data + b"\0" * (size - len(data))


def _offsets_of(array, rows):
    buffer = array.buffers()[1]
    if buffer is None or rows == 0 and buffer.size < 4:
        return b"\0" * 4, 0
    offsets = buffer.slice(0, 4 * (rows + 1))
    (last,) = struct.unpack_from("<i", offsets, 4 * rows)
    return offsets, last


def append_column(parts, type_, array):
    """Appends the bytes of a column; the array has exactly the column's Arrow type."""
    type_ = type_.carried()
    array = _at_zero(array)
    rows = len(array)
    tag = type_.tag
    validity = None if tag == wt.NULL else _validity(array)
    has_nulls = tag == wt.NULL and rows > 0 or validity is not None
    parts.append(_HEADER.pack(_HAS_NULLS if has_nulls else 0, rows))
    if tag == wt.NULL:
        parts.append(b"\0" * ((rows + 63) // 64 * 8))
        return
    if validity is not None:
        parts.append(validity)
    if tag == wt.BOOLEAN:
        array = array.fill_null(False).cast(pa.uint8())
    if tag in wt.WIDTHS:
        size = rows * wt.WIDTHS[tag]
        if size:
            _pad(parts, array.buffers()[1].slice(0, size), size)
    elif tag in (wt.STRUCT, wt.VARIANT):
        for i, child in enumerate(type_.children):
            append_column(parts, child, array.field(i))
    else:
        offsets, last = _offsets_of(array, rows)
        _pad(parts, offsets, 4 * (rows + 1))
        if tag in (wt.STRING, wt.BINARY):
            if last:
                _pad(parts, array.buffers()[2].slice(0, last), last)
        elif tag == wt.ARRAY:
            append_column(parts, type_.children[0], array.values.slice(0, last))
        else:
            append_column(parts, type_.children[0], array.keys.slice(0, last))
            append_column(parts, type_.children[1], array.items.slice(0, last))


def payload_of(types, arrays):
    parts = []
    for type_, array in zip(types, arrays):
        append_column(parts, type_, array)
    return b"".join(parts)
