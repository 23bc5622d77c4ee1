#include "types/number_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "types/java_digits.h"

namespace firesteel {
namespace {

/// Digits and exponent as Java lays them out: plain from 1E-3 up to 1E7, else scientific.
void append_layout(std::string& out, const JavaDigits& digits) {
    const auto count = static_cast<std::size_t>(digits.count);
    const char* d = digits.digits.data();
    if (digits.point > 0 && digits.point < 8) {
        const auto whole = static_cast<std::size_t>(digits.point);
        out.append(d, std::min(count, whole));
        if (whole > count) out.append(whole - count, '0');
        out += '.';
        if (count > whole) {
            out.append(d + whole, count - whole);
        } else {
            out += '0';
        }
    } else if (digits.point <= 0 && digits.point > -3) {
        out += "0.";
        out.append(static_cast<std::size_t>(-digits.point), '0');
        out.append(d, count);
    } else {
        out += d[0];
        out += '.';
        if (count > 1) {
            out.append(d + 1, count - 1);
        } else {
            out += '0';
        }
        out += 'E';
        append_integer(out, digits.point - 1);
    }
}

template <typename Real>
void append_real(std::string& out, Real value) {
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    if (std::signbit(value)) out += '-';
    value = std::abs(value);
    if (std::isinf(value)) {
        out += "Infinity";
    } else if (value == 0) {
        out += "0.0";
    } else {
        append_layout(out, java_digits(value));
    }
}

/// Digits of |value| without leading zeros; zero has one.
std::string_view digits_of(Int128 value, std::array<char, 40>& buffer) {
    using Unsigned = unsigned __int128;
    Unsigned rest = value < 0 ? Unsigned{0} - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
    char* end = buffer.data() + buffer.size();
    char* at = end;
    constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000U;
    while (rest > UINT64_MAX) {
        auto low = static_cast<std::uint64_t>(rest % kChunk);
        rest /= kChunk;
        for (int i = 0; i < 19; ++i, low /= 10) *--at = static_cast<char>('0' + low % 10);
    }
    auto low = static_cast<std::uint64_t>(rest);
    do {
        *--at = static_cast<char>('0' + low % 10);
        low /= 10;
    } while (low > 0);
    return {at, static_cast<std::size_t>(end - at)};
}

}  // namespace

void append_double(std::string& out, double value) { append_real(out, value); }
void append_float(std::string& out, float value) { append_real(out, value); }

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, 24> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void append_decimal_plain(std::string& out, Int128 unscaled, int scale) {
    std::array<char, 40> buffer;
    const std::string_view digits = digits_of(unscaled, buffer);
    if (unscaled < 0) out += '-';
    const auto fraction = static_cast<std::size_t>(std::max(scale, 0));
    if (fraction == 0) {
        out.append(digits);
        if (scale < 0 && unscaled != 0) out.append(static_cast<std::size_t>(-scale), '0');
    } else if (digits.size() > fraction) {
        out.append(digits.substr(0, digits.size() - fraction));
        out += '.';
        out.append(digits.substr(digits.size() - fraction));
    } else {
        out += "0.";
        out.append(fraction - digits.size(), '0');
        out.append(digits);
    }
}

void append_decimal_scientific(std::string& out, Int128 unscaled, int scale) {
    std::array<char, 40> buffer;
    const std::string_view digits = digits_of(unscaled, buffer);
    const int adjusted = static_cast<int>(digits.size()) - 1 - scale;
    if (scale >= 0 && adjusted >= -6) return append_decimal_plain(out, unscaled, scale);
    if (unscaled < 0) out += '-';
    out += digits[0];
    if (digits.size() > 1) {
        out += '.';
        out.append(digits.substr(1));
    }
    if (adjusted != 0) {
        out += 'E';
        if (adjusted > 0) out += '+';
        append_integer(out, adjusted);
    }
}

}  // namespace firesteel
