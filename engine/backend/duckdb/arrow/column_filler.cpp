#include "backend/duckdb/arrow/column_filler.h"

#include <cstring>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "common/error.h"

namespace firesteel::duckdb {
namespace {

void fill_validity(const ArrowArrayView& from, std::int64_t start, std::int64_t count,
                   duckdb_vector to, idx_t at) {
    if (from.null_count == 0 || from.buffer_views[0].size_bytes == 0) return;
    std::uint64_t* mask = nullptr;
    for (std::int64_t i = 0; i < count; ++i) {
        if (ArrowArrayViewIsNull(&from, start + i)) {
            detail::set_null(to, mask, at + static_cast<idx_t>(i));
        }
    }
}

void fill_bytes(const ArrowArrayView& from, std::int64_t start, std::int64_t count,
                duckdb_vector to, idx_t at) {
    for (std::int64_t i = 0; i < count; ++i) {
        if (ArrowArrayViewIsNull(&from, start + i)) continue;
        const ArrowBufferView bytes = ArrowArrayViewGetBytesUnsafe(&from, start + i);
        duckdb_unsafe_vector_assign_string_element_len(to, at + static_cast<idx_t>(i),
                                                       bytes.data.as_char,
                                                       static_cast<idx_t>(bytes.size_bytes));
    }
}

template <typename Narrow>
void fill_decimals(const ArrowArrayView& from, std::int64_t start, std::int64_t count, void* data,
                   idx_t at) {
    const auto* source = static_cast<const char*>(from.buffer_views[1].data.data);
    auto* to = static_cast<char*>(data);
    for (std::int64_t i = 0; i < count; ++i) {
        Int128 wide = 0;
        std::memcpy(&wide, source + (from.offset + start + i) * 16, 16);
        const auto narrow = static_cast<Narrow>(wide);
        std::memcpy(to + (at + static_cast<idx_t>(i)) * sizeof(Narrow), &narrow, sizeof(Narrow));
    }
}

void fill_intervals(const ArrowArrayView& from, std::int64_t start, std::int64_t count,
                    duckdb_vector to, idx_t at) {
    const auto data = [&](idx_t i) {
        return duckdb_vector_get_data(duckdb_struct_vector_get_child(to, i));
    };
    for (std::int64_t i = 0; i < count; ++i) {
        ArrowInterval interval;
        ArrowIntervalInit(&interval, NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO);
        if (!ArrowArrayViewIsNull(&from, start + i)) {
            ArrowArrayViewGetIntervalUnsafe(&from, start + i, &interval);
        }
        const idx_t row = at + static_cast<idx_t>(i);
        static_cast<std::int32_t*>(data(0))[row] = interval.months;
        static_cast<std::int32_t*>(data(1))[row] = interval.days;
        static_cast<std::int64_t*>(data(2))[row] = interval.ns / 1000;
    }
}

void fill_lists(const ArrowArrayView& from, const DataType& element, std::int64_t start,
                std::int64_t count, duckdb_vector to, idx_t at) {
    const ArrowArrayView& child = *from.children[0];
    auto* entries = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(to));
    const std::int64_t first = ArrowArrayViewListChildOffset(&from, from.offset + start);
    const std::int64_t last = ArrowArrayViewListChildOffset(&from, from.offset + start + count);
    const idx_t before = duckdb_list_vector_get_size(to);
    const auto total = static_cast<idx_t>(last - first);
    duckdb_list_vector_reserve(to, before + total);
    duckdb_list_vector_set_size(to, before + total);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t begin = ArrowArrayViewListChildOffset(&from, from.offset + start + i);
        const std::int64_t end = ArrowArrayViewListChildOffset(&from, from.offset + start + i + 1);
        entries[at + static_cast<idx_t>(i)] = {before + static_cast<idx_t>(begin - first),
                                               static_cast<idx_t>(end - begin)};
    }
    fill_vector(child, element, first, last - first, duckdb_list_vector_get_child(to), before);
}

void fill_struct(const ArrowArrayView& from, const std::vector<DataType>& types,
                 std::int64_t start, std::int64_t count, duckdb_vector to, idx_t at) {
    for (std::size_t f = 0; f < types.size(); ++f) {
        duckdb_vector child = duckdb_struct_vector_get_child(to, f);
        fill_vector(*from.children[f], types[f], from.offset + start, count, child, at);
        std::uint64_t* mask = nullptr;  // DuckDB wants the fields of a NULL struct to be NULL
        for (std::int64_t i = 0; from.null_count != 0 && i < count; ++i) {
            if (ArrowArrayViewIsNull(&from, start + i)) {
                detail::set_null(child, mask, at + static_cast<idx_t>(i));
            }
        }
    }
}

std::vector<DataType> field_types(const DataType& type) {
    if (type.is(TypeKind::Variant)) return {DataType::binary(), DataType::binary()};
    std::vector<DataType> types;
    for (const StructField& field : type.fields()) types.push_back(field.type);
    return types;
}

void fill_integers(const ArrowArrayView& from, std::size_t width, std::int64_t start,
                   std::int64_t count, void* data, idx_t at) {
    const auto* source = from.buffer_views[1].data.as_uint8;
    std::memcpy(static_cast<std::uint8_t*>(data) + at * width,
                source + static_cast<std::size_t>(from.offset + start) * width,
                static_cast<std::size_t>(count) * width);
}

}  // namespace

void fill_vector(const ArrowArrayView& from, const DataType& column_type, std::int64_t start,
                 std::int64_t count, duckdb_vector to, idx_t at) {
    const DataType& type = carried(column_type);
    if (count == 0) return;
    if (from.storage_type == NANOARROW_TYPE_NA) {
        std::uint64_t* mask = nullptr;
        for (std::int64_t i = 0; i < count; ++i) detail::set_null(to, mask, at + static_cast<idx_t>(i));
        return;
    }
    fill_validity(from, start, count, to, at);
    void* data = duckdb_vector_get_data(to);
    switch (type.kind()) {
        case TypeKind::Null: return;
        case TypeKind::Boolean:
            for (std::int64_t i = 0; i < count; ++i) {
                static_cast<bool*>(data)[at + static_cast<idx_t>(i)] =
                    ArrowArrayViewGetIntUnsafe(&from, start + i) != 0;
            }
            return;
        case TypeKind::Byte: return fill_integers(from, 1, start, count, data, at);
        case TypeKind::Short: return fill_integers(from, 2, start, count, data, at);
        case TypeKind::Int:
        case TypeKind::Float:
        case TypeKind::Date:
        case TypeKind::YearMonthInterval: return fill_integers(from, 4, start, count, data, at);
        case TypeKind::Long:
        case TypeKind::Double:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::DayTimeInterval:
        case TypeKind::Time: return fill_integers(from, 8, start, count, data, at);
        case TypeKind::Decimal:
            switch (decimal_width(type.precision())) {
                case 2: return fill_decimals<std::int16_t>(from, start, count, data, at);
                case 4: return fill_decimals<std::int32_t>(from, start, count, data, at);
                case 8: return fill_decimals<std::int64_t>(from, start, count, data, at);
                default: return fill_decimals<Int128>(from, start, count, data, at);
            }
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: return fill_bytes(from, start, count, to, at);
        case TypeKind::CalendarInterval: return fill_intervals(from, start, count, to, at);
        case TypeKind::Array: return fill_lists(from, type.element(), start, count, to, at);
        case TypeKind::Map:
            return fill_lists(from,
                              DataType::structure({{"key", type.key(), false, {}},
                                                   {"value", type.value(), true, {}}}),
                              start, count, to, at);
        case TypeKind::Struct:
        case TypeKind::Variant:
            return fill_struct(from, field_types(type), start, count, to, at);
        case TypeKind::Udt: break;
    }
    FS_ASSERT(false);
}

}  // namespace firesteel::duckdb
