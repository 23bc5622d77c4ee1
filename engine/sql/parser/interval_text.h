#pragma once
/// Interval texts of SQL literals: "1 year -2 days" and the from-to forms "1-2", "3 04:05:06.7".
/// Called by the grammar. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "common/error.h"
#include "types/literal.h"

namespace firesteel::sql {

/// What is wrong with an interval text, as INVALID_INTERVAL_FORMAT's kinds.
struct IntervalFault {
    ErrorClass condition = ErrorClass::InvalidIntervalFormatInvalidValue;
    ErrorParameters parameters;
};

/// "[interval] 1 year 2.5 seconds …": number and unit pairs; nullopt with `fault` filled if it is
/// none.
std::optional<CalendarIntervalValue> units_interval(std::string_view text, IntervalFault& fault);

/// Fields of intervals, in order; weeks count as days, milliseconds and microseconds as seconds.
enum class IntervalField : std::uint8_t { Year, Month, Day, Hour, Minute, Second };
/// "days" and the like.
std::optional<IntervalField> interval_field_of_unit(std::string_view unit);

/// '1-2' YEAR TO MONTH (months) and '1 02:03:04' DAY TO SECOND with its parts (µs); throws Spark's
/// errors.
std::int64_t from_to_interval(const std::string& text, IntervalField from, IntervalField to,
                              bool negative);

}  // namespace firesteel::sql
