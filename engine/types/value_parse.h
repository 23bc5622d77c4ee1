#pragma once
/// Text to values, accepting exactly what Spark's casts accept. Called per row by kernels, by the parser for typed
/// literals and by readers: no allocation unless said. Failures are results: the caller makes NULL or an error of them.

#include <cstdint>
#include <string_view>

#include "types/data_type.h"
#include "types/literal.h"
#include "types/time_zone.h"

namespace firesteel {

enum class Parse : std::uint8_t { Ok, Malformed, Overflow };

/// Without the blanks and control characters at both ends that casts ignore.
std::string_view trim_all(std::string_view text);

/// What follows a decimal point in an integer: an error (ANSI), or cut off (legacy: "1.5" is 1).
enum class Fractions : bool { Refused, CutOff };
/// An integer of a width in bytes: 1, 2, 4 or 8.
Parse parse_integer(std::string_view text, int bytes, Fractions fractions, std::int64_t& out);
Parse parse_double(std::string_view text, double& out);
Parse parse_float(std::string_view text, float& out);
/// Rounded half up to (precision, scale); Overflow where it doesn't fit.
Parse parse_decimal(std::string_view text, int precision, int scale, Int128& out);
/// The digits as written: "1.50" -> 150, scale 2 ("1e3" -> 1, scale -3). Overflow beyond 38 digits.
Parse parse_decimal_digits(std::string_view text, Int128& unscaled, int& scale);
Parse parse_boolean(std::string_view text, bool& out);

/// Days since the epoch.
Parse parse_date(std::string_view text, std::int64_t& days);

/// What a time without a date, or a text without a zone, is completed with.
struct ParseClock {
    const TimeZone& zone;      // the session's
    std::int64_t now_micros;   // start of the query
    TimeZoneCache& zones;      // of this thread, for zones inside texts
};
/// Microseconds since the epoch.
Parse parse_timestamp(std::string_view text, const ParseClock& clock, std::int64_t& micros);
enum class Zones : bool { Refused, Ignored };
/// Microseconds of local time.
Parse parse_timestamp_ntz(std::string_view text, Zones zones, TimeZoneCache& cache, std::int64_t& micros);
/// Nanoseconds since midnight; takes AM and PM.
Parse parse_time(std::string_view text, std::int64_t& nanos);

/// Fields of a timestamp text, as far as they are written.
struct TimestampFields {
    std::int64_t year = 1;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micros = 0;
    bool only_time = false;
    std::string_view zone;  // "" if none is written
    bool has_zone = false;
};
Parse parse_timestamp_fields(std::string_view text, TimestampFields& out);

/// The special words of DATE'…' and TIMESTAMP'…' literals, optionally with a zone after them.
enum class SpecialMoment : std::uint8_t { None, Epoch, Now, Today, Tomorrow, Yesterday };
struct SpecialWord {
    SpecialMoment moment = SpecialMoment::None;
    std::string_view zone;
};
SpecialWord parse_special_moment(std::string_view text);

// --- intervals: what is malformed throws the condition that Spark's casts raise in every mode ---------------------

/// "1-2", "INTERVAL '1-2' YEAR TO MONTH", months.
std::int64_t parse_year_month_interval(std::string_view text, YearMonthField start, YearMonthField end);
/// "1 02:03:04.5", "INTERVAL '1 02:03:04.5' DAY TO SECOND", µs.
std::int64_t parse_day_time_interval(std::string_view text, DayTimeField start, DayTimeField end);
/// "1 year 2 days -3.5 seconds", "interval 1 week".
CalendarIntervalValue parse_calendar_interval(std::string_view text);
/// The same for casts that give NULL.
bool try_parse_calendar_interval(std::string_view text, CalendarIntervalValue& out);

}  // namespace firesteel
