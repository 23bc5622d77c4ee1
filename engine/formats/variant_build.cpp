#include "formats/variant_build.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "common/error.h"
#include "types/value_parse.h"

namespace firesteel {
namespace {

using namespace variant_encoding;

std::size_t bytes_for(std::size_t value) {
    return value < (1U << 8) ? 1 : value < (1U << 16) ? 2 : value < (1U << 24) ? 3 : 4;
}

void put_number(std::string& out, std::uint64_t bits, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(bits >> (8 * i) & 0xFF);
}

int digits_of(Int128 unscaled) {
    int digits = 1;
    for (Int128 rest = unscaled / 10; rest != 0; rest /= 10) ++digits;
    return digits;
}

/// Only what has no exponent is a decimal.
bool is_plain_number(std::string_view text) {
    return text.find_first_not_of("-.0123456789") == std::string_view::npos;
}

}  // namespace

void VariantBuilder::check_size() const {
    if (value_.size() <= kVariantBytesMax) return;
    throw Error(ErrorClass::VariantSizeLimit,
                {{"sizeLimit", std::to_string(kVariantBytesMax >> 20) + ".0 MiB"}, {"functionName", function_}});
}

void VariantBuilder::append_bytes(std::uint64_t bits, std::size_t bytes) { put_number(value_, bits, bytes); }

void VariantBuilder::append_primitive(unsigned type, std::uint64_t bits, std::size_t bytes) {
    value_ += static_cast<char>(type << 2 | kPrimitive);
    append_bytes(bits, bytes);
    check_size();
}

void VariantBuilder::append_null() { append_primitive(kNull, 0, 0); }
void VariantBuilder::append_boolean(bool value) { append_primitive(value ? kTrue : kFalse, 0, 0); }

void VariantBuilder::append_integer(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    if (value == static_cast<std::int8_t>(value)) return append_primitive(kInt8, bits, 1);
    if (value == static_cast<std::int16_t>(value)) return append_primitive(kInt16, bits, 2);
    if (value == static_cast<std::int32_t>(value)) return append_primitive(kInt32, bits, 4);
    append_primitive(kInt64, bits, 8);
}

void VariantBuilder::append_double(double value) {
    append_primitive(kDouble, std::bit_cast<std::uint64_t>(value), 8);
}
void VariantBuilder::append_float(float value) {
    append_primitive(kFloat, std::bit_cast<std::uint32_t>(value), 4);
}

void VariantBuilder::append_decimal(Int128 unscaled, int scale) {
    const int digits = std::max(digits_of(unscaled), scale);
    const std::size_t bytes = digits <= 9 ? 4 : digits <= 18 ? 8 : 16;
    const unsigned type = bytes == 4 ? kDecimal4 : bytes == 8 ? kDecimal8 : kDecimal16;
    append_primitive(type, static_cast<std::uint64_t>(scale), 1);
    append_bytes(static_cast<std::uint64_t>(unscaled), std::min<std::size_t>(bytes, 8));
    if (bytes == 16) append_bytes(static_cast<std::uint64_t>(unscaled >> 64), 8);
}

void VariantBuilder::append_string(std::string_view text) {
    constexpr std::size_t kShortStringMax = 63;
    if (text.size() <= kShortStringMax) {
        value_ += static_cast<char>(text.size() << 2 | kShortString);
    } else {
        append_primitive(kString, text.size(), 4);
    }
    value_ += text;
    check_size();
}

void VariantBuilder::append_binary(std::string_view bytes) {
    append_primitive(kBinary, bytes.size(), 4);
    value_ += bytes;
    check_size();
}

void VariantBuilder::append_date(std::int64_t days) {
    append_primitive(kDate, static_cast<std::uint64_t>(days), 4);
}
void VariantBuilder::append_timestamp(std::int64_t micros) {
    append_primitive(kTimestamp, static_cast<std::uint64_t>(micros), 8);
}
void VariantBuilder::append_timestamp_ntz(std::int64_t micros) {
    append_primitive(kTimestampNtz, static_cast<std::uint64_t>(micros), 8);
}

std::uint32_t VariantBuilder::name_id(std::string_view name) {
    const auto [at, is_new] = ids_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
    if (is_new) names_.emplace_back(name);
    return at->second;
}

void VariantBuilder::insert_header(std::size_t begin, const std::string& header) {
    value_.insert(begin, header);
    check_size();
}

bool VariantBuilder::try_end_object(std::size_t begin, std::vector<Member>& members) {
    std::vector<std::uint32_t> ids;
    std::uint32_t id_max = 0;
    for (const Member& member : members) id_max = std::max(id_max, name_id(member.name));
    std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
        return compare_variant_names(a.name, b.name) < 0;
    });
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0 && members[i].name == members[i - 1].name) return false;
        ids.push_back(name_id(members[i].name));
    }
    const std::size_t data = value_.size() - begin;
    const bool large = members.size() > 0xFF;
    const std::size_t id_bytes = bytes_for(id_max);
    const std::size_t offset_bytes = bytes_for(data);
    std::string header(1, static_cast<char>((large ? 1U : 0U) << 6 | (id_bytes - 1) << 4 |
                                            (offset_bytes - 1) << 2 | kObject));
    put_number(header, members.size(), large ? 4 : 1);
    for (const std::uint32_t id : ids) put_number(header, id, id_bytes);
    for (const Member& member : members) put_number(header, member.begin - begin, offset_bytes);
    put_number(header, data, offset_bytes);
    insert_header(begin, header);
    return true;
}

void VariantBuilder::end_object(std::size_t begin, std::vector<Member> members) {
    if (try_end_object(begin, members)) return;
    const auto twice = std::adjacent_find(members.begin(), members.end(), [](const Member& a, const Member& b) {
        return a.name == b.name;
    });
    throw Error(ErrorClass::VariantDuplicateKey, {{"key", twice->name}});
}

void VariantBuilder::end_array(std::size_t begin, const std::vector<std::size_t>& items) {
    const std::size_t data = value_.size() - begin;
    const bool large = items.size() > 0xFF;
    const std::size_t offset_bytes = bytes_for(data);
    std::string header(
        1, static_cast<char>((large ? 1U : 0U) << 4 | (offset_bytes - 1) << 2 | kArray));
    put_number(header, items.size(), large ? 4 : 1);
    for (const std::size_t item : items) put_number(header, item - begin, offset_bytes);
    put_number(header, data, offset_bytes);
    insert_header(begin, header);
}

void VariantBuilder::append_items(const VariantView& variant) {
    const std::size_t begin = position();
    if (variant.kind() == VariantView::Kind::Array) {
        std::vector<std::size_t> items;
        for (std::uint32_t i = 0; i < variant.size(); ++i) {
            items.push_back(position());
            append_variant(variant.item(i));
        }
        return end_array(begin, items);
    }
    std::vector<Member> members;
    for (std::uint32_t i = 0; i < variant.size(); ++i) {
        name_id(variant.name(i));
        members.push_back({std::string(variant.name(i)), position()});
        append_variant(variant.item(i));
    }
    end_object(begin, std::move(members));
}

void VariantBuilder::append_variant(const VariantView& variant) {
    using Kind = VariantView::Kind;
    if (variant.kind() == Kind::Object || variant.kind() == Kind::Array) return append_items(variant);
    value_ += variant.value_bytes();
    check_size();
}

void VariantBuilder::append_value(const DataType& type, const Value& value) {
    if (value.is_null()) return append_null();
    const std::size_t begin = position();
    std::vector<Member> members;
    std::vector<std::size_t> items;
    switch (type.kind()) {
        case TypeKind::Boolean: return append_boolean(value.boolean());
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long: return append_integer(value.integer());
        case TypeKind::Float: return append_float(static_cast<float>(value.floating()));
        case TypeKind::Double: return append_double(value.floating());
        case TypeKind::Decimal: return append_decimal(value.decimal(), type.scale());
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: return append_string(value.bytes());
        case TypeKind::Binary: return append_binary(value.bytes());
        case TypeKind::Date: return append_date(value.integer());
        case TypeKind::Timestamp: return append_timestamp(value.integer());
        case TypeKind::TimestampNtz: return append_timestamp_ntz(value.integer());
        case TypeKind::Variant:
            return append_variant({value.variant().value, value.variant().metadata});
        case TypeKind::Array:
            for (const Value& item : value.list()) {
                items.push_back(position());
                append_value(type.element(), item);
            }
            return end_array(begin, items);
        case TypeKind::Map:
            for (const auto& [key, item] : value.map().entries) {
                name_id(key.bytes());
                members.push_back({key.bytes(), position()});
                append_value(type.value(), item);
            }
            return end_object(begin, std::move(members));
        case TypeKind::Struct:
            for (std::size_t i = 0; i < type.fields().size(); ++i) {
                name_id(type.fields()[i].name);
                members.push_back({type.fields()[i].name, position()});
                append_value(type.fields()[i].type, value.list()[i]);
            }
            return end_object(begin, std::move(members));
        default: break;
    }
    throw unsupported("a VARIANT of this type");
}

bool VariantBuilder::append_json_number(const json::TokenReader& reader) {
    const std::string_view text = reader.text();
    if (reader.token() == json::Token::Integer) {
        std::int64_t value = 0;
        const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && at == text.data() + text.size()) {
            append_integer(value);
            return true;
        }
    }
    Int128 unscaled = 0;
    int scale = 0;
    if (is_plain_number(text) && parse_decimal_digits(text, unscaled, scale) == Parse::Ok && scale >= 0 &&
        scale <= kDecimalPrecisionMax) {
        append_decimal(unscaled, scale);
        return true;
    }
    double value = 0;
    parse_double(text, value);
    append_double(value);
    return true;
}

bool VariantBuilder::append_json_items(json::TokenReader& reader) {
    const std::size_t begin = position();
    std::vector<std::size_t> items;
    while (reader.next() != json::Token::ArrayEnd) {
        items.push_back(position());
        if (!append_json(reader)) return false;
    }
    end_array(begin, items);
    return true;
}

bool VariantBuilder::append_json_members(json::TokenReader& reader) {
    const std::size_t begin = position();
    std::vector<Member> members;
    while (reader.next() == json::Token::Name) {
        name_id(reader.text());
        members.push_back({std::string(reader.text()), position()});
        reader.next();
        if (!append_json(reader)) return false;
    }
    return reader.token() == json::Token::ObjectEnd && try_end_object(begin, members);
}

bool VariantBuilder::append_json(json::TokenReader& reader) {
    switch (reader.token()) {
        case json::Token::ObjectBegin: return append_json_members(reader);
        case json::Token::ArrayBegin: return append_json_items(reader);
        case json::Token::String: append_string(reader.text()); return true;
        case json::Token::Integer:
        case json::Token::Fraction: return append_json_number(reader);
        case json::Token::True:
        case json::Token::False: append_boolean(reader.token() == json::Token::True); return true;
        case json::Token::Null: append_null(); return true;
        default: return false;
    }
}

VariantValue VariantBuilder::finish() {
    std::size_t text = 0;
    for (const std::string& name : names_) text += name.size();
    const std::size_t width = bytes_for(std::max(text, names_.size()));
    VariantValue out;
    out.metadata += static_cast<char>(kVersion | (width - 1) << 6);
    put_number(out.metadata, names_.size(), width);
    std::size_t at = 0;
    for (const std::string& name : names_) {
        put_number(out.metadata, at, width);
        at += name.size();
    }
    put_number(out.metadata, at, width);
    for (const std::string& name : names_) out.metadata += name;
    out.value = std::move(value_);
    return out;
}

bool variant_of_json(std::string_view text, const json::Dialect& dialect, std::string_view function,
                     VariantValue& out) {
    json::TokenReader reader(text, dialect);
    reader.next();
    VariantBuilder builder{std::string(function)};
    if (!builder.append_json(reader)) return false;
    out = builder.finish();
    return true;
}

VariantValue copied(const VariantView& variant) {
    VariantBuilder builder("`variant_get`");
    builder.append_variant(variant);
    return builder.finish();
}

}  // namespace firesteel
