/// Casts between dates, timestamps, numbers and intervals.

#include <cmath>
#include <limits>

#include "backend/duckdb/kernels/cast.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "types/calendar.h"
#include "types/time_zone.h"

namespace firesteel::duckdb {
namespace {

KernelBody date_to_timestamp(const KernelSite& site) {
    return rows([zone = TimeZone::named(site.zone)](std::int32_t days) {
        return zone->to_utc_micros(days * kMicrosPerDay);
    });
}

std::int32_t day_of(std::int64_t local_micros) {
    return static_cast<std::int32_t>(floor_div(local_micros, kMicrosPerDay));
}

/// Whole seconds of a timestamp as an integer type.
template <typename To>
KernelBody timestamp_to_integer(const KernelSite& site) {
    const EvalMode mode = site.mode;
    const DataType from = site.argument(0);
    const DataType to = site.result;
    return rows([=](std::int64_t micros) -> std::optional<To> {
        const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
        const To narrow = static_cast<To>(seconds);
        if (narrow == seconds || mode == EvalMode::Legacy) return narrow;
        if (mode == EvalMode::Try) return std::nullopt;
        throw cast_overflow(std::to_string(seconds), from, to);
    });
}

KernelBody from_timestamp(const KernelSite& site) {
    const DataType& to = site.result;
    switch (to.kind()) {
        case TypeKind::Date:
            return rows([zone = TimeZone::named(site.zone)](std::int64_t micros) {
                return day_of(zone->to_local_micros(micros));
            });
        case TypeKind::TimestampNtz:
            return rows([zone = TimeZone::named(site.zone)](std::int64_t micros) {
                return zone->to_local_micros(micros);
            });
        case TypeKind::Boolean: return rows([](std::int64_t micros) { return micros != 0; });
        case TypeKind::Byte: return timestamp_to_integer<std::int8_t>(site);
        case TypeKind::Short: return timestamp_to_integer<std::int16_t>(site);
        case TypeKind::Int: return timestamp_to_integer<std::int32_t>(site);
        case TypeKind::Long: return timestamp_to_integer<std::int64_t>(site);
        case TypeKind::Float:
            return rows([](std::int64_t micros) {
                return static_cast<float>(static_cast<double>(micros) / kMicrosPerSecond);
            });
        case TypeKind::Double:
            return rows([](std::int64_t micros) {
                return static_cast<double>(micros) / kMicrosPerSecond;
            });
        case TypeKind::Decimal:
            return rows([to, mode = site.mode](std::int64_t micros) -> std::optional<Int128> {
                const auto value = rescale(micros, 6, to.scale(), to.precision());
                if (!value && mode == EvalMode::Ansi) {
                    throw decimal_overflow(decimal_text(micros, 6), to);
                }
                return value;
            });
        default: return {};
    }
}

std::int64_t saturated_micros(std::int64_t seconds) {
    std::int64_t micros = 0;
    if (__builtin_mul_overflow(seconds, kMicrosPerSecond, &micros)) {
        return seconds < 0 ? std::numeric_limits<std::int64_t>::min()
                           : std::numeric_limits<std::int64_t>::max();
    }
    return micros;
}

template <typename From>
KernelBody floating_to_timestamp(const KernelSite& site) {
    const bool raises = site.mode == EvalMode::Ansi;
    const DataType from = site.argument(0);
    const DataType to = site.result;
    return rows([=](From seconds) -> std::optional<std::int64_t> {
        if (!std::isfinite(seconds)) {
            if (!raises) return std::nullopt;
            throw cast_invalid(std::to_string(seconds), from, to);
        }
        const double micros = static_cast<double>(seconds) * kMicrosPerSecond;
        if (micros >= 9.2233720368547758e18) return std::numeric_limits<std::int64_t>::max();
        if (micros <= -9.2233720368547758e18) return std::numeric_limits<std::int64_t>::min();
        return static_cast<std::int64_t>(micros);
    });
}

KernelBody to_timestamp(const KernelSite& site) {
    const DataType from = site.argument(0);
    switch (from.kind()) {
        case TypeKind::Date: return date_to_timestamp(site);
        case TypeKind::TimestampNtz:
            return rows([zone = TimeZone::named(site.zone)](std::int64_t local) {
                return zone->to_utc_micros(local);
            });
        case TypeKind::Boolean:
            return rows([](bool value) { return std::int64_t{value ? 1 : 0}; });
        case TypeKind::Byte:
            return rows([](std::int8_t seconds) { return saturated_micros(seconds); });
        case TypeKind::Short:
            return rows([](std::int16_t seconds) { return saturated_micros(seconds); });
        case TypeKind::Int:
            return rows([](std::int32_t seconds) { return saturated_micros(seconds); });
        case TypeKind::Long:
            return rows([](std::int64_t seconds) { return saturated_micros(seconds); });
        case TypeKind::Float: return floating_to_timestamp<float>(site);
        case TypeKind::Double: return floating_to_timestamp<double>(site);
        case TypeKind::Decimal:
            return rows([scale = from.scale()](Int128 seconds) -> std::optional<std::int64_t> {
                const Int128 micros = scale > 6 ? seconds / power_of_ten(scale - 6)
                                                : seconds * power_of_ten(6 - scale);
                return static_cast<std::int64_t>(micros);
            });
        default: return {};
    }
}

KernelBody from_date_or_local(const KernelSite& site) {
    const bool is_local = site.argument(0).is(TypeKind::TimestampNtz);
    if (is_local && site.result.is(TypeKind::Date)) {
        return rows([](std::int64_t micros) { return day_of(micros); });
    }
    if (site.argument(0).is(TypeKind::Date) && site.result.is(TypeKind::TimestampNtz)) {
        return rows([](std::int32_t days) { return days * kMicrosPerDay; });
    }
    // Legacy mode: numbers of dates are NULL.
    return {};
}

std::int64_t unit_of(const DataType& type) {
    switch (type.day_time_end()) {
        case DayTimeField::Day: return kMicrosPerDay;
        case DayTimeField::Hour: return kMicrosPerHour;
        case DayTimeField::Minute: return kMicrosPerMinute;
        case DayTimeField::Second: return kMicrosPerSecond;
    }
    return 1;
}

/// Months or microseconds cut to the type's last field.
KernelBody interval_to_interval(const KernelSite& site) {
    const DataType& to = site.result;
    if (to.is(TypeKind::YearMonthInterval) && site.argument(0).is(TypeKind::YearMonthInterval)) {
        const bool years = to.year_month_end() == YearMonthField::Year;
        return rows([years](std::int32_t months) { return years ? months / 12 * 12 : months; });
    }
    if (to.is(TypeKind::DayTimeInterval) && site.argument(0).is(TypeKind::DayTimeInterval)) {
        const std::int64_t unit = to.day_time_end() == DayTimeField::Second ? 1 : unit_of(to);
        return rows([unit](std::int64_t micros) { return micros / unit * unit; });
    }
    return {};
}

template <typename From>
KernelBody integer_to_interval(const KernelSite& site) {
    const DataType from = site.argument(0);
    const DataType to = site.result;
    if (to.is(TypeKind::YearMonthInterval)) {
        const std::int64_t unit = to.year_month_end() == YearMonthField::Year ? 12 : 1;
        return rows([=](From value) -> std::int32_t {
            std::int64_t months = 0;
            if (__builtin_mul_overflow(std::int64_t{value}, unit, &months) ||
                static_cast<std::int32_t>(months) != months) {
                throw cast_overflow(std::to_string(value), from, to);
            }
            return static_cast<std::int32_t>(months);
        });
    }
    const std::int64_t unit = unit_of(to);
    return rows([=](From value) -> std::int64_t {
        std::int64_t micros = 0;
        if (__builtin_mul_overflow(std::int64_t{value}, unit, &micros)) {
            throw cast_overflow(std::to_string(value), from, to);
        }
        return micros;
    });
}

template <typename From, typename To>
KernelBody interval_to_integer(const KernelSite& site, std::int64_t unit) {
    const DataType from = site.argument(0);
    const DataType to = site.result;
    return rows([=](From value) -> To {
        const std::int64_t whole = value / unit;
        if (static_cast<To>(whole) != whole) throw cast_overflow(std::to_string(whole), from, to);
        return static_cast<To>(whole);
    });
}

template <typename From>
KernelBody interval_to_number(const KernelSite& site, std::int64_t unit) {
    switch (site.result.kind()) {
        case TypeKind::Byte: return interval_to_integer<From, std::int8_t>(site, unit);
        case TypeKind::Short: return interval_to_integer<From, std::int16_t>(site, unit);
        case TypeKind::Int: return interval_to_integer<From, std::int32_t>(site, unit);
        case TypeKind::Long: return interval_to_integer<From, std::int64_t>(site, unit);
        default: return {};
    }
}

}  // namespace

KernelBody bind_time_cast(const KernelSite& site) {
    if (site.argument(0).is(TypeKind::Timestamp)) return from_timestamp(site);
    if (site.result.is(TypeKind::Timestamp)) return to_timestamp(site);
    return from_date_or_local(site);
}

KernelBody bind_interval_cast(const KernelSite& site) {
    const DataType& from = site.argument(0);
    if (from.is_ansi_interval() && site.result.is_ansi_interval()) return interval_to_interval(site);
    if (from.is(TypeKind::YearMonthInterval)) {
        const bool years = from.year_month_end() == YearMonthField::Year;
        return interval_to_number<std::int32_t>(site, years ? 12 : 1);
    }
    if (from.is(TypeKind::DayTimeInterval)) {
        return interval_to_number<std::int64_t>(site, unit_of(from));
    }
    switch (from.kind()) {
        case TypeKind::Byte: return integer_to_interval<std::int8_t>(site);
        case TypeKind::Short: return integer_to_interval<std::int16_t>(site);
        case TypeKind::Int: return integer_to_interval<std::int32_t>(site);
        case TypeKind::Long: return integer_to_interval<std::int64_t>(site);
        default: return {};
    }
}

}  // namespace firesteel::duckdb
