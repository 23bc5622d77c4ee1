#include "python/batch_codec.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"
#include "python/gathered_rows.h"

namespace firesteel::python {

namespace {

constexpr std::size_t kOffsetBytes = sizeof(std::int32_t);
constexpr std::size_t kSlackBytes = 16;  // what may be written behind the last text, its padding too

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

/// Rows of one view, or of many: a column is made of several.
struct Part {
    const ColumnView* view = nullptr;
    Rows rows;
    std::span<const ColumnView* const> by_batch = {};  // then `batches` says whose each row is
    const std::uint32_t* batches = nullptr;

    const ColumnView& view_of(std::size_t i) const { return batches == nullptr ? *view : *by_batch[batches[i]]; }
    bool may_hold_nulls() const {
        if (batches == nullptr) return view->validity != nullptr;
        return std::any_of(by_batch.begin(), by_batch.end(), [](const auto* v) { return v->validity != nullptr; });
    }
};
using Parts = std::span<const Part>;

std::size_t rows_of(Parts parts) {
    std::size_t rows = 0;
    for (const Part& part : parts) rows += part.rows.count;
    return rows;
}

class Encoder {
  public:
    explicit Encoder(FrameBuffer& out) : out_(out), start_(out.size()) {}
    /// False: the batch outgrows what one frame may hold.
    bool column(const DataType& type, Parts parts);

  private:
    bool fits() const { return out_.size() - start_ <= FS_FRAME_PAYLOAD_BYTES_MAX; }
    std::byte* padded_part(std::size_t bytes);
    bool validity(Parts parts);
    bool fixed(std::size_t width, Parts parts);
    bool decimals(Parts parts);
    bool strings(Parts parts);
    bool lists(const DataType& type, Parts parts);
    bool children(const DataType& type, Parts parts);

    FrameBuffer& out_;
    std::size_t start_;
};

/// A part whose padding is zero.
std::byte* Encoder::padded_part(std::size_t bytes) {
    std::byte* at = out_.extend(padded(bytes));
    std::memset(at + bytes, 0, padded(bytes) - bytes);
    return at;
}

std::uint64_t ones(std::size_t count) {
    return count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// The validity of `count` rows, at most 64, from the one numbered `from`.
std::uint64_t validity_bits(const Part& part, std::size_t from, std::size_t count) {
    if (!part.may_hold_nulls()) return ones(count);
    std::uint64_t bits = 0;
    if (part.rows.index != nullptr) {
        for (std::size_t i = from; i < from + count; ++i) {
            bits |= static_cast<std::uint64_t>(part.view_of(i).valid(part.rows.at(i))) << (i - from);
        }
        return bits;
    }
    const ColumnView& view = *part.view;
    const std::size_t first = part.rows.first + from;
    const std::size_t shift = first % 64;
    bits = view.validity[first / 64] >> shift;
    if (shift + count > 64) bits |= view.validity[first / 64 + 1] << (64 - shift);
    return bits & ones(count);
}

/// Writes the column header, and the validity where a row is null. True if one is.
bool Encoder::validity(Parts parts) {
    const std::size_t rows = rows_of(parts);
    const std::size_t header_at = out_.size();
    fs_column_header header{0, static_cast<std::uint32_t>(rows)};
    std::memcpy(out_.extend(sizeof header), &header, sizeof header);
    if (std::none_of(parts.begin(), parts.end(), [](const Part& p) { return p.may_hold_nulls(); })) return false;
    std::byte* to = out_.extend((rows + 63) / 64 * 8);
    std::uint64_t word = 0;
    std::size_t filled = 0;
    bool has_nulls = false;
    const auto store = [&] {
        std::memcpy(to, &word, sizeof word);
        to += sizeof word;
    };
    for (const Part& part : parts) {
        for (std::size_t from = 0; from < part.rows.count; from += 64) {
            const std::size_t count = std::min<std::size_t>(64, part.rows.count - from);
            const std::uint64_t bits = validity_bits(part, from, count);
            has_nulls = has_nulls || bits != ones(count);
            word |= bits << filled;
            if (filled + count >= 64) {
                store();
                word = filled == 0 ? 0 : bits >> (64 - filled);
            }
            filled = (filled + count) % 64;
        }
    }
    if (filled != 0) {
        word |= ~ones(filled);
        store();
    }
    if (!has_nulls) {
        out_.cut(header_at + sizeof header);
        return false;
    }
    header.flags = FS_COLUMN_HAS_NULLS;
    std::memcpy(out_.at(header_at), &header, sizeof header);
    return true;
}

template <std::size_t width>
std::byte* gather(const Part& part, std::byte* to) {
    for (std::size_t i = 0; i < part.rows.count; ++i) {
        const auto* from = static_cast<const std::byte*>(part.view_of(i).data);
        std::memcpy(to, from + std::size_t{part.rows.index[i]} * width, width);
        to += width;
    }
    return to;
}

bool Encoder::fixed(std::size_t width, Parts parts) {
    std::byte* to = padded_part(rows_of(parts) * width);
    for (const Part& part : parts) {
        if (part.rows.index == nullptr) {
            const std::size_t bytes = part.rows.count * width;
            if (bytes != 0) {
                std::memcpy(to, static_cast<const std::byte*>(part.view->data) + part.rows.first * width, bytes);
            }
            to += bytes;
            continue;
        }
        switch (width) {
            case 1: to = gather<1>(part, to); break;
            case 2: to = gather<2>(part, to); break;
            case 4: to = gather<4>(part, to); break;
            case 8: to = gather<8>(part, to); break;
            default: FS_ASSERT(width == 16); to = gather<16>(part, to);
        }
    }
    return fits();
}

template <typename T>
std::byte* widen(const Part& part, std::byte* to) {
    for (std::size_t i = 0; i < part.rows.count; ++i) {
        T value;
        std::memcpy(&value, static_cast<const std::byte*>(part.view_of(i).data) + part.rows.at(i) * sizeof(T), sizeof value);
        const __int128 wide = value;
        std::memcpy(to, &wide, 16);
        to += 16;
    }
    return to;
}

bool Encoder::decimals(Parts parts) {
    if (parts.empty() || parts[0].view_of(0).value_bytes == 16) return fixed(16, parts);
    std::byte* to = padded_part(rows_of(parts) * 16);
    for (const Part& part : parts) {
        switch (part.view_of(0).value_bytes) {
            case 2: to = widen<std::int16_t>(part, to); break;
            case 4: to = widen<std::int32_t>(part, to); break;
            default: FS_ASSERT(part.view_of(0).value_bytes == 8); to = widen<std::int64_t>(part, to);
        }
    }
    return fits();
}

/// visit(slot) for every row in order; of a NULL, whose slot holds anything, an empty one.
template <typename Visit>
void for_each_text(const Part& part, bool has_nulls, Visit visit) {
    static constexpr StringSlot kEmpty;
    if (!has_nulls && part.rows.index == nullptr) {
        const auto* slots = static_cast<const StringSlot*>(part.view->data) + part.rows.first;
        for (std::size_t i = 0; i < part.rows.count; ++i) visit(slots[i]);
        return;
    }
    for (std::size_t i = 0; i < part.rows.count; ++i) {
        const ColumnView& view = part.view_of(i);
        const std::size_t row = part.rows.at(i);
        visit(view.valid(row) ? static_cast<const StringSlot*>(view.data)[row] : kEmpty);
    }
}

bool Encoder::strings(Parts parts) {
    const bool has_nulls = validity(parts);
    std::byte* offset_at = padded_part((rows_of(parts) + 1) * kOffsetBytes);
    std::uint64_t total = 0;
    std::memset(offset_at, 0, kOffsetBytes);
    for (const Part& part : parts) {
        for_each_text(part, has_nulls, [&](const StringSlot& slot) {
            total += slot.size;
            const auto offset = static_cast<std::uint32_t>(total);
            offset_at += kOffsetBytes;
            std::memcpy(offset_at, &offset, kOffsetBytes);
        });
    }
    if (total > FS_FRAME_PAYLOAD_BYTES_MAX || !fits()) return false;
    // Short texts are copied with all their slot has room for; the next one begins where they end.
    const std::size_t begin = out_.size();
    std::byte* to = out_.extend(static_cast<std::size_t>(total) + kSlackBytes);
    for (const Part& part : parts) {
        for_each_text(part, has_nulls, [&](const StringSlot& slot) {
            if (slot.size <= StringSlot::kInlinedBytesMax) {
                std::memcpy(to, slot.inlined, StringSlot::kInlinedBytesMax);
            } else {
                std::memcpy(to, slot.data(), slot.size);
            }
            to += slot.size;
        });
    }
    std::memset(to, 0, kSlackBytes);
    out_.cut(begin + padded(static_cast<std::size_t>(total)));
    return fits();
}

/// Of lists: the elements that their slots name, in order.
struct Elements {
    Rows rows;
    std::vector<std::uint32_t> index;  // if they are out of order
};

Elements elements_of(const Part& part, bool has_nulls) {
    const auto* slots = static_cast<const ListSlot*>(part.view->data);
    Elements out;
    bool in_order = true;
    const auto for_each_slot = [&](auto&& visit) {
        for (std::size_t i = 0; i < part.rows.count; ++i) {
            const std::size_t row = part.rows.at(i);
            if ((!has_nulls || part.view->valid(row)) && slots[row].size != 0) visit(slots[row]);
        }
    };
    for_each_slot([&](const ListSlot& slot) {
        if (out.rows.count == 0) out.rows.first = slot.offset;
        in_order = in_order && slot.offset == out.rows.first + out.rows.count;
        out.rows.count += slot.size;
    });
    if (in_order) return out;
    out.index.reserve(out.rows.count);
    for_each_slot([&](const ListSlot& slot) {
        for (std::uint64_t j = 0; j < slot.size; ++j) {
            out.index.push_back(static_cast<std::uint32_t>(slot.offset + j));
        }
    });
    out.rows.index = out.index.data();
    return out;
}

/// Parts of one view each, for what has children.
std::vector<Part> parts_by_view(Parts parts) {
    std::vector<Part> out;
    for (const Part& part : parts) {
        if (part.batches == nullptr) {
            out.push_back(part);
            continue;
        }
        for (std::size_t i = 0; i < part.rows.count;) {
            std::size_t end = i + 1;
            while (end < part.rows.count && part.batches[end] == part.batches[i]) ++end;
            out.push_back({&part.view_of(i), {0, end - i, part.rows.index + i}});
            i = end;
        }
    }
    return out;
}

bool Encoder::lists(const DataType& type, Parts all_parts) {
    const std::vector<Part> parts = parts_by_view(all_parts);
    const bool has_nulls = validity(parts);
    std::byte* offset_at = padded_part((rows_of(parts) + 1) * kOffsetBytes);
    std::memset(offset_at, 0, kOffsetBytes);
    std::uint64_t total = 0;
    for (const Part& part : parts) {
        const auto* slots = static_cast<const ListSlot*>(part.view->data);
        for (std::size_t i = 0; i < part.rows.count; ++i) {
            const std::size_t row = part.rows.at(i);
            if (!has_nulls || part.view->valid(row)) total += slots[row].size;
            if (total > static_cast<std::uint64_t>(INT32_MAX)) return false;
            const auto offset = static_cast<std::int32_t>(total);
            offset_at += kOffsetBytes;
            std::memcpy(offset_at, &offset, kOffsetBytes);
        }
    }
    std::vector<Elements> elements;
    elements.reserve(parts.size());
    for (const Part& part : parts) elements.push_back(elements_of(part, has_nulls));
    std::vector<Part> child_parts(parts.size());
    std::size_t child = 0;
    bool good = fits();
    for_each_child(type, [&](const DataType& element) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            child_parts[i] = {&parts[i].view->children.at(child), elements[i].rows};
        }
        good = good && column(element, child_parts);
        ++child;
    });
    return good;
}

/// The fields of structs, row by row with them.
bool Encoder::children(const DataType& type, Parts all_parts) {
    const std::vector<Part> parts = parts_by_view(all_parts);
    std::vector<Part> child_parts = parts;
    std::size_t child = 0;
    bool good = true;
    for_each_child(type, [&](const DataType& field) {
        for (std::size_t i = 0; i < parts.size(); ++i) child_parts[i].view = &parts[i].view->children.at(child);
        good = good && column(field, child_parts);
        ++child;
    });
    return good;
}

bool Encoder::column(const DataType& type, Parts parts) {
    switch (type.kind()) {
        case TypeKind::Null:
            validity(parts);
            return true;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary:
            return strings(parts);
        case TypeKind::Array:
        case TypeKind::Map:
            return lists(type, parts);
        case TypeKind::Struct:
        case TypeKind::Variant:
            validity(parts);
            return children(type, parts);
        case TypeKind::Udt:
            return column(type.udt_body().sql_type, parts);
        case TypeKind::Decimal:
            validity(parts);
            return decimals(parts);
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
            validity(parts);
            return fixed(wire_width(type.kind()), parts);
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

namespace {

/// A column of the first `rows` rows.
void parts_of(std::span<const BatchPiece> pieces, std::size_t column, std::size_t rows, std::vector<Part>& out) {
    out.clear();
    for (const BatchPiece& piece : pieces) {
        if (rows == 0) break;
        const std::size_t some = std::min(rows, piece.rows);
        out.push_back({&piece.columns[column], {piece.first, some, piece.index}});
        rows -= some;
    }
}

}  // namespace

std::size_t rows_of(std::span<const BatchPiece> pieces) {
    std::size_t rows = 0;
    for (const BatchPiece& piece : pieces) rows += piece.rows;
    return rows;
}

void skip_rows(std::vector<BatchPiece>& pieces, std::size_t rows) {
    std::size_t gone = 0;
    while (gone < pieces.size() && pieces[gone].rows <= rows) rows -= pieces[gone++].rows;
    pieces.erase(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(gone));
    if (rows == 0) return;
    BatchPiece& first = pieces.front();
    if (first.index != nullptr) {
        first.index += rows;
    } else {
        first.first += rows;
    }
    first.rows -= rows;
}

namespace {

/// `parts_of(column, rows, parts)` says where a column of the first rows is.
template <typename PartsOf>
std::size_t append_frame(std::span<const DataType> types, std::size_t rows, const PartsOf& parts_of,
                         fs_frame_header header, FrameBuffer& out) {
    const std::size_t start = out.size();
    std::vector<Part> parts;
    while (true) {
        out.extend(FS_FRAME_HEADER_BYTES);
        Encoder encoder(out);
        bool good = true;
        for (std::size_t i = 0; i < types.size() && good; ++i) {
            parts_of(i, rows, parts);
            good = encoder.column(types[i], parts);
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

}  // namespace

std::size_t append_batch(std::span<const DataType> types, std::span<const BatchPiece> pieces,
                         fs_frame_header header, FrameBuffer& out) {
    const auto of_pieces = [&](std::size_t column, std::size_t rows, std::vector<Part>& parts) {
        parts_of(pieces, column, rows, parts);
    };
    return append_frame(types, rows_of(pieces), of_pieces, header, out);
}

std::size_t append_batch(std::span<const DataType> types, const GatheredRows& gathered,
                         fs_frame_header header, FrameBuffer& out) {
    const auto of_batches = [&](std::size_t column, std::size_t rows, std::vector<Part>& parts) {
        parts.assign(1, Part{nullptr, {0, rows, gathered.numbers}, gathered.columns[column], gathered.batches});
    };
    return append_frame(types, gathered.rows, of_batches, header, out);
}

std::size_t append_batch(std::span<const DataType> types, std::span<const ColumnView> columns,
                         std::size_t first, std::size_t rows, fs_frame_header header,
                         FrameBuffer& out) {
    FS_ASSERT(types.size() == columns.size());
    const BatchPiece piece{columns, first, rows, nullptr};
    return append_batch(types, std::span(&piece, 1), header, out);
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
