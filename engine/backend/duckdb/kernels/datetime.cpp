/// Dates and timestamps on the calendar and the clock: what DuckDB does otherwise, or without Spark's zones.

#include "types/datetime.h"

#include <array>
#include <cmath>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "types/value_text.h"

namespace firesteel::duckdb {
namespace {

using Date = std::int32_t;
using Micros = std::int64_t;
using Text = std::string_view;

Date date_or_raise(std::int64_t days) {
    if (days < INT32_MIN || days > INT32_MAX) throw arithmetic_overflow("integer overflow");
    return static_cast<Date>(days);
}

/// Java's own exception, which has no condition.
[[nodiscard]] Error java_overflow(std::string_view message) {
    return Error(ErrorClass::JavaArithmetic, {{"message", std::string(message)}});
}

std::shared_ptr<const TimeZone> zone_of(const KernelSite& site) { return TimeZone::named(site.zone); }

/// The zones of a column, for one chunk.
class Zones {
  public:
    const TimeZone& named(Text id) {
        if (const TimeZone* found = cache_.find(id)) return *found;
        throw Error(ErrorClass::InvalidTimezone, {{"timeZone", std::string(id)}});
    }

  private:
    TimeZoneCache cache_;
};

/// The body of `make(zones)`, which gives a function over values.
template <typename F>
KernelBody with_zones(F make) {
    return [make](KernelCall& call) {
        Zones zones;
        rows(make(zones))(call);
    };
}

/// A date moved by days, past the last one on from the first one.
template <int kSign, typename Days>
KernelBody move_days() {
    return rows([](Date date, Days days) {
        const std::int64_t moved = std::int64_t{date} + kSign * std::int64_t{days};
        return static_cast<Date>(static_cast<std::uint32_t>(moved));
    });
}
template <int kSign>
KernelBody bind_move_days(const KernelSite& site) {
    switch (site.argument(1).kind()) {
        case TypeKind::Byte: return move_days<kSign, std::int8_t>();
        case TypeKind::Short: return move_days<kSign, std::int16_t>();
        default: return move_days<kSign, std::int32_t>();
    }
}
KernelBody bind_add_months(const KernelSite&) {
    return rows([](Date date, std::int32_t months) {
        return date_or_raise(add_months_to_date(date, months));
    });
}
KernelBody bind_subtract_months(const KernelSite&) {
    return rows([](Date date, std::int32_t months) {
        return date_or_raise(add_months_to_date(date, -std::int64_t{months}));
    });
}

KernelBody bind_clock(const KernelSite& site, DateField field) {
    if (site.argument(0).is(TypeKind::TimestampNtz)) {
        return rows([field](Micros t) {
            const std::int64_t value = timestamp_field(field, t);
            return static_cast<std::int32_t>(field == DateField::Second ? value / kMicrosPerSecond : value);
        });
    }
    return rows([field, zone = zone_of(site)](Micros t) {
        const std::int64_t value = timestamp_field(field, zone->to_local_micros(t));
        return static_cast<std::int32_t>(field == DateField::Second ? value / kMicrosPerSecond : value);
    });
}

KernelBody bind_dayname(const KernelSite&) {
    return rows([](Date date) { return weekday_name(iso_weekday(date)).substr(0, 3); });
}
KernelBody bind_monthname(const KernelSite&) {
    return rows([](Date date) { return month_name(civil_from_days(date).month).substr(0, 3); });
}

KernelBody bind_date_trunc(const KernelSite& site) {
    return rows([zone = zone_of(site)](Text unit, Micros t) -> std::optional<Micros> {
        return trunc_timestamp(t, trunc_unit_named(unit), *zone);
    });
}
KernelBody bind_trunc(const KernelSite&) {
    return rows([](Date date, Text unit) -> std::optional<Date> {
        const auto days = trunc_date(date, trunc_unit_named(unit));
        return days ? std::optional(static_cast<Date>(*days)) : std::nullopt;
    });
}

KernelBody bind_months_between(const KernelSite& site) {
    return rows([zone = zone_of(site)](Micros end, Micros start, bool round) {
        return months_between(end, start, round, *zone);
    });
}

KernelBody bind_next_day(const KernelSite& site) {
    return rows([mode = site.mode](Date date, Text name) -> std::optional<Date> {
        const int weekday = weekday_named(name);
        if (weekday == 0) {
            if (mode != EvalMode::Ansi) return std::nullopt;
            throw Error(ErrorClass::IllegalDayOfWeek, {{"string", std::string(name)}});
        }
        return static_cast<Date>(next_weekday(date, weekday));
    });
}

KernelBody bind_from_utc(const KernelSite&) {
    return with_zones([](Zones& zones) {
        return [&zones](Micros t, Text zone) { return zones.named(zone).to_local_micros(t); };
    });
}
KernelBody bind_to_utc(const KernelSite&) {
    return with_zones([](Zones& zones) {
        return [&zones](Micros t, Text zone) { return zones.named(zone).to_utc_micros(t); };
    });
}

KernelBody bind_convert_timezone(const KernelSite& site) {
    if (site.arguments.size() == 3) {
        return with_zones([](Zones& zones) {
            return [&zones](Text source, Text target, Micros t) {
                return zones.named(target).to_local_micros(zones.named(source).to_utc_micros(t));
            };
        });
    }
    return [source = zone_of(site)](KernelCall& call) {
        Zones zones;
        rows([&](Text target, Micros t) {
            return zones.named(target).to_local_micros(source->to_utc_micros(t));
        })(call);
    };
}

TimeUnit unit_or_raise(Text name, Text function) {
    const TimeUnit unit = time_unit_named(name);
    if (unit != TimeUnit::Invalid) return unit;
    throw Error(ErrorClass::InvalidParameterDatetimeUnit,
                {{"functionName", "`" + std::string(function) + "`"},
                 {"parameter", "`unit`"},
                 {"invalidValue", "'" + std::string(name) + "'"}});
}

/// "add 5L YEAR to TIMESTAMP '2024-01-01 00:00:00'".
[[nodiscard]] Error add_overflow(std::int64_t count, Text unit, Micros t, const TimeZone& zone, bool local) {
    std::string operation =
        "add " + std::to_string(count) + "L " + std::string(unit) + (local ? " to TIMESTAMP_NTZ '" : " to TIMESTAMP '");
    append_timestamp(operation, t, zone);
    return Error(ErrorClass::DatetimeOverflow, {{"operation", operation + "'"}});
}

KernelBody bind_timestampadd(const KernelSite& site) {
    const bool local = site.argument(2).is(TypeKind::TimestampNtz);
    return rows([local, zone = local ? TimeZone::utc() : zone_of(site)](Text unit, std::int64_t count, Micros t) {
        const auto out = add_units(t, unit_or_raise(unit, "TIMESTAMPADD"), count, *zone);
        if (!out) throw add_overflow(count, unit, t, *zone, local);
        return *out;
    });
}
KernelBody bind_timestampdiff(const KernelSite& site) {
    return rows([zone = zone_of(site)](Text unit, Micros start, Micros end) {
        return units_between(unit_or_raise(unit, "TIMESTAMPDIFF"), start, end, *zone);
    });
}

KernelBody bind_timestamp_millis(const KernelSite&) {
    return rows([](std::int64_t millis) {
        Micros out = 0;
        if (__builtin_mul_overflow(millis, 1'000, &out)) throw java_overflow("long overflow");
        return out;
    });
}

template <typename T>
KernelBody whole_seconds() {
    return rows([](T seconds) {
        Micros out = 0;
        if (__builtin_mul_overflow(std::int64_t{seconds}, kMicrosPerSecond, &out)) {
            throw java_overflow("long overflow");
        }
        return out;
    });
}
/// Fractions are cut off; what is no number is NULL.
template <typename T>
KernelBody fractional_seconds() {
    return rows([](T seconds) -> std::optional<Micros> {
        if (!std::isfinite(seconds)) return std::nullopt;
        const double micros = static_cast<double>(seconds) * kMicrosPerSecond;
        constexpr double kLimit = 9.2233720368547758e18;
        return micros >= kLimit ? INT64_MAX : micros <= -kLimit ? INT64_MIN : static_cast<Micros>(micros);
    });
}
/// Decimals must be whole microseconds.
KernelBody decimal_seconds(int scale) {
    return rows([scale](Int128 seconds) {
        const Int128 unit = scale > 6 ? power_of_ten(scale - 6) : 1;
        if (seconds % unit != 0) throw java_overflow("Rounding necessary");
        Int128 micros = seconds / unit;
        if (scale < 6 && __builtin_mul_overflow(micros, power_of_ten(6 - scale), &micros)) {
            throw java_overflow("Overflow");
        }
        if (static_cast<Micros>(micros) != micros) throw java_overflow("Overflow");
        return static_cast<Micros>(micros);
    });
}

KernelBody bind_timestamp_seconds(const KernelSite& site) {
    switch (site.argument(0).kind()) {
        case TypeKind::Byte: return whole_seconds<std::int8_t>();
        case TypeKind::Short: return whole_seconds<std::int16_t>();
        case TypeKind::Int: return whole_seconds<std::int32_t>();
        case TypeKind::Long: return whole_seconds<std::int64_t>();
        case TypeKind::Float: return fractional_seconds<float>();
        case TypeKind::Decimal: return decimal_seconds(site.argument(0).scale());
        default: return fractional_seconds<double>();
    }
}
template <std::int64_t unit>
KernelBody bind_unix(const KernelSite&) {
    return rows([](Micros t) { return floor_div(t, unit); });
}

KernelBody bind_date_difference(const KernelSite&) {
    return rows([](Date end, Date start) {
        Micros out = 0;
        if (__builtin_mul_overflow(std::int64_t{end} - start, kMicrosPerDay, &out)) {
            throw arithmetic_overflow("long overflow");
        }
        return out;
    });
}

KernelBody bind_interval_days(const KernelSite&) {
    return rows([](Micros interval) { return static_cast<std::int32_t>(interval / kMicrosPerDay); });
}

/// The start of the slide that a time falls into, moved by an offset.
KernelBody bind_window_bound(const KernelSite&) {
    return rows([](Micros time, std::int64_t slide, std::int64_t start, std::int64_t offset) {
        return time - floor_mod(time - start, slide) + offset;
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"add_months", bind_add_months, Placed::No},
    {"convert_timezone", bind_convert_timezone, Placed::No},
    {"date_add", bind_move_days<1>},
    {"date_difference", bind_date_difference, Placed::No},
    {"date_sub", bind_move_days<-1>},
    {"date_trunc", bind_date_trunc},
    {"dayname", bind_dayname},
    {"from_utc_timestamp", bind_from_utc, Placed::No},
    {"hour", [](const KernelSite& site) { return bind_clock(site, DateField::Hour); }},
    {"interval_days", bind_interval_days},
    {"minute", [](const KernelSite& site) { return bind_clock(site, DateField::Minute); }},
    {"monthname", bind_monthname},
    {"months_between", bind_months_between},
    {"next_day", bind_next_day, Placed::No},
    {"second", [](const KernelSite& site) { return bind_clock(site, DateField::Second); }},
    {"subtract_months", bind_subtract_months, Placed::No},
    {"timestamp_millis", bind_timestamp_millis, Placed::No},
    {"timestamp_seconds", bind_timestamp_seconds, Placed::No},
    {"timestampadd", bind_timestampadd, Placed::No},
    {"timestampdiff", bind_timestampdiff, Placed::No},
    {"to_utc_timestamp", bind_to_utc, Placed::No},
    {"trunc", bind_trunc},
    {"unix_millis", bind_unix<1'000>},
    {"unix_seconds", bind_unix<kMicrosPerSecond>},
    {"window_bound", bind_window_bound},
});

}  // namespace

KernelTable datetime_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
