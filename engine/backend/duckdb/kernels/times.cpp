/// The type TIME: nanoseconds of a day.

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "types/calendar.h"
#include "types/datetime.h"
#include "types/value_parse.h"
#include "types/value_text.h"

namespace firesteel::duckdb {
namespace {

using Nanos = std::int64_t;
using Micros = std::int64_t;
using Text = std::string_view;

KernelBody bind_clock(std::int64_t unit, std::int64_t count) {
    return rows([unit, count](Nanos time) { return static_cast<std::int32_t>(time / unit % count); });
}

/// The interval's own type shows in the error, with its sign as it is added.
template <int sign>
KernelBody bind_time_add(const KernelSite& site) {
    const DataType interval = site.argument(1);
    return rows([interval](Nanos time, Micros by) {
        Micros added = 0;
        Nanos out = 0;
        const bool overflows = __builtin_mul_overflow(by, sign, &added) ||
                               __builtin_mul_overflow(added, kNanosPerMicro, &out) ||
                               __builtin_add_overflow(out, time, &out);
        if (!overflows && out >= 0 && out < kNanosPerDay) return out;
        std::string operation = "add ";
        append_day_time_interval(operation, added, interval.day_time_start(), interval.day_time_end());
        operation += " to the time value TIME '";
        append_time(operation, time);
        throw Error(ErrorClass::DatetimeOverflow, {{"operation", operation + "'"}});
    });
}

KernelBody bind_time_difference(const KernelSite&) {
    return rows([](Nanos end, Nanos start) { return (end - start) / kNanosPerMicro; });
}

/// Nanoseconds of a unit up to hours.
Nanos unit_nanos(Text name, Text function) {
    switch (time_unit_named(name)) {
        case TimeUnit::Microsecond: return kNanosPerMicro;
        case TimeUnit::Millisecond: return 1'000 * kNanosPerMicro;
        case TimeUnit::Second: return kNanosPerSecond;
        case TimeUnit::Minute: return 60 * kNanosPerSecond;
        case TimeUnit::Hour: return 3'600 * kNanosPerSecond;
        default: break;
    }
    throw Error(ErrorClass::InvalidParameterTimeUnit, {{"functionName", "`" + std::string(function) + "`"},
                                                       {"parameter", "`unit`"},
                                                       {"invalidValue", "'" + std::string(name) + "'"}});
}

KernelBody bind_time_diff(const KernelSite&) {
    return rows([](Text unit, Nanos start, Nanos end) { return (end - start) / unit_nanos(unit, "time_diff"); });
}
KernelBody bind_time_trunc(const KernelSite&) {
    return rows([](Text unit, Nanos time) { return time - time % unit_nanos(unit, "time_trunc"); });
}

/// to_time(text) without a format.
KernelBody bind_to_time(const KernelSite& site) {
    return rows([mode = site.mode](Text text) -> std::optional<Nanos> {
        Nanos out = 0;
        if (parse_time(text, out) == Parse::Ok) return out;
        if (mode == EvalMode::Try) return std::nullopt;
        throw Error(ErrorClass::CannotParseTime,
                    {{"input", "'" + std::string(text) + "'"}, {"format", "'HH:mm:ss.SSSSSS'"}});
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"time_add", bind_time_add<1>, Placed::No},
    {"time_diff", bind_time_diff, Placed::No},
    {"time_difference", bind_time_difference, Placed::No},
    {"time_hour", [](const KernelSite&) { return bind_clock(3'600 * kNanosPerSecond, 24); }},
    {"time_minute", [](const KernelSite&) { return bind_clock(60 * kNanosPerSecond, 60); }},
    {"time_second", [](const KernelSite&) { return bind_clock(kNanosPerSecond, 60); }},
    {"time_subtract", bind_time_add<-1>, Placed::No},
    {"time_trunc", bind_time_trunc, Placed::No},
    {"to_time", bind_to_time, Placed::No},
});

}  // namespace

KernelTable time_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
