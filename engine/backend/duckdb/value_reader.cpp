#include "backend/duckdb/value_reader.h"

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

template <typename T>
T cell(duckdb_vector vector, idx_t row) {
    return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

template <typename T>
void put(duckdb_vector vector, idx_t row, T value) {
    static_cast<T*>(duckdb_vector_get_data(vector))[row] = value;
}

ValueList read_list(duckdb_vector vector, const DataType& element, idx_t row) {
    const auto entry = cell<duckdb_list_entry>(vector, row);
    duckdb_vector child = duckdb_list_vector_get_child(vector);
    ValueList list;
    list.reserve(entry.length);
    for (idx_t i = 0; i < entry.length; ++i) {
        list.push_back(read_value(child, element, entry.offset + i));
    }
    return list;
}

Value read_map(duckdb_vector vector, const DataType& type, idx_t row) {
    const auto entry = cell<duckdb_list_entry>(vector, row);
    duckdb_vector child = duckdb_list_vector_get_child(vector);
    MapValue map;
    for (idx_t i = 0; i < entry.length; ++i) {
        map.entries.emplace_back(
            read_value(duckdb_struct_vector_get_child(child, 0), type.key(), entry.offset + i),
            read_value(duckdb_struct_vector_get_child(child, 1), type.value(), entry.offset + i));
    }
    return Value(std::move(map));
}

duckdb_vector field(duckdb_vector vector, idx_t i) {
    return duckdb_struct_vector_get_child(vector, i);
}

Value read_struct(duckdb_vector vector, const DataType& type, idx_t row) {
    ValueList list;
    for (std::size_t i = 0; i < type.fields().size(); ++i) {
        list.push_back(read_value(field(vector, i), type.fields()[i].type, row));
    }
    return Value(std::move(list));
}

/// Makes room for `count` more elements of a list cell; returns where they begin.
idx_t grow_list(duckdb_vector vector, idx_t row, std::size_t count) {
    const idx_t at = duckdb_list_vector_get_size(vector);
    duckdb_list_vector_reserve(vector, at + count);
    duckdb_list_vector_set_size(vector, at + count);
    put(vector, row, duckdb_list_entry{at, count});
    return at;
}

void set_null(duckdb_vector vector, const DataType& type, idx_t row) {
    std::uint64_t* mask = nullptr;
    detail::set_null(vector, mask, row);
    std::size_t fields = 0;
    if (type.is(TypeKind::Array) || type.is(TypeKind::Map)) {
        put(vector, row, duckdb_list_entry{0, 0});
    } else if (type.is(TypeKind::Struct)) {
        fields = type.fields().size();
    } else if (type.is(TypeKind::Variant)) {
        fields = 2;
    } else if (type.is(TypeKind::CalendarInterval)) {
        fields = 3;
    }
    for (std::size_t i = 0; i < fields; ++i) {
        const DataType part = type.is(TypeKind::Struct) ? carried(type.fields()[i].type) : DataType();
        set_null(field(vector, i), part, row);
    }
}

void put_text(duckdb_vector vector, idx_t row, std::string_view text) {
    duckdb_unsafe_vector_assign_string_element_len(vector, row, text.data(), text.size());
}

void write_nested(duckdb_vector vector, const DataType& type, idx_t row, const Value& value) {
    if (type.is(TypeKind::Array)) {
        const idx_t at = grow_list(vector, row, value.list().size());
        for (std::size_t i = 0; i < value.list().size(); ++i) {
            write_value(duckdb_list_vector_get_child(vector), type.element(), at + i,
                        value.list()[i]);
        }
    } else if (type.is(TypeKind::Map)) {
        const auto& entries = value.map().entries;
        const idx_t at = grow_list(vector, row, entries.size());
        duckdb_vector child = duckdb_list_vector_get_child(vector);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            write_value(field(child, 0), type.key(), at + i, entries[i].first);
            write_value(field(child, 1), type.value(), at + i, entries[i].second);
        }
    } else if (type.is(TypeKind::Struct)) {
        for (std::size_t i = 0; i < type.fields().size(); ++i) {
            write_value(field(vector, i), type.fields()[i].type, row, value.list()[i]);
        }
    } else if (type.is(TypeKind::Variant)) {
        put_text(field(vector, 0), row, value.variant().value);
        put_text(field(vector, 1), row, value.variant().metadata);
    } else {
        FS_ASSERT(type.is(TypeKind::CalendarInterval));
        put(field(vector, 0), row, value.interval().months);
        put(field(vector, 1), row, value.interval().days);
        put(field(vector, 2), row, value.interval().microseconds);
    }
}

}  // namespace

Value read_value(duckdb_vector vector, const DataType& column_type, idx_t row) {
    const DataType& type = carried(column_type);
    if (type.is(TypeKind::Null) || !Validity(vector).valid(row)) return Value();
    switch (type.kind()) {
        case TypeKind::Boolean: return Value(cell<bool>(vector, row));
        case TypeKind::Byte: return Value(std::int64_t{cell<std::int8_t>(vector, row)});
        case TypeKind::Short: return Value(std::int64_t{cell<std::int16_t>(vector, row)});
        case TypeKind::Int:
        case TypeKind::Date:
        case TypeKind::YearMonthInterval:
            return Value(std::int64_t{cell<std::int32_t>(vector, row)});
        case TypeKind::Long:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval: return Value(cell<std::int64_t>(vector, row));
        case TypeKind::Float: return Value(double{cell<float>(vector, row)});
        case TypeKind::Double: return Value(cell<double>(vector, row));
        case TypeKind::Decimal: return Value(Reader<Int128>(vector, type)[row]);
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary:
            return Value(std::string(Reader<std::string_view>(vector, type)[row]));
        case TypeKind::CalendarInterval:
            return Value(CalendarIntervalValue{cell<std::int32_t>(field(vector, 0), row),
                                               cell<std::int32_t>(field(vector, 1), row),
                                               cell<std::int64_t>(field(vector, 2), row)});
        case TypeKind::Array: return Value(read_list(vector, type.element(), row));
        case TypeKind::Map: return read_map(vector, type, row);
        case TypeKind::Struct: return read_struct(vector, type, row);
        case TypeKind::Variant: {
            const Reader<std::string_view> value(field(vector, 0), type);
            const Reader<std::string_view> metadata(field(vector, 1), type);
            return Value(VariantValue{std::string(value[row]), std::string(metadata[row])});
        }
        case TypeKind::Null:
        case TypeKind::Udt: break;
    }
    FS_ASSERT(false);
}

void write_value(duckdb_vector vector, const DataType& column_type, idx_t row, const Value& value) {
    const DataType& type = carried(column_type);
    if (value.is_null() || type.is(TypeKind::Null)) {
        set_null(vector, type, row);
        return;
    }
    switch (type.kind()) {
        case TypeKind::Boolean: return put(vector, row, value.boolean());
        case TypeKind::Byte: return put(vector, row, static_cast<std::int8_t>(value.integer()));
        case TypeKind::Short: return put(vector, row, static_cast<std::int16_t>(value.integer()));
        case TypeKind::Int:
        case TypeKind::Date:
        case TypeKind::YearMonthInterval:
            return put(vector, row, static_cast<std::int32_t>(value.integer()));
        case TypeKind::Long:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval: return put(vector, row, value.integer());
        case TypeKind::Float: return put(vector, row, static_cast<float>(value.floating()));
        case TypeKind::Double: return put(vector, row, value.floating());
        case TypeKind::Decimal: return Writer<Int128>(vector, type).set(row, value.decimal());
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: return put_text(vector, row, value.bytes());
        default: return write_nested(vector, type, row, value);
    }
}

}  // namespace firesteel::duckdb
