#include "types/variant_value.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "common/error.h"
#include "types/base64.h"
#include "types/calendar.h"
#include "types/json_tree.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

using namespace variant_encoding;

constexpr int kDepthMax = 1000;

[[noreturn]] void malformed() { throw Error(ErrorClass::MalformedVariant); }

void append_offset(std::string& out, std::int32_t seconds) {
    out += seconds < 0 ? '-' : '+';
    const std::int32_t minutes = std::abs(seconds) / 60;
    for (int value : {minutes / 60, minutes % 60}) {
        if (out.back() != '+' && out.back() != '-') out += ':';
        out += static_cast<char>('0' + value / 10);
        out += static_cast<char>('0' + value % 10);
    }
}

void append_uuid(std::string& out, std::string_view bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += kHex[static_cast<unsigned char>(bytes[i]) >> 4];
        out += kHex[static_cast<unsigned char>(bytes[i]) & 15];
    }
}

void append_json(std::string& out, const VariantView& variant, const TimeZone* zone, int depth);

void append_items(std::string& out, const VariantView& variant, const TimeZone* zone, int depth) {
    const bool object = variant.kind() == VariantView::Kind::Object;
    out += object ? '{' : '[';
    for (std::uint32_t i = 0; i < variant.size(); ++i) {
        if (i > 0) out += ',';
        if (object) {
            json::append_quoted(out, variant.name(i));
            out += ':';
        }
        append_json(out, variant.item(i), zone, depth + 1);
    }
    out += object ? '}' : ']';
}

void append_real(std::string& out, const VariantView& variant) {
    const double value = variant.floating();
    if (!std::isfinite(value)) out += '"';
    if (variant.kind() == VariantView::Kind::Float) {
        append_float(out, static_cast<float>(value));
    } else {
        append_double(out, value);
    }
    if (!std::isfinite(value)) out += '"';
}

void append_json(std::string& out, const VariantView& variant, const TimeZone* zone, int depth) {
    using Kind = VariantView::Kind;
    if (depth > kDepthMax) malformed();
    switch (variant.kind()) {
        case Kind::Null:
            return void(out += "null");
        case Kind::Boolean:
            return void(out += variant.boolean() ? "true" : "false");
        case Kind::Long:
            return append_integer(out, variant.integer());
        case Kind::String:
            return json::append_quoted(out, variant.bytes());
        case Kind::Double:
        case Kind::Float:
            return append_real(out, variant);
        case Kind::Decimal: {
            const auto value = variant.decimal();
            return append_decimal_plain(out, value.unscaled, value.scale);
        }
        case Kind::Object:
        case Kind::Array:
            return append_items(out, variant, zone, depth);
        default:
            break;
    }
    out += '"';
    switch (variant.kind()) {
        case Kind::Date:
            append_date(out, variant.integer());
            break;
        case Kind::Timestamp:
            FS_ASSERT(zone != nullptr);
            append_timestamp(out, variant.integer(), *zone);
            append_offset(out, zone->offset_at(floor_div(variant.integer(), kMicrosPerSecond)));
            break;
        case Kind::TimestampNtz:
            append_timestamp_ntz(out, variant.integer());
            break;
        case Kind::Uuid:
            append_uuid(out, variant.bytes());
            break;
        default:
            append_base64(out, variant.bytes());
    }
    out += '"';
}

}  // namespace

/// Where the parts of an object or array lie.
struct VariantView::Layout {
    std::uint32_t count;
    std::size_t ids, id_bytes, offsets, offset_bytes, data;
};

std::uint64_t VariantView::number(std::size_t at, std::size_t bytes) const {
    if (at + bytes > value_.size() || at + bytes < at) malformed();
    std::uint64_t out = 0;
    for (std::size_t i = bytes; i-- > 0;) out = out << 8 | static_cast<unsigned char>(value_[at + i]);
    return out;
}

std::int64_t VariantView::signed_number(std::size_t at, std::size_t bytes) const {
    const auto unused = static_cast<int>(64 - 8 * bytes);
    return static_cast<std::int64_t>(number(at, bytes) << unused) >> unused;
}

VariantView::Layout VariantView::layout() const {
    const auto header = static_cast<unsigned>(number(0, 1));
    const unsigned info = header >> 2;
    const bool object = (header & 3) == kObject;
    if (!object && (header & 3) != kArray) malformed();
    const bool large = (object ? info >> 4 : info >> 2) & 1U;
    const std::size_t count_bytes = large ? 4 : 1;
    Layout out{};
    out.count = static_cast<std::uint32_t>(number(1, count_bytes));
    out.offset_bytes = (info & 3) + 1;
    out.id_bytes = object ? (info >> 2 & 3) + 1 : 0;
    out.ids = 1 + count_bytes;
    out.offsets = out.ids + out.id_bytes * out.count;
    out.data = out.offsets + out.offset_bytes * (std::size_t{out.count} + 1);
    if (out.data > value_.size()) malformed();
    return out;
}

VariantView::Kind VariantView::kind() const {
    const auto header = static_cast<unsigned>(number(0, 1));
    switch (header & 3) {
        case kShortString:
            return Kind::String;
        case kObject:
            return Kind::Object;
        case kArray:
            return Kind::Array;
        default:
            break;
    }
    switch (header >> 2) {
        case kNull:
            return Kind::Null;
        case kTrue:
        case kFalse:
            return Kind::Boolean;
        case kInt8:
        case kInt16:
        case kInt32:
        case kInt64:
            return Kind::Long;
        case kDouble:
            return Kind::Double;
        case kDecimal4:
        case kDecimal8:
        case kDecimal16:
            return Kind::Decimal;
        case kDate:
            return Kind::Date;
        case kTimestamp:
            return Kind::Timestamp;
        case kTimestampNtz:
            return Kind::TimestampNtz;
        case kFloat:
            return Kind::Float;
        case kBinary:
            return Kind::Binary;
        case kString:
            return Kind::String;
        case kUuid:
            return Kind::Uuid;
        default:
            malformed();
    }
}

bool VariantView::boolean() const { return number(0, 1) >> 2 == kTrue; }

std::int64_t VariantView::integer() const {
    switch (number(0, 1) >> 2) {
        case kInt8:
            return signed_number(1, 1);
        case kInt16:
            return signed_number(1, 2);
        case kInt32:
        case kDate:
            return signed_number(1, 4);
        default:
            return signed_number(1, 8);
    }
}

double VariantView::floating() const {
    if (kind() == Kind::Float) {
        return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(number(1, 4))));
    }
    return std::bit_cast<double>(number(1, 8));
}

VariantView::DecimalValue VariantView::decimal() const {
    const auto type = static_cast<unsigned>(number(0, 1) >> 2);
    DecimalValue out{0, static_cast<int>(number(1, 1))};
    if (type == kDecimal16) {
        out.unscaled = static_cast<Int128>(static_cast<unsigned __int128>(number(10, 8)) << 64 | number(2, 8));
    } else {
        out.unscaled = signed_number(2, type == kDecimal4 ? 4 : 8);
    }
    while (out.scale > 0 && out.unscaled % 10 == 0) {
        out.unscaled /= 10;
        --out.scale;
    }
    return out;
}

std::string_view VariantView::bytes() const {
    const auto header = static_cast<unsigned>(number(0, 1));
    std::size_t begin = 5;
    std::size_t length = 0;
    if ((header & 3) == kShortString) {
        begin = 1;
        length = header >> 2;
    } else if (header >> 2 == kUuid) {
        begin = 1;
        length = 16;
    } else {
        length = number(1, 4);
    }
    if (begin + length > value_.size()) malformed();
    return value_.substr(begin, length);
}

std::uint32_t VariantView::size() const { return layout().count; }

VariantView VariantView::item(std::uint32_t index) const {
    const Layout at = layout();
    if (index >= at.count) malformed();
    const std::size_t begin = at.data + number(at.offsets + at.offset_bytes * index, at.offset_bytes);
    if (begin >= value_.size()) malformed();
    return {value_.substr(begin), metadata_};
}

std::string_view VariantView::name(std::uint32_t index) const {
    const Layout at = layout();
    const std::uint64_t id = number(at.ids + at.id_bytes * index, at.id_bytes);
    const VariantView words(metadata_, {});
    const std::size_t width = (words.number(0, 1) >> 6 & 3) + 1;
    const std::uint64_t count = words.number(1, width);
    if (id >= count) malformed();
    const std::size_t data = 1 + width * (count + 2);
    const std::uint64_t begin = words.number(1 + width * (id + 1), width);
    const std::uint64_t end = words.number(1 + width * (id + 2), width);
    if (end < begin || data + end > metadata_.size()) malformed();
    return metadata_.substr(data + begin, end - begin);
}

std::optional<VariantView> VariantView::field(std::string_view wanted) const {
    std::uint32_t low = 0;
    for (std::uint32_t high = size(); low < high;) {
        const std::uint32_t middle = low + (high - low) / 2;
        const int order = compare_variant_names(name(middle), wanted);
        if (order == 0) return item(middle);
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return std::nullopt;
}

std::string_view VariantView::value_bytes() const {
    const auto header = static_cast<unsigned>(number(0, 1));
    std::size_t size = 0;
    if ((header & 3) == kShortString) {
        size = 1 + (header >> 2);
    } else if ((header & 3) != kPrimitive) {
        const Layout at = layout();  // the last offset is where the items end
        size = at.data + number(at.offsets + at.offset_bytes * at.count, at.offset_bytes);
    } else {
        switch (header >> 2) {
            case kNull:
            case kTrue:
            case kFalse: size = 1; break;
            case kInt8: size = 2; break;
            case kInt16: size = 3; break;
            case kInt32:
            case kDate:
            case kFloat: size = 5; break;
            case kDecimal4: size = 6; break;
            case kInt64:
            case kDouble:
            case kTimestamp:
            case kTimestampNtz: size = 9; break;
            case kDecimal8: size = 10; break;
            case kDecimal16: size = 18; break;
            case kUuid: size = 17; break;
            default: size = 5 + bytes().size();
        }
    }
    if (size > value_.size()) malformed();
    return value_.substr(0, size);
}

int compare_variant_names(std::string_view a, std::string_view b) {
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (x == a.end() || y == b.end()) return x == a.end() ? (y == b.end() ? 0 : -1) : 1;
    const auto left = static_cast<unsigned char>(*x);
    const auto right = static_cast<unsigned char>(*y);
    // UTF-16 has surrogates, which stand for what begins with F0 and more, before U+E000.
    const bool supplementary = left >= 0xF0;
    if (supplementary != (right >= 0xF0) && std::min(left, right) >= 0xEE) return supplementary ? -1 : 1;
    return left < right ? -1 : 1;
}

void append_variant_json(std::string& out, const VariantView& variant, const TimeZone* zone) {
    append_json(out, variant, zone, 0);
}

}  // namespace firesteel
