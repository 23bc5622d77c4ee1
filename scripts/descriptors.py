"""Writes a protobuf FileDescriptorSet out of generated *_pb2.py modules, without importing them.

usage: descriptors.py OUT BASE.fds MODULE_pb2.py...
The result is BASE.fds followed by the descriptor that each module carries as a bytes literal.
"""
import ast
import pathlib
import sys

FILE_FIELD = b"\x0a"  # FileDescriptorSet.file = 1, length-delimited


def varint(number):
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])


def descriptor(module):
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile":
            return node.args[0].value
    raise SystemExit(f"{module} carries no serialized descriptor")


def main():
    out, base, *modules = map(pathlib.Path, sys.argv[1:])
    parts = [base.read_bytes()]
    for module in modules:
        serialized = descriptor(module)
        parts.append(FILE_FIELD + varint(len(serialized)) + serialized)
    out.write_bytes(b"".join(parts))


if __name__ == "__main__":
    main()
