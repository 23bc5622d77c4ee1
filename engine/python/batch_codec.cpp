#include "python/batch_codec.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"

namespace firesteel::python {

namespace {

constexpr std::size_t kOffsetBytes = sizeof(std::int32_t);

std::size_t padded(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

/// Bytes of one value on the wire; 0 for types without fixed-width values.
std::size_t wire_width(TypeKind kind) {
    switch (kind) {
        case TypeKind::Boolean:
        case TypeKind::Byte: return 1;
        case TypeKind::Short: return 2;
        case TypeKind::Int:
        case TypeKind::Float:
        case TypeKind::Date:
        case TypeKind::YearMonthInterval: return 4;
        case TypeKind::Long:
        case TypeKind::Double:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval: return 8;
        case TypeKind::Decimal:
        case TypeKind::CalendarInterval: return 16;
        case TypeKind::Null:
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary:
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
        case TypeKind::Variant:
        case TypeKind::Udt: return 0;
    }
    internal_error("type kind", __FILE__, __LINE__);
}

const DataType& binary_type() {
    static const DataType type = DataType::binary();
    return type;
}

/// The types of the child columns, as both directions walk them.
template <typename Visit>
void for_each_child(const DataType& type, Visit visit) {
    if (type.is(TypeKind::Array)) {
        visit(type.element());
    } else if (type.is(TypeKind::Map)) {
        visit(type.key());
        visit(type.value());
    } else if (type.is(TypeKind::Struct)) {
        for (const StructField& field : type.fields()) visit(field.type);
    } else if (type.is(TypeKind::Variant)) {
        visit(binary_type());
        visit(binary_type());
    }
}

/// Which rows of a view are wanted: a range, or a list where lists of a parent are out of order.
struct Rows {
    std::size_t first = 0;
    std::size_t count = 0;
    const std::uint32_t* index = nullptr;

    std::size_t at(std::size_t i) const { return index != nullptr ? index[i] : first + i; }
};

class Encoder {
  public:
    explicit Encoder(FrameBuffer& out) : out_(out), start_(out.size()) {}
    /// False: the batch outgrows what one frame may hold.
    bool column(const DataType& type, const ColumnView& view, const Rows& rows);

  private:
    bool fits() const { return out_.size() - start_ <= FS_FRAME_PAYLOAD_BYTES_MAX; }
    std::byte* part(std::size_t bytes);
    bool validity(const ColumnView& view, const Rows& rows);
    bool fixed(std::size_t width, const ColumnView& view, const Rows& rows);
    bool decimals(const ColumnView& view, const Rows& rows);
    bool strings(const ColumnView& view, const Rows& rows);
    bool lists(const DataType& type, const ColumnView& view, const Rows& rows);

    FrameBuffer& out_;
    std::size_t start_;
};

/// A padded part whose padding is zero.
std::byte* Encoder::part(std::size_t bytes) {
    std::byte* at = out_.extend(padded(bytes));
    std::memset(at + bytes, 0, padded(bytes) - bytes);
    return at;
}

std::uint64_t validity_word(const ColumnView& view, const Rows& rows, std::size_t word) {
    const std::size_t from = word * 64;
    const std::size_t count = std::min<std::size_t>(64, rows.count - from);
    const std::uint64_t tail = count == 64 ? 0 : ~std::uint64_t{0} << count;
    if (rows.index == nullptr && (rows.first + from) % 64 == 0) {
        return view.validity[(rows.first + from) / 64] | tail;
    }
    std::uint64_t bits = tail;
    for (std::size_t i = 0; i < count; ++i) {
        bits |= static_cast<std::uint64_t>(view.valid(rows.at(from + i))) << i;
    }
    return bits;
}

/// Writes the column header, and the validity where a row is null. True if one is.
bool Encoder::validity(const ColumnView& view, const Rows& rows) {
    const std::size_t header_at = out_.size();
    fs_column_header header{0, static_cast<std::uint32_t>(rows.count)};
    std::memcpy(out_.extend(sizeof header), &header, sizeof header);
    if (view.validity == nullptr) return false;
    const std::size_t words = (rows.count + 63) / 64;
    std::byte* to = out_.extend(words * 8);
    std::uint64_t all = ~std::uint64_t{0};
    for (std::size_t word = 0; word < words; ++word) {
        const std::uint64_t bits = validity_word(view, rows, word);
        std::memcpy(to + word * 8, &bits, 8);
        all &= bits;
    }
    if (all == ~std::uint64_t{0}) {
        out_.cut(header_at + sizeof header);
        return false;
    }
    header.flags = FS_COLUMN_HAS_NULLS;
    std::memcpy(out_.at(header_at), &header, sizeof header);
    return true;
}

bool Encoder::fixed(std::size_t width, const ColumnView& view, const Rows& rows) {
    std::byte* to = part(rows.count * width);
    const auto* from = static_cast<const std::byte*>(view.data);
    if (rows.index == nullptr) {
        if (rows.count != 0) std::memcpy(to, from + rows.first * width, rows.count * width);
    } else {
        for (std::size_t i = 0; i < rows.count; ++i) {
            std::memcpy(to + i * width, from + std::size_t{rows.index[i]} * width, width);
        }
    }
    return fits();
}

template <typename T>
void widen(const void* from, const Rows& rows, std::byte* to) {
    for (std::size_t i = 0; i < rows.count; ++i) {
        T value;
        const auto* source = static_cast<const std::byte*>(from) + rows.at(i) * sizeof(T);
        std::memcpy(&value, source, sizeof value);
        const __int128 wide = value;
        std::memcpy(to + i * 16, &wide, 16);
    }
}

bool Encoder::decimals(const ColumnView& view, const Rows& rows) {
    if (view.value_bytes == 16) return fixed(16, view, rows);
    std::byte* to = part(rows.count * 16);
    FS_ASSERT(view.value_bytes == 2 || view.value_bytes == 4 || view.value_bytes == 8);
    if (view.value_bytes == 2) widen<std::int16_t>(view.data, rows, to);
    if (view.value_bytes == 4) widen<std::int32_t>(view.data, rows, to);
    if (view.value_bytes == 8) widen<std::int64_t>(view.data, rows, to);
    return fits();
}

bool Encoder::strings(const ColumnView& view, const Rows& rows) {
    const bool has_nulls = validity(view, rows);
    const auto* slots = static_cast<const StringSlot*>(view.data);
    const std::size_t offsets_at = out_.size();
    std::byte* offsets = part((rows.count + 1) * kOffsetBytes);
    std::uint64_t total = 0;
    std::memset(offsets, 0, kOffsetBytes);
    for (std::size_t i = 0; i < rows.count; ++i) {
        const std::size_t row = rows.at(i);
        if (!has_nulls || view.valid(row)) total += slots[row].size;  // null slots hold anything
        const auto offset = static_cast<std::uint32_t>(total);
        std::memcpy(offsets + (i + 1) * kOffsetBytes, &offset, kOffsetBytes);
    }
    if (total > FS_FRAME_PAYLOAD_BYTES_MAX || !fits()) return false;
    std::byte* to = part(static_cast<std::size_t>(total));
    std::uint32_t before = 0;
    for (std::size_t i = 0; i < rows.count; ++i) {
        std::uint32_t after = 0;
        std::memcpy(&after, out_.at(offsets_at + (i + 1) * kOffsetBytes), kOffsetBytes);
        if (after != before) std::memcpy(to + before, slots[rows.at(i)].data(), after - before);
        before = after;
    }
    return fits();
}

bool Encoder::lists(const DataType& type, const ColumnView& view, const Rows& rows) {
    const bool has_nulls = validity(view, rows);
    const auto* slots = static_cast<const ListSlot*>(view.data);
    std::byte* offsets = part((rows.count + 1) * kOffsetBytes);
    std::memset(offsets, 0, kOffsetBytes);
    Rows children;
    bool in_order = true;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < rows.count; ++i) {
        const std::size_t row = rows.at(i);
        if ((!has_nulls || view.valid(row)) && slots[row].size != 0) {
            if (total == 0) children.first = slots[row].offset;
            in_order = in_order && slots[row].offset == children.first + total;
            total += slots[row].size;
        }
        if (total > static_cast<std::uint64_t>(INT32_MAX)) return false;
        const auto offset = static_cast<std::int32_t>(total);
        std::memcpy(offsets + (i + 1) * kOffsetBytes, &offset, kOffsetBytes);
    }
    children.count = static_cast<std::size_t>(total);
    std::vector<std::uint32_t> index;
    if (!in_order) {
        index.reserve(children.count);
        for (std::size_t i = 0; i < rows.count; ++i) {
            const std::size_t row = rows.at(i);
            if (has_nulls && !view.valid(row)) continue;
            for (std::uint64_t j = 0; j < slots[row].size; ++j) {
                index.push_back(static_cast<std::uint32_t>(slots[row].offset + j));
            }
        }
        children.index = index.data();
    }
    std::size_t child = 0;
    bool good = fits();
    for_each_child(type, [&](const DataType& element) {
        good = good && column(element, view.children.at(child), children);
        ++child;
    });
    return good;
}

bool Encoder::column(const DataType& type, const ColumnView& view, const Rows& rows) {
    switch (type.kind()) {
        case TypeKind::Null:
            validity(view, rows);
            return true;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary:
            return strings(view, rows);
        case TypeKind::Array:
        case TypeKind::Map:
            return lists(type, view, rows);
        case TypeKind::Struct:
        case TypeKind::Variant: {
            validity(view, rows);
            std::size_t child = 0;
            bool good = true;
            for_each_child(type, [&](const DataType& field) {
                good = good && column(field, view.children.at(child), rows);
                ++child;
            });
            return good;
        }
        case TypeKind::Udt:
            return column(type.udt_body().sql_type, view, rows);
        case TypeKind::Decimal:
            validity(view, rows);
            return decimals(view, rows);
        case TypeKind::Boolean:
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long:
        case TypeKind::Float:
        case TypeKind::Double:
        case TypeKind::Date:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval:
        case TypeKind::YearMonthInterval:
        case TypeKind::CalendarInterval:
            validity(view, rows);
            return fixed(wire_width(type.kind()), view, rows);
    }
    internal_error("type kind", __FILE__, __LINE__);
}

/// Walks a RESULT payload; every part is bounds-checked, since user code may have damaged a worker.
class Decoder {
  public:
    explicit Decoder(std::span<const std::byte> payload) : rest_(payload) {}
    bool column(const DataType& type, std::uint32_t rows, ResultColumn& column);
    bool at_end() const { return rest_.empty(); }

  private:
    bool take(std::size_t bytes, const std::byte*& part);
    bool offsets(ResultColumn& column, std::uint32_t& total);

    std::span<const std::byte> rest_;
};

bool Decoder::take(std::size_t bytes, const std::byte*& part) {
    if (rest_.size() < padded(bytes)) return false;
    part = rest_.data();
    rest_ = rest_.subspan(padded(bytes));
    return true;
}

bool Decoder::offsets(ResultColumn& column, std::uint32_t& total) {
    const std::byte* part = nullptr;
    if (!take((std::size_t{column.rows} + 1) * kOffsetBytes, part)) return false;
    column.offsets = reinterpret_cast<const std::int32_t*>(part);
    if (column.offsets[0] != 0) return false;
    for (std::uint32_t row = 0; row < column.rows; ++row) {
        if (column.offsets[row + 1] < column.offsets[row]) return false;
    }
    total = static_cast<std::uint32_t>(column.offsets[column.rows]);
    return true;
}

bool Decoder::column(const DataType& type, std::uint32_t rows, ResultColumn& column) {
    if (type.is(TypeKind::Udt)) return this->column(type.udt_body().sql_type, rows, column);
    column = ResultColumn{};
    column.type = &type;
    column.rows = rows;
    const std::byte* part = nullptr;
    if (!take(FS_COLUMN_HEADER_BYTES, part)) return false;
    fs_column_header header;
    std::memcpy(&header, part, sizeof header);
    if (header.rows != rows) return false;
    if ((header.flags & FS_COLUMN_HAS_NULLS) != 0) {
        if (!take((std::size_t{rows} + 63) / 64 * 8, part)) return false;
        column.validity = reinterpret_cast<const std::uint64_t*>(part);
    }
    std::uint32_t child_rows = rows;
    if (type.is_string_like() || type.is(TypeKind::Binary)) {
        std::uint32_t bytes = 0;
        return offsets(column, bytes) && take(bytes, column.values);
    }
    if ((type.is(TypeKind::Array) || type.is(TypeKind::Map)) && !offsets(column, child_rows)) {
        return false;
    }
    const std::size_t width = wire_width(type.kind());
    if (width != 0 && !take(rows * width, column.values)) return false;
    bool good = true;
    for_each_child(type, [&](const DataType& child) {
        column.children.emplace_back();
        good = good && this->column(child, child_rows, column.children.back());
    });
    return good;
}

}  // namespace

std::byte* FrameBuffer::extend(std::size_t count) {
    if (size_ + count > capacity_) {
        const std::size_t capacity = std::max({size_ + count, capacity_ * 2, std::size_t{1} << 16});
        std::unique_ptr<std::byte[]> bigger(new std::byte[capacity]);
        if (size_ != 0) std::memcpy(bigger.get(), bytes_.get(), size_);
        bytes_ = std::move(bigger);
        capacity_ = capacity;
    }
    std::byte* at = bytes_.get() + size_;
    size_ += count;
    return at;
}

void FrameBuffer::append(std::string_view bytes) {
    std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
}

void FrameBuffer::shrink(std::size_t keep) {
    if (capacity_ <= keep) return;
    bytes_.reset();
    size_ = capacity_ = 0;
}

std::size_t append_batch(std::span<const DataType> types, std::span<const ColumnView> columns,
                         std::size_t first, std::size_t rows, fs_frame_header header,
                         FrameBuffer& out) {
    FS_ASSERT(types.size() == columns.size());
    const std::size_t start = out.size();
    while (true) {
        out.extend(FS_FRAME_HEADER_BYTES);
        Encoder encoder(out);
        bool good = true;
        for (std::size_t i = 0; i < columns.size() && good; ++i) {
            good = encoder.column(types[i], columns[i], Rows{first, rows});
        }
        const std::size_t payload = out.size() - start - FS_FRAME_HEADER_BYTES;
        if (good && (payload <= kBatchBytesTarget || rows <= 1)) {
            header.payload_bytes = static_cast<std::uint32_t>(payload);
            header.rows = static_cast<std::uint32_t>(rows);
            header.kind = FS_FRAME_BATCH;
            std::memcpy(out.at(start), &header, sizeof header);
            return rows;
        }
        if (rows <= 1) throw unsupported("a row larger than 1 GiB as input of a Python function");
        out.cut(start);
        rows /= 2;
    }
}

bool read_result(std::span<const DataType> types, std::uint32_t rows,
                 std::span<const std::byte> payload, std::vector<ResultColumn>& columns) {
    Decoder decoder(payload);
    columns.resize(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (!decoder.column(types[i], rows, columns[i])) return false;
    }
    return decoder.at_end();
}

}  // namespace firesteel::python
