#include "backend/duckdb/column_exchange.h"

#include <cstring>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/text_writer.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

std::vector<DataType> part_types(const DataType& type) {
    std::vector<DataType> types;
    if (type.is(TypeKind::Variant)) return {DataType::binary(), DataType::binary()};
    if (type.is(TypeKind::Struct)) {
        for (const StructField& field : type.fields()) types.push_back(field.type);
    }
    return types;
}

/// Rows [first, first + rows) of a result column.
struct Slice {
    const ResultColumn& column;
    std::size_t first;
    std::size_t rows;

    bool valid(std::size_t row) const { return column.valid(first + row); }
    const std::byte* values(std::size_t width) const { return column.values + first * width; }
    std::string_view text(std::size_t row) const { return column.text(first + row); }
    idx_t offset(std::size_t row) const { return static_cast<idx_t>(column.offsets[first + row]); }
    Slice child(std::size_t i) const { return {column.children[i], first, rows}; }
};

void fill(const Slice& slice, const DataType& type, duckdb_vector to, idx_t at);

void copy_validity(const Slice& slice, duckdb_vector to, idx_t at) {
    if (slice.column.validity == nullptr) return;
    std::uint64_t* mask = nullptr;
    for (std::size_t row = 0; row < slice.rows; ++row) {
        if (!slice.valid(row)) detail::set_null(to, mask, at + row);
    }
}

template <typename Narrow>
void copy_decimals(const Slice& slice, void* data, idx_t at) {
    auto* to = static_cast<char*>(data);
    const std::byte* values = slice.values(sizeof(Int128));
    for (std::size_t row = 0; row < slice.rows; ++row) {
        Int128 wide = 0;
        std::memcpy(&wide, values + row * sizeof(Int128), sizeof(Int128));
        const auto narrow = static_cast<Narrow>(wide);
        std::memcpy(to + (at + row) * sizeof(Narrow), &narrow, sizeof(Narrow));
    }
}

void copy_fixed(const Slice& slice, std::size_t width, void* data, idx_t at) {
    std::memcpy(static_cast<char*>(data) + at * width, slice.values(width), slice.rows * width);
}

void copy_intervals(const Slice& slice, duckdb_vector to, idx_t at) {
    const auto part = [&](idx_t i) {
        return duckdb_vector_get_data(duckdb_struct_vector_get_child(to, i));
    };
    for (std::size_t row = 0; row < slice.rows; ++row) {
        const std::byte* from = slice.values(16) + row * 16;
        std::memcpy(static_cast<std::int32_t*>(part(0)) + at + row, from, 4);
        std::memcpy(static_cast<std::int32_t*>(part(1)) + at + row, from + 4, 4);
        std::memcpy(static_cast<std::int64_t*>(part(2)) + at + row, from + 8, 8);
    }
}

void copy_texts(const Slice& slice, duckdb_vector to, idx_t at) {
    TextWriter writer(to);
    for (std::size_t row = 0; row < slice.rows; ++row) {
        if (slice.valid(row)) writer.set(at + row, slice.text(row));
    }
}

void copy_lists(const Slice& slice, const DataType& type, duckdb_vector to, idx_t at) {
    auto* entries = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(to));
    const idx_t before = duckdb_list_vector_get_size(to);
    const idx_t base = slice.offset(0);
    const idx_t total = slice.offset(slice.rows) - base;
    duckdb_list_vector_reserve(to, before + total);
    duckdb_list_vector_set_size(to, before + total);
    for (std::size_t row = 0; row < slice.rows; ++row) {
        const idx_t begin = slice.offset(row);
        entries[at + row] = {before + begin - base, slice.offset(row + 1) - begin};
    }
    duckdb_vector child = duckdb_list_vector_get_child(to);
    const auto part = [&](std::size_t i) { return Slice{slice.column.children[i], base, total}; };
    if (type.is(TypeKind::Array)) {
        fill(part(0), type.element(), child, before);
        return;
    }
    fill(part(0), type.key(), duckdb_struct_vector_get_child(child, 0), before);
    fill(part(1), type.value(), duckdb_struct_vector_get_child(child, 1), before);
}

void copy_struct(const Slice& slice, const DataType& type, duckdb_vector to, idx_t at) {
    const std::vector<DataType> types = part_types(type);
    for (std::size_t i = 0; i < types.size(); ++i) {
        duckdb_vector child = duckdb_struct_vector_get_child(to, i);
        fill(slice.child(i), types[i], child, at);
        copy_validity(slice, child, at);  // the fields of a NULL struct are NULL
    }
}

void copy_nulls(const Slice& slice, duckdb_vector to, idx_t at) {
    std::uint64_t* mask = nullptr;
    for (std::size_t row = 0; row < slice.rows; ++row) detail::set_null(to, mask, at + row);
}

void fill(const Slice& slice, const DataType& column_type, duckdb_vector to, idx_t at) {
    const DataType& type = carried(column_type);
    copy_validity(slice, to, at);
    void* data = duckdb_vector_get_data(to);
    switch (type.kind()) {
        case TypeKind::Null: return copy_nulls(slice, to, at);
        case TypeKind::Boolean:
        case TypeKind::Byte: return copy_fixed(slice, 1, data, at);
        case TypeKind::Short: return copy_fixed(slice, 2, data, at);
        case TypeKind::Int:
        case TypeKind::Float:
        case TypeKind::Date:
        case TypeKind::YearMonthInterval: return copy_fixed(slice, 4, data, at);
        case TypeKind::Long:
        case TypeKind::Double:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval: return copy_fixed(slice, 8, data, at);
        case TypeKind::Decimal:
            switch (decimal_width(type.precision())) {
                case 2: return copy_decimals<std::int16_t>(slice, data, at);
                case 4: return copy_decimals<std::int32_t>(slice, data, at);
                case 8: return copy_decimals<std::int64_t>(slice, data, at);
                default: return copy_decimals<Int128>(slice, data, at);
            }
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: return copy_texts(slice, to, at);
        case TypeKind::CalendarInterval: return copy_intervals(slice, to, at);
        case TypeKind::Array:
        case TypeKind::Map: return copy_lists(slice, type, to, at);
        case TypeKind::Struct:
        case TypeKind::Variant: return copy_struct(slice, type, to, at);
        case TypeKind::Udt: break;
    }
    FS_ASSERT(false);
}

}  // namespace

ColumnView view_of_vector(duckdb_vector vector, const DataType& column_type, std::size_t rows) {
    const DataType& type = carried(column_type);
    ColumnView view;
    view.rows = rows;
    view.validity = duckdb_vector_get_validity(vector);
    view.data = duckdb_vector_get_data(vector);
    if (type.is(TypeKind::Decimal)) {
        view.value_bytes = static_cast<std::uint32_t>(decimal_width(type.precision()));
    } else if (type.is(TypeKind::Array)) {
        view.children.push_back(view_of_vector(duckdb_list_vector_get_child(vector), type.element(),
                                               duckdb_list_vector_get_size(vector)));
    } else if (type.is(TypeKind::Map)) {
        duckdb_vector entries = duckdb_list_vector_get_child(vector);
        const idx_t size = duckdb_list_vector_get_size(vector);
        view.children.push_back(
            view_of_vector(duckdb_struct_vector_get_child(entries, 0), type.key(), size));
        view.children.push_back(
            view_of_vector(duckdb_struct_vector_get_child(entries, 1), type.value(), size));
    } else if (type.is(TypeKind::CalendarInterval)) {
        throw unsupported("calendar intervals as arguments of Python functions");
    } else {
        const std::vector<DataType> types = part_types(type);
        for (std::size_t i = 0; i < types.size(); ++i) {
            view.children.push_back(
                view_of_vector(duckdb_struct_vector_get_child(vector, i), types[i], rows));
        }
    }
    return view;
}

void fill_from_result(const ResultColumn& column, const DataType& type, duckdb_vector to, idx_t at) {
    fill({column, 0, column.rows}, type, to, at);
}

void fill_from_result(const ResultColumn& column, std::size_t first, std::size_t rows,
                      const DataType& type, duckdb_vector to, idx_t at) {
    fill({column, first, rows}, type, to, at);
}

}  // namespace firesteel::duckdb
