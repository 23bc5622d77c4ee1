#include "column.h"

#include <string>

#include "calendar.h"

namespace fsw {

bool PayloadReader::take(std::size_t bytes, const std::uint8_t*& part) {
    const std::size_t padded = (bytes + 7) & ~std::size_t{7};
    if (static_cast<std::size_t>(end_ - at_) < padded) return false;
    part = at_;
    at_ += padded;
    return true;
}

bool PayloadReader::read_offsets(Column& column, std::uint32_t& total) {
    if (!take((std::size_t{column.rows} + 1) * 4, column.offsets)) return false;
    std::uint32_t before = 0;
    if (column.offset(0) != 0) return false;
    for (std::uint32_t row = 1; row <= column.rows; ++row) {
        const std::uint32_t offset = column.offset(row);
        if (offset < before) return false;
        before = offset;
    }
    total = before;
    return true;
}

bool PayloadReader::read_body(const Type& type, Column& column) {
    std::uint32_t total = 0;
    switch (type.tag) {
        case FS_TYPE_NULL:
            return true;
        case FS_TYPE_STRING:
        case FS_TYPE_BINARY:
            return read_offsets(column, total) && take(total, column.values);
        case FS_TYPE_ARRAY:
            return read_offsets(column, total) && read(type.children[0], total, column.children[0]);
        case FS_TYPE_MAP:
            return read_offsets(column, total) &&
                   read(type.children[0], total, column.children[0]) &&
                   read(type.children[1], total, column.children[1]);
        case FS_TYPE_STRUCT:
        case FS_TYPE_VARIANT:
            for (std::size_t i = 0; i < type.children.size(); ++i) {
                if (!read(type.children[i], column.rows, column.children[i])) return false;
            }
            return true;
        case FS_TYPE_UDT:  // the carried value's column stands for it
            return false;
        case FS_TYPE_BOOLEAN:
        case FS_TYPE_INT8:
        case FS_TYPE_INT16:
        case FS_TYPE_INT32:
        case FS_TYPE_INT64:
        case FS_TYPE_FLOAT32:
        case FS_TYPE_FLOAT64:
        case FS_TYPE_DECIMAL:
        case FS_TYPE_DATE:
        case FS_TYPE_TIMESTAMP:
        case FS_TYPE_TIMESTAMP_NTZ:
        case FS_TYPE_TIME:
        case FS_TYPE_DAY_TIME_INTERVAL:
        case FS_TYPE_YEAR_MONTH_INTERVAL:
        case FS_TYPE_CALENDAR_INTERVAL:
            return take(std::size_t{column.rows} * value_width(type.tag), column.values);
    }
    return false;
}

bool PayloadReader::read(const Type& type, std::uint32_t rows, Column& column) {
    column.type = &type;
    column.rows = rows;
    column.validity = column.values = column.offsets = nullptr;
    column.children.resize(type.children.size());
    if (type.tag == FS_TYPE_UDT) return read(type.children[0], rows, column.children[0]);
    const std::uint8_t* raw = nullptr;
    if (!take(FS_COLUMN_HEADER_BYTES, raw)) return false;
    fs_column_header header;
    std::memcpy(&header, raw, sizeof header);
    if (header.rows != rows) return false;
    if ((header.flags & FS_COLUMN_HAS_NULLS) != 0 &&
        !take((std::size_t{rows} + 63) / 64 * 8, column.validity)) {
        return false;
    }
    return read_body(type, column);
}

namespace {

PyObject* none() {
    Py_INCREF(Py_None);
    return Py_None;
}

/// Unscaled 128-bit integer and scale as java.math.BigDecimal's engineering notation.
std::string decimal_text(__int128 unscaled, int scale) {
    const bool negative = unscaled < 0;
    unsigned __int128 rest = static_cast<unsigned __int128>(unscaled);
    if (negative) rest = ~rest + 1;
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
    } while (rest != 0);
    const int count = static_cast<int>(digits.size());
    const int adjusted = count - 1 - scale;
    std::string text = negative ? "-" : "";
    if (adjusted >= -6) {
        if (scale == 0) return text + digits;
        if (count <= scale) digits.insert(0, static_cast<std::size_t>(scale - count + 1), '0');
        digits.insert(digits.size() - static_cast<std::size_t>(scale), 1, '.');
        return text + digits;
    }
    // Exponents are multiples of three; zero keeps its scale through added zeros.
    int point = adjusted % 3;
    if (point < 0) point += 3;
    int exponent = adjusted - point;
    if (unscaled == 0) {
        if (point != 0) {
            digits = point == 1 ? "0.00" : "0.0";
            exponent += 3;
        }
    } else {
        ++point;  // digits before the point
        if (point >= count) {
            digits.append(static_cast<std::size_t>(point - count), '0');
        } else {
            digits.insert(static_cast<std::size_t>(point), 1, '.');
        }
    }
    text += digits;
    if (exponent != 0) text += "E" + std::to_string(exponent);
    return text;
}

PyObject* decimal_object(const Column& column, std::uint32_t row) {
    const std::string text = decimal_text(column.value<__int128>(row), column.type->scale);
    Ref string(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
    if (!string) return nullptr;
    return PyObject_CallFunctionObjArgs(g_abi.decimal_type, string.get(), nullptr);
}

PyObject* array_object(const Column& column, std::uint32_t row) {
    const std::uint32_t first = column.offset(row);
    const std::uint32_t last = column.offset(row + 1);
    Ref list(PyList_New(static_cast<Py_ssize_t>(last - first)));
    if (!list) return nullptr;
    for (std::uint32_t i = first; i < last; ++i) {
        PyObject* item = value_object(column.children[0], i);
        if (item == nullptr) return nullptr;
        PyList_SetItem(list.get(), static_cast<Py_ssize_t>(i - first), item);
    }
    return list.release();
}

PyObject* map_object(const Column& column, std::uint32_t row) {
    const std::uint32_t last = column.offset(row + 1);
    Ref dict(PyDict_New());
    if (!dict) return nullptr;
    for (std::uint32_t i = column.offset(row); i < last; ++i) {
        Ref key(value_object(column.children[0], i));
        if (!key) return nullptr;
        Ref value(value_object(column.children[1], i));
        if (!value || PyDict_SetItem(dict.get(), key.get(), value.get()) < 0) return nullptr;
    }
    return dict.release();
}

PyObject* struct_object(const Column& column, std::uint32_t row) {
    const std::size_t fields = column.children.size();
    Ref values(PyTuple_New(static_cast<Py_ssize_t>(fields)));
    if (!values) return nullptr;
    for (std::size_t i = 0; i < fields; ++i) {
        PyObject* item = value_object(column.children[i], row);
        if (item == nullptr) return nullptr;
        PyTuple_SetItem(values.get(), static_cast<Py_ssize_t>(i), item);
    }
    return PyObject_CallMethod(g_abi.convert, "row", "OO", column.type->names.get(), values.get());
}

PyObject* variant_object(const Column& column, std::uint32_t row) {
    Ref value(value_object(column.children[0], row));
    if (!value) return nullptr;
    Ref metadata(value_object(column.children[1], row));
    if (!metadata) return nullptr;
    return PyObject_CallMethod(g_abi.convert, "variant", "OO", value.get(), metadata.get());
}

PyObject* udt_object(const Column& column, std::uint32_t row) {
    Ref carried(value_object(column.children[0], row));
    if (!carried || carried.get() == Py_None) return carried.release();
    return PyObject_CallMethod(column.type->udt.get(), "deserialize", "(O)", carried.get());
}

const char* string_start(const Column& column, std::uint32_t row, Py_ssize_t& size) {
    const std::uint32_t first = column.offset(row);
    size = static_cast<Py_ssize_t>(column.offset(row + 1) - first);
    return reinterpret_cast<const char*>(column.values) + first;
}

}  // namespace

PyObject* value_object(const Column& column, std::uint32_t row) {
    if (column.is_null(row)) return none();
    Py_ssize_t size = 0;
    const char* start = nullptr;
    switch (column.type->tag) {
        case FS_TYPE_NULL:
            return none();
        case FS_TYPE_BOOLEAN:
            return PyBool_FromLong(column.value<std::uint8_t>(row));
        case FS_TYPE_INT8:
            return PyLong_FromLong(column.value<std::int8_t>(row));
        case FS_TYPE_INT16:
            return PyLong_FromLong(column.value<std::int16_t>(row));
        case FS_TYPE_INT32:
            return PyLong_FromLong(column.value<std::int32_t>(row));
        case FS_TYPE_INT64:
            return PyLong_FromLongLong(column.value<std::int64_t>(row));
        case FS_TYPE_FLOAT32:
            return PyFloat_FromDouble(static_cast<double>(column.value<float>(row)));
        case FS_TYPE_FLOAT64:
            return PyFloat_FromDouble(column.value<double>(row));
        case FS_TYPE_DECIMAL:
            return decimal_object(column, row);
        case FS_TYPE_STRING:  // invalid UTF-8 turns into U+FFFD, as on Spark's way to Python
            start = string_start(column, row, size);
            return PyUnicode_DecodeUTF8(start, size, "replace");
        case FS_TYPE_BINARY:
            start = string_start(column, row, size);
            return PyBytes_FromStringAndSize(start, size);
        case FS_TYPE_DATE:
            return date_object(column.value<std::int32_t>(row));
        case FS_TYPE_TIMESTAMP:
            return timestamp_object(column.value<std::int64_t>(row));
        case FS_TYPE_TIMESTAMP_NTZ:
            return timestamp_ntz_object(column.value<std::int64_t>(row));
        case FS_TYPE_TIME:
            return time_object(column.value<std::int64_t>(row));
        case FS_TYPE_DAY_TIME_INTERVAL:
            return duration_object(column.value<std::int64_t>(row));
        case FS_TYPE_YEAR_MONTH_INTERVAL:
        case FS_TYPE_CALENDAR_INTERVAL:
            return PyObject_CallMethod(g_abi.convert, "unsupported_interval", "is",
                                       static_cast<int>(column.type->tag), "fromInternal");
        case FS_TYPE_ARRAY:
            return array_object(column, row);
        case FS_TYPE_MAP:
            return map_object(column, row);
        case FS_TYPE_STRUCT:
            return struct_object(column, row);
        case FS_TYPE_VARIANT:
            return variant_object(column, row);
        case FS_TYPE_UDT:
            return udt_object(column, row);
    }
    PyErr_SetString(PyExc_SystemError, "unknown column type");
    return nullptr;
}

namespace {

// The commonest types without nulls.
PyObject* int32_object(const Column& column, std::uint32_t row) {
    return PyLong_FromLong(column.value<std::int32_t>(row));
}

PyObject* int64_object(const Column& column, std::uint32_t row) {
    return PyLong_FromLongLong(column.value<std::int64_t>(row));
}

PyObject* float64_object(const Column& column, std::uint32_t row) {
    return PyFloat_FromDouble(column.value<double>(row));
}

PyObject* string_object(const Column& column, std::uint32_t row) {
    Py_ssize_t size = 0;
    const char* start = string_start(column, row, size);
    return PyUnicode_DecodeUTF8(start, size, "replace");
}

}  // namespace

MakeObject object_maker(const Column& column) {
    if (column.validity != nullptr) return value_object;
    switch (column.type->tag) {
        case FS_TYPE_INT32: return int32_object;
        case FS_TYPE_INT64: return int64_object;
        case FS_TYPE_FLOAT64: return float64_object;
        case FS_TYPE_STRING: return string_object;
        default: return value_object;
    }
}

}  // namespace fsw
