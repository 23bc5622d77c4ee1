#pragma once
/// A column's type as the worker knows it, parsed once per set-up from a type descriptor.

#include <cstdint>
#include <string>
#include <vector>

#include "abi.h"
#include "worker/frame.h"

namespace fsw {

struct Type {
    fs_type_tag tag = FS_TYPE_NULL;
    std::uint8_t precision = 0;
    std::uint8_t scale = 0;
    bool converts = false;  // pyspark's needConversion(): toInternal runs before Java's rules
    std::vector<Type> children;
    Ref names;  // struct: list of str
    Ref udt;    // udt: instance of the user's class
};

/// Bytes of one value in a column; 0 for types without fixed-width values.
std::uint32_t value_width(fs_type_tag tag);

/// Parses one descriptor; false with a Python error set. Needs g_abi.convert for UDTs.
bool parse_type(PyObject* descriptor, Type& type);

}  // namespace fsw
