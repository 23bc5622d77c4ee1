#include "types/type_text.h"

#include <algorithm>
#include <array>

#include "types/column_metadata.h"

namespace firesteel {
namespace {

constexpr std::array<std::string_view, 4> kDayTimeFields = {"day", "hour", "minute", "second"};
constexpr std::array<std::string_view, 2> kYearMonthFields = {"year", "month"};

std::string interval_name(std::string_view start, std::string_view end) {
    std::string out = "interval " + std::string(start);
    if (start != end) out.append(" to ").append(end);
    return out;
}

std::string sized(std::string_view name, int size) {
    return std::string(name) + "(" + std::to_string(size) + ")";
}

/// Java's class name of a UDT as Spark turns it into a type name: "a.b.VectorUDT" -> "vector".
std::string udt_name(const UdtBody& body) {
    if (body.jvm_class.empty()) return "pythonuserdefined";
    std::string name = body.jvm_class.substr(body.jvm_class.find_last_of(".$") + 1);
    for (std::string_view suffix : {"Type", "UDT"}) {
        if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
    }
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}

/// Names that are the same in every form but for case; empty for those that differ.
std::string parametrised_name(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Decimal:
            return "decimal(" + std::to_string(type.precision()) + "," +
                   std::to_string(type.scale()) + ")";
        case TypeKind::String:
            return type.is_collated() ? "string collate " + type.collation() : "string";
        case TypeKind::Char:
            return sized("char", type.length());
        case TypeKind::Varchar:
            return sized("varchar", type.length());
        case TypeKind::Time:
            return sized("time", type.precision());
        case TypeKind::DayTimeInterval:
            return interval_name(kDayTimeFields[static_cast<std::size_t>(type.day_time_start())],
                                 kDayTimeFields[static_cast<std::size_t>(type.day_time_end())]);
        case TypeKind::YearMonthInterval:
            return interval_name(
                kYearMonthFields[static_cast<std::size_t>(type.year_month_start())],
                kYearMonthFields[static_cast<std::size_t>(type.year_month_end())]);
        default:
            return {};
    }
}

struct PlainName {
    TypeKind kind;
    std::string_view simple;
    std::string_view type_name;
};
constexpr auto kPlainNames = std::to_array<PlainName>({
    {TypeKind::Null, "void", "void"},
    {TypeKind::Boolean, "boolean", "boolean"},
    {TypeKind::Byte, "tinyint", "byte"},
    {TypeKind::Short, "smallint", "short"},
    {TypeKind::Int, "int", "integer"},
    {TypeKind::Long, "bigint", "long"},
    {TypeKind::Float, "float", "float"},
    {TypeKind::Double, "double", "double"},
    {TypeKind::Binary, "binary", "binary"},
    {TypeKind::Date, "date", "date"},
    {TypeKind::Timestamp, "timestamp", "timestamp"},
    {TypeKind::TimestampNtz, "timestamp_ntz", "timestamp_ntz"},
    {TypeKind::CalendarInterval, "interval", "interval"},
    {TypeKind::Array, "array", "array"},
    {TypeKind::Map, "map", "map"},
    {TypeKind::Struct, "struct", "struct"},
    {TypeKind::Variant, "variant", "variant"},
});

const PlainName& plain_name(TypeKind kind) {
    const auto found = std::find_if(kPlainNames.begin(), kPlainNames.end(),
                                    [&](const PlainName& row) { return row.kind == kind; });
    return *found;  // every kind is either here or in parametrised_name, or a UDT
}

struct StringForm {
    std::size_t fields_max;
    bool udt_as_sql_type;
};

void append_string(std::string& out, const DataType& type, StringForm form) {
    switch (type.kind()) {
        case TypeKind::Array:
            out += "array<";
            append_string(out, type.element(), form);
            out += '>';
            return;
        case TypeKind::Map:
            out += "map<";
            append_string(out, type.key(), form);
            out += ',';
            append_string(out, type.value(), form);
            out += '>';
            return;
        case TypeKind::Struct: {
            out += "struct<";
            const auto& fields = type.fields();
            for (std::size_t i = 0; i < fields.size(); ++i) {
                if (i > 0) out += ',';
                if (i == form.fields_max) {
                    out += "... " + std::to_string(fields.size() - i) + " more fields";
                    break;
                }
                out += fields[i].name + ":";
                append_string(out, fields[i].type, form);
            }
            out += '>';
            return;
        }
        case TypeKind::Udt:
            if (form.udt_as_sql_type) return append_string(out, type.udt_body().sql_type, form);
            out += udt_name(type.udt_body());
            return;
        default: {
            const std::string name = parametrised_name(type);
            out += name.empty() ? plain_name(type.kind()).simple : std::string_view(name);
        }
    }
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

std::string comment_of(const StructField& field) {
    const auto comment = metadata_text(field.metadata, "comment");
    if (!comment) return {};
    std::string out = " COMMENT '";
    for (char c : *comment) {
        if (c == '\'') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string field_ddl(const StructField& field, std::string_view separator) {
    std::string out = quote_if_needed(field.name);
    out.append(separator).append(sql_name(field.type));
    if (!field.nullable) out += " NOT NULL";
    return out + comment_of(field);
}

/// Control characters of names as visible escapes.
std::string visible(std::string_view text) {
    std::string out;
    for (char c : text) {
        constexpr std::string_view kControl = "\n\r\t\f\b\v\a";
        constexpr std::string_view kLetter = "nrtfbva";
        const auto at = kControl.find(c);
        if (at == kControl.npos) {
            out += c;
        } else {
            out.append({'\\', kLetter[at]});
        }
    }
    return out;
}

std::string_view yes_no(bool value) { return value ? "true" : "false"; }

void append_tree(std::string& out, const DataType& type, const std::string& prefix, int level) {
    if (level <= 0) return;
    const auto line = [&](std::string_view name, const DataType& part, std::string_view flag,
                          bool value) {
        out.append(prefix).append("-- ").append(name).append(": ").append(type_name(part));
        if (!flag.empty()) {
            out.append(" (").append(flag).append(" = ").append(yes_no(value)).append(")");
        }
        out += '\n';
        append_tree(out, part, prefix + "    |", level - 1);
    };
    if (type.is(TypeKind::Struct)) {
        for (const StructField& field : type.fields()) {
            line(visible(field.name), field.type, "nullable", field.nullable);
        }
    } else if (type.is(TypeKind::Array)) {
        line("element", type.element(), "containsNull", type.contains_null());
    } else if (type.is(TypeKind::Map)) {
        line("key", type.key(), "", false);
        line("value", type.value(), "valueContainsNull", type.value_contains_null());
    }
}

}  // namespace

std::string simple_string(const DataType& type, std::size_t fields_max) {
    std::string out;
    append_string(out, type, {fields_max, false});
    return out;
}

std::string catalog_string(const DataType& type) {
    std::string out;
    append_string(out, type, {std::string::npos, true});
    return out;
}

std::string sql_name(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Array:
            return "ARRAY<" + sql_name(type.element()) + ">";
        case TypeKind::Map:
            return "MAP<" + sql_name(type.key()) + ", " + sql_name(type.value()) + ">";
        case TypeKind::Struct: {
            std::string out = "STRUCT<";
            for (const StructField& field : type.fields()) {
                if (out.back() != '<') out += ", ";
                out += field_ddl(field, ": ");
            }
            return out + ">";
        }
        case TypeKind::Udt:
            return sql_name(type.udt_body().sql_type);
        default:
            return upper(simple_string(type));
    }
}

std::string quoted_sql_name(const DataType& type) { return "\"" + sql_name(type) + "\""; }

std::string type_name(const DataType& type) {
    if (type.is(TypeKind::Udt)) return udt_name(type.udt_body());
    const std::string name = parametrised_name(type);
    return name.empty() ? std::string(plain_name(type.kind()).type_name) : name;
}

std::string to_ddl(const Schema& schema) {
    std::string out;
    for (const StructField& field : schema) {
        if (!out.empty()) out += ',';
        out += field_ddl(field, " ");
    }
    return out;
}

std::string tree_string(const Schema& schema, int level) {
    std::string out = "root\n";
    append_tree(out, DataType::structure(schema), " |", level > 0 ? level : kTypeDepthMax * 2);
    return out;
}

std::string quote_identifier(std::string_view name) {
    std::string out = "`";
    for (char c : name) {
        if (c == '`') out += '`';
        out += c;
    }
    return out + "`";
}

std::string quote_if_needed(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const bool plain = !name.empty() && letter(name.front()) &&
                       std::all_of(name.begin(), name.end(),
                                   [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
    return plain ? std::string(name) : quote_identifier(name);
}

}  // namespace firesteel
