#include "backend/duckdb/arrow/column_builder.h"

#include <cstring>
#include <limits>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "common/error.h"

namespace firesteel::duckdb {
namespace {

constexpr std::size_t kIntervalWidth = 16;

bool is_valid(const std::uint64_t* mask, idx_t row) {
    return mask == nullptr || ((mask[row >> 6U] >> (row & 63U)) & 1U) != 0;
}

std::uint8_t* grow(std::vector<std::uint8_t>& buffer, std::size_t bytes) {
    const std::size_t before = buffer.size();
    buffer.resize(before + bytes);
    return buffer.data() + before;
}

template <typename T>
void push(std::vector<std::uint8_t>& buffer, T value) {
    std::memcpy(grow(buffer, sizeof(T)), &value, sizeof(T));
}

std::size_t bytes_for(std::int64_t bits) { return static_cast<std::size_t>((bits + 7) / 8); }

int fixed_width(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Byte: return 1;
        case TypeKind::Short: return 2;
        case TypeKind::Int:
        case TypeKind::Float:
        case TypeKind::Date:
        case TypeKind::YearMonthInterval: return 4;
        default: return 8;
    }
}

}  // namespace

ColumnBuilder::ColumnBuilder(const DataType& column_type, bool large) {
    const DataType& type = carried(column_type);
    const auto child = [&](const DataType& t) {
        children_.push_back(std::make_unique<ColumnBuilder>(t, large));
    };
    switch (type.kind()) {
        case TypeKind::Null: layout_ = Layout::Null; break;
        case TypeKind::Boolean: layout_ = Layout::Bits; break;
        case TypeKind::Decimal:
            layout_ = Layout::Decimal;
            width_ = decimal_width(type.precision());
            break;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: layout_ = large ? Layout::LargeBytes : Layout::Bytes; break;
        case TypeKind::CalendarInterval: layout_ = Layout::Interval; break;
        case TypeKind::Array:
            layout_ = Layout::List;
            child(type.element());
            break;
        case TypeKind::Map:
            layout_ = Layout::List;
            child(DataType::structure({{"key", type.key(), false, {}},
                                       {"value", type.value(), true, {}}}));
            break;
        case TypeKind::Struct:
            layout_ = Layout::Struct;
            for (const StructField& field : type.fields()) child(field.type);
            break;
        case TypeKind::Variant:
            layout_ = Layout::Struct;
            child(DataType::binary());
            child(DataType::binary());
            break;
        default: width_ = fixed_width(type); break;
    }
    clear();
}

void ColumnBuilder::clear() {
    length_ = 0;
    nulls_ = 0;
    validity_.clear();
    values_.clear();
    offsets_.clear();
    if (layout_ == Layout::Bytes || layout_ == Layout::List) push<std::int32_t>(offsets_, 0);
    if (layout_ == Layout::LargeBytes) push<std::int64_t>(offsets_, 0);
    for (auto& child : children_) child->clear();
}

std::size_t ColumnBuilder::bytes() const {
    std::size_t sum = validity_.size() + values_.size() + offsets_.size();
    for (const auto& child : children_) sum += child->bytes();
    return sum;
}

void ColumnBuilder::append_validity(const std::uint64_t* mask, idx_t start, idx_t count) {
    bool any_null = false;
    for (idx_t i = 0; mask != nullptr && i < count && !any_null; ++i) {
        any_null = !is_valid(mask, start + i);
    }
    if (!any_null && validity_.empty()) return;
    if (validity_.empty()) validity_.assign(bytes_for(length_), 0xFF);
    validity_.resize(bytes_for(length_ + static_cast<std::int64_t>(count)), 0);
    for (idx_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(length_) + i;
        const auto bit = static_cast<std::uint8_t>(1U << (at & 7U));
        if (is_valid(mask, start + i)) {
            validity_[at >> 3U] = static_cast<std::uint8_t>(validity_[at >> 3U] | bit);
        } else {
            validity_[at >> 3U] = static_cast<std::uint8_t>(validity_[at >> 3U] & ~bit);
            ++nulls_;
        }
    }
}

void ColumnBuilder::append_bits(const bool* values, idx_t count) {
    values_.resize(bytes_for(length_ + static_cast<std::int64_t>(count)), 0);
    for (idx_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(length_) + i;
        if (values[i]) {
            values_[at >> 3U] = static_cast<std::uint8_t>(values_[at >> 3U] | (1U << (at & 7U)));
        }
    }
}

template <typename Narrow>
void ColumnBuilder::append_decimals(const void* data, idx_t start, idx_t count) {
    const auto* from = static_cast<const Narrow*>(data) + start;
    std::uint8_t* to = grow(values_, count * sizeof(Int128));
    for (idx_t i = 0; i < count; ++i) {
        const Int128 wide = from[i];
        std::memcpy(to + i * sizeof(Int128), &wide, sizeof(Int128));
    }
}

template <typename Offset>
void ColumnBuilder::append_bytes(const duckdb_string_t* values, const std::uint64_t* mask,
                                 idx_t start, idx_t count) {
    auto* offsets = reinterpret_cast<Offset*>(grow(offsets_, count * sizeof(Offset)));
    std::size_t total = values_.size();
    const std::size_t before = total;
    for (idx_t i = 0; i < count; ++i) {
        if (is_valid(mask, start + i)) total += values[start + i].value.inlined.length;
        if (total > static_cast<std::size_t>(std::numeric_limits<Offset>::max())) {
            throw unsupported("a batch of more than 2 GiB of text in one column");
        }
        offsets[i] = static_cast<Offset>(total);
    }
    std::uint8_t* to = grow(values_, total - before);
    for (idx_t i = 0; i < count; ++i) {
        if (!is_valid(mask, start + i)) continue;
        const std::string_view text = view_of(values[start + i]);
        if (!text.empty()) std::memcpy(to, text.data(), text.size());
        to += text.size();
    }
}

void ColumnBuilder::append_intervals(duckdb_vector vector, idx_t start, idx_t count) {
    const auto data = [&](idx_t i) {
        return duckdb_vector_get_data(duckdb_struct_vector_get_child(vector, i));
    };
    const auto* months = static_cast<const std::int32_t*>(data(0));
    const auto* days = static_cast<const std::int32_t*>(data(1));
    const auto* micros = static_cast<const std::int64_t*>(data(2));
    std::uint8_t* to = grow(values_, count * kIntervalWidth);
    for (idx_t i = start; i < start + count; ++i, to += kIntervalWidth) {
        std::int64_t nanos = 0;
        if (__builtin_mul_overflow(micros[i], std::int64_t{1000}, &nanos)) nanos = 0;
        std::memcpy(to, &months[i], 4);
        std::memcpy(to + 4, &days[i], 4);
        std::memcpy(to + 8, &nanos, 8);
    }
}

void ColumnBuilder::append_lists(duckdb_vector vector, const std::uint64_t* mask, idx_t start,
                                 idx_t count) {
    const auto* entries = static_cast<const duckdb_list_entry*>(duckdb_vector_get_data(vector));
    duckdb_vector child = duckdb_list_vector_get_child(vector);
    ColumnBuilder& elements = *children_[0];
    idx_t run_start = 0;  // neighbouring lists are copied in one go
    idx_t run_length = 0;
    std::int64_t total = elements.length_;
    for (idx_t i = start; i < start + count; ++i) {
        if (is_valid(mask, i) && entries[i].length > 0) {
            if (entries[i].offset != run_start + run_length) {
                if (run_length > 0) elements.append(child, run_start, run_length);
                run_start = entries[i].offset;
                run_length = 0;
            }
            run_length += entries[i].length;
            total += static_cast<std::int64_t>(entries[i].length);
        }
        if (total > std::numeric_limits<std::int32_t>::max()) {
            throw unsupported("a batch of more than 2^31 array elements in one column");
        }
        push(offsets_, static_cast<std::int32_t>(total));
    }
    if (run_length > 0) elements.append(child, run_start, run_length);
}

void ColumnBuilder::append(duckdb_vector vector, idx_t start, idx_t count) {
    const std::uint64_t* mask = duckdb_vector_get_validity(vector);
    void* data = duckdb_vector_get_data(vector);
    if (layout_ != Layout::Null) append_validity(mask, start, count);
    switch (layout_) {
        case Layout::Null: nulls_ += static_cast<std::int64_t>(count); break;
        case Layout::Bits: append_bits(static_cast<const bool*>(data) + start, count); break;
        case Layout::Fixed: {
            const auto width = static_cast<std::size_t>(width_);
            std::memcpy(grow(values_, count * width),
                        static_cast<const std::uint8_t*>(data) + start * width, count * width);
            break;
        }
        case Layout::Decimal:
            if (width_ == 2) append_decimals<std::int16_t>(data, start, count);
            if (width_ == 4) append_decimals<std::int32_t>(data, start, count);
            if (width_ == 8) append_decimals<std::int64_t>(data, start, count);
            if (width_ == 16) append_decimals<Int128>(data, start, count);
            break;
        case Layout::Bytes:
            append_bytes<std::int32_t>(static_cast<duckdb_string_t*>(data), mask, start, count);
            break;
        case Layout::LargeBytes:
            append_bytes<std::int64_t>(static_cast<duckdb_string_t*>(data), mask, start, count);
            break;
        case Layout::Interval: append_intervals(vector, start, count); break;
        case Layout::List: append_lists(vector, mask, start, count); break;
        case Layout::Struct:
            for (std::size_t i = 0; i < children_.size(); ++i) {
                children_[i]->append(duckdb_struct_vector_get_child(vector, i), start, count);
            }
            break;
    }
    length_ += static_cast<std::int64_t>(count);
}

void ColumnBuilder::show(ArrowArrayView* view) const {
    const auto set = [&](int index, const std::vector<std::uint8_t>& buffer) {
        view->buffer_views[index].data.as_uint8 = buffer.data();
        view->buffer_views[index].size_bytes = static_cast<std::int64_t>(buffer.size());
    };
    view->length = length_;
    view->null_count = nulls_;
    view->offset = 0;
    if (layout_ == Layout::Null) return;
    set(0, validity_);
    if (layout_ == Layout::Struct) {
        // Only validity.
    } else if (layout_ == Layout::List) {
        set(1, offsets_);
    } else if (layout_ == Layout::Bytes || layout_ == Layout::LargeBytes) {
        set(1, offsets_);
        set(2, values_);
    } else {
        set(1, values_);
    }
    for (std::size_t i = 0; i < children_.size(); ++i) children_[i]->show(view->children[i]);
}

}  // namespace firesteel::duckdb
