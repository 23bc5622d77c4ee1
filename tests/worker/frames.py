"""An encoder and decoder of the worker's frames, written from proto/worker/PROTOCOL.md alone."""

import struct

TAGS = {
    "null": 0, "boolean": 1, "tinyint": 2, "smallint": 3, "int": 4, "bigint": 5, "float": 6,
    "double": 7, "decimal": 8, "string": 9, "binary": 10, "date": 11, "timestamp": 12,
    "timestamp_ntz": 13, "time": 14, "interval day to second": 15, "interval year to month": 16,
    "interval": 17, "array": 18, "map": 19, "struct": 20, "variant": 21, "udt": 22,
}  # fmt: skip
CODES = {
    "boolean": "B", "tinyint": "b", "smallint": "h", "int": "i", "bigint": "q", "float": "f",
    "double": "d", "date": "i", "timestamp": "q", "timestamp_ntz": "q", "time": "q",
    "interval day to second": "q", "interval year to month": "i",
}  # fmt: skip

SETUP, BATCH, DROP, RESULT, ERROR = 1, 2, 3, 16, 17
HEADER = struct.Struct("<IIIHH")

# A type is a name, or a tuple: ("decimal", precision, scale), ("array", element),
# ("map", key, value), ("struct", {name: type}), ("udt", python class, serialized, sql type).


def kind(type_):
    return type_ if isinstance(type_, str) else type_[0]


def pad(data):
    return data + b"\0" * (-len(data) % 8)


def blob(data):
    data = data.encode() if isinstance(data, str) else data
    return struct.pack("<I", len(data)) + data


def descriptor(type_):
    name = kind(type_)
    out = bytes([TAGS[name]])
    if name == "decimal":
        return out + bytes(type_[1:])
    if name == "time":
        return out + b"\6"
    if name == "array":
        return out + b"\1" + descriptor(type_[1])
    if name == "map":
        return out + b"\1" + descriptor(type_[1]) + descriptor(type_[2])
    if name == "struct":
        out += struct.pack("<H", len(type_[1]))
        return out + b"".join(blob(n) + b"\1" + descriptor(t) for n, t in type_[1].items())
    if name == "udt":
        return out + blob(type_[1]) + blob(type_[2]) + descriptor(type_[3])
    return out


def _validity(values):
    bits = ~0
    for i, value in enumerate(values):
        if value is None:
            bits &= ~(1 << i)
    words = (len(values) + 63) // 64
    return (bits & ((1 << 64 * words) - 1)).to_bytes(8 * words, "little")


def _offsets(sizes):
    offsets = [0]
    for size in sizes:
        offsets.append(offsets[-1] + size)
    return pad(struct.pack("<%di" % len(offsets), *offsets))


def encode(type_, values):
    """A column. Values as on the wire: days, microseconds, unscaled integers, lists of pairs…"""
    name = kind(type_)
    if name == "udt":
        return encode(type_[3], values)
    nulls = any(value is None for value in values)
    out = struct.pack("<II", 1 if nulls else 0, len(values))
    out += _validity(values) if nulls else b""
    if name in CODES:
        filled = [0 if value is None else value for value in values]
        return out + pad(struct.pack("<%d%s" % (len(values), CODES[name]), *filled))
    if name == "decimal":
        return out + b"".join((v or 0).to_bytes(16, "little", signed=True) for v in values)
    if name == "interval":
        return out + b"".join(struct.pack("<iiq", *(v or (0, 0, 0))) for v in values)
    if name in ("string", "binary"):
        datas = [v.encode() if isinstance(v, str) else v or b"" for v in values]
        return out + _offsets(map(len, datas)) + pad(b"".join(datas))
    if name == "array":
        lists = [value or [] for value in values]
        return out + _offsets(map(len, lists)) + encode(type_[1], sum(lists, []))
    if name == "map":
        lists = [value or [] for value in values]
        pairs = sum(lists, [])
        out += _offsets(map(len, lists)) + encode(type_[1], [k for k, _ in pairs])
        return out + encode(type_[2], [v for _, v in pairs])
    if name == "struct":
        for i, field in enumerate(type_[1].values()):
            out += encode(field, [None if v is None else v[i] for v in values])
        return out
    if name == "variant":
        for i in (0, 1):
            out += encode("binary", [b"" if v is None else v[i] for v in values])
        return out
    assert name == "null"
    return out


class Decoder:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        part = self.data[self.at : self.at + size]
        assert len(part) == size
        self.at += size + -size % 8
        return part

    def column(self, type_):
        name = kind(type_)
        if name == "udt":
            return self.column(type_[3])
        flags, rows = struct.unpack("<II", self.take(8))
        valid = (1 << rows) - 1
        if flags & 1:
            valid = int.from_bytes(self.take((rows + 63) // 64 * 8), "little")
        values = self.values(type_, name, rows)
        return [value if valid >> i & 1 else None for i, value in enumerate(values)]

    def offsets(self, rows):
        return struct.unpack("<%di" % (rows + 1), self.take(4 * (rows + 1)))

    def values(self, type_, name, rows):
        if name in CODES:
            size = struct.calcsize(CODES[name])
            return struct.unpack("<%d%s" % (rows, CODES[name]), self.take(rows * size))
        if name == "decimal":
            data = self.take(rows * 16)
            parts = (data[i * 16 : i * 16 + 16] for i in range(rows))
            return [int.from_bytes(part, "little", signed=True) for part in parts]
        if name in ("string", "binary"):
            offsets = self.offsets(rows)
            data = self.take(offsets[-1])
            parts = [data[a:b] for a, b in zip(offsets, offsets[1:])]
            return [part.decode() for part in parts] if name == "string" else parts
        if name == "array":
            offsets = self.offsets(rows)
            items = self.column(type_[1])
            return [items[a:b] for a, b in zip(offsets, offsets[1:])]
        if name == "map":
            offsets = self.offsets(rows)
            items = list(zip(self.column(type_[1]), self.column(type_[2])))
            return [items[a:b] for a, b in zip(offsets, offsets[1:])]
        if name == "struct":
            columns = [self.column(field) for field in type_[1].values()]
            return list(zip(*columns)) if columns else [()] * rows
        if name == "variant":
            return list(zip(self.column("binary"), self.column("binary")))
        assert name == "null"
        return [None] * rows


def frame(kind_, call, rows, payload, flags=0):
    return HEADER.pack(len(payload), rows, call, kind_, flags) + payload


def _inputs(types, names):
    names = names or [""] * len(types)
    return struct.pack("<I", len(types)) + b"".join(
        blob(name) + blob(descriptor(type_)) for name, type_ in zip(names, types)
    )


def _numbers(values):
    return struct.pack("<I%dI" % len(values), len(values), *values)


def setup(call, eval_type, inputs, functions, version="", conf=(), names=(), keys=(), right=None):
    """functions: (columns, keywords, commands, result type), …; right: (types, names, keys, columns)"""
    out = struct.pack("<II", 1, eval_type) + blob(version)
    out += struct.pack("<I", len(conf)) + b"".join(blob(k) + blob(v) for k, v in conf)
    out += _inputs(inputs, names) + _numbers(keys)
    types, right_names, right_keys, right_columns = right or ((), (), (), ())
    out += _inputs(types, right_names) + _numbers(right_keys) + _numbers(right_columns)
    out += struct.pack("<I", len(functions))
    for columns, keywords, commands, result in functions:
        names = [""] * (len(columns) - len(keywords)) + list(keywords)
        out += blob("f") + struct.pack("<I", len(columns))
        out += b"".join(struct.pack("<I", c) + blob(n) for c, n in zip(columns, names))
        out += struct.pack("<I", len(commands)) + b"".join(map(blob, commands))
        out += blob(descriptor(result))
    return frame(SETUP, call, 0, pad(out))


def batch(call, types, columns, flags=0):
    rows = len(columns[0]) if columns else 0
    payload = b"".join(encode(t, c) for t, c in zip(types, columns))
    return frame(BATCH, call, rows, payload, flags)


def error(payload):
    """(kind, text, condition, parameters)"""
    at = 4

    def text():
        nonlocal at
        (size,) = struct.unpack_from("<I", payload, at)
        at += 4 + size
        return payload[at - size : at].decode()

    (kind_,) = struct.unpack_from("<I", payload)
    message = text()
    if kind_ != 2:
        return kind_, message, None, {}
    condition = text()
    (count,) = struct.unpack_from("<I", payload, at)
    at += 4
    return kind_, message, condition, {text(): text() for _ in range(count)}
