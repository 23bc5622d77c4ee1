/// Mathematical functions on doubles as Java's Math gives them, and whole-number oddities (conv, bin …).

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/random.h"
#include "backend/duckdb/kernels/runtime_errors.h"

namespace firesteel::duckdb {
namespace {

using Unary = double (*)(double);

template <Unary F>
KernelBody unary(const KernelSite&) {
    return rows([](double x) { return F(x); });
}

/// Logarithms are NULL where they are not defined.
template <Unary F, int kAbove>
KernelBody logarithm(const KernelSite&) {
    return rows([](double x) -> std::optional<double> {
        if (x <= kAbove) return std::nullopt;
        return F(x);
    });
}

double binary_logarithm(double x) { return std::log(x) / std::log(2.0); }

/// Rounded once: the C library's cbrt(27) is the number after 3.
double cube_root(double x) { return static_cast<double>(std::cbrt(static_cast<long double>(x))); }

double inverse_hyperbolic_sine(double x) {
    if (x == -std::numeric_limits<double>::infinity()) return x;
    return std::log(x + std::sqrt(x * x + 1.0));
}

double inverse_hyperbolic_cosine(double x) { return std::log(x + std::sqrt(x * x - 1.0)); }
double inverse_hyperbolic_tangent(double x) { return 0.5 * (std::log1p(x) - std::log1p(-x)); }
double cosecant(double x) { return 1.0 / std::sin(x); }
double secant(double x) { return 1.0 / std::cos(x); }
double cotangent(double x) { return 1.0 / std::tan(x); }
double to_degrees(double x) { return x * (180.0 / std::numbers::pi); }
double to_radians(double x) { return x / 180.0 * std::numbers::pi; }
double nearest_even(double x) { return std::nearbyint(x); }

KernelBody bind_atan2(const KernelSite&) {
    // Spark adds 0.0 to both, which turns -0.0 into 0.0.
    return rows([](double y, double x) { return std::atan2(y + 0.0, x + 0.0); });
}

/// Java's Math.pow differs from C's in two cases: 1^NaN and (±1)^±Infinity are NaN.
KernelBody bind_pow(const KernelSite&) {
    return rows([](double x, double y) {
        if (std::isnan(y) || (std::isinf(y) && std::abs(x) == 1.0)) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        return std::pow(x, y);
    });
}

KernelBody bind_log(const KernelSite&) {
    return rows([](double base, double x) -> std::optional<double> {
        if (x <= 0.0 || base <= 0.0) return std::nullopt;
        return std::log(x) / std::log(base);
    });
}

KernelBody bind_factorial(const KernelSite&) {
    return rows([](std::int32_t n) -> std::optional<std::int64_t> {
        if (n < 0 || n > 20) return std::nullopt;
        std::int64_t product = 1;
        for (std::int64_t i = 2; i <= n; ++i) product *= i;
        return product;
    });
}

KernelBody bind_bin(const KernelSite&) {
    return rows([](std::int64_t value) {
        auto bits = static_cast<std::uint64_t>(value);
        std::string text;
        do {
            text += static_cast<char>('0' + (bits & 1U));
            bits >>= 1U;
        } while (bits != 0);
        std::reverse(text.begin(), text.end());
        return text;
    });
}

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

/// The leading digits of `text` in a base as an unsigned number; all ones on overflow.
std::uint64_t leading_number(std::string_view text, unsigned base, bool& overflow) {
    std::uint64_t value = 0;
    for (const char c : text) {
        const int digit = digit_of(c);
        if (digit >= static_cast<int>(base)) break;
        if (__builtin_mul_overflow(value, std::uint64_t{base}, &value) ||
            __builtin_add_overflow(value, static_cast<std::uint64_t>(digit), &value)) {
            overflow = true;
            return std::numeric_limits<std::uint64_t>::max();
        }
    }
    return value;
}

std::optional<std::string> convert_base(std::string_view text, std::int32_t from, std::int32_t to,
                                        EvalMode mode) {
    if (from < 2 || from > 36 || std::abs(to) < 2 || std::abs(to) > 36) return std::nullopt;
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return std::nullopt;
    text = text.substr(first, text.find_last_not_of(' ') - first + 1);
    const bool negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    bool overflow = false;
    std::uint64_t value = leading_number(text, static_cast<unsigned>(from), overflow);
    if (overflow && mode == EvalMode::Ansi) {
        throw arithmetic_overflow("Overflow in function conv()");
    }
    bool shows_sign = false;
    if (negative && to > 0) {
        value = static_cast<std::int64_t>(value) < 0 ? std::numeric_limits<std::uint64_t>::max()
                                                     : std::uint64_t{0} - value;
    }
    if (to < 0) {
        if (negative && static_cast<std::int64_t>(value) >= 0) {
            value = std::uint64_t{0} - value;
        }
        if (static_cast<std::int64_t>(value) < 0) {
            value = std::uint64_t{0} - value;
            shows_sign = true;
        }
    }
    std::string out;
    const auto base = static_cast<std::uint64_t>(std::abs(to));
    do {
        out += kDigits[value % base];
        value /= base;
    } while (value != 0);
    if (shows_sign) out += '-';
    std::reverse(out.begin(), out.end());
    return out;
}

KernelBody bind_conv(const KernelSite& site) {
    return rows([mode = site.mode](std::string_view text, std::int32_t from, std::int32_t to) {
        return convert_base(text, from, to, mode);
    });
}

std::string hex_of(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 15U];
    }
    return out;
}

KernelBody bind_hex(const KernelSite& site) {
    if (!site.argument(0).is(TypeKind::Long)) {
        return rows([](std::string_view bytes) { return hex_of(bytes); });
    }
    return rows([](std::int64_t value) {
        std::array<char, 17> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                       static_cast<std::uint64_t>(value), 16);
        std::string out(buffer.data(), end.ptr);
        std::transform(out.begin(), out.end(), out.begin(), [](char c) {
            return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        return out;
    });
}

KernelBody bind_unhex(const KernelSite&) {
    return rows([](std::string_view text) -> std::optional<std::string> {
        std::string out;
        std::size_t at = 0;
        if (text.size() % 2 == 1) {
            const int digit = digit_of(text[0]);
            if (digit > 15) return std::nullopt;
            out += static_cast<char>(digit);
            at = 1;
        }
        for (; at < text.size(); at += 2) {
            const int high = digit_of(text[at]);
            const int low = digit_of(text[at + 1]);
            if (high > 15 || low > 15) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
        }
        return out;
    });
}

/// Over numbers or intervals, whose carrier is T.
template <typename T>
KernelBody width_bucket_of() {
    return rows([](T given, T from, T to, std::int64_t buckets) -> std::optional<std::int64_t> {
        const auto value = static_cast<double>(given);
        const auto min = static_cast<double>(from);
        const auto max = static_cast<double>(to);
        if (buckets <= 0 || buckets == std::numeric_limits<std::int64_t>::max() ||
            std::isnan(value) || min == max || std::isnan(min) || std::isinf(min) ||
            std::isnan(max) || std::isinf(max)) {
            return std::nullopt;
        }
        const double lower = std::min(min, max);
        const double upper = std::max(min, max);
        const auto count = static_cast<double>(buckets);
        if (min < max) {
            if (value < lower) return 0;
            if (value >= upper) return buckets + 1;
            return static_cast<std::int64_t>(count * (value - lower) / (upper - lower)) + 1;
        }
        if (value > upper) return 0;
        if (value <= lower) return buckets + 1;
        return static_cast<std::int64_t>(count * (upper - value) / (upper - lower)) + 1;
    });
}

KernelBody bind_width_bucket(const KernelSite& site) {
    if (site.argument(0).is(TypeKind::YearMonthInterval)) return width_bucket_of<std::int32_t>();
    if (site.argument(0).is(TypeKind::DayTimeInterval)) return width_bucket_of<std::int64_t>();
    return width_bucket_of<double>();
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"acos", unary<std::acos>},
    {"acosh", unary<inverse_hyperbolic_cosine>},
    {"asin", unary<std::asin>},
    {"asinh", unary<inverse_hyperbolic_sine>},
    {"atan", unary<std::atan>},
    {"atan2", bind_atan2},
    {"atanh", unary<inverse_hyperbolic_tangent>},
    {"bin", bind_bin},
    {"cbrt", unary<cube_root>},
    {"conv", bind_conv},
    {"cos", unary<std::cos>},
    {"cosh", unary<std::cosh>},
    {"cot", unary<cotangent>},
    {"csc", unary<cosecant>},
    {"degrees", unary<to_degrees>},
    {"exp", unary<std::exp>},
    {"expm1", unary<std::expm1>},
    {"factorial", bind_factorial},
    {"gaussian_at", bind_gaussian_at},
    {"gaussian_at", bind_gaussian_at},
    {"hex", bind_hex},
    {"hypot", [](const KernelSite&) { return rows([](double a, double b) { return std::hypot(a, b); }); }},
    {"letters_at", bind_letters_at},
    {"letters_at", bind_letters_at},
    {"ln", logarithm<std::log, 0>},
    {"log", bind_log},
    {"log10", logarithm<std::log10, 0>},
    {"log1p", logarithm<std::log1p, -1>},
    {"log2", logarithm<binary_logarithm, 0>},
    {"pow", bind_pow},
    {"radians", unary<to_radians>},
    {"random_at", bind_random_at},
    {"rint", unary<nearest_even>},
    {"sec", unary<secant>},
    {"sin", unary<std::sin>},
    {"sinh", unary<std::sinh>},
    {"sqrt", unary<std::sqrt>},
    {"tan", unary<std::tan>},
    {"tanh", unary<std::tanh>},
    {"unhex", bind_unhex},
    {"width_bucket", bind_width_bucket},
});

}  // namespace

KernelTable math_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
