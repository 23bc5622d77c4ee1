/// Casts between dates, timestamps, numbers and intervals.

#include <cmath>
#include <limits>

#include "backend/duckdb/kernels/cast.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "types/calendar.h"
#include "types/time_zone.h"
#include "types/value_text.h"

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

/// The value as a SQL literal, as the error shows it.
[[nodiscard]] Error value_overflow(std::int64_t value, const KernelSite& site) {
    const Literal literal{site.argument(0), Value(value)};
    return cast_overflow(sql_literal(literal, site.zone), site.argument(0), site.result);
}

/// Whole seconds of a timestamp or of a time as an integer type.
template <typename To>
KernelBody seconds_to_integer(const KernelSite& site, std::int64_t unit) {
    return rows([&site, unit, mode = site.mode](std::int64_t value) -> std::optional<To> {
        const std::int64_t seconds = floor_div(value, unit);
        const To narrow = static_cast<To>(seconds);
        if (narrow == seconds) return narrow;
        if (mode != EvalMode::Ansi) return std::nullopt;
        throw value_overflow(value, site);
    });
}

/// Seconds with a fraction; `scale` digits of it in the value.
KernelBody seconds_to_decimal(const KernelSite& site, int scale) {
    return rows([to = site.result, scale, mode = site.mode](std::int64_t value) -> std::optional<Int128> {
        const auto out = rescale(value, scale, to.scale(), to.precision());
        if (!out && mode == EvalMode::Ansi) throw decimal_overflow(decimal_text(value, scale), to);
        return out;
    });
}

KernelBody from_time(const KernelSite& site) {
    switch (site.result.kind()) {
        case TypeKind::Byte: return seconds_to_integer<std::int8_t>(site, kNanosPerSecond);
        case TypeKind::Short: return seconds_to_integer<std::int16_t>(site, kNanosPerSecond);
        case TypeKind::Int: return seconds_to_integer<std::int32_t>(site, kNanosPerSecond);
        case TypeKind::Long: return seconds_to_integer<std::int64_t>(site, kNanosPerSecond);
        case TypeKind::Decimal: return seconds_to_decimal(site, 9);
        case TypeKind::Time: {
            std::int64_t unit = 1'000;
            for (int digits = site.result.precision(); digits < 6; ++digits) unit *= 10;
            return rows([unit](std::int64_t nanos) { return nanos - nanos % unit; });
        }
        default: return {};
    }
}

KernelBody from_timestamp(const KernelSite& site) {
    switch (site.result.kind()) {
        case TypeKind::Date:
            return rows([zone = TimeZone::named(site.zone)](std::int64_t micros) {
                return day_of(zone->to_local_micros(micros));
            });
        case TypeKind::TimestampNtz:
            return rows([zone = TimeZone::named(site.zone)](std::int64_t micros) {
                return zone->to_local_micros(micros);
            });
        case TypeKind::Boolean: return rows([](std::int64_t micros) { return micros != 0; });
        case TypeKind::Byte: return seconds_to_integer<std::int8_t>(site, kMicrosPerSecond);
        case TypeKind::Short: return seconds_to_integer<std::int16_t>(site, kMicrosPerSecond);
        case TypeKind::Int: return seconds_to_integer<std::int32_t>(site, kMicrosPerSecond);
        case TypeKind::Long: return seconds_to_integer<std::int64_t>(site, kMicrosPerSecond);
        case TypeKind::Float:
            return rows([](std::int64_t micros) {
                return static_cast<float>(static_cast<double>(micros) / kMicrosPerSecond);
            });
        case TypeKind::Double:
            return rows([](std::int64_t micros) {
                return static_cast<double>(micros) / kMicrosPerSecond;
            });
        case TypeKind::Decimal: return seconds_to_decimal(site, 6);
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
            throw cast_invalid_number(static_cast<double>(seconds), from, to);
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
    if (!site.argument(0).is(TypeKind::Date) || site.mode == EvalMode::Ansi) return {};
    // Legacy mode: numbers of dates are NULL.
    return [](KernelCall& call) {
        std::uint64_t* mask = nullptr;
        for (idx_t row = 0; row < call.rows(); ++row) detail::set_null(call.result(), mask, row);
    };
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

std::int64_t interval_unit(const DataType& type) {
    if (type.is(TypeKind::DayTimeInterval)) return unit_of(type);
    return type.year_month_end() == YearMonthField::Year ? 12 : 1;
}

/// Body for months or microseconds, by the carrier of the interval.
template <typename F>
KernelBody by_interval(const DataType& type, F make) {
    if (type.is(TypeKind::YearMonthInterval)) return make.template operator()<std::int32_t>();
    return make.template operator()<std::int64_t>();
}

template <typename From>
KernelBody integer_to_interval(const KernelSite& site) {
    const std::int64_t unit = interval_unit(site.result);
    return by_interval(site.result, [&site, unit]<typename T>() {
        return rows([&site, unit](From value) {
            std::int64_t out = 0;
            if (__builtin_mul_overflow(std::int64_t{value}, unit, &out) || static_cast<T>(out) != out) {
                throw value_overflow(value, site);
            }
            return static_cast<T>(out);
        });
    });
}

KernelBody decimal_to_interval(const KernelSite& site) {
    const std::int64_t unit = interval_unit(site.result);
    const int scale = site.argument(0).scale();
    return by_interval(site.result, [&site, unit, scale]<typename T>() {
        return rows([&site, unit, scale](Int128 value) {
            Int128 product = 0;
            const bool overflows = __builtin_mul_overflow(value, static_cast<Int128>(unit), &product);
            const Int128 out = divide_half_up(product, power_of_ten(scale));
            if (overflows || static_cast<T>(out) != out) {
                throw cast_overflow(decimal_text(value, scale) + "BD", site.argument(0), site.result);
            }
            return static_cast<T>(out);
        });
    });
}

template <typename To>
KernelBody interval_to_integer(const KernelSite& site) {
    const std::int64_t unit = interval_unit(site.argument(0));
    return by_interval(site.argument(0), [&site, unit]<typename T>() {
        return rows([&site, unit, mode = site.mode](T value) -> std::optional<To> {
            const std::int64_t whole = value / unit;
            if (static_cast<To>(whole) == whole) return static_cast<To>(whole);
            if (mode == EvalMode::Try) return std::nullopt;
            throw value_overflow(value, site);
        });
    });
}

/// In units of the interval's last field, with a fraction of six digits for seconds.
KernelBody interval_to_decimal(const KernelSite& site) {
    const DataType& from = site.argument(0);
    const bool seconds = from.is(TypeKind::DayTimeInterval) && from.day_time_end() == DayTimeField::Second;
    const std::int64_t unit = seconds ? 1 : interval_unit(from);
    return by_interval(from, [&, seconds, unit]<typename T>() {
        return rows([to = site.result, mode = site.mode, seconds, unit](T value) -> std::optional<Int128> {
            const Int128 number = value / unit;
            const int scale = seconds ? 6 : 0;
            const auto out = rescale(number, scale, to.scale(), to.precision());
            if (!out && mode == EvalMode::Ansi) throw decimal_overflow(decimal_text(number, scale), to);
            return out;
        });
    });
}

KernelBody interval_to_number(const KernelSite& site) {
    switch (site.result.kind()) {
        case TypeKind::Byte: return interval_to_integer<std::int8_t>(site);
        case TypeKind::Short: return interval_to_integer<std::int16_t>(site);
        case TypeKind::Int: return interval_to_integer<std::int32_t>(site);
        case TypeKind::Long: return interval_to_integer<std::int64_t>(site);
        case TypeKind::Decimal: return interval_to_decimal(site);
        default: return {};
    }
}

}  // namespace

KernelBody bind_time_cast(const KernelSite& site) {
    if (site.argument(0).is(TypeKind::Time)) return from_time(site);
    if (site.argument(0).is(TypeKind::Timestamp)) return from_timestamp(site);
    if (site.result.is(TypeKind::Timestamp)) return to_timestamp(site);
    return from_date_or_local(site);
}

KernelBody bind_interval_cast(const KernelSite& site) {
    const DataType& from = site.argument(0);
    if (from.is_ansi_interval() && site.result.is_ansi_interval()) return interval_to_interval(site);
    if (from.is_ansi_interval()) return interval_to_number(site);
    switch (from.kind()) {
        case TypeKind::Byte: return integer_to_interval<std::int8_t>(site);
        case TypeKind::Short: return integer_to_interval<std::int16_t>(site);
        case TypeKind::Int: return integer_to_interval<std::int32_t>(site);
        case TypeKind::Long: return integer_to_interval<std::int64_t>(site);
        case TypeKind::Decimal: return decimal_to_interval(site);
        default: return {};
    }
}

}  // namespace firesteel::duckdb
