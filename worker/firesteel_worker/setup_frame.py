"""Decodes the payload of a set-up frame (proto/worker/PROTOCOL.md)."""

import struct

PROTOCOL_VERSION = 1

_U32 = struct.Struct("<I")


class Function:
    """One function of a set-up."""

    def __init__(self, name, columns, keywords, commands, result):
        self.name = name
        self.columns = columns  # tuple of input columns; those of keywords last
        self.keywords = keywords  # tuple of names, or None
        self.commands = commands  # pickled, first called first
        self.result = result  # type descriptor


class Setup:
    """The whole set-up of one call."""

    def __init__(self, eval_type, python_version, conf, inputs, key_columns, functions):
        self.eval_type = eval_type
        self.python_version = python_version
        self.conf = conf
        self.inputs = inputs  # list of type descriptors
        self.key_columns = key_columns
        self.functions = functions


class _Reader:
    def __init__(self, data):
        self._data = data
        self._at = 0

    def u32(self):
        (value,) = _U32.unpack_from(self._data, self._at)
        self._at += 4
        return value

    def bytes(self):
        size = self.u32()
        value = self._data[self._at : self._at + size]
        if len(value) != size:
            raise ValueError("malformed set-up")
        self._at += size
        return value

    def text(self):
        return self.bytes().decode("utf-8")


def _read_function(reader):
    name = reader.text()
    columns = []
    keywords = []
    for _ in range(reader.u32()):
        columns.append(reader.u32())
        keyword = reader.text()
        if keyword:
            keywords.append(keyword)
    commands = [reader.bytes() for _ in range(reader.u32())]
    return Function(name, tuple(columns), tuple(keywords) or None, commands, reader.bytes())


def decode(payload):
    reader = _Reader(payload)
    version = reader.u32()
    if version != PROTOCOL_VERSION:
        raise ValueError("the engine speaks protocol %d, this worker %d" % (version, PROTOCOL_VERSION))
    eval_type = reader.u32()
    python_version = reader.text()
    conf = {}
    for _ in range(reader.u32()):
        key = reader.text()
        conf[key] = reader.text()
    inputs = [reader.bytes() for _ in range(reader.u32())]
    key_columns = [reader.u32() for _ in range(reader.u32())]
    functions = [_read_function(reader) for _ in range(reader.u32())]
    return Setup(eval_type, python_version, conf, inputs, key_columns, functions)
