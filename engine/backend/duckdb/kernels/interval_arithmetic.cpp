/// Intervals: sums, products and quotients, and dates and timestamps moved by them.

#include <array>
#include <cmath>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "backend/duckdb/kernels/wide_decimal.h"
#include "types/datetime.h"

namespace firesteel::duckdb {
namespace {

using Date = std::int32_t;
using Micros = std::int64_t;
using Calendar = CalendarIntervalValue;

/// Java's own exception, which has no condition.
[[nodiscard]] Error java_arithmetic(std::string_view message) {
    return Error(ErrorClass::JavaArithmetic, {{"message", std::string(message)}});
}
template <typename T>
constexpr std::string_view overflow_text() {
    return sizeof(T) == 4 ? "integer overflow" : "long overflow";
}
template <typename T>
std::optional<T> narrowed(const WideInt& value) {
    if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return std::nullopt;
    return static_cast<T>(value);
}

/// Body for months or microseconds, by the carrier of the interval.
template <typename F>
KernelBody by_interval(const DataType& type, F make) {
    if (type.is(TypeKind::YearMonthInterval)) return make.template operator()<std::int32_t>();
    return make.template operator()<std::int64_t>();
}

// ---- sums

template <bool subtracts>
Calendar calendar_sum(const Calendar& a, const Calendar& b, EvalMode mode) {
    const auto run = [mode]<typename T>(T x, T y) {
        T out;
        const bool overflows =
            subtracts ? __builtin_sub_overflow(x, y, &out) : __builtin_add_overflow(x, y, &out);
        if (overflows && mode != EvalMode::Legacy) throw arithmetic_overflow(overflow_text<T>());
        return out;
    };
    return {run(a.months, b.months), run(a.days, b.days), run(a.microseconds, b.microseconds)};
}

/// Runs `f` and makes NULL of its errors in try mode.
template <typename F>
auto tried(EvalMode mode, F f) -> std::optional<decltype(f())> {
    if (mode != EvalMode::Try) return f();
    try {
        return f();
    } catch (const Error&) {
        return std::nullopt;
    }
}

template <bool subtracts>
KernelBody bind_sum(const KernelSite& site) {
    const EvalMode mode = site.mode;
    if (site.result.is(TypeKind::CalendarInterval)) {
        return rows([mode](const Calendar& a, const Calendar& b) {
            return tried(mode, [&] { return calendar_sum<subtracts>(a, b, mode); });
        });
    }
    return by_interval(site.result, [mode]<typename T>() {
        return rows([mode](T a, T b) -> std::optional<T> {
            T out;
            const bool overflows =
                subtracts ? __builtin_sub_overflow(a, b, &out) : __builtin_add_overflow(a, b, &out);
            if (!overflows) return out;
            if (mode == EvalMode::Try) return std::nullopt;
            throw Error(ErrorClass::IntervalArithmeticOverflowWithSuggestion,
                        {{"functionName", subtracts ? "`try_subtract`" : "`try_add`"}});
        });
    });
}

KernelBody bind_negative(const KernelSite& site) {
    if (site.result.is(TypeKind::CalendarInterval)) {
        return rows([mode = site.mode](const Calendar& a) { return calendar_sum<true>({}, a, mode); });
    }
    return by_interval(site.result, []<typename T>() {
        return rows([](T value) {
            T out;
            if (__builtin_sub_overflow(T{0}, value, &out)) {
                throw Error(ErrorClass::IntervalArithmeticOverflowWithoutSuggestion);
            }
            return out;
        });
    });
}

/// The sum that DuckDB adds up in 128 bits.
KernelBody bind_narrow_interval_sum(const KernelSite& site) {
    return by_interval(site.result, [mode = site.mode]<typename T>() {
        return rows([mode](Int128 sum) -> std::optional<T> {
            const auto out = static_cast<T>(sum);
            if (out == sum) return out;
            if (mode == EvalMode::Try) return std::nullopt;
            throw Error(ErrorClass::IntervalArithmeticOverflowWithSuggestion, {{"functionName", "`try_add`"}});
        });
    });
}
KernelBody bind_average(const KernelSite& site) {
    return by_interval(site.result, [mode = site.mode]<typename T>() {
        return rows([mode](Int128 sum, std::int64_t count) -> std::optional<T> {
            if (static_cast<T>(sum) == sum) return static_cast<T>(divide_half_up(sum, Int128{count}));
            if (mode == EvalMode::Try) return std::nullopt;
            throw Error(ErrorClass::IntervalArithmeticOverflowWithSuggestion, {{"functionName", "`try_add`"}});
        });
    });
}

// ---- products and quotients

template <typename T>
T rounded(double value) {
    if (!std::isfinite(value)) throw java_arithmetic("input is infinite or NaN");
    const double whole = std::round(value);
    const double limit = std::ldexp(1.0, sizeof(T) * 8 - 1);
    if (whole >= limit || whole < -limit) throw java_arithmetic("rounded value is out of range");
    return static_cast<T>(whole);
}

template <typename T>
T product(T interval, Int128 number, int scale) {
    const WideInt exact = wide(interval) * wide(number);
    const auto out = narrowed<T>(divide_half_up(exact, wide_power_of_ten(scale)));
    if (!out) throw java_arithmetic(scale > 0 ? "Overflow" : overflow_text<T>());
    return *out;
}
template <typename T>
T quotient(T interval, Int128 number, int scale) {
    const auto out = narrowed<T>(divide_half_up(WideInt(wide(interval) * wide_power_of_ten(scale)), wide(number)));
    if (out) return *out;
    throw Error(ErrorClass::IntervalArithmeticOverflowWithSuggestion, {{"functionName", "`try_divide`"}});
}

[[nodiscard]] Error divided_by_zero() { return Error(ErrorClass::IntervalDividedByZero); }

enum class Scaling : std::uint8_t { Multiply, Divide };

template <typename T, Scaling kind, typename N>
std::optional<T> scaled(T interval, N number, int scale, EvalMode mode) {
    return tried(mode, [&]() -> T {
        if (kind == Scaling::Divide && number == 0) throw divided_by_zero();
        if constexpr (std::is_floating_point_v<N>) {
            const double by = number;
            return rounded<T>(kind == Scaling::Multiply ? static_cast<double>(interval) * by
                                                        : static_cast<double>(interval) / by);
        } else {
            return kind == Scaling::Multiply ? product<T>(interval, number, scale)
                                             : quotient<T>(interval, number, scale);
        }
    });
}

template <Scaling kind>
KernelBody bind_scaling(const KernelSite& site) {
    const DataType& number = site.argument(1);
    return by_interval(site.result, [&, mode = site.mode]<typename T>() -> KernelBody {
        const auto make = [mode]<typename N>(int scale) {
            return rows([=](T interval, N by) { return scaled<T, kind>(interval, by, scale, mode); });
        };
        switch (number.kind()) {
            case TypeKind::Byte: return make.template operator()<std::int8_t>(0);
            case TypeKind::Short: return make.template operator()<std::int16_t>(0);
            case TypeKind::Int: return make.template operator()<std::int32_t>(0);
            case TypeKind::Long: return make.template operator()<std::int64_t>(0);
            case TypeKind::Float: return make.template operator()<float>(0);
            case TypeKind::Decimal: return make.template operator()<Int128>(number.scale());
            default: return make.template operator()<double>(0);
        }
    });
}

/// The fraction of a month is lost, that of a day becomes microseconds.
Calendar from_doubles(double months, double days, double micros, EvalMode mode) {
    const double whole_months = std::trunc(months);
    const double whole_days = std::trunc(days);
    const double all_micros =
        std::floor(micros + static_cast<double>(kMicrosPerDay) * (days - whole_days) + 0.5);
    const bool fits = std::abs(whole_months) < 2147483648.0 && std::abs(whole_days) < 2147483648.0;
    if (!fits && mode != EvalMode::Legacy) throw arithmetic_overflow("integer overflow");
    const auto saturated = [](double value, double limit) { return std::min(std::max(value, -limit), limit); };
    return {static_cast<std::int32_t>(saturated(whole_months, 2147483647.0)),
            static_cast<std::int32_t>(saturated(whole_days, 2147483647.0)),
            static_cast<std::int64_t>(saturated(all_micros, 9.2233720368547748e18))};
}

template <Scaling kind>
KernelBody bind_calendar_scaling(const KernelSite& site) {
    return rows([mode = site.mode](const Calendar& interval, double number) -> std::optional<Calendar> {
        if (kind == Scaling::Divide && number == 0) {
            if (mode == EvalMode::Ansi) throw divided_by_zero();
            return std::nullopt;
        }
        const auto by = [number](auto part) {
            return kind == Scaling::Multiply ? static_cast<double>(part) * number
                                             : static_cast<double>(part) / number;
        };
        return tried(mode, [&] {
            return from_doubles(by(interval.months), by(interval.days), by(interval.microseconds), mode);
        });
    });
}

/// "div" of two intervals: how often the second fits into the first.
KernelBody bind_integral_divide(const KernelSite& site) {
    return by_interval(site.argument(0), [mode = site.mode]<typename T>() {
        return rows([mode](T a, T b) -> std::optional<std::int64_t> {
            if (b == 0) {
                if (mode != EvalMode::Ansi) return std::nullopt;
                throw divide_by_zero();
            }
            if (b == -1 && std::int64_t{a} == INT64_MIN) throw arithmetic_overflow("long overflow");
            return std::int64_t{a} / b;
        });
    });
}

// ---- dates and timestamps moved

std::shared_ptr<const TimeZone> clock_of(const KernelSite& site) {
    return site.argument(0).is(TypeKind::TimestampNtz) ? TimeZone::utc() : TimeZone::named(site.zone);
}
Micros moved(Micros time, std::int64_t months, std::int64_t days, std::int64_t rest, const TimeZone& zone) {
    const auto out = add_to_timestamp(time, months, days, rest, zone);
    if (!out) throw java_arithmetic("long overflow");
    return *out;
}

template <int sign>
KernelBody bind_timestamp_interval(const KernelSite& site) {
    const EvalMode mode = site.mode;
    const auto zone = clock_of(site);
    if (site.argument(1).is(TypeKind::CalendarInterval)) {
        return rows([mode, zone](Micros time, const Calendar& by) {
            return tried(mode, [&] {
                return moved(time, std::int64_t{sign} * by.months, std::int64_t{sign} * by.days,
                             sign * by.microseconds, *zone);
            });
        });
    }
    return rows([mode, zone](Micros time, Micros by) {
        return tried(mode, [&] {
            return moved(time, 0, sign * (by / kMicrosPerDay), sign * (by % kMicrosPerDay), *zone);
        });
    });
}
template <int sign>
KernelBody bind_timestamp_months(const KernelSite& site) {
    return rows([mode = site.mode, zone = clock_of(site)](Micros time, std::int32_t months) {
        return tried(mode, [&] { return moved(time, std::int64_t{sign} * months, 0, 0, *zone); });
    });
}

template <int sign>
KernelBody bind_date_interval(const KernelSite& site) {
    const EvalMode mode = site.mode;
    return rows([mode, zone = TimeZone::named(site.zone)](Date date, const Calendar& by) {
        return tried(mode, [&]() -> Date {
            if (by.microseconds != 0) {
                if (mode != EvalMode::Legacy) throw Error(ErrorClass::InvalidIntervalWithMicrosecondsAddition);
                const Micros time = moved(day_to_micros(date, *zone), std::int64_t{sign} * by.months,
                                          std::int64_t{sign} * by.days, sign * by.microseconds, *zone);
                return static_cast<Date>(local_days(time, *zone));
            }
            const std::int64_t days = add_months_to_date(date, std::int64_t{sign} * by.months) +
                                      std::int64_t{sign} * by.days;
            if (days < INT32_MIN || days > INT32_MAX) throw arithmetic_overflow("integer overflow");
            return static_cast<Date>(days);
        });
    });
}

/// The time between two moments on the local clock.
KernelBody bind_timestamp_difference(const KernelSite& site) {
    return rows([mode = site.mode, zone = clock_of(site)](Micros end, Micros start) {
        return tried(mode, [&] {
            Micros out = 0;
            if (__builtin_sub_overflow(zone->to_local_micros(end), zone->to_local_micros(start), &out)) {
                throw java_arithmetic("long overflow");
            }
            return out;
        });
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"calendar_divide", bind_calendar_scaling<Scaling::Divide>, Placed::No},
    {"calendar_multiply", bind_calendar_scaling<Scaling::Multiply>, Placed::No},
    {"date_add_interval", bind_date_interval<1>, Placed::No},
    {"date_subtract_interval", bind_date_interval<-1>, Placed::No},
    {"interval_add", bind_sum<false>, Placed::No},
    {"interval_average", bind_average, Placed::No},
    {"interval_divide", bind_scaling<Scaling::Divide>},
    {"interval_integral_divide", bind_integral_divide},
    {"interval_multiply", bind_scaling<Scaling::Multiply>, Placed::No},
    {"interval_negative", bind_negative, Placed::No},
    {"interval_subtract", bind_sum<true>, Placed::No},
    {"narrow_interval_sum", bind_narrow_interval_sum, Placed::No},
    {"timestamp_add_interval", bind_timestamp_interval<1>, Placed::No},
    {"timestamp_add_months", bind_timestamp_months<1>, Placed::No},
    {"timestamp_difference", bind_timestamp_difference, Placed::No},
    {"timestamp_subtract_interval", bind_timestamp_interval<-1>, Placed::No},
    {"timestamp_subtract_months", bind_timestamp_months<-1>, Placed::No},
});

}  // namespace

KernelTable interval_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
