#pragma once
/// Output columns: Python objects of one return type become a column of the frame format.
/// Rules: pyspark's toInternal, then what Spark does with the unpickled object (eval type 100).

#include <sys/uio.h>

#include <cstdint>
#include <vector>

#include "abi.h"
#include "buffer.h"
#include "type.h"

namespace fsw {

class Builder {
  public:
    explicit Builder(const Type& type);

    /// Forgets all rows, keeps memory.
    void clear();
    /// Appends one value; false with a Python error set.
    bool append(PyObject* object) {
        // What most functions return, first.
        if (tag_ == FS_TYPE_INT64 && Py_TYPE(object) == &PyLong_Type) {
            int overflow = 0;
            const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
            if (overflow == 0) return push(static_cast<std::int64_t>(value));
        } else if (tag_ == FS_TYPE_STRING && Py_TYPE(object) == &PyUnicode_Type) {
            Py_ssize_t size = 0;
            const char* text = g_abi.as_utf8(object, &size);
            return text != nullptr && push_text(text, size);
        }
        return append_any(object);
    }
    /// Appends a value that is of the column's own Python type and range; No: it is not (eval type
    /// 101 leaves the batch to Arrow then), Failed: Python error set.
    enum class Exact { Yes, No, Failed };
    Exact append_exact(PyObject* object);
    void append_null();
    std::uint32_t rows() const { return rows_; }
    std::size_t byte_count() const;
    /// The column's parts in order, each padded to 8 bytes. Valid until the next append or clear.
    void collect(std::vector<iovec>& parts);

  private:
    template <typename T>
    bool push(T value) {
        fixed_.push(value);
        ++rows_;
        return true;
    }
    bool null() {
        append_null();
        return true;
    }
    bool append_any(PyObject* object);
    bool append_value(PyObject* object);
    bool append_integer(PyObject* object);
    bool append_float(PyObject* object);
    bool append_decimal(PyObject* object);
    bool append_string(PyObject* object);
    bool append_binary(PyObject* object);
    bool append_moment(PyObject* object);
    bool append_array(PyObject* object);
    bool append_sequence(PyObject* list);
    bool append_bytes_as_array(PyObject* object);
    bool append_map(PyObject* object);
    bool append_struct(PyObject* object);
    bool append_struct_items(PyObject* sequence);
    bool append_struct_dict(PyObject* dict);
    bool append_variant(PyObject* object);
    bool append_udt(PyObject* object);
    bool push_text(const char* text, Py_ssize_t size);
    bool end_list(const Builder& child);

    const Type* type_;
    fs_type_tag tag_;
    bool has_nulls_ = false;
    std::uint32_t rows_ = 0;
    fs_column_header header_{};
    std::vector<std::uint64_t> validity_;
    Buffer fixed_;    // values, or offsets of strings, arrays and maps
    Buffer bytes_;    // of strings
    std::vector<Builder> children_;
};

}  // namespace fsw
