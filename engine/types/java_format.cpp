#include "types/java_format.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "common/error.h"
#include "types/java_digits.h"
#include "types/number_text.h"

namespace firesteel {
namespace {

[[noreturn]] void refuse(std::string message) {
    throw Error(ErrorClass::IllegalArgument, {{"message", std::move(message)}});
}

/// %[index$][flags][width][.precision]conversion
struct Specifier {
    int index = 0;       // 0: the next one
    bool again = false;  // "<": the one before
    std::string flags;
    int width = -1;
    int precision = -1;
    char conversion = 0;  // lower case
    bool upper = false;

    bool has(char flag) const { return flags.find(flag) != std::string::npos; }
    void refuse_flags(std::string_view bad) const {
        for (const char c : bad) {
            if (has(c)) refuse(std::string("the flag '") + c + "' doesn't go with %" + conversion);
        }
    }
    void want_width_for(std::string_view some) const {
        for (const char c : some) {
            if (has(c) && width < 0) refuse(std::string("the flag '") + c + "' needs a width");
        }
    }
    void refuse_precision() const {
        if (precision >= 0) refuse(std::string("%") + conversion + " takes no precision");
    }
};

constexpr int kWidthMax = 1'000'000;

/// The number at `at`; -1 if there is none.
int read_number(std::string_view text, std::size_t& at) {
    int value = -1;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at) {
        value = std::max(value, 0) * 10 + (text[at] - '0');
        if (value > kWidthMax) refuse("a number in the format is too large");
    }
    return value;
}

/// Reads what follows the '%'.
Specifier read_specifier(std::string_view text, std::size_t& at) {
    Specifier s;
    std::size_t ahead = at;
    const int index = read_number(text, ahead);
    if (index >= 0 && ahead < text.size() && text[ahead] == '$') {
        s.index = index;
        if (index == 0) refuse("argument 0 does not exist");
        at = ahead + 1;
    }
    for (; at < text.size() && std::string_view("-#+ 0,(<").find(text[at]) != std::string_view::npos; ++at) {
        if (text[at] == '<') {
            s.again = true;
            continue;
        }
        if (s.has(text[at])) refuse("a flag is given twice");
        s.flags += text[at];
    }
    s.width = read_number(text, at);
    if (at < text.size() && text[at] == '.') {
        ++at;
        s.precision = read_number(text, at);
        if (s.precision < 0) refuse("the precision is missing");
    }
    if (at >= text.size()) refuse("the format ends in a specifier");
    const char c = text[at++];
    s.upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    s.conversion = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (s.upper && std::string_view("BHSCXEGA").find(c) == std::string_view::npos) {
        refuse(std::string("there is no conversion %") + c);
    }
    return s;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string upper_case(std::string text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.compare(i, 2, "ß") == 0) {
            out += "SS";
            ++i;
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x80) throw unsupported("%S over letters beyond ASCII");
        out += static_cast<char>(std::toupper(byte));
    }
    return out;
}

void append_padded(std::string& out, const Specifier& s, std::string text) {
    if (s.upper) text = upper_case(std::move(text));
    const std::size_t have = characters(text);
    const std::size_t wanted = s.width < 0 ? 0 : static_cast<std::size_t>(s.width);
    const std::string blanks(wanted > have ? wanted - have : 0, ' ');
    out += s.has('-') ? text + blanks : blanks + text;
}

/// Sign, grouping, zeros and parentheses around the digits of a number's absolute value.
void append_signed(std::string& out, const Specifier& s, bool negative, std::string digits, bool zero_pad = true) {
    if (s.has(',')) {
        const std::size_t end = std::min(digits.find('.'), digits.size());
        for (std::size_t at = end; at > 3;) {
            at -= 3;
            digits.insert(at, ",");
        }
    }
    std::string prefix = negative ? s.has('(') ? "(" : "-" : s.has('+') ? "+" : s.has(' ') ? " " : "";
    const std::string suffix = negative && s.has('(') ? ")" : "";
    if (s.has('0') && zero_pad) {
        while (static_cast<int>(prefix.size() + digits.size() + suffix.size()) < s.width) digits.insert(0, "0");
    }
    append_padded(out, s, prefix + digits + suffix);
}

void check_number_flags(const Specifier& s) {
    s.want_width_for("-0");
    if (s.has('+') && s.has(' ')) refuse("the flags '+' and ' ' exclude each other");
    if (s.has('-') && s.has('0')) refuse("the flags '-' and '0' exclude each other");
}

/// 0.d1d2… × 10^point cut to `count` digits, half up.
struct Rounded {
    std::string digits;
    int point;
    Rounded(const JavaDigits& from, int count)
        : digits(from.digits.data(), static_cast<std::size_t>(from.count)), point(from.point) {
        if (count >= from.count) return;
        const bool up = count >= 0 && digits[static_cast<std::size_t>(count)] >= '5';
        digits.resize(static_cast<std::size_t>(std::max(count, 0)));
        if (!up) return;
        for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
            if (*at != '9') {
                ++*at;
                return;
            }
            *at = '0';
        }
        digits.insert(digits.begin(), '1');
        ++point;
    }
    char at(int i) const {
        return i >= 0 && i < static_cast<int>(digits.size()) ? digits[static_cast<std::size_t>(i)] : '0';
    }
};

std::string fixed_text(double value, int precision) {
    const JavaDigits java = value == 0 ? JavaDigits{} : java_digits(value);
    const Rounded rounded(java, java.point + precision);
    std::string out;
    for (int i = 0; i < rounded.point; ++i) out += rounded.at(i);
    if (out.empty()) out = "0";
    if (precision > 0) out += '.';
    for (int i = 0; i < precision; ++i) out += rounded.at(rounded.point + i);
    return out;
}

std::string scientific_text(double value, int precision) {
    const JavaDigits java = value == 0 ? JavaDigits{} : java_digits(value);
    const Rounded rounded(java, precision + 1);
    std::string out(1, rounded.at(0));
    if (precision > 0) out += '.';
    for (int i = 1; i <= precision; ++i) out += rounded.at(i);
    const int exponent = value == 0 ? 0 : rounded.point - 1;
    out += exponent < 0 ? "e-" : "e+";
    if (std::abs(exponent) < 10) out += '0';
    return out + std::to_string(std::abs(exponent));
}

std::string general_text(double value, int precision) {
    if (precision == 0) precision = 1;
    if (value == 0) return fixed_text(0, precision - 1);
    const Rounded rounded(java_digits(value), precision);
    // 10^-4 <= value < 10^precision, once rounded
    if (rounded.point > -4 && rounded.point <= precision) return fixed_text(value, precision - rounded.point);
    return scientific_text(value, precision - 1);
}

std::string hexadecimal_text(double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%a", value);
    std::string text = buffer;
    const std::size_t p = text.find('p');
    std::string mantissa = text.substr(0, p);
    if (mantissa.find('.') == std::string::npos) mantissa += ".0";
    std::string exponent = text.substr(p + 1);
    if (exponent[0] == '+') exponent.erase(0, 1);
    return mantissa + "p" + exponent;
}

void append_floating(std::string& out, const Specifier& s, double value) {
    check_number_flags(s);
    if (s.conversion == 'e') s.refuse_flags(",");
    if (s.conversion == 'g') s.refuse_flags("#");
    if (s.conversion == 'a') s.refuse_flags(",(");
    if (std::isnan(value)) return append_padded(out, s, "NaN");
    const bool negative = std::signbit(value);
    value = std::fabs(value);
    if (std::isinf(value)) return append_signed(out, s, negative, "Infinity", /*zero_pad=*/false);
    const int precision = s.precision < 0 ? 6 : s.precision;
    std::string digits;
    switch (s.conversion) {
        case 'f': digits = fixed_text(value, precision); break;
        case 'e': digits = scientific_text(value, precision); break;
        case 'g': digits = general_text(value, precision); break;
        default:
            if (s.precision >= 0) throw unsupported("%a with a precision");
            digits = hexadecimal_text(value);
            break;
    }
    if (s.has('#') && precision == 0) digits.insert(std::min(digits.find('e'), digits.size()), ".");
    append_signed(out, s, negative, std::move(digits));
}

int bits_of(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Byte: return 8;
        case TypeKind::Short: return 16;
        case TypeKind::Long:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval: return 64;
        default: return 32;
    }
}

bool is_integer(const DataType& type) {
    return type.is_integral() || type.is_datetime() || type.is(TypeKind::Time) || type.is_ansi_interval();
}

void append_integer(std::string& out, const Specifier& s, const DataType& type, std::int64_t value) {
    s.refuse_precision();
    if (s.conversion == 'd') {
        check_number_flags(s);
        s.refuse_flags("#");
        std::string digits = std::to_string(value);
        if (value < 0) digits.erase(0, 1);
        return append_signed(out, s, value < 0, std::move(digits));
    }
    s.refuse_flags(",( +");
    check_number_flags(s);
    const int bits = bits_of(type);
    const std::uint64_t mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << static_cast<unsigned>(bits)) - 1;
    char buffer[32];
    const auto pattern = static_cast<unsigned long long>(static_cast<std::uint64_t>(value) & mask);
    std::snprintf(buffer, sizeof buffer, s.conversion == 'x' ? "%llx" : "%llo", pattern);
    const std::string prefix = s.has('#') ? s.conversion == 'x' ? "0x" : "0" : "";
    std::string digits = buffer;
    if (s.has('0')) {
        while (static_cast<int>(prefix.size() + digits.size()) < s.width) digits.insert(0, "0");
    }
    append_padded(out, s, prefix + digits);
}

void append_code_point(std::string& out, std::int64_t point) {
    if (point < 0 || point > 0x10FFFF) refuse(std::to_string(point) + " is no code point");
    const auto add = [&out](std::int64_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) return add(point);
    if (point < 0x800) {
        add(0xC0 | (point >> 6));
    } else {
        if (point < 0x10000) {
            add(0xE0 | (point >> 12));
        } else {
            add(0xF0 | (point >> 18));
            add(0x80 | ((point >> 12) & 0x3F));
        }
        add(0x80 | ((point >> 6) & 0x3F));
    }
    add(0x80 | (point & 0x3F));
}

/// Object.toString of what Spark holds.
std::string text_of(const DataType& type, const Value& value) {
    std::string out;
    if (type.is(TypeKind::Boolean)) return value.boolean() ? "true" : "false";
    if (is_integer(type)) return std::to_string(value.integer());
    if (type.is(TypeKind::Float)) {
        append_float(out, static_cast<float>(value.floating()));
    } else if (type.is(TypeKind::Double)) {
        append_double(out, value.floating());
    } else if (type.is(TypeKind::Decimal)) {
        append_decimal_scientific(out, value.decimal(), type.scale());
    } else if (type.is_string_like()) {
        return value.bytes();
    } else {
        throw unsupported("format_string over values of this type");
    }
    return out;
}

/// Object.hashCode of what Spark holds.
std::uint32_t hash_of(const DataType& type, const Value& value) {
    const auto fold = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits ^ (bits >> 32U)); };
    if (type.is(TypeKind::Boolean)) return value.boolean() ? 1231 : 1237;
    if (is_integer(type)) {
        const auto bits = static_cast<std::uint64_t>(value.integer());
        return bits_of(type) == 64 ? fold(bits) : static_cast<std::uint32_t>(bits);
    }
    if (type.is(TypeKind::Double)) return fold(std::bit_cast<std::uint64_t>(value.floating()));
    if (type.is(TypeKind::Float)) return std::bit_cast<std::uint32_t>(static_cast<float>(value.floating()));
    throw unsupported("%h over values of this type");
}

[[noreturn]] void misfit(const Specifier& s) {
    refuse(std::string("an argument doesn't fit %") + s.conversion);
}

void append_general(std::string& out, const Specifier& s, std::string text) {
    s.refuse_flags("#+ 0,(");
    s.want_width_for("-");
    if (s.precision >= 0) {
        std::size_t at = 0;
        for (int n = 0; at < text.size(); ++at) {
            const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
            if (begins && n++ == s.precision) break;
        }
        text.resize(at);
    }
    append_padded(out, s, std::move(text));
}

void append_argument(std::string& out, const Specifier& s, const DataType& type, const Value& value) {
    const bool null = value.is_null();
    switch (s.conversion) {
        case 's': return append_general(out, s, null ? "null" : text_of(type, value));
        case 'b': {
            const bool truth = !null && (!type.is(TypeKind::Boolean) || value.boolean());
            return append_general(out, s, truth ? "true" : "false");
        }
        case 'h': {
            char buffer[16];
            if (!null) std::snprintf(buffer, sizeof buffer, "%x", hash_of(type, value));
            return append_general(out, s, null ? "null" : buffer);
        }
        case 'c': {
            s.refuse_precision();
            s.refuse_flags("#+ 0,(");
            s.want_width_for("-");
            if (null) return append_padded(out, s, "null");
            if (!is_integer(type) || bits_of(type) == 64) misfit(s);
            std::string text;
            append_code_point(text, value.integer());
            return append_padded(out, s, text);
        }
        case 'd':
        case 'x':
        case 'o':
            if (!null && !is_integer(type)) misfit(s);
            if (!null) return append_integer(out, s, type, value.integer());
            s.refuse_precision();
            return append_padded(out, s, "null");
        case 'e':
        case 'f':
        case 'g':
        case 'a':
            if (!null && !type.is(TypeKind::Float) && !type.is(TypeKind::Double)) misfit(s);
            if (!null) return append_floating(out, s, value.floating());
            return append_padded(out, s, "null");
        case 't':
            if (is_integer(type) && bits_of(type) == 64) throw unsupported("%t in format_string");
            misfit(s);
        default: refuse(std::string("there is no conversion %") + s.conversion);
    }
}

}  // namespace

std::string java_format(std::string_view format, std::span<const DataType> types, std::span<const Value> arguments) {
    std::string out;
    std::size_t ordinary = 0;
    std::size_t last = 0;  // index of the argument before, from 1
    for (std::size_t at = 0; at < format.size();) {
        if (format[at] != '%') {
            out += format[at++];
            continue;
        }
        ++at;
        const Specifier s = read_specifier(format, at);
        if (s.conversion == 'n') {
            if (s.width >= 0 || !s.flags.empty() || s.precision >= 0) refuse("%n takes no width and no flags");
            out += '\n';
            continue;
        }
        if (s.conversion == '%') {
            s.refuse_precision();
            s.refuse_flags("#+ 0,(");
            s.want_width_for("-");
            append_padded(out, s, "%");
            continue;
        }
        const std::size_t index = s.again ? last : s.index > 0 ? static_cast<std::size_t>(s.index) : ++ordinary;
        if (index == 0 || index > arguments.size()) refuse("an argument is missing");
        last = index;
        append_argument(out, s, types[index - 1], arguments[index - 1]);
    }
    return out;
}

}  // namespace firesteel
