/// round (HALF_UP), bround (HALF_EVEN), ceil and floor for every number type, and sign.

#include <array>
#include <cmath>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "backend/duckdb/kernels/wide_decimal.h"
#include "types/number_text.h"
#include "types/value_parse.h"

namespace firesteel::duckdb {
namespace {

enum class Rounding : std::uint8_t { HalfUp, HalfEven, Ceiling, Floor };

/// value / unit, rounded.
Int128 divided(Int128 value, Int128 unit, Rounding rounding) {
    Int128 quotient = value / unit;
    const Int128 rest = value % unit;
    if (rest == 0) return quotient;
    const Int128 magnitude = rest < 0 ? -rest : rest;
    const Int128 away = value < 0 ? -1 : 1;
    const Int128 other = unit - magnitude;
    switch (rounding) {
        case Rounding::HalfUp: return magnitude >= other ? quotient + away : quotient;
        case Rounding::HalfEven:
            if (magnitude == other) return quotient % 2 == 0 ? quotient : quotient + away;
            return magnitude > other ? quotient + away : quotient;
        case Rounding::Ceiling: return value > 0 ? quotient + 1 : quotient;
        case Rounding::Floor: return value < 0 ? quotient - 1 : quotient;
    }
    return quotient;
}

int digits_of(const KernelSite& site) {
    const Literal* digits = site.constant(1);
    if (site.arguments.size() < 2) return 0;
    if (digits == nullptr) throw unsupported("rounding to a scale that is no constant", site.origin);
    return digits->is_null() ? 0 : static_cast<int>(digits->value.integer());
}

/// Whole numbers change for negative scales only.
template <typename T>
KernelBody round_integer(const KernelSite& site, Rounding rounding) {
    const int digits = digits_of(site);
    if (digits >= 0) return rows([](T value, std::optional<std::int32_t>) { return value; });
    if (digits < -38) return rows([](T, std::optional<std::int32_t>) { return T{0}; });
    const Int128 unit = power_of_ten(-digits);
    const EvalMode mode = site.mode;
    return rows([=](T value, std::optional<std::int32_t>) -> std::optional<T> {
        const Int128 rounded = divided(value, unit, rounding) * unit;
        const T narrow = static_cast<T>(rounded);
        if (Int128{narrow} == rounded || mode != EvalMode::Ansi) return narrow;
        throw arithmetic_overflow(sizeof(T) == 8 ? "long overflow" : "integer overflow");
    });
}

/// Through the number's shortest text, as Java's BigDecimal.valueOf does.
template <typename T>
KernelBody round_floating(const KernelSite& site, Rounding rounding) {
    const int digits = digits_of(site);
    return rows([=](T value, std::optional<std::int32_t>) -> T {
        if (!std::isfinite(value) || value == 0) return value;
        std::string text;
        append_double(text, static_cast<double>(value));
        if (sizeof(T) == 4) {
            text.clear();
            append_float(text, static_cast<float>(value));
        }
        constexpr int kGuardScale = 18;
        if (digits >= kGuardScale || std::fabs(value) > 1e17) {
            if (digits >= 0) return value;
        }
        Int128 exact = 0;
        if (parse_decimal(text, kDecimalPrecisionMax, kGuardScale, exact) != Parse::Ok) return value;
        const int drop = kGuardScale - digits;
        if (drop > 38) return T{0};
        const Int128 unit = power_of_ten(drop);
        const Int128 rounded = divided(exact, unit, rounding);
        if (digits < 0) return static_cast<T>(static_cast<double>(rounded) * std::pow(10.0, -digits));
        return static_cast<T>(std::strtod(decimal_text(rounded, digits).c_str(), nullptr));
    });
}

KernelBody round_decimal(const KernelSite& site, Rounding rounding) {
    const DataType from = site.argument(0);
    const DataType to = site.result;
    const int digits = digits_of(site);
    const bool raises = site.mode == EvalMode::Ansi;
    const int drop = from.scale() - digits;
    return rows([=](Int128 value, std::optional<std::int32_t>) -> std::optional<Int128> {
        Int128 out = value;
        if (drop > 38) {
            out = 0;
        } else if (drop > 0) {
            out = divided(value, power_of_ten(drop), rounding);
            // Now of scale `digits`; the result's scale is that or 0.
            if (digits < 0) out *= power_of_ten(-digits);
        }
        const int scale = drop > 0 ? std::max(digits, 0) : from.scale();
        const auto fitting = rescale(out, scale, to.scale(), to.precision());
        if (!fitting && raises) throw decimal_overflow(decimal_text(out, scale), to);
        return fitting;
    });
}

KernelBody bind_rounding(const KernelSite& site, Rounding rounding) {
    switch (site.argument(0).kind()) {
        case TypeKind::Byte: return round_integer<std::int8_t>(site, rounding);
        case TypeKind::Short: return round_integer<std::int16_t>(site, rounding);
        case TypeKind::Int: return round_integer<std::int32_t>(site, rounding);
        case TypeKind::Long: return round_integer<std::int64_t>(site, rounding);
        case TypeKind::Float: return round_floating<float>(site, rounding);
        case TypeKind::Double: return round_floating<double>(site, rounding);
        case TypeKind::Decimal: return round_decimal(site, rounding);
        default: throw unsupported("rounding of this type", site.origin);
    }
}

/// ceil and floor: bigint of a double, else as rounding to a scale.
KernelBody bind_whole(const KernelSite& site, Rounding rounding) {
    const bool up = rounding == Rounding::Ceiling;
    if (site.argument(0).is(TypeKind::Double) && site.result.is(TypeKind::Long)) {
        return rows([up](double value) -> std::int64_t {
            const double whole = up ? std::ceil(value) : std::floor(value);
            if (std::isnan(whole)) return 0;
            if (whole >= 9.2233720368547758e18) return INT64_MAX;
            if (whole <= -9.2233720368547758e18) return INT64_MIN;
            return static_cast<std::int64_t>(whole);
        });
    }
    if (site.arguments.size() == 1) {
        if (site.argument(0).is(TypeKind::Long)) return rows([](std::int64_t v) { return v; });
        const DataType from = site.argument(0);
        const DataType to = site.result;
        FS_ASSERT(from.is(TypeKind::Decimal) && to.is(TypeKind::Decimal));
        return rows([=](Int128 value) {
            return divided(value, power_of_ten(from.scale()), rounding);
        });
    }
    return bind_rounding(site, rounding);
}

KernelBody bind_sign(const KernelSite& site) {
    if (site.argument(0).is(TypeKind::YearMonthInterval)) {
        return rows([](std::int32_t v) { return v > 0 ? 1.0 : v < 0 ? -1.0 : 0.0; });
    }
    if (site.argument(0).is(TypeKind::DayTimeInterval)) {
        return rows([](std::int64_t v) { return v > 0 ? 1.0 : v < 0 ? -1.0 : 0.0; });
    }
    return rows([](double v) { return v > 0 ? 1.0 : v < 0 ? -1.0 : v; });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"bround", [](const KernelSite& site) { return bind_rounding(site, Rounding::HalfEven); }},
    {"ceil", [](const KernelSite& site) { return bind_whole(site, Rounding::Ceiling); }},
    {"floor", [](const KernelSite& site) { return bind_whole(site, Rounding::Floor); }},
    {"round", [](const KernelSite& site) { return bind_rounding(site, Rounding::HalfUp); }},
    {"sign", bind_sign},
});

}  // namespace

KernelTable rounding_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
