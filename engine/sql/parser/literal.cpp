#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "sql/parser/datetime_text.h"
#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"
#include "types/time_zone.h"

namespace firesteel::sql {
namespace {

using unresolved::Constant;

constexpr int kDecimalDigitsMax = kDecimalPrecisionMax;

[[noreturn]] void out_of_range(std::string digits, std::string type, std::string least,
                               std::string greatest, Origin origin) {
    throw Error(ErrorClass::InvalidNumericLiteralRange,
                {{"rawStrippedQualifier", std::move(digits)},
                 {"typeName", std::move(type)},
                 {"minValue", std::move(least)},
                 {"maxValue", std::move(greatest)}},
                std::move(origin));
}

[[noreturn]] void too_many_digits(std::int64_t precision) {
    throw Error(ErrorClass::DecimalPrecisionExceedsMaxPrecision,
                {{"precision", std::to_string(precision)},
                 {"maxPrecision", std::to_string(kDecimalDigitsMax)}});
}

template <typename T>
std::optional<T> integer_of(const std::string& digits) {
    T value = 0;
    const auto* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return value;
}

/// The digits of X'…' (an odd count gets a leading zero), or nothing.
std::optional<std::string> hex_bytes(std::string digits) {
    if (digits.size() % 2 == 1) digits.insert(digits.begin(), '0');
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        unsigned char byte = 0;
        const auto result = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
        if (result.ec != std::errc() || result.ptr != digits.data() + i + 2) return std::nullopt;
        out += static_cast<char>(byte);
    }
    return out;
}

}  // namespace

std::optional<Expr> Grammar::literal() {
    const Mark from = mark();
    if (at_number()) return number(/*negative=*/false, from);
    if (at(TokenKind::Minus) && at_number(1)) {
        advance();
        return number(/*negative=*/true, from);
    }
    if (at_string()) {
        std::string value = string_literal();
        return Expr(Constant{Literal::string(std::move(value))}, origin_from(from));
    }
    if (!at(TokenKind::Word)) return std::nullopt;
    if (at("INTERVAL"_kw)) {
        if (auto out = interval_literal()) return out;
    }
    if (auto out = typed_literal()) return out;
    Literal constant;
    switch (peek().keyword) {
        case "NULL"_kw: break;
        case "TRUE"_kw: constant = Literal::boolean(true); break;
        case "FALSE"_kw: constant = Literal::boolean(false); break;
        default: return std::nullopt;
    }
    if (peek(1).kind == TokenKind::OpenParen) return std::nullopt;
    advance();
    return Expr(Constant{std::move(constant)}, origin_from(from));
}

bool Grammar::at_string() const {
    return at(TokenKind::String) ||
           (at(TokenKind::DoubleQuoted) && !options().double_quoted_identifiers);
}

/// Strings beside each other are one string.
std::string Grammar::string_literal() {
    if (!at_string()) fail(extra_input_hint());
    std::string out;
    while (at_string()) {
        out += string_value(text_of(peek()), options().keep_string_escapes);
        advance();
    }
    return out;
}

bool Grammar::at_number(std::size_t ahead) const {
    const TokenKind kind = peek(ahead).kind;
    return kind >= TokenKind::Integer && kind <= TokenKind::BigDecimal;
}

Expr Grammar::number(bool negative, Mark from) {
    const Token token = peek();
    advance();
    std::string digits(text_of(token));
    if (negative) digits.insert(digits.begin(), '-');
    const Origin origin = origin_from(from);
    Literal value = deferring(Literal(), [&] { return number_value(token, std::move(digits)); });
    return {Constant{std::move(value)}, origin};
}

/// A number token's value; the digits have the sign and the suffix.
Literal Grammar::number_value(const Token& token, std::string digits) {
    const auto drop = [&](std::size_t n) { digits.resize(digits.size() - n); };
    switch (token.kind) {
        case TokenKind::Byte: case TokenKind::Short: case TokenKind::Long:
            drop(1);
            return integral(std::move(digits), token);
        case TokenKind::Float: case TokenKind::Double:
            drop(1);
            return floating(std::move(digits), token);
        case TokenKind::Exponent:
            if (options().exponent_as_decimal) break;
            return floating(std::move(digits), token);
        case TokenKind::BigDecimal:
            drop(2);
            break;
        case TokenKind::Integer:
            return integral(std::move(digits), token);
        default:
            break;
    }
    return decimal(digits);
}

Literal Grammar::integral(std::string digits, const Token& token) {
    const auto value = integer_of<std::int64_t>(digits);
    const auto limited = [&]<typename T>(T, DataType type, const char* name) -> Literal {
        constexpr std::int64_t kLeast = std::numeric_limits<T>::min();
        constexpr std::int64_t kGreatest = std::numeric_limits<T>::max();
        if (!value || *value < kLeast || *value > kGreatest) {
            out_of_range(digits, name, std::to_string(kLeast), std::to_string(kGreatest),
                         origin_of(token));
        }
        return {std::move(type), Value(*value)};
    };
    switch (token.kind) {
        case TokenKind::Byte: return limited(std::int8_t{}, DataType::byte(), "tinyint");
        case TokenKind::Short: return limited(std::int16_t{}, DataType::short_int(), "smallint");
        case TokenKind::Long: return limited(std::int64_t{}, DataType::long_int(), "bigint");
        default: break;
    }
    if (!value) return decimal(digits);
    const bool fits = *value >= std::numeric_limits<std::int32_t>::min() &&
                      *value <= std::numeric_limits<std::int32_t>::max();
    return {fits ? DataType::integer() : DataType::long_int(), Value(*value)};
}

Literal Grammar::floating(std::string digits, const Token& token) {
    const double value = std::strtod(digits.c_str(), nullptr);
    if (token.kind != TokenKind::Float) {
        if (std::isinf(value)) {
            out_of_range(std::move(digits), "double", "-1.7976931348623157E+308",
                         "1.7976931348623157E+308", origin_of(token));
        }
        return Literal::float64(value);
    }
    if (std::abs(value) > double{std::numeric_limits<float>::max()}) {
        out_of_range(std::move(digits), "float", "-3.4028234663852886E+38",
                     "3.4028234663852886E+38", origin_of(token));
    }
    return {DataType::float32(), Value(double{std::strtof(digits.c_str(), nullptr)})};
}

/// Digits with an optional point and exponent, as a decimal of just that precision and scale.
Literal Grammar::decimal(const std::string& digits) {
    std::string_view rest = digits;
    const bool negative = rest.front() == '-';
    if (negative) rest.remove_prefix(1);
    std::int64_t exponent = 0;
    if (const auto e = rest.find_first_of("eE"); e != rest.npos) {
        std::string power(rest.substr(e + 1));
        if (power.front() == '+') power.erase(0, 1);
        exponent =
            integer_of<std::int32_t>(power).value_or(std::numeric_limits<std::int32_t>::max());
        rest = rest.substr(0, e);
    }
    std::string unscaled;
    std::int64_t scale = 0;
    bool fraction = false;
    for (const char c : rest) {
        if (c == '.') {
            fraction = true;
            continue;
        }
        scale += fraction ? 1 : 0;
        if (c != '0' || !unscaled.empty()) unscaled += c;
    }
    scale -= exponent;
    if (scale < 0 && !unscaled.empty()) {
        if (-scale > kDecimalDigitsMax)
            too_many_digits(static_cast<std::int64_t>(unscaled.size()) - scale);
        unscaled.append(static_cast<std::size_t>(-scale), '0');
    }
    scale = std::max<std::int64_t>(scale, 0);
    const auto precision =
        std::max<std::int64_t>({static_cast<std::int64_t>(unscaled.size()), scale, 1});
    if (precision > kDecimalDigitsMax) too_many_digits(precision);
    Int128 value = 0;
    for (const char c : unscaled) value = value * 10 + (c - '0');
    return {DataType::decimal(static_cast<int>(precision), static_cast<int>(scale)),
            Value(negative ? -value : value)};
}

/// An integer constant where the grammar wants nothing else.
std::int64_t Grammar::integer_value() {
    if (!at(TokenKind::Integer)) fail();
    const auto value = integer_of<std::int64_t>(std::string(text_of(peek())));
    if (!value || *value > std::numeric_limits<std::int32_t>::max()) {
        const Token token = peek();
        deferring(0, [&]() -> int {
            out_of_range(std::string(text_of(token)), "int", "-2147483648", "2147483647",
                         origin_of(token));
        });
    }
    advance();
    return value.value_or(0);
}

/// DATE '…', X'…' and all others of the form word 'text'.
std::optional<Expr> Grammar::typed_literal() {
    const Mark from = mark();
    const TokenKind next = peek(1).kind;
    if (next != TokenKind::String &&
        (next != TokenKind::DoubleQuoted || options().double_quoted_identifiers)) {
        return std::nullopt;
    }
    if (!at_identifier() || at("CASE"_kw)) return std::nullopt;
    const std::string type = ascii_upper(identifier());
    const std::string value = string_value(text_of(peek()), options().keep_string_escapes);
    advance();
    Literal out = deferring(Literal(), [&] { return typed_value(type, value, from); });
    return Expr(Constant{std::move(out)}, origin_from(from));
}

Literal Grammar::typed_value(const std::string& type, const std::string& value, Mark from) {
    const Origin origin = origin_from(from);
    if (type == "INTERVAL") return interval_text(value, origin, text_from(from));
    if (type == "X") {
        if (auto bytes = hex_bytes(value)) return {DataType::binary(), Value(std::move(*bytes))};
        throw Error(ErrorClass::InvalidTypedLiteral,
                    {{"valueType", "\"X\""}, {"value", "'" + value + "'"}}, origin);
    }
    if (auto literal = datetime_value(type, value)) {
        if (*literal) return std::move(**literal);
        throw Error(ErrorClass::InvalidTypedLiteral,
                    {{"valueType", "\"" + type + "\""}, {"value", "'" + value + "'"}}, origin);
    }
    throw Error(ErrorClass::UnsupportedTypedLiteral,
                {{"unsupportedType", "\"" + type + "\""},
                 {"supportedTypes",
                  "\"DATE\", \"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", "
                  "\"X\", \"TIME\""}},
                origin);
}

/// A DATE, TIMESTAMP[_NTZ | _LTZ] or TIME literal; inner nullopt: no such value; outer: another
/// type.
std::optional<std::optional<Literal>> Grammar::datetime_value(const std::string& type,
                                                              const std::string& value) const {
    const bool is_timestamp = type == "TIMESTAMP";
    if (type == "TIME") {
        const auto nanos = time_of_text(value);
        if (!nanos) return std::optional<Literal>();
        return Literal{DataType::time(), Value(*nanos)};
    }
    if (type != "DATE" && !is_timestamp && type != "TIMESTAMP_NTZ" && type != "TIMESTAMP_LTZ") {
        return std::nullopt;
    }
    const auto zone = TimeZone::named(options().zone);
    if (type == "DATE") {
        const auto days = date_of_text(value, *zone);
        if (!days) return std::optional<Literal>();
        return Literal{DataType::date(), Value(*days)};
    }
    if (type == "TIMESTAMP_NTZ" || (is_timestamp && options().timestamp_ntz)) {
        const auto local = local_timestamp_of_text(value, *zone);
        // Under timestampType = TIMESTAMP_NTZ a TIMESTAMP that names a zone is an instant all the
        // same.
        if (local && (!is_timestamp || !local->has_zone)) {
            return Literal{DataType::timestamp_ntz(), Value(local->micros)};
        }
        if (!is_timestamp) return std::optional<Literal>();
    }
    const auto instant = timestamp_of_text(value, *zone);
    if (!instant) return std::optional<Literal>();
    return Literal{DataType::timestamp(), Value(instant->micros)};
}

}  // namespace firesteel::sql
