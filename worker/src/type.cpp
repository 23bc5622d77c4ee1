#include "type.h"

#include <algorithm>

namespace fsw {

namespace {

class DescriptorReader {
  public:
    DescriptorReader(const std::uint8_t* at, std::size_t size) : at_(at), end_(at + size) {}

    bool parse(Type& type, std::uint32_t depth);
    bool at_end() const { return at_ == end_; }

  private:
    bool byte(std::uint8_t& value) {
        if (at_ == end_) return fail();
        value = *at_++;
        return true;
    }
    bool bytes(void* to, std::size_t count) {
        if (static_cast<std::size_t>(end_ - at_) < count) return fail();
        std::memcpy(to, at_, count);
        at_ += count;
        return true;
    }
    bool text(Ref& value);
    bool parse_struct(Type& type, std::uint32_t depth);
    bool parse_udt(Type& type, std::uint32_t depth);
    bool parse_child(Type& type, std::uint32_t depth);
    static bool fail() {
        PyErr_SetString(PyExc_ValueError, "malformed type descriptor");
        return false;
    }

    const std::uint8_t* at_;
    const std::uint8_t* end_;
};

bool DescriptorReader::text(Ref& value) {
    std::uint32_t size = 0;
    if (!bytes(&size, sizeof size)) return false;
    if (static_cast<std::size_t>(end_ - at_) < size) return fail();
    value = Ref(PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(at_), size, "strict"));
    at_ += size;
    return static_cast<bool>(value);
}

bool DescriptorReader::parse_child(Type& type, std::uint32_t depth) {
    type.children.emplace_back();
    return parse(type.children.back(), depth + 1);
}

bool DescriptorReader::parse_struct(Type& type, std::uint32_t depth) {
    std::uint16_t fields = 0;
    if (!bytes(&fields, sizeof fields)) return false;
    type.names = Ref(PyList_New(fields));
    if (!type.names) return false;
    for (std::uint16_t i = 0; i < fields; ++i) {
        Ref name;
        std::uint8_t nullable = 0;
        if (!text(name) || !byte(nullable)) return false;
        if (PyList_SetItem(type.names.get(), i, name.release()) < 0) return false;
        if (!parse_child(type, depth)) return false;
    }
    return true;
}

bool DescriptorReader::parse_udt(Type& type, std::uint32_t depth) {
    Ref python_class;
    Ref serialized;
    if (!text(python_class) || !text(serialized)) return false;
    type.udt = Ref(PyObject_CallMethod(g_abi.convert, "load_udt", "OO", python_class.get(),
                                       serialized.get()));
    return type.udt && parse_child(type, depth);
}

bool needs_conversion(const Type& type) {
    switch (type.tag) {
        case FS_TYPE_DATE:
        case FS_TYPE_TIME:
        case FS_TYPE_TIMESTAMP:
        case FS_TYPE_TIMESTAMP_NTZ:
        case FS_TYPE_DAY_TIME_INTERVAL:
        case FS_TYPE_YEAR_MONTH_INTERVAL:
        case FS_TYPE_CALENDAR_INTERVAL:
        case FS_TYPE_STRUCT:
        case FS_TYPE_VARIANT:
        case FS_TYPE_UDT:
            return true;
        case FS_TYPE_ARRAY:
        case FS_TYPE_MAP:
            return std::any_of(type.children.begin(), type.children.end(),
                               [](const Type& child) { return child.converts; });
        case FS_TYPE_NULL:
        case FS_TYPE_BOOLEAN:
        case FS_TYPE_INT8:
        case FS_TYPE_INT16:
        case FS_TYPE_INT32:
        case FS_TYPE_INT64:
        case FS_TYPE_FLOAT32:
        case FS_TYPE_FLOAT64:
        case FS_TYPE_DECIMAL:
        case FS_TYPE_STRING:
        case FS_TYPE_BINARY:
            return false;
    }
    return false;
}

bool DescriptorReader::parse(Type& type, std::uint32_t depth) {
    std::uint8_t tag = 0;
    std::uint8_t ignored = 0;
    if (depth > FS_TYPE_DEPTH_MAX || !byte(tag)) return fail();
    if (tag > FS_TYPE_UDT) return fail();
    type.tag = static_cast<fs_type_tag>(tag);
    bool good = true;
    if (type.tag == FS_TYPE_DECIMAL) {
        good = byte(type.precision) && byte(type.scale);
    } else if (type.tag == FS_TYPE_TIME) {
        good = byte(type.precision);
    } else if (type.tag == FS_TYPE_ARRAY) {
        good = byte(ignored) && parse_child(type, depth);
    } else if (type.tag == FS_TYPE_MAP) {
        good = byte(ignored) && parse_child(type, depth) && parse_child(type, depth);
    } else if (type.tag == FS_TYPE_STRUCT) {
        good = parse_struct(type, depth);
    } else if (type.tag == FS_TYPE_VARIANT) {
        type.children.resize(2);
        type.children[0].tag = type.children[1].tag = FS_TYPE_BINARY;
    } else if (type.tag == FS_TYPE_UDT) {
        good = parse_udt(type, depth);
    }
    type.converts = needs_conversion(type);
    return good;
}

}  // namespace

std::uint32_t value_width(fs_type_tag tag) {
    switch (tag) {
        case FS_TYPE_BOOLEAN:
        case FS_TYPE_INT8:
            return 1;
        case FS_TYPE_INT16:
            return 2;
        case FS_TYPE_INT32:
        case FS_TYPE_FLOAT32:
        case FS_TYPE_DATE:
        case FS_TYPE_YEAR_MONTH_INTERVAL:
            return 4;
        case FS_TYPE_INT64:
        case FS_TYPE_FLOAT64:
        case FS_TYPE_TIMESTAMP:
        case FS_TYPE_TIMESTAMP_NTZ:
        case FS_TYPE_TIME:
        case FS_TYPE_DAY_TIME_INTERVAL:
            return 8;
        case FS_TYPE_DECIMAL:
        case FS_TYPE_CALENDAR_INTERVAL:
            return 16;
        case FS_TYPE_NULL:
        case FS_TYPE_STRING:
        case FS_TYPE_BINARY:
        case FS_TYPE_ARRAY:
        case FS_TYPE_MAP:
        case FS_TYPE_STRUCT:
        case FS_TYPE_VARIANT:
        case FS_TYPE_UDT:
            return 0;
    }
    return 0;
}

bool parse_type(PyObject* descriptor, Type& type) {
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(descriptor, &bytes, &size) < 0) return false;
    DescriptorReader reader(reinterpret_cast<const std::uint8_t*>(bytes),
                            static_cast<std::size_t>(size));
    if (!reader.parse(type, 0)) return false;
    if (!reader.at_end()) {
        PyErr_SetString(PyExc_ValueError, "malformed type descriptor");
        return false;
    }
    return true;
}

}  // namespace fsw
