#include "types/value_text.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "types/type_text.h"
#include "types/variant_value.h"

namespace firesteel {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

std::string_view null_text(const TextStyle& style) {
    return style.use == TextStyle::Use::Show ? "NULL" : "null";
}

void append_list(std::string& out, const DataType& element, const ValueList& items,
                 const TextStyle& style) {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ", ";
        append_value(out, element, items[i], style);
    }
    out += ']';
}

void append_map(std::string& out, const DataType& type, const MapValue& map, const TextStyle& style) {
    out += '{';
    for (std::size_t i = 0; i < map.entries.size(); ++i) {
        if (i > 0) out += ", ";
        append_value(out, type.key(), map.entries[i].first, style);
        out += " -> ";
        append_value(out, type.value(), map.entries[i].second, style);
    }
    out += '}';
}

void append_struct(std::string& out, const DataType& type, const ValueList& parts,
                   const TextStyle& style) {
    out += '{';
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += ", ";
        append_value(out, type.fields()[i].type, parts[i], style);
    }
    out += '}';
}

bool decimals_plain(const TextStyle& style) {
    return style.use == TextStyle::Use::Show || style.ansi == Ansi::On;
}

void append_nested(std::string& out, const DataType& type, const Value& value,
                   const TextStyle& style) {
    if (type.is(TypeKind::Array)) return append_list(out, type.element(), value.list(), style);
    if (type.is(TypeKind::Map)) return append_map(out, type, value.map(), style);
    append_struct(out, type, value.list(), style);
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string real_sql(const Literal& literal) {
    const double value = literal.value.floating();
    const bool is_float = literal.type.is(TypeKind::Float);
    std::string text;
    if (is_float) {
        append_float(text, static_cast<float>(value));
    } else {
        append_double(text, value);
    }
    if (!is_float && std::isfinite(value)) return text + "D";
    return "CAST('" + text + "' AS " + sql_name(literal.type) + ")";
}

std::string literal_sql(const Literal& literal, const TimeZone* zone);

std::string nested_sql(const Literal& literal, const TimeZone* zone) {
    const DataType& type = literal.type;
    std::string out;
    const auto part = [&](const DataType& part_type, const Value& value) {
        if (out.back() != '(') out += ", ";
        out += literal_sql({part_type, value}, zone);
    };
    if (type.is(TypeKind::Array)) {
        out = "ARRAY(";
        for (const Value& item : literal.value.list()) part(type.element(), item);
    } else if (type.is(TypeKind::Map)) {
        out = "MAP(";
        for (const auto& [key, value] : literal.value.map().entries) {
            part(type.key(), key);
            part(type.value(), value);
        }
    } else {
        out = "NAMED_STRUCT(";
        for (std::size_t i = 0; i < type.fields().size(); ++i) {
            part(DataType::string(), Value(type.fields()[i].name));
            part(type.fields()[i].type, literal.value.list()[i]);
        }
    }
    return out + ")";
}

/// The literal's own words: DATE, TIMESTAMP_NTZ, …
std::string_view keyword(TypeKind kind) {
    switch (kind) {
        case TypeKind::Date:
            return "DATE '";
        case TypeKind::Timestamp:
            return "TIMESTAMP '";
        case TypeKind::TimestampNtz:
            return "TIMESTAMP_NTZ '";
        case TypeKind::Time:
            return "TIME '";
        default:
            return "INTERVAL '";
    }
}

std::string_view number_suffix(TypeKind kind) {
    switch (kind) {
        case TypeKind::Byte:
            return "Y";
        case TypeKind::Short:
            return "S";
        case TypeKind::Long:
            return "L";
        default:
            return "";
    }
}

std::string literal_sql(const Literal& literal, const TimeZone* zone) {
    const DataType& type = literal.type;
    if (type.is(TypeKind::Null)) return "NULL";
    if (literal.is_null()) return "CAST(NULL AS " + sql_name(type) + ")";
    const TextStyle style{TextStyle::Use::Cast, Ansi::Off, zone};
    switch (type.kind()) {
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
            return quoted(literal.value.bytes());
        case TypeKind::Binary: {
            std::string out = "X'";
            append_hex(out, literal.value.bytes());
            return out + "'";
        }
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long:
            return value_text(type, literal.value, style).append(number_suffix(type.kind()));
        case TypeKind::Float:
        case TypeKind::Double:
            return real_sql(literal);
        case TypeKind::Decimal:
            return value_text(type, literal.value, style) + "BD";
        case TypeKind::Date:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::CalendarInterval:
            return std::string(keyword(type.kind())) + value_text(type, literal.value, style) + "'";
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
            return nested_sql(literal, zone);
        case TypeKind::Udt:
            return literal_sql({type.udt_body().sql_type, literal.value}, zone);
        default:
            return value_text(type, literal.value, style);
    }
}

bool holds_timestamp(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Timestamp:
        case TypeKind::Variant:
            return true;
        case TypeKind::Array:
            return holds_timestamp(type.element());
        case TypeKind::Map:
            return holds_timestamp(type.key()) || holds_timestamp(type.value());
        case TypeKind::Struct:
            return std::any_of(type.fields().begin(), type.fields().end(),
                               [](const StructField& field) { return holds_timestamp(field.type); });
        case TypeKind::Udt:
            return holds_timestamp(type.udt_body().sql_type);
        default:
            return false;
    }
}

std::shared_ptr<const TimeZone> zone_for(const Literal& literal, std::string_view zone) {
    return holds_timestamp(literal.type) ? TimeZone::named(zone) : nullptr;
}

}  // namespace

void append_hex(std::string& out, std::string_view bytes) {
    for (char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
}

void append_hex_list(std::string& out, std::string_view bytes) {
    out += '[';
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0) out += ' ';
        append_hex(out, bytes.substr(i, 1));
    }
    out += ']';
}

void append_value(std::string& out, const DataType& type, const Value& value, const TextStyle& style) {
    if (value.is_null()) {
        out += null_text(style);
        return;
    }
    switch (type.kind()) {
        case TypeKind::Null:
            return void(out += null_text(style));
        case TypeKind::Boolean:
            return void(out += value.boolean() ? "true" : "false");
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long:
            return append_integer(out, value.integer());
        case TypeKind::Float:
            return append_float(out, static_cast<float>(value.floating()));
        case TypeKind::Double:
            return append_double(out, value.floating());
        case TypeKind::Decimal:
            return decimals_plain(style) ? append_decimal_plain(out, value.decimal(), type.scale())
                                         : append_decimal_scientific(out, value.decimal(), type.scale());
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
            return void(out += value.bytes());
        case TypeKind::Binary:
            return style.use == TextStyle::Use::Show ? append_hex_list(out, value.bytes())
                                                     : void(out += value.bytes());
        case TypeKind::Date:
            return append_date(out, value.integer());
        case TypeKind::Timestamp:
            FS_ASSERT(style.zone != nullptr);
            return append_timestamp(out, value.integer(), *style.zone);
        case TypeKind::TimestampNtz:
            return append_timestamp_ntz(out, value.integer());
        case TypeKind::Time:
            return append_time(out, value.integer());
        case TypeKind::DayTimeInterval:
            return append_day_time_interval(out, value.integer(), type.day_time_start(),
                                            type.day_time_end());
        case TypeKind::YearMonthInterval:
            return append_year_month_interval(out, value.integer(), type.year_month_start(),
                                              type.year_month_end());
        case TypeKind::CalendarInterval:
            return append_calendar_interval(out, value.interval());
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
            return append_nested(out, type, value, style);
        case TypeKind::Variant:
            return append_variant_json(out, VariantView(value.variant().value, value.variant().metadata),
                                       style.zone);
        case TypeKind::Udt:
            return append_value(out, type.udt_body().sql_type, value, style);
    }
}

std::string value_text(const DataType& type, const Value& value, const TextStyle& style) {
    std::string out;
    append_value(out, type, value, style);
    return out;
}

std::string cast_text(const Literal& literal, std::string_view zone) {
    if (literal.is_null()) return "NULL";
    const auto found = zone_for(literal, zone);
    return value_text(literal.type, literal.value, {TextStyle::Use::Cast, Ansi::On, found.get()});
}

std::string sql_literal(const Literal& literal, std::string_view zone) {
    return literal_sql(literal, zone_for(literal, zone).get());
}

std::string pretty_literal(const Literal& literal, std::string_view zone) {
    if (literal.is_null()) return "NULL";
    if (literal.type.is_collated()) return sql_literal(literal, zone) + " collate " + literal.type.collation();
    if (literal.type.is_string_like()) return literal.value.bytes();
    if (!literal.type.is_numeric()) return sql_literal(literal, zone);
    return value_text(literal.type, literal.value, {TextStyle::Use::Cast, Ansi::Off, nullptr});
}

}  // namespace firesteel
