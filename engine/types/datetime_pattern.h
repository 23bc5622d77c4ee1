#pragma once
/// Date and time patterns with the letters of java.time's DateTimeFormatter, as Spark takes them: strict, English texts.
/// Compiled once per pattern, then used per row by kernels and readers. Immutable, so any thread may share one.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "types/time_zone.h"

namespace firesteel {

enum class PatternUse : bool { Format, Parse };

/// A local time with its place on the time line, to be written.
struct PatternMoment {
    std::int64_t local_micros = 0;
    std::int64_t utc_seconds = 0;
    const TimeZone& zone;
};

/// What a text says; what it leaves out is 1970-01-01 00:00:00.
struct PatternResult {
    std::int64_t days = 0;
    std::int64_t nanos_of_day = 0;
    std::shared_ptr<const TimeZone> zone;  // null: none is written
};

class DatetimePattern {
  public:
    /// Throws INVALID_DATETIME_PATTERN and INCONSISTENT_BEHAVIOR_CROSS_VERSION as Spark does.
    static DatetimePattern compile(std::string_view text, PatternUse use);

    void append(std::string& out, const PatternMoment& moment) const;
    /// "" or why the text doesn't fit, in Java's words (an error parameter).
    std::string parse(std::string_view text, PatternResult& out) const;

    enum class Field : std::uint8_t {
        Era,
        Year,
        YearOfEra,
        Quarter,
        Month,
        DayOfYear,
        DayOfMonth,
        DayOfWeekInMonth,
        DayOfWeek,
        ModifiedJulianDay,
        AmPm,
        HourOfDay,
        ClockHourOfDay,
        HourOfAmPm,
        ClockHourOfAmPm,
        Minute,
        Second,
        Nano,
    };
    enum class Kind : std::uint8_t {
        Literal,
        Number,
        Reduced,  // a year's last two digits, from 2000
        Fraction,
        Text,
        Offset,
        LocalizedOffset,
        ZoneId,
        ZoneName,
        GenericZoneName,
        Optional,  // the next `length` elements
    };
    enum class Sign : std::uint8_t { Normal, NotNegative, ExceedsPad };
    struct Element {
        Kind kind = Kind::Literal;
        Field field = Field::Year;
        int width_min = 1;
        int width_max = 19;
        Sign sign = Sign::Normal;
        int width_after = 0;   // digits that adjacent numbers after this one take
        bool is_full = false;  // texts: the long form
        int offset_form = 0;   // Offset: Java's number of the form
        std::size_t length = 0;
        std::string text;  // Literal; Offset: what stands for zero
    };

  private:
    std::vector<Element> elements_;
};

}  // namespace firesteel
