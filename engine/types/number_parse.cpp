#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "types/decimal.h"
#include "types/value_parse.h"

namespace firesteel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Java's String.trim: everything up to the blank.
std::string_view java_trim(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

bool same_letters(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
           });
}

template <typename Real>
bool special_real(std::string_view text, Real& out) {
    bool negative = false;
    std::string_view word = text;
    if (word.starts_with('+') || word.starts_with('-')) {
        negative = word.front() == '-';
        word.remove_prefix(1);
    }
    if (same_letters(word, "inf") || same_letters(word, "infinity")) {
        out = negative ? -std::numeric_limits<Real>::infinity() : std::numeric_limits<Real>::infinity();
        return true;
    }
    const bool java_word = word == "NaN";  // Java takes its own spelling with a sign too
    if (java_word || same_letters(text, "nan")) {
        out = std::numeric_limits<Real>::quiet_NaN();
        return true;
    }
    return false;
}

/// Length of "123.45e-6" at the start, 0 if it isn't a number; `magnitude` is the exponent of its first digit.
std::size_t scan_real(std::string_view text, std::int64_t& magnitude, bool& zero) {
    std::size_t at = 0;
    std::int64_t whole = 0;
    std::int64_t leading_zeros = 0;
    bool any = false;
    zero = true;
    const auto digits = [&](bool fraction) {
        for (; at < text.size() && is_digit(text[at]); ++at) {
            any = true;
            if (text[at] != '0') zero = false;
            if (zero && fraction) ++leading_zeros;
            if (!zero && !fraction) ++whole;
        }
    };
    digits(false);
    if (at < text.size() && text[at] == '.') {
        ++at;
        digits(true);
    }
    if (!any) return 0;
    magnitude = whole > 0 ? whole - 1 : -leading_zeros - 1;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        std::size_t exponent_at = at + 1;
        const bool negative = exponent_at < text.size() && text[exponent_at] == '-';
        if (exponent_at < text.size() && (negative || text[exponent_at] == '+')) ++exponent_at;
        if (exponent_at >= text.size() || !is_digit(text[exponent_at])) return 0;
        std::int64_t exponent = 0;
        for (; exponent_at < text.size() && is_digit(text[exponent_at]); ++exponent_at) {
            exponent = std::min<std::int64_t>(exponent * 10 + (text[exponent_at] - '0'), 1'000'000'000);
        }
        magnitude += negative ? -exponent : exponent;
        at = exponent_at;
    }
    return at;
}

/// Java's hexadecimal form: "0x1.8p3", the exponent is a must.
template <typename Real>
Parse parse_hex_real(std::string_view digits, Real& out) {
    const auto exponent = digits.find_first_of("pP");
    if (exponent == digits.npos || exponent == 0) return Parse::Malformed;
    if (digits.ends_with('f') || digits.ends_with('F') || digits.ends_with('d') || digits.ends_with('D')) {
        digits.remove_suffix(1);
    }
    std::array<char, 128> plain;
    if (digits.size() > plain.size()) return Parse::Malformed;
    char* end = std::copy(digits.begin(), digits.end(), plain.data());
    // from_chars knows no '+' in exponents.
    char* plus = std::find(plain.data(), end, '+');
    if (plus != end) end = std::copy(plus + 1, end, plus);
    const auto read = std::from_chars(plain.data(), end, out, std::chars_format::hex);
    if (read.ec == std::errc::result_out_of_range) {
        const bool small = plain[exponent + 1] == '-';
        out = small ? Real{0} : std::numeric_limits<Real>::infinity();
        return Parse::Ok;
    }
    return read.ec == std::errc() && read.ptr == end ? Parse::Ok : Parse::Malformed;
}

template <typename Real>
Parse parse_real(std::string_view given, Real& out) {
    std::string_view text = java_trim(given);
    if (special_real(text, out)) return Parse::Ok;
    bool negative = false;
    if (text.starts_with('+') || text.starts_with('-')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.starts_with("0x") || text.starts_with("0X")) {
        const Parse result = parse_hex_real(text.substr(2), out);
        if (negative) out = -out;
        return result;
    }
    std::int64_t magnitude = 0;
    bool zero = false;
    const std::size_t length = scan_real(text, magnitude, zero);
    if (length == 0) return Parse::Malformed;
    if (length < text.size()) {
        constexpr std::string_view kSuffixes = "dDfF";
        if (length + 1 != text.size() || kSuffixes.find(text.back()) == kSuffixes.npos) {
            return Parse::Malformed;
        }
    }
    const auto read = std::from_chars(text.data(), text.data() + length, out);
    if (read.ec == std::errc::result_out_of_range || zero) {
        out = zero || magnitude < 0 ? Real{0} : std::numeric_limits<Real>::infinity();
    } else if (read.ec != std::errc()) {
        return Parse::Malformed;
    }
    if (negative) out = -out;
    return Parse::Ok;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return same_letters(text, word); });
}

/// Digits read into 128 bits with what doesn't fit counted.
struct DigitSum {
    Int128 value = 0;
    int kept = 0;          // digits in value without leading zeros
    std::int64_t lost = 0;  // digits after the 38th
    bool lost_nonzero = false;
    int first_lost = 0;
    void add(char c) {
        if (kept < kDecimalPrecisionMax) {
            value = value * 10 + (c - '0');
            if (value != 0) ++kept;
        } else {
            if (lost == 0) first_lost = c - '0';
            ++lost;
            lost_nonzero = lost_nonzero || c != '0';
        }
    }
};

struct ScannedDecimal {
    DigitSum digits;
    std::int64_t scale = 0;  // of digits.value, negative for large numbers
    bool negative = false;
};

/// java.math.BigDecimal's grammar.
bool scan_decimal(std::string_view text, ScannedDecimal& out) {
    if (text.starts_with('+') || text.starts_with('-')) {
        out.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    std::size_t at = 0;
    bool any = false;
    std::int64_t fraction = 0;
    bool in_fraction = false;
    for (; at < text.size(); ++at) {
        if (text[at] == '.' && !in_fraction) {
            in_fraction = true;
        } else if (is_digit(text[at])) {
            any = true;
            out.digits.add(text[at]);
            fraction += in_fraction ? 1 : 0;
        } else {
            break;
        }
    }
    if (!any) return false;
    std::int64_t exponent = 0;
    if (at < text.size()) {
        if (text[at] != 'e' && text[at] != 'E') return false;
        std::string_view rest = text.substr(at + 1);
        if (rest.starts_with('+')) {
            rest.remove_prefix(1);
            if (rest.starts_with('-')) return false;
        }
        const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
        // Java's exponent is an int.
        if (read.ec != std::errc() || read.ptr != rest.data() + rest.size()) return false;
        if (exponent > INT32_MAX || exponent < INT32_MIN) return false;
    }
    out.scale = fraction - exponent - out.digits.lost;
    return true;
}

}  // namespace

std::string_view trim_all(std::string_view text) {
    const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

Parse parse_integer(std::string_view text, int bytes, Fractions fractions, std::int64_t& out) {
    text = trim_all(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty()) return Parse::Malformed;
    std::size_t at = 0;
    std::int64_t value = 0;  // negative: the range is wider there
    bool overflow = false;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        overflow = overflow || __builtin_mul_overflow(value, 10, &value) ||
                   __builtin_sub_overflow(value, text[at] - '0', &value);
    }
    if (at < text.size()) {
        if (text[at] != '.' || fractions == Fractions::Refused) return Parse::Malformed;
        if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) + 1, text.end(), is_digit)) {
            return Parse::Malformed;
        }
    }
    if (overflow || (!negative && value == INT64_MIN)) return Parse::Overflow;
    out = negative ? value : -value;
    const int unused = 64 - 8 * bytes;
    const auto narrowed = static_cast<std::int64_t>(static_cast<std::uint64_t>(out) << unused) >> unused;
    return narrowed == out ? Parse::Ok : Parse::Overflow;
}

Parse parse_double(std::string_view text, double& out) { return parse_real(text, out); }
Parse parse_float(std::string_view text, float& out) { return parse_real(text, out); }

Parse parse_decimal_digits(std::string_view text, Int128& unscaled, int& scale) {
    ScannedDecimal scanned;
    if (!scan_decimal(java_trim(text), scanned)) return Parse::Malformed;
    if (scanned.digits.lost > 0 || std::abs(scanned.scale) > 10'000) return Parse::Overflow;
    unscaled = scanned.negative ? -scanned.digits.value : scanned.digits.value;
    scale = static_cast<int>(scanned.scale);
    return Parse::Ok;
}

Parse parse_decimal(std::string_view text, int precision, int scale, Int128& out) {
    ScannedDecimal scanned;
    if (!scan_decimal(java_trim(text), scanned)) return Parse::Malformed;
    const DigitSum& digits = scanned.digits;
    Int128 value = digits.value;
    const std::int64_t drop = scanned.scale - scale;  // digits to round away
    if (value == 0) {
        out = 0;
        return Parse::Ok;
    }
    if (drop <= 0) {
        if (digits.kept - drop > kDecimalPrecisionMax) return Parse::Overflow;
        // Lost digits behind an exact fit can only round.
        value *= power_of_10(static_cast<int>(-drop));
        if (drop == 0 && digits.lost > 0 && digits.first_lost >= 5) value += 1;
        if (drop < 0 && digits.lost > 0) return Parse::Overflow;
    } else if (drop > digits.kept) {
        value = 0;
    } else {
        const Int128 unit = power_of_10(static_cast<int>(drop));
        const Int128 rest = value % unit;
        value = value / unit + (rest >= unit / 2 ? 1 : 0);
    }
    if (value >= power_of_10(precision)) return Parse::Overflow;
    out = scanned.negative ? -value : value;
    return Parse::Ok;
}

Parse parse_boolean(std::string_view text, bool& out) {
    text = trim_all(text);
    if (one_of(text, {"t", "true", "y", "yes", "1"})) {
        out = true;
    } else if (one_of(text, {"f", "false", "n", "no", "0"})) {
        out = false;
    } else {
        return Parse::Malformed;
    }
    return Parse::Ok;
}

}  // namespace firesteel
