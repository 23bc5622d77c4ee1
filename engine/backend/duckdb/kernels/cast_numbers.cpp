/// Casts between numbers and booleans.

#include <cmath>
#include <limits>

#include "backend/duckdb/kernels/cast.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "backend/duckdb/kernels/text_rows.h"
#include "types/number_text.h"
#include "types/value_parse.h"

namespace firesteel::duckdb {
namespace {

template <typename From, typename To>
KernelBody integer_to_integer(const KernelSite& site) {
    const EvalMode mode = site.mode;
    const DataType from = site.argument(0);
    const DataType to = site.result;
    return rows([=](From value) -> std::optional<To> {
        const To narrow = static_cast<To>(value);
        if (std::int64_t{narrow} == std::int64_t{value} || mode == EvalMode::Legacy) return narrow;
        if (mode == EvalMode::Try) return std::nullopt;
        throw cast_overflow({from, Value(std::int64_t{value})}, to);
    });
}

/// Java's saturating (int) and (long) of a floating-point number; NaN is 0.
template <typename Wide>
Wide saturated(double value) {
    if (std::isnan(value)) return 0;
    if (value >= static_cast<double>(std::numeric_limits<Wide>::max())) {
        return std::numeric_limits<Wide>::max();
    }
    if (value <= static_cast<double>(std::numeric_limits<Wide>::min())) {
        return std::numeric_limits<Wide>::min();
    }
    return static_cast<Wide>(value);
}

template <typename From, typename To>
KernelBody floating_to_integer(const KernelSite& site) {
    const EvalMode mode = site.mode;
    const DataType from = site.argument(0);
    const DataType to = site.result;
    return rows([=](From value) -> std::optional<To> {
        using Wide = std::conditional_t<sizeof(To) == 8, std::int64_t, std::int32_t>;
        if (mode == EvalMode::Legacy) return static_cast<To>(saturated<Wide>(value));
        const double floor_of = std::floor(static_cast<double>(value));
        const double ceil_of = std::ceil(static_cast<double>(value));
        const auto low = static_cast<double>(std::numeric_limits<To>::min());
        const auto high = static_cast<double>(std::numeric_limits<To>::max());
        if (floor_of <= high && ceil_of >= low) return static_cast<To>(saturated<Wide>(value));
        if (mode == EvalMode::Try) return std::nullopt;
        throw cast_overflow({from, Value(static_cast<double>(value))}, to);
    });
}

template <typename To>
KernelBody decimal_to_integer(const KernelSite& site) {
    const EvalMode mode = site.mode;
    const DataType from = site.argument(0);
    const DataType to = site.result;
    const int scale = from.scale();
    const Int128 unit = power_of_ten(scale);
    return rows([=](Int128 value) -> std::optional<To> {
        const Int128 whole = value / unit;
        const To narrow = static_cast<To>(whole);
        if (Int128{narrow} == whole) return narrow;
        if (mode == EvalMode::Legacy) return static_cast<To>(static_cast<std::int64_t>(whole));
        if (mode == EvalMode::Try) return std::nullopt;
        throw cast_overflow({from, Value(value)}, to);
    });
}

template <typename To>
KernelBody to_integer(const KernelSite& site) {
    switch (site.argument(0).kind()) {
        case TypeKind::Short: return integer_to_integer<std::int16_t, To>(site);
        case TypeKind::Int: return integer_to_integer<std::int32_t, To>(site);
        case TypeKind::Long: return integer_to_integer<std::int64_t, To>(site);
        case TypeKind::Float: return floating_to_integer<float, To>(site);
        case TypeKind::Double: return floating_to_integer<double, To>(site);
        case TypeKind::Decimal: return decimal_to_integer<To>(site);
        default: return {};
    }
}

std::optional<Int128> out_of_range(EvalMode mode, const DataType& type, std::string_view text) {
    if (mode == EvalMode::Ansi) throw decimal_overflow(text, type);
    return std::nullopt;
}

template <typename From>
KernelBody integer_to_decimal(const KernelSite& site) {
    const DataType to = site.result;
    const EvalMode mode = site.mode;
    return rows([=](From value) -> std::optional<Int128> {
        const auto scaled = rescale(Int128{value}, 0, to.scale(), to.precision());
        if (scaled) return scaled;
        return out_of_range(mode, to, std::to_string(value));
    });
}

/// Through the number's text, as Java's BigDecimal.valueOf.
template <typename From>
KernelBody floating_to_decimal(const KernelSite& site) {
    const DataType to = site.result;
    const EvalMode mode = site.mode;
    return rows([=](From value) -> std::optional<Int128> {
        if (!std::isfinite(value)) return std::nullopt;
        std::string text;
        append_double(text, static_cast<double>(value));
        Int128 value_of = 0;
        if (parse_decimal(text, to.precision(), to.scale(), value_of) == Parse::Ok) return value_of;
        return out_of_range(mode, to, text);
    });
}

KernelBody decimal_to_decimal(const KernelSite& site) {
    const DataType from = site.argument(0);
    const DataType to = site.result;
    const EvalMode mode = site.mode;
    return rows([=](Int128 value) -> std::optional<Int128> {
        const auto scaled = rescale(value, from.scale(), to.scale(), to.precision());
        if (scaled) return scaled;
        return out_of_range(mode, to, decimal_text(value, from.scale()));
    });
}

KernelBody to_decimal(const KernelSite& site) {
    const DataType to = site.result;
    switch (site.argument(0).kind()) {
        case TypeKind::Boolean:
            return rows([to, mode = site.mode](bool value) -> std::optional<Int128> {
                const auto scaled = rescale(value ? 1 : 0, 0, to.scale(), to.precision());
                return scaled ? scaled : out_of_range(mode, to, value ? "1" : "0");
            });
        case TypeKind::Byte: return integer_to_decimal<std::int8_t>(site);
        case TypeKind::Short: return integer_to_decimal<std::int16_t>(site);
        case TypeKind::Int: return integer_to_decimal<std::int32_t>(site);
        case TypeKind::Long: return integer_to_decimal<std::int64_t>(site);
        case TypeKind::Float: return floating_to_decimal<float>(site);
        case TypeKind::Double: return floating_to_decimal<double>(site);
        case TypeKind::Decimal: return decimal_to_decimal(site);
        default: return {};
    }
}

template <typename To>
KernelBody to_floating(const KernelSite& site) {
    const DataType from = site.argument(0);
    if (from.is(TypeKind::Double)) return rows([](double value) { return static_cast<To>(value); });
    if (!from.is(TypeKind::Decimal)) return {};
    return rows([scale = from.scale()](Int128 value) {
        // The text has the digits exactly; its reading rounds once.
        return static_cast<To>(std::strtod(decimal_text(value, scale).c_str(), nullptr));
    });
}

KernelBody to_boolean(const DataType& from) {
    if (from.is(TypeKind::Float)) return rows([](float value) { return value != 0; });
    if (from.is(TypeKind::Double)) return rows([](double value) { return value != 0; });
    if (from.is(TypeKind::Decimal)) return rows([](Int128 value) { return value != 0; });
    return {};
}

/// Legacy mode: the integer's bytes, the highest first.
template <typename From>
KernelBody integer_to_binary() {
    return text_rows<From>([](std::string& out, From value) {
        for (std::size_t i = sizeof(From); i-- > 0;) {
            out += static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
        }
    });
}

KernelBody to_binary(const DataType& from) {
    switch (from.kind()) {
        case TypeKind::Byte: return integer_to_binary<std::int8_t>();
        case TypeKind::Short: return integer_to_binary<std::int16_t>();
        case TypeKind::Int: return integer_to_binary<std::int32_t>();
        case TypeKind::Long: return integer_to_binary<std::int64_t>();
        default: return {};
    }
}

}  // namespace

KernelBody bind_number_cast(const KernelSite& site) {
    switch (site.result.kind()) {
        case TypeKind::Boolean: return to_boolean(site.argument(0));
        case TypeKind::Byte: return to_integer<std::int8_t>(site);
        case TypeKind::Short: return to_integer<std::int16_t>(site);
        case TypeKind::Int: return to_integer<std::int32_t>(site);
        case TypeKind::Long: return to_integer<std::int64_t>(site);
        case TypeKind::Float: return to_floating<float>(site);
        case TypeKind::Double: return to_floating<double>(site);
        case TypeKind::Decimal: return to_decimal(site);
        case TypeKind::Binary: return to_binary(site.argument(0));
        default: return {};
    }
}

}  // namespace firesteel::duckdb
