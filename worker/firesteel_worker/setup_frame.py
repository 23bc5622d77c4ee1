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
        self.chain = ()  # the unpickled commands, as they are called
        self.first = None  # the first of them as the user wrote it: its signature counts
        self.result_type = None  # the parsed descriptor, for kinds written in Python

    def load(self, load_function):
        self.chain = tuple(load_function(command) for command in self.commands)
        self.first = self.chain[0]


class Setup:
    """The whole set-up of one call. The right side is a cogroup's."""

    def __init__(self, reader):
        self.eval_type = reader.u32()
        self.python_version = reader.text()
        self.conf = {}
        for _ in range(reader.u32()):
            key = reader.text()
            self.conf[key] = reader.text()
        self.input_names, self.inputs = _read_inputs(reader)
        self.key_columns = reader.numbers()
        self.right_names, self.right_inputs = _read_inputs(reader)
        self.right_key_columns = reader.numbers()
        self.right_columns = reader.numbers()
        self.functions = [_read_function(reader) for _ in range(reader.u32())]
        self.input_types = self.right_types = ()

    def parse_types(self):
        from firesteel_worker import wire_type

        self.input_types = [wire_type.parse(descriptor) for descriptor in self.inputs]
        self.right_types = [wire_type.parse(descriptor) for descriptor in self.right_inputs]
        for function in self.functions:
            function.result_type = wire_type.parse(function.result)


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

    def numbers(self):
        return [self.u32() for _ in range(self.u32())]


def _read_inputs(reader):
    """(names, type descriptors)"""
    names = []
    descriptors = []
    for _ in range(reader.u32()):
        names.append(reader.text())
        descriptors.append(reader.bytes())
    return names, descriptors


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
    return Setup(reader)
