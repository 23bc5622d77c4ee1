#include "formats/java_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

#include "types/value_parse.h"

namespace firesteel::java {
namespace {

bool is_real(std::string_view text) {
    std::string_view rest = trim_all(text);
    if (rest.starts_with('+') || rest.starts_with('-')) rest.remove_prefix(1);
    if (rest == "NaN" || rest == "Infinity") return true;
    return !rest.empty() && (std::isdigit(static_cast<unsigned char>(rest.front())) != 0 || rest.front() == '.');
}

bool same_word(std::string_view text, std::string_view lower) {
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    });
}

}  // namespace

bool parse_long(std::string_view text, std::int64_t& out) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && at == text.data() + text.size();
}

bool parse_integer(std::string_view text, const DataType& type, Value& out) {
    std::int64_t number = 0;
    if (!parse_long(text, number)) return false;
    const int bits = type.is(TypeKind::Byte)    ? 8
                     : type.is(TypeKind::Short) ? 16
                     : type.is(TypeKind::Int)   ? 32
                                                : 64;
    if (bits < 64 && (number >> (bits - 1)) != 0 && (number >> (bits - 1)) != -1) return false;
    out = Value(number);
    return true;
}

bool parse_real(std::string_view text, const DataType& type, Value& out) {
    if (!is_real(text)) return false;
    if (type.is(TypeKind::Float)) {
        float number = 0;
        if (parse_float(text, number) == Parse::Malformed) return false;
        out = Value(static_cast<double>(number));
        return true;
    }
    double number = 0;
    if (parse_double(text, number) == Parse::Malformed) return false;
    out = Value(number);
    return true;
}

bool parse_decimal(std::string_view text, const DataType& type, Value& out) {
    std::string digits(text);
    std::erase(digits, ',');
    Int128 unscaled = 0;
    if (digits != trim_all(digits)) return false;
    if (firesteel::parse_decimal(digits, type.precision(), type.scale(), unscaled) != Parse::Ok) return false;
    out = Value(unscaled);
    return true;
}

int boolean_word(std::string_view text) {
    if (same_word(text, "true")) return 1;
    return same_word(text, "false") ? 0 : -1;
}

}  // namespace firesteel::java
