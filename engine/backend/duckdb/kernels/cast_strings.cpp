/// Casts from string to numbers and booleans; dates and times by datetime_parse.h.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "backend/duckdb/kernels/cast.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/datetime_parse.h"
#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "types/time_zone.h"

namespace firesteel::duckdb {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whole numbers: sign and digits; legacy mode also takes and drops a fraction.
template <typename T>
std::optional<T> parse_integer(std::string_view text, bool allow_fraction) {
    text = trimmed(text);
    if (text.empty()) return std::nullopt;
    const bool negative = text[0] == '-';
    if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    Int128 value = 0;
    std::size_t at = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        value = value * 10 + (text[at] - '0');
        if (value > Int128{std::numeric_limits<T>::max()} + 1) return std::nullopt;
    }
    if (at < text.size()) {
        if (!allow_fraction || text[at] != '.') return std::nullopt;
        for (++at; at < text.size(); ++at) {
            if (!is_digit(text[at])) return std::nullopt;
        }
    }
    if (negative) value = -value;
    if (value > std::numeric_limits<T>::max()) return std::nullopt;
    return static_cast<T>(value);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
        if (c != lower[i]) return false;
    }
    return true;
}

/// Java's Double.parseDouble after a trim, and Spark's inf, infinity and nan in any case.
template <typename T>
std::optional<T> parse_floating(std::string_view text) {
    text = trimmed(text);
    std::string_view body = text;
    const bool negative = !body.empty() && body[0] == '-';
    if (!body.empty() && (body[0] == '-' || body[0] == '+')) body.remove_prefix(1);
    if (equals_ignoring_case(body, "inf") || equals_ignoring_case(body, "infinity")) {
        return negative ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
    }
    if (equals_ignoring_case(text, "nan")) return std::numeric_limits<T>::quiet_NaN();
    if (!body.empty() && std::string_view("dDfF").find(body.back()) != std::string_view::npos) {
        body.remove_suffix(1);
    }
    if (body.empty() || !(is_digit(body[0]) || body[0] == '.')) return std::nullopt;
    T value = 0;
    const char* end = body.data() + body.size();
    const auto result = std::from_chars(body.data(), end, value);
    if (result.ptr != end || result.ec == std::errc::invalid_argument) return std::nullopt;
    if (result.ec == std::errc::result_out_of_range) {
        const std::string copy(body);  // from_chars doesn't say which way it went
        value = static_cast<T>(std::strtod(copy.c_str(), nullptr));
    }
    return negative ? -value : value;
}

std::optional<bool> parse_boolean(std::string_view text) {
    text = trimmed(text);
    for (const std::string_view word : {"t", "true", "y", "yes", "1"}) {
        if (equals_ignoring_case(text, word)) return true;
    }
    for (const std::string_view word : {"f", "false", "n", "no", "0"}) {
        if (equals_ignoring_case(text, word)) return false;
    }
    return std::nullopt;
}

/// Rows by a parser that gives nothing for malformed text.
template <typename T, typename Parse>
KernelBody parsed(const KernelSite& site, Parse parse) {
    const bool raises = site.mode == EvalMode::Ansi;
    const DataType from = site.argument(0);
    const DataType to = site.result;
    return rows([=](std::string_view text) -> std::optional<T> {
        std::optional<T> value = parse(text);
        if (!value && raises) throw cast_invalid(text, from, to);
        return value;
    });
}

template <typename T>
KernelBody to_integer(const KernelSite& site) {
    const bool allow_fraction = site.mode == EvalMode::Legacy;
    return parsed<T>(site, [=](std::string_view text) {
        return parse_integer<T>(text, allow_fraction);
    });
}

KernelBody to_decimal(const KernelSite& site) {
    const bool raises = site.mode == EvalMode::Ansi;
    const DataType to = site.result;
    return rows([=](std::string_view text) -> std::optional<Int128> {
        const auto value = parse_decimal(trimmed(text), to.scale(), to.precision());
        if (value && !value->overflow) return value->unscaled;
        if (!raises) return std::nullopt;
        if (!value) throw cast_invalid(text, DataType::string(), to);
        throw decimal_overflow(trimmed(text), to);
    });
}

KernelBody to_timestamp(const KernelSite& site) {
    return parsed<std::int64_t>(site, [zone = TimeZone::named(site.zone)](std::string_view text) {
        return parse_timestamp(trimmed(text), *zone);
    });
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::optional<ParsedDecimal> parse_decimal(std::string_view text, int scale, int precision) {
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    std::string digits;
    int exponent = 0;
    bool any = false;
    bool point = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '.' && !point) {
            point = true;
        } else if (is_digit(text[at])) {
            any = true;
            if (point) --exponent;
            if (text[at] != '0' || !digits.empty()) digits += text[at];
        } else {
            break;
        }
    }
    if (!any) return std::nullopt;
    if (at < text.size()) {
        if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
        std::string_view power = text.substr(at + 1);
        if (!power.empty() && power[0] == '+') power.remove_prefix(1);
        int value = 0;
        const auto result = std::from_chars(power.data(), power.data() + power.size(), value);
        if (result.ec != std::errc() || result.ptr != power.data() + power.size()) return std::nullopt;
        exponent += std::clamp(value, -1000000, 1000000);
    }
    // unscaled = digits * 10^(exponent + scale), HALF_UP
    ParsedDecimal out;
    if (digits.empty()) return out;
    const std::int64_t shift = std::int64_t{exponent} + scale;
    const std::int64_t length = static_cast<std::int64_t>(digits.size()) + shift;
    if (length > 39) return ParsedDecimal{0, true};
    if (length < 0) return out;
    for (std::int64_t i = 0; i < length; ++i) {
        const auto index = static_cast<std::size_t>(i);
        out.unscaled = out.unscaled * 10 + (index < digits.size() ? digits[index] - '0' : 0);
        if (!fits(out.unscaled, kDecimalPrecisionMax)) return ParsedDecimal{0, true};
    }
    const auto next = static_cast<std::size_t>(length);
    if (next < digits.size() && digits[next] >= '5') ++out.unscaled;
    out.overflow = !fits(out.unscaled, precision);
    if (negative) out.unscaled = -out.unscaled;
    return out;
}

KernelBody bind_from_string(const KernelSite& site) {
    switch (site.result.kind()) {
        case TypeKind::Boolean: return parsed<bool>(site, parse_boolean);
        case TypeKind::Byte: return to_integer<std::int8_t>(site);
        case TypeKind::Short: return to_integer<std::int16_t>(site);
        case TypeKind::Int: return to_integer<std::int32_t>(site);
        case TypeKind::Long: return to_integer<std::int64_t>(site);
        case TypeKind::Float: return parsed<float>(site, parse_floating<float>);
        case TypeKind::Double: return parsed<double>(site, parse_floating<double>);
        case TypeKind::Decimal: return to_decimal(site);
        case TypeKind::Date:
            return parsed<std::int32_t>(site, [](std::string_view text) {
                return parse_date(trimmed(text));
            });
        case TypeKind::Timestamp: return to_timestamp(site);
        case TypeKind::TimestampNtz:
            return parsed<std::int64_t>(site, [](std::string_view text) {
                return parse_timestamp_ntz(trimmed(text));
            });
        default: return {};
    }
}

}  // namespace firesteel::duckdb
