/// sequence(start, stop, step): integers, or dates and times by intervals.

#include <array>

#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "types/datetime.h"

namespace firesteel::duckdb {
namespace {

constexpr std::int64_t kElementsMax = 2147483632;
/// What a month counts where only the direction and an estimate matter.
constexpr Int128 kMicrosPerMonth = Int128{28} * kMicrosPerDay;

[[noreturn]] void illegal(std::string message) {
    throw Error(ErrorClass::IllegalArgument, {{"message", std::move(message)}});
}

/// The bounds must lie in the step's direction and not too many steps apart.
void check_bounds(Int128 start, Int128 stop, Int128 step, const std::string& shown_step) {
    const bool fits = step > 0 ? start <= stop : step < 0 ? start >= stop : start == stop;
    if (!fits) {
        illegal("requirement failed: Illegal sequence boundaries: " +
                std::to_string(static_cast<std::int64_t>(start)) + " to " +
                std::to_string(static_cast<std::int64_t>(stop)) + " by " + shown_step);
    }
    const Int128 length = step == 0 ? 1 : 1 + (stop - start) / step;
    if (length <= kElementsMax) return;
    throw Error(ErrorClass::CollectionSizeLimitExceededParameter,
                {{"numberOfElements", std::to_string(static_cast<std::int64_t>(length))},
                 {"maxRoundedArrayLength", std::to_string(kElementsMax)},
                 {"functionName", "`sequence`"},
                 {"parameter", "`count`"}});
}

Value integers(std::int64_t start, std::int64_t stop, std::int64_t step) {
    check_bounds(start, stop, step, std::to_string(step));
    ValueList out;
    for (Int128 at = start; step < 0 ? at >= stop : at <= stop; at += step) {
        out.emplace_back(static_cast<std::int64_t>(at));
        if (step == 0) break;
    }
    return Value(std::move(out));
}

CalendarIntervalValue step_of(const DataType& type, const Value& step) {
    switch (type.kind()) {
        case TypeKind::YearMonthInterval: return {static_cast<std::int32_t>(step.integer()), 0, 0};
        case TypeKind::DayTimeInterval:
            return {0, static_cast<std::int32_t>(step.integer() / kMicrosPerDay), step.integer() % kMicrosPerDay};
        default: return step.interval();
    }
}

std::string shown(const CalendarIntervalValue& step) {
    const Int128 micros = step.months * kMicrosPerMonth + Int128{step.days} * kMicrosPerDay + step.microseconds;
    return std::to_string(static_cast<std::int64_t>(micros));
}

/// Dates count as midnights in the zone.
Value times(const KernelSite& site, std::int64_t start, std::int64_t stop, const CalendarIntervalValue& step) {
    const DataType& type = carried(site.argument(0));
    const bool dates = type.is(TypeKind::Date);
    const auto zone = type.is(TypeKind::Timestamp) ? TimeZone::named(site.zone) : TimeZone::utc();
    if (dates && step.months == 0 && (step.days == 0 || step.microseconds != 0)) {
        illegal("sequence step must be an interval day to second of day granularity if start and end values are dates");
    }
    const auto micros = [&](std::int64_t v) { return dates ? Int128{v} * kMicrosPerDay : Int128{v}; };
    const Int128 estimate =
        step.months * kMicrosPerMonth + Int128{step.days} * kMicrosPerDay + step.microseconds;
    check_bounds(micros(start), micros(stop), estimate, shown(step));
    ValueList out;
    for (std::int64_t i = 0;; ++i) {
        const auto moved = add_to_timestamp(static_cast<std::int64_t>(micros(start)), i * step.months, i * step.days,
                                            i * step.microseconds, *zone);
        if (!moved || (estimate < 0 ? *moved < micros(stop) : *moved > micros(stop))) break;
        out.emplace_back(dates ? *moved / kMicrosPerDay - (*moved % kMicrosPerDay < 0 ? 1 : 0) : *moved);
        if (estimate == 0) break;
    }
    return Value(std::move(out));
}

Value sequence(const KernelSite& site, const ValueList& a) {
    const std::int64_t start = a[0].integer();
    const std::int64_t stop = a[1].integer();
    const std::int64_t forward = start <= stop ? 1 : -1;
    if (carried(site.argument(0)).is_integral()) return integers(start, stop, a.size() > 2 ? a[2].integer() : forward);
    if (a.size() < 3) return times(site, start, stop, {0, static_cast<std::int32_t>(forward), 0});
    return times(site, start, stop, step_of(site.argument(2), a[2]));
}

KernelBody bind_sequence(const KernelSite&) { return values(OnNull::ResultIsNull, sequence); }

constexpr auto kKernels = std::to_array<Kernel>({{"sequence", bind_sequence, Placed::No}});

}  // namespace

KernelTable sequence_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
