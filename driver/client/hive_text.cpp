#include "client/hive_text.h"

#include <string_view>

#include <spark/connect/types.pb.h>

namespace firesteel::client {
namespace {

using spark::connect::DataType;

std::string text(const DataType& type, const std::string& value, int depth);

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    return out + "'";
}

std::string field_of(const std::string& value, const std::string& name) {
    std::string out = value + ".`";
    for (const char c : name) out += c == '`' ? "``" : std::string(1, c);
    return out + "`";
}

std::string as_string(const std::string& value) { return "CAST(" + value + " AS STRING)"; }

/// Inside of others NULL is a word, and texts have quotes, which are not escaped.
std::string nested(const DataType& type, const std::string& value, int depth) {
    const std::string plain = text(type, value, depth);
    return "coalesce(" + (type.has_string() ? "concat('\"', " + plain + ", '\"')" : plain) + ", 'null')";
}

/// Each lambda has a variable of its own.
std::string variable(int depth) { return "v" + std::to_string(depth); }

std::string array_text(const DataType::Array& type, const std::string& value, int depth) {
    const std::string item = variable(depth);
    return "concat('[', array_join(transform(" + value + ", " + item + " -> " +
           nested(type.element_type(), item, depth + 1) + "), ','), ']')";
}

std::string map_text(const DataType::Map& type, const std::string& value, int depth) {
    const std::string entry = variable(depth);
    return "concat('{', array_join(sort_array(transform(map_entries(" + value + "), " + entry + " -> concat(" +
           nested(type.key_type(), entry + ".key", depth + 1) + ", ':', " +
           nested(type.value_type(), entry + ".value", depth + 1) + "))), ','), '}')";
}

std::string struct_text(const DataType::Struct& type, const std::string& value, int depth) {
    std::string out = "IF(" + value + " IS NULL, NULL, concat('{'";
    for (const auto& field : type.fields()) {
        out += ", " + quoted((out.ends_with("'{'") ? "\"" : ",\"") + field.name() + "\":") + ", " +
               nested(field.data_type(), field_of(value, field.name()), depth);
    }
    return out + ", '}'))";
}

/// Without an exponent, which casts write for small ones where ANSI is off.
std::string decimal_text(const DataType::Decimal& type, const std::string& value) {
    constexpr int kScaleMax = 37;  // of those that 1 can be added to
    const int scale = type.scale();
    if (scale <= 6 || scale > kScaleMax) return as_string(value);
    const std::string digits =
        "CAST(abs(" + value + ") AS DECIMAL(" + std::to_string(scale + 1) + "," + std::to_string(scale) + "))";
    return "IF(abs(" + value + ") < 1, concat(IF(" + value + " < 0, '-', ''), '0', substring(" +
           as_string("1 + " + digits) + ", 2)), " + as_string(value) + ")";
}

std::string part(const char* unit, const std::string& interval) {
    return "abs(extract(" + std::string(unit) + " FROM " + interval + "))";
}

std::string two_digits(const char* unit, const std::string& interval) {
    return "lpad(" + part(unit, interval) + ", 2, '0')";
}

std::string months_text(const std::string& value) {
    const std::string whole = "CAST(" + value + " AS INTERVAL YEAR TO MONTH)";
    return "concat(IF(" + whole + " < INTERVAL '0' MONTH, '-', ''), " + part("YEAR", whole) + ", '-', " +
           part("MONTH", whole) + ")";
}

std::string time_text(const std::string& value) {
    const std::string whole = "CAST(" + value + " AS INTERVAL DAY TO SECOND)";
    const std::string seconds = as_string("CAST(" + part("SECOND", whole) + " AS DECIMAL(11,9))");
    return "concat(IF(" + whole + " < INTERVAL '0' SECOND, '-', ''), " + part("DAY", whole) + ", ' ', " +
           two_digits("HOUR", whole) + ", ':', " + two_digits("MINUTE", whole) + ", ':', lpad(" + seconds +
           ", 12, '0'))";
}

std::string text(const DataType& type, const std::string& value, int depth) {
    switch (type.kind_case()) {
        case DataType::kArray: return array_text(type.array(), value, depth);
        case DataType::kMap: return map_text(type.map(), value, depth);
        case DataType::kStruct: return struct_text(type.struct_(), value, depth);
        case DataType::kDecimal: return decimal_text(type.decimal(), value);
        case DataType::kYearMonthInterval: return months_text(value);
        case DataType::kDayTimeInterval: return time_text(value);
        case DataType::kVariant: return "to_json(" + value + ")";
        default: return as_string(value);
    }
}

}  // namespace

std::string hive_text(const DataType& type, const std::string& value) { return text(type, value, 0); }

}  // namespace firesteel::client
