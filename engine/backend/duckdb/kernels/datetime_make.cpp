/// Dates, times, timestamps and intervals made of their fields.

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "types/datetime.h"
#include "types/value_text.h"

namespace firesteel::duckdb {
namespace {

using Text = std::string_view;

/// Nothing where the mode makes NULL of impossible fields.
template <typename T>
std::optional<T> out_of_bounds(EvalMode mode, std::string message) {
    if (mode != EvalMode::Ansi) return std::nullopt;
    throw Error(ErrorClass::DatetimeFieldOutOfBounds,
                {{"rangeMessage", std::move(message)}, {"ansiConfig", std::string(kAnsiConfig)}});
}

KernelBody bind_make_date(const KernelSite& site) {
    return rows([mode = site.mode](std::int32_t year, std::int32_t month,
                                   std::int32_t day) -> std::optional<std::int32_t> {
        if (std::string message = range_message(year, month, day); !message.empty()) {
            return out_of_bounds<std::int32_t>(mode, std::move(message));
        }
        const std::int64_t days = days_from_civil({year, month, day});
        if (days < INT32_MIN || days > INT32_MAX) throw arithmetic_overflow("integer overflow");
        return static_cast<std::int32_t>(days);
    });
}

struct Clock {
    std::int32_t hour;
    std::int32_t minute;
    Int128 micros;  // seconds with six digits
};

[[noreturn]] void bad_fraction(Int128 micros) {
    std::string text;
    append_double(text, static_cast<double>(micros) / kMicrosPerSecond);
    throw Error(ErrorClass::InvalidFractionOfSecond, {{"secAndMicros", text}});
}

/// Local microseconds.
std::optional<std::int64_t> local_time(EvalMode mode, std::int32_t year, std::int32_t month, std::int32_t day,
                                       const Clock& clock) {
    const std::int64_t second = floor_div(static_cast<std::int64_t>(clock.micros), kMicrosPerSecond);
    const std::int64_t rest = floor_mod(static_cast<std::int64_t>(clock.micros), kMicrosPerSecond);
    const bool next_minute = second == 60;
    if (next_minute && rest != 0) {
        if (mode != EvalMode::Ansi) return std::nullopt;
        bad_fraction(clock.micros);
    }
    std::string message = range_message(year, month, day);
    if (message.empty()) message = range_message_of_time(clock.hour, clock.minute, next_minute ? 0 : second);
    if (!message.empty()) return out_of_bounds<std::int64_t>(mode, std::move(message));
    const std::int64_t of_day = (clock.hour * 60 + clock.minute) * kMicrosPerMinute +
                                second * kMicrosPerSecond + rest;
    std::int64_t out = 0;
    if (__builtin_mul_overflow(days_from_civil({year, month, day}), kMicrosPerDay, &out) ||
        __builtin_add_overflow(out, of_day, &out)) {
        throw arithmetic_overflow("long overflow");
    }
    return out;
}

KernelBody bind_make_timestamp_ntz(const KernelSite& site) {
    if (site.arguments.size() == 2) {
        return rows([](std::int32_t days, std::int64_t nanos) {
            return days * kMicrosPerDay + nanos / kNanosPerMicro;
        });
    }
    return rows([mode = site.mode](std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour,
                                   std::int32_t minute, Int128 seconds) {
        return local_time(mode, year, month, day, {hour, minute, seconds});
    });
}

std::int64_t in_zone(Text id, TimeZoneCache& zones, std::int64_t local) {
    if (const TimeZone* zone = zones.find(id)) return zone->to_utc_micros(local);
    throw Error(ErrorClass::InvalidTimezone, {{"timeZone", std::string(id)}});
}

/// Of a date, a time and perhaps a zone.
KernelBody bind_join_timestamp(const KernelSite& site) {
    const auto local = [](std::int32_t days, std::int64_t nanos) {
        return days * kMicrosPerDay + nanos / kNanosPerMicro;
    };
    if (site.arguments.size() == 3) {
        return [local](KernelCall& call) {
            TimeZoneCache zones;
            rows([&](std::int32_t days, std::int64_t nanos, Text zone) {
                return in_zone(zone, zones, local(days, nanos));
            })(call);
        };
    }
    return rows([local, zone = TimeZone::named(site.zone)](std::int32_t days, std::int64_t nanos) {
        return zone->to_utc_micros(local(days, nanos));
    });
}

KernelBody bind_make_timestamp(const KernelSite& site) {
    if (site.arguments.size() < 6) return bind_join_timestamp(site);
    const EvalMode mode = site.mode;
    if (site.arguments.size() == 6) {
        return rows([mode, zone = TimeZone::named(site.zone)](
                        std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour,
                        std::int32_t minute, Int128 seconds) -> std::optional<std::int64_t> {
            const auto local = local_time(mode, year, month, day, {hour, minute, seconds});
            if (!local) return std::nullopt;
            return zone->to_utc_micros(*local);
        });
    }
    return [mode](KernelCall& call) {
        TimeZoneCache zones;
        rows([&](std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour,
                 std::int32_t minute, Int128 seconds, Text zone) -> std::optional<std::int64_t> {
            in_zone(zone, zones, 0);  // a wrong zone is an error in every mode
            const auto local = local_time(mode, year, month, day, {hour, minute, seconds});
            if (!local) return std::nullopt;
            return in_zone(zone, zones, *local);
        })(call);
    };
}

KernelBody bind_make_time(const KernelSite&) {
    return rows([](std::int32_t hour, std::int32_t minute, Int128 seconds) {
        const auto micros = static_cast<std::int64_t>(seconds);
        std::string message;
        if (micros < 0) {
            message = "Invalid value for SecondOfMinute (valid values 0 - 59): " +
                      std::to_string(micros / kMicrosPerSecond);
        } else {
            message = range_message_of_time(hour, minute, micros / kMicrosPerSecond);
        }
        if (!message.empty()) {
            throw Error(ErrorClass::DatetimeFieldOutOfBoundsWithoutSuggestion, {{"rangeMessage", message}});
        }
        return ((hour * 60 + minute) * kMicrosPerMinute + micros) * kNanosPerMicro;
    });
}

bool add_product(std::int64_t& sum, std::int64_t count, std::int64_t unit) {
    std::int64_t product = 0;
    return __builtin_mul_overflow(count, unit, &product) || __builtin_add_overflow(sum, product, &sum);
}
bool is_int(std::int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

KernelBody bind_make_interval(const KernelSite& site) {
    return rows([mode = site.mode](std::int32_t years, std::int32_t months, std::int32_t weeks,
                                   std::int32_t days, std::int32_t hours, std::int32_t minutes,
                                   Int128 seconds) -> std::optional<CalendarIntervalValue> {
        const std::int64_t all_months = std::int64_t{years} * 12 + months;
        const std::int64_t all_days = std::int64_t{weeks} * 7 + days;
        const bool fits = is_int(all_months) && is_int(all_days) && is_int(std::int64_t{years} * 12) &&
                          is_int(std::int64_t{weeks} * 7);
        auto micros = static_cast<std::int64_t>(seconds);
        const bool overflows = add_product(micros, hours, kMicrosPerHour) ||
                               add_product(micros, minutes, kMicrosPerMinute);
        if (fits && !overflows) {
            return CalendarIntervalValue{static_cast<std::int32_t>(all_months),
                                         static_cast<std::int32_t>(all_days), micros};
        }
        if (mode != EvalMode::Ansi) return std::nullopt;
        throw arithmetic_overflow(fits ? "long overflow" : "integer overflow");
    });
}

[[nodiscard]] Error interval_overflow() {
    return Error(ErrorClass::IntervalArithmeticOverflowWithoutSuggestion);
}

KernelBody bind_make_dt_interval(const KernelSite&) {
    return rows([](std::int32_t days, std::int32_t hours, std::int32_t minutes, Int128 seconds) {
        auto micros = static_cast<std::int64_t>(seconds);
        if (add_product(micros, days, kMicrosPerDay) || add_product(micros, hours, kMicrosPerHour) ||
            add_product(micros, minutes, kMicrosPerMinute)) {
            throw interval_overflow();
        }
        return micros;
    });
}

KernelBody bind_make_ym_interval(const KernelSite&) {
    return rows([](std::int32_t years, std::int32_t months) {
        const std::int64_t all = std::int64_t{years} * 12 + months;
        if (!is_int(all)) throw interval_overflow();
        return static_cast<std::int32_t>(all);
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"make_date", bind_make_date, Placed::No},
    {"make_dt_interval", bind_make_dt_interval},
    {"make_interval", bind_make_interval, Placed::No},
    {"make_time", bind_make_time, Placed::No},
    {"make_timestamp", bind_make_timestamp, Placed::No},
    {"make_timestamp_ntz", bind_make_timestamp_ntz, Placed::No},
    {"make_ym_interval", bind_make_ym_interval},
});

}  // namespace

KernelTable datetime_make_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
