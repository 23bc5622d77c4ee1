#pragma once
/// Calendar arithmetic as Spark's date and time functions do it, on days and microseconds, in any zone.
/// Called per row by kernels: no allocation. What leaves the range of its result returns nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/calendar.h"
#include "types/time_zone.h"

namespace firesteel {

/// Local microseconds back to an instant: in overlaps with the preferred offset if it is one of the two, in gaps later.
std::optional<std::int64_t> resolve_local(std::int64_t local_micros, const TimeZone& zone,
                                          std::int32_t preferred_offset);
std::int64_t local_days(std::int64_t micros, const TimeZone& zone);
/// Start of a local day.
std::int64_t day_to_micros(std::int64_t days, const TimeZone& zone);

/// The day of the month is cut to the month's length.
std::int64_t add_months_to_date(std::int64_t days, std::int64_t months);
std::int64_t last_day_of_month(std::int64_t days);
/// Months, then days on the local calendar, then microseconds on the time line.
std::optional<std::int64_t> add_to_timestamp(std::int64_t micros, std::int64_t months, std::int64_t days,
                                             std::int64_t rest_micros, const TimeZone& zone);
/// Spark's months_between; `round` to 8 digits.
double months_between(std::int64_t end, std::int64_t start, bool round, const TimeZone& zone);

/// 1 = Monday; 0 if it is no name of a day ("MO", "MON", "MONDAY", any case).
int weekday_named(std::string_view name);
/// The first such weekday after the date.
std::int64_t next_weekday(std::int64_t days, int iso_weekday);
int iso_week(std::int64_t days);
std::int64_t iso_week_year(std::int64_t days);
std::string_view weekday_name(int iso_weekday);  // "Monday"
std::string_view month_name(int month);          // "January"

enum class TruncUnit : std::uint8_t {
    Invalid,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
};
TruncUnit trunc_unit_named(std::string_view name);
/// Nothing for units below a week.
std::optional<std::int64_t> trunc_date(std::int64_t days, TruncUnit unit);
std::optional<std::int64_t> trunc_timestamp(std::int64_t micros, TruncUnit unit, const TimeZone& zone);

enum class TimeUnit : std::uint8_t {
    Invalid,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
};
/// Units of timestampadd and timestampdiff.
TimeUnit time_unit_named(std::string_view name);
std::optional<std::int64_t> add_units(std::int64_t micros, TimeUnit unit, std::int64_t count,
                                      const TimeZone& zone);
/// Whole units from start to end on the local clock.
std::int64_t units_between(TimeUnit unit, std::int64_t start, std::int64_t end, const TimeZone& zone);

/// What java.time says of impossible fields ("Invalid value for MonthOfYear (valid values 1 - 12): 13"), or "".
std::string range_message(std::int64_t year, std::int64_t month, std::int64_t day);
std::string range_message_of_time(std::int64_t hour, std::int64_t minute, std::int64_t second);

/// Fields by the names of extract() and date_part(); seconds are in microseconds.
enum class DateField : std::uint8_t {
    Invalid,
    Year,
    YearOfWeek,
    Quarter,
    Month,
    Week,
    Day,
    DayOfWeek,     // 1 = Sunday
    DayOfWeekIso,  // 1 = Monday
    DayOfYear,
    Hour,
    Minute,
    Second,
};
DateField date_field_named(std::string_view name);
/// Of a date: fields from Year to DayOfYear.
std::int64_t date_field(DateField field, std::int64_t days);
/// Of local microseconds: every field.
std::int64_t timestamp_field(DateField field, std::int64_t local_micros);

}  // namespace firesteel
