#include "formats/json_generate.h"

#include <cmath>
#include <cstdio>

#include "common/error.h"
#include "formats/record_text.h"
#include "types/base64.h"
#include "types/json_tree.h"
#include "types/value_text.h"
#include "types/variant_value.h"

namespace firesteel {
namespace {

/// The code point that begins at `at`; moves behind it.
std::uint32_t code_point(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    std::uint32_t out = more == 3 ? first & 0x07U : more == 2 ? first & 0x0FU : more == 1 ? first & 0x1FU : first;
    for (int i = 0; i < more && at < text.size(); ++i) {
        out = out << 6 | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    }
    return out;
}

void append_escape(std::string& out, std::uint32_t unit) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04X", unit & 0xFFFFU);
    out += text;
}

}  // namespace

JsonGenerator::JsonGenerator(DataType type, const Options& options, std::string_view session_zone)
    : type_(std::move(type)),
      times_(options, session_zone),
      ignore_null_fields_(options.flag("ignoreNullFields", true)),
      pretty_(options.flag("pretty", false)),
      escape_non_ascii_(options.flag("writeNonAsciiCharacterAsCodePoint", false)) {}

void JsonGenerator::append(std::string& out, const Value& v) const { value(out, type_, v, 0); }

void JsonGenerator::string(std::string& out, std::string_view text) const {
    if (!escape_non_ascii_) return json::append_quoted(out, text);
    std::string quoted;
    json::append_quoted(quoted, text);
    for (std::size_t at = 0; at < quoted.size();) {
        const std::uint32_t c = code_point(quoted, at);
        if (c < 0x80) {
            out += static_cast<char>(c);
        } else if (c < 0x10000) {
            append_escape(out, c);
        } else {
            append_escape(out, 0xD800 + ((c - 0x10000) >> 10));
            append_escape(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
        }
    }
}

void JsonGenerator::name(std::string& out, std::string_view text, bool first, int level) const {
    if (!first) out += ',';
    if (pretty_) out.append("\n").append(2 * static_cast<std::size_t>(level + 1), ' ');
    string(out, text);
    out += pretty_ ? " : " : ":";
}

void JsonGenerator::close(std::string& out, char bracket, bool empty, int level) const {
    if (pretty_) {
        if (empty || bracket == ']') {
            out += ' ';
        } else {
            out.append("\n").append(2 * static_cast<std::size_t>(level), ' ');
        }
    }
    out += bracket;
}

void JsonGenerator::object(std::string& out, const DataType& type, const Value& v, int level) const {
    out += '{';
    bool first = true;
    for (std::size_t i = 0; i < type.fields().size(); ++i) {
        const Value& field = v.list()[i];
        if (field.is_null() && ignore_null_fields_) continue;
        name(out, type.fields()[i].name, first, level);
        first = false;
        value(out, type.fields()[i].type, field, level + 1);
    }
    close(out, '}', first, level);
}

void JsonGenerator::map(std::string& out, const DataType& type, const Value& v, int level) const {
    out += '{';
    bool first = true;
    for (const auto& [key, entry] : v.map().entries) {
        std::string text;
        append_internal(text, type.key(), key);
        name(out, text, first, level);
        first = false;
        value(out, type.value(), entry, level + 1);
    }
    close(out, '}', first, level);
}

void JsonGenerator::array(std::string& out, const DataType& type, const Value& v, int level) const {
    out += '[';
    bool first = true;
    for (const Value& item : v.list()) {
        if (!first) out += ',';
        if (pretty_) out += ' ';
        first = false;
        value(out, type.element(), item, level);
    }
    close(out, ']', first, level);
}

void JsonGenerator::value(std::string& out, const DataType& type, const Value& v, int level) const {
    if (v.is_null()) {
        out += "null";
        return;
    }
    switch (type.kind()) {
        case TypeKind::Struct: return object(out, type, v, level);
        case TypeKind::Map: return map(out, type, v, level);
        case TypeKind::Array: return array(out, type, v, level);
        case TypeKind::Udt: return value(out, type.udt_body().sql_type, v, level);
        default: return scalar(out, type, v);
    }
}

void JsonGenerator::scalar(std::string& out, const DataType& type, const Value& v) const {
    const TextStyle style{TextStyle::Use::Cast, Ansi::On, &times_.zone()};
    switch (type.kind()) {
        case TypeKind::Boolean:
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long:
        case TypeKind::Decimal: return append_value(out, type, v, style);
        case TypeKind::Float:
        case TypeKind::Double: {
            const bool quoted = !std::isfinite(v.floating());
            if (quoted) out += '"';
            append_value(out, type, v, style);
            if (quoted) out += '"';
            return;
        }
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: return string(out, v.bytes());
        case TypeKind::Variant:
            return append_variant_json(out, {v.variant().value, v.variant().metadata}, &times_.zone());
        case TypeKind::Time: throw unsupported("TIME in JSON");
        default: break;
    }
    std::string text;
    switch (type.kind()) {
        case TypeKind::Binary: append_base64(text, v.bytes()); break;
        case TypeKind::Date: times_.date(text, v.integer()); break;
        case TypeKind::Timestamp: times_.timestamp(text, v.integer()); break;
        case TypeKind::TimestampNtz: times_.timestamp_ntz(text, v.integer()); break;
        default: append_value(text, type, v, style);
    }
    string(out, text);
}

}  // namespace firesteel
