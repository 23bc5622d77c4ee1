#include "builder.h"

#include "calendar.h"
#include "java.h"

namespace fsw {

namespace {

constexpr std::size_t kColumnBytesMax = FS_FRAME_PAYLOAD_BYTES_MAX / 2;

bool is_exactly(PyObject* object, PyTypeObject& type) { return Py_TYPE(object) == &type; }

/// Types that Spark's unpickler knows; of another return type they become NULL.
bool is_plain(PyObject* object) {
    PyTypeObject* type = Py_TYPE(object);
    return PyBool_Check(object) || type == &PyLong_Type || type == &PyFloat_Type ||
           type == &PyUnicode_Type || type == &PyBytes_Type || type == &PyByteArray_Type ||
           type == &PyList_Type || type == &PyTuple_Type || type == &PyDict_Type ||
           type == &PySet_Type || type == &PyFrozenSet_Type || type == &PyComplex_Type ||
           reinterpret_cast<PyObject*>(type) == g_abi.decimal_type ||
           type == g_abi.dates->date_type || type == g_abi.dates->datetime_type ||
           type == g_abi.dates->time_type || type == g_abi.dates->delta_type;
}

bool is_decimal(PyObject* object) {
    return reinterpret_cast<PyObject*>(Py_TYPE(object)) == g_abi.decimal_type;
}

bool raise_by(const char* function, PyObject* first, long second, long third) {
    Ref never(PyObject_CallMethod(g_abi.convert, function, "Oll", first, second, third));
    return false;
}

}  // namespace

Builder::Builder(const Type& type) : type_(&type), tag_(type.tag) {
    children_.reserve(type.children.size());
    for (const Type& child : type.children) children_.emplace_back(child);
    clear();
}

void Builder::clear() {
    has_nulls_ = false;
    rows_ = 0;
    validity_.clear();
    fixed_.clear();
    bytes_.clear();
    if (tag_ == FS_TYPE_STRING || tag_ == FS_TYPE_BINARY || tag_ == FS_TYPE_ARRAY ||
        tag_ == FS_TYPE_MAP) {
        fixed_.push(std::int32_t{0});
    }
    for (Builder& child : children_) child.clear();
}

void Builder::append_null() {
    if (tag_ == FS_TYPE_UDT) {
        children_[0].append_null();
        ++rows_;
        return;
    }
    has_nulls_ = true;
    const std::size_t word = rows_ / 64;
    if (validity_.size() <= word) validity_.resize(word + 1, ~std::uint64_t{0});
    validity_[word] &= ~(std::uint64_t{1} << (rows_ % 64));
    ++rows_;
    const std::uint32_t width = value_width(tag_);
    if (width != 0) {
        std::memset(fixed_.extend(width), 0, width);
    } else if (tag_ == FS_TYPE_STRING || tag_ == FS_TYPE_BINARY) {
        fixed_.push(static_cast<std::int32_t>(bytes_.size()));
    } else if (tag_ == FS_TYPE_ARRAY || tag_ == FS_TYPE_MAP) {
        fixed_.push(static_cast<std::int32_t>(children_[0].rows()));
    } else {
        for (Builder& child : children_) child.append_null();
    }
}

std::size_t Builder::byte_count() const {
    std::size_t count = fixed_.size() + bytes_.size();
    for (const Builder& child : children_) count += child.byte_count();
    return count;
}

void Builder::collect(std::vector<iovec>& parts) {
    static const std::uint8_t kZeros[8] = {};
    const auto add = [&parts](const void* bytes, std::size_t size) {
        if (size == 0) return;
        parts.push_back({const_cast<void*>(bytes), size});
        const std::size_t padding = (8 - size % 8) % 8;
        if (padding != 0) parts.push_back({const_cast<std::uint8_t*>(kZeros), padding});
    };
    if (tag_ != FS_TYPE_UDT) {
        header_.flags = has_nulls_ ? FS_COLUMN_HAS_NULLS : 0;
        header_.rows = rows_;
        add(&header_, sizeof header_);
        if (has_nulls_) {
            validity_.resize((std::size_t{rows_} + 63) / 64, ~std::uint64_t{0});
            add(validity_.data(), validity_.size() * 8);
        }
        add(fixed_.data(), fixed_.size());
        add(bytes_.data(), bytes_.size());
    }
    for (Builder& child : children_) child.collect(parts);
}

bool Builder::append_any(PyObject* object) {
    if (object == Py_None) return null();
    // Types with a conversion of their own take any object; the others what can be unpickled.
    if (type_->converts || is_plain(object)) return append_value(object);
    Ref plain(PyObject_CallMethod(g_abi.convert, "unpickled", "(O)", object));
    if (!plain) return false;
    return plain.get() == Py_None ? null() : append_value(plain.get());
}

Builder::Exact Builder::append_exact(PyObject* object) {
    if (object == Py_None) {
        append_null();
        return Exact::Yes;
    }
    if (tag_ == FS_TYPE_STRING && is_exactly(object, PyUnicode_Type)) {
        return append(object) ? Exact::Yes : Exact::Failed;
    }
    if (tag_ == FS_TYPE_FLOAT64 && is_exactly(object, PyFloat_Type)) {
        push(PyFloat_AsDouble(object));
        return Exact::Yes;
    }
    if (tag_ == FS_TYPE_BOOLEAN && PyBool_Check(object)) {
        push(static_cast<std::uint8_t>(object == Py_True ? 1 : 0));
        return Exact::Yes;
    }
    if (!is_exactly(object, PyLong_Type) || tag_ < FS_TYPE_INT8 || tag_ > FS_TYPE_INT64) {
        return Exact::No;
    }
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    const unsigned bits = value_width(tag_) * 8;
    const long long limit = static_cast<long long>(~std::uint64_t{0} >> (65 - bits));
    if (overflow != 0 || value > limit || value < -limit - 1) return Exact::No;
    return append_integer(object) ? Exact::Yes : Exact::Failed;
}

bool Builder::append_value(PyObject* object) {
    switch (tag_) {
        case FS_TYPE_NULL:
            return null();
        case FS_TYPE_BOOLEAN:
            if (!PyBool_Check(object)) return null();
            return push(static_cast<std::uint8_t>(object == Py_True ? 1 : 0));
        case FS_TYPE_INT8:
        case FS_TYPE_INT16:
        case FS_TYPE_INT32:
        case FS_TYPE_INT64:
            return append_integer(object);
        case FS_TYPE_FLOAT32:
        case FS_TYPE_FLOAT64:
            return append_float(object);
        case FS_TYPE_DECIMAL:
            return append_decimal(object);
        case FS_TYPE_STRING:
            return append_string(object);
        case FS_TYPE_BINARY:
            return append_binary(object);
        case FS_TYPE_DATE:
        case FS_TYPE_TIMESTAMP:
        case FS_TYPE_TIMESTAMP_NTZ:
        case FS_TYPE_TIME:
        case FS_TYPE_DAY_TIME_INTERVAL:
            return append_moment(object);
        case FS_TYPE_YEAR_MONTH_INTERVAL:
        case FS_TYPE_CALENDAR_INTERVAL: {
            Ref never(PyObject_CallMethod(g_abi.convert, "unsupported_interval", "is",
                                          static_cast<int>(tag_), "toInternal"));
            return false;
        }
        case FS_TYPE_ARRAY:
            return append_array(object);
        case FS_TYPE_MAP:
            return append_map(object);
        case FS_TYPE_STRUCT:
            return append_struct(object);
        case FS_TYPE_VARIANT:
            return append_variant(object);
        case FS_TYPE_UDT:
            return append_udt(object);
    }
    PyErr_SetString(PyExc_SystemError, "unknown column type");
    return false;
}

bool Builder::append_integer(PyObject* object) {
    if (!is_exactly(object, PyLong_Type)) return null();
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow != 0) return null();  // a BigInteger in Java: of no integral type
    // Narrower types keep the low bits, as Java's casts do.
    if (tag_ == FS_TYPE_INT64) return push(static_cast<std::int64_t>(value));
    if (tag_ == FS_TYPE_INT32) return push(static_cast<std::int32_t>(value));
    if (tag_ == FS_TYPE_INT16) return push(static_cast<std::int16_t>(value));
    return push(static_cast<std::int8_t>(value));
}

bool Builder::append_float(PyObject* object) {
    double value = 0;
    if (is_exactly(object, PyFloat_Type)) {
        value = PyFloat_AsDouble(object);
    } else if (is_decimal(object)) {
        // Only NaN and the infinities are doubles to Spark's unpickler.
        __int128 ignored = 0;
        const Fit fit = unscaled_decimal(object, 0, 0, ignored);
        if (fit == Fit::Failed) return false;
        if (fit != Fit::NotFinite) return null();
        Ref number(PyNumber_Float(object));
        if (!number) return false;
        value = PyFloat_AsDouble(number.get());
    } else {
        return null();
    }
    if (tag_ == FS_TYPE_FLOAT32) return push(static_cast<float>(value));
    return push(value);
}

bool Builder::append_decimal(PyObject* object) {
    if (!is_decimal(object)) return null();
    __int128 unscaled = 0;
    switch (unscaled_decimal(object, type_->precision, type_->scale, unscaled)) {
        case Fit::Yes:
            return push(unscaled);
        case Fit::NotFinite:
            return null();
        case Fit::TooLarge:
            return raise_by("decimal_out_of_range", object, type_->precision, type_->scale);
        case Fit::Failed:
            break;
    }
    return false;
}

bool Builder::push_text(const char* text, Py_ssize_t size) {
    if (bytes_.size() + static_cast<std::size_t>(size) > kColumnBytesMax) {
        PyErr_SetString(PyExc_MemoryError, "a returned value exceeds 512 MiB");
        return false;
    }
    bytes_.append(text, static_cast<std::size_t>(size));
    return push(static_cast<std::int32_t>(bytes_.size()));
}

bool Builder::append_string(PyObject* object) {
    Ref converted;
    if (!is_exactly(object, PyUnicode_Type)) {
        converted = Ref(PyObject_CallMethod(g_abi.convert, "java_text", "(O)", object));
        if (!converted) return false;
        object = converted.get();
    }
    Py_ssize_t size = 0;
    const char* text = g_abi.as_utf8(object, &size);
    return text != nullptr && push_text(text, size);
}

bool Builder::append_binary(PyObject* object) {
    if (is_exactly(object, PyBytes_Type)) {
        char* bytes = nullptr;
        Py_ssize_t size = 0;
        return PyBytes_AsStringAndSize(object, &bytes, &size) == 0 && push_text(bytes, size);
    }
    if (is_exactly(object, PyByteArray_Type)) {
        return push_text(PyByteArray_AsString(object), PyByteArray_Size(object));
    }
    return is_exactly(object, PyUnicode_Type) ? append_string(object) : null();
}

bool Builder::append_moment(PyObject* object) {
    std::int64_t value = 0;
    bool good = false;
    if (tag_ == FS_TYPE_DATE) {
        good = date_days(object, value);
        return good && push(static_cast<std::int32_t>(value));
    }
    if (tag_ == FS_TYPE_TIMESTAMP) good = timestamp_micros(object, value);
    if (tag_ == FS_TYPE_TIMESTAMP_NTZ) good = timestamp_ntz_micros(object, value);
    if (tag_ == FS_TYPE_TIME) good = time_nanos(object, value);
    if (tag_ == FS_TYPE_DAY_TIME_INTERVAL) good = duration_micros(object, value);
    return good && push(value);
}

bool Builder::end_list(const Builder& child) {
    if (child.rows() > static_cast<std::uint32_t>(INT32_MAX)) {
        PyErr_SetString(PyExc_MemoryError, "more than 2^31 - 1 array elements in one batch");
        return false;
    }
    return push(static_cast<std::int32_t>(child.rows()));
}

/// A list or tuple.
bool Builder::append_sequence(PyObject* list) {
    Builder& child = children_[0];
    const bool is_list = PyList_Check(list);
    const Py_ssize_t count = is_list ? PyList_Size(list) : PyTuple_Size(list);
    for (Py_ssize_t i = 0; i < count; ++i) {
        PyObject* item = is_list ? PyList_GetItem(list, i) : PyTuple_GetItem(list, i);
        if (item == nullptr) return false;
        // A conversion may run user code that changes the list: hold the item.
        const Ref held = Ref::borrow(item);
        if (!child.append(item)) return false;
    }
    return end_list(child);
}

/// byte[] in Java: an array of tinyint values.
bool Builder::append_bytes_as_array(PyObject* object) {
    Ref bytes(PyObject_CallMethod(g_abi.convert, "signed_bytes", "(O)", object));
    return bytes && append_sequence(bytes.get());
}

bool Builder::append_array(PyObject* object) {
    const bool listed = is_exactly(object, PyList_Type) || is_exactly(object, PyTuple_Type);
    const bool bytes = is_exactly(object, PyBytes_Type) || is_exactly(object, PyByteArray_Type);
    if (type_->converts) {
        // pyspark: obj and [convert(v) for v in obj]
        const int truth = PyObject_IsTrue(object);
        if (truth < 0) return false;
        if (truth == 0) return listed || bytes ? end_list(children_[0]) : null();
        if (listed) return append_sequence(object);
        Ref items(PySequence_List(object));
        return items && append_sequence(items.get());
    }
    if (listed) return append_sequence(object);
    return bytes ? append_bytes_as_array(object) : null();
}

bool Builder::append_map(PyObject* object) {
    Ref converted;
    if (type_->converts) {
        const int truth = PyObject_IsTrue(object);
        if (truth < 0) return false;
        if (truth == 0) {
            return PyDict_Check(object) ? end_list(children_[0]) : null();
        }
        converted = Ref(PyObject_CallMethod(g_abi.convert, "dict_of_items", "(O)", object));
        if (!converted) return false;
        object = converted.get();
    }
    if (!is_exactly(object, PyDict_Type)) return null();
    const Ref held = Ref(PyDict_Copy(object));
    if (!held) return false;
    std::vector<Entry> entries;
    entries.reserve(static_cast<std::size_t>(PyDict_Size(held.get())));
    Py_ssize_t position = 0;
    Entry entry;
    while (PyDict_Next(held.get(), &position, &entry.key, &entry.value) != 0) {
        entries.push_back(entry);
    }
    if (!order_as_hash_map(entries)) return false;
    for (const Entry& item : entries) {
        if (!children_[0].append(item.key) || !children_[1].append(item.value)) return false;
        if (children_[0].has_nulls_) return raise_by("null_map_key", item.key, 0, 0);
    }
    return end_list(children_[0]);
}

bool Builder::append_struct_items(PyObject* sequence) {
    const Py_ssize_t fields = static_cast<Py_ssize_t>(children_.size());
    const bool is_list = PyList_Check(sequence);
    Py_ssize_t count = is_list ? PyList_Size(sequence) : PyTuple_Size(sequence);
    bool any_converts = false;
    for (const Type& child : type_->children) any_converts = any_converts || child.converts;
    if (any_converts && count > fields) count = fields;  // pyspark zips values with fields
    if (count != fields) return raise_by("struct_length", sequence, fields, count);
    for (Py_ssize_t i = 0; i < fields; ++i) {
        PyObject* item = is_list ? PyList_GetItem(sequence, i) : PyTuple_GetItem(sequence, i);
        if (item == nullptr) return false;
        const Ref held = Ref::borrow(item);
        if (!children_[static_cast<std::size_t>(i)].append(item)) return false;
    }
    ++rows_;
    return true;
}

bool Builder::append_struct_dict(PyObject* dict) {
    for (std::size_t i = 0; i < children_.size(); ++i) {
        PyObject* name = PyList_GetItem(type_->names.get(), static_cast<Py_ssize_t>(i));
        const Ref item(PyObject_CallMethod(dict, "get", "(O)", name));
        if (!item || !children_[i].append(item.get())) return false;
    }
    ++rows_;
    return true;
}

bool Builder::append_struct(PyObject* object) {
    if (PyDict_Check(object)) return append_struct_dict(object);
    if (PyTuple_Check(object) || PyList_Check(object)) return append_struct_items(object);
    Ref attributes(PyObject_CallMethod(g_abi.convert, "struct_attributes", "(O)", object));
    return attributes && append_struct_dict(attributes.get());
}

bool Builder::append_variant(PyObject* object) {
    Ref parts(PyObject_CallMethod(g_abi.convert, "variant_parts", "(O)", object));
    if (!parts) return false;
    for (std::size_t i = 0; i < 2; ++i) {
        PyObject* part = PyTuple_GetItem(parts.get(), static_cast<Py_ssize_t>(i));
        if (part == nullptr || !children_[i].append(part)) return false;
    }
    ++rows_;
    return true;
}

bool Builder::append_udt(PyObject* object) {
    Ref carried(PyObject_CallMethod(type_->udt.get(), "serialize", "(O)", object));
    if (!carried || !children_[0].append(carried.get())) return false;
    ++rows_;
    return true;
}

}  // namespace fsw
