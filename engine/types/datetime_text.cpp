#include <algorithm>
#include <array>
#include <cstdlib>

#include "types/calendar.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

/// Text under construction on the stack; every form here is shorter than its capacity.
class Scratch {
  public:
    void put(char c) { text_[size_++] = c; }
    void put(std::string_view text) {
        std::copy(text.begin(), text.end(), text_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += text.size();
    }
    /// At least `width` digits.
    void number(std::uint64_t value, int width) {
        std::array<char, 20> digits;
        int count = 0;
        do {
            digits[static_cast<std::size_t>(count++)] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value > 0);
        for (int i = count; i < width; ++i) put('0');
        while (count > 0) put(digits[static_cast<std::size_t>(--count)]);
    }
    void two(int value) {
        put(static_cast<char>('0' + value / 10));
        put(static_cast<char>('0' + value % 10));
    }
    /// ".5": `digits` digits of which trailing zeros are left out; nothing for zero.
    void fraction(std::int64_t value, int digits) {
        if (value == 0) return;
        while (value % 10 == 0) {
            value /= 10;
            --digits;
        }
        put('.');
        number(static_cast<std::uint64_t>(value), digits);
    }
    void date(std::int64_t days) {
        const CivilDate date = civil_from_days(days);
        if (date.year < 0) put('-');
        if (date.year > 9999) put('+');
        number(static_cast<std::uint64_t>(std::abs(date.year)), 4);
        put('-');
        two(date.month);
        put('-');
        two(date.day);
    }
    void clock(int hour, int minute, int second) {
        two(hour);
        put(':');
        two(minute);
        put(':');
        two(second);
    }
    void append_to(std::string& out) const { out.append(text_.data(), size_); }

  private:
    std::array<char, 96> text_;
    std::size_t size_ = 0;
};

constexpr std::array<std::string_view, 4> kDayTimeNames = {"DAY", "HOUR", "MINUTE", "SECOND"};
constexpr std::array<std::string_view, 2> kYearMonthNames = {"YEAR", "MONTH"};

template <typename Field, std::size_t N>
void put_fields(Scratch& text, const std::array<std::string_view, N>& names, Field start, Field end) {
    text.put("' ");
    text.put(names[static_cast<std::size_t>(start)]);
    if (start == end) return;
    text.put(" TO ");
    text.put(names[static_cast<std::size_t>(end)]);
}

std::uint64_t magnitude(std::int64_t value) {
    return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                     : static_cast<std::uint64_t>(value);
}

/// Larger fields first; the first one is not cut to its range ("26" hours).
void put_day_time(Scratch& text, std::uint64_t micros, DayTimeField start, DayTimeField end) {
    constexpr std::array<std::uint64_t, 4> kUnits = {
        static_cast<std::uint64_t>(kMicrosPerDay), static_cast<std::uint64_t>(kMicrosPerHour),
        static_cast<std::uint64_t>(kMicrosPerMinute), static_cast<std::uint64_t>(kMicrosPerSecond)};
    const auto first = static_cast<std::size_t>(start);
    const auto last = static_cast<std::size_t>(end);
    for (std::size_t field = first; field <= last; ++field) {
        if (field > first) text.put(field == 1 ? ' ' : ':');
        text.number(micros / kUnits[field], field == 0 ? 1 : 2);
        micros %= kUnits[field];
    }
    if (end == DayTimeField::Second) text.fraction(static_cast<std::int64_t>(micros), 6);
}

}  // namespace

void append_date(std::string& out, std::int64_t days) {
    Scratch text;
    text.date(days);
    text.append_to(out);
}

void append_timestamp_ntz(std::string& out, std::int64_t micros) {
    Scratch text;
    const std::int64_t days = floor_div(micros, kMicrosPerDay);
    const CivilTime time = civil_time(micros - days * kMicrosPerDay);
    text.date(days);
    text.put(' ');
    text.clock(time.hour, time.minute, time.second);
    text.fraction(time.micros, 6);
    text.append_to(out);
}

void append_timestamp(std::string& out, std::int64_t micros, const TimeZone& zone) {
    const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
    const std::int64_t local = seconds + zone.offset_at(seconds);
    const std::int64_t days = floor_div(local, kSecondsPerDay);
    const auto clock = static_cast<int>(local - days * kSecondsPerDay);
    Scratch text;
    text.date(days);
    text.put(' ');
    text.clock(clock / 3600, clock / 60 % 60, clock % 60);
    text.fraction(micros - seconds * kMicrosPerSecond, 6);
    text.append_to(out);
}

void append_time(std::string& out, std::int64_t nanos_of_day) {
    Scratch text;
    const auto seconds = static_cast<int>(nanos_of_day / kNanosPerSecond);
    text.clock(seconds / 3600, seconds / 60 % 60, seconds % 60);
    text.fraction(nanos_of_day % kNanosPerSecond, 9);
    text.append_to(out);
}

void append_year_month_interval(std::string& out, std::int64_t months, YearMonthField start,
                                YearMonthField end) {
    Scratch text;
    text.put("INTERVAL '");
    if (months < 0) text.put('-');
    const std::uint64_t size = magnitude(months);
    if (start == YearMonthField::Year) text.number(size / 12, 1);
    if (start != end) text.put('-');
    if (start == YearMonthField::Month) {
        text.number(size, 1);
    } else if (end == YearMonthField::Month) {
        text.number(size % 12, 1);
    }
    put_fields(text, kYearMonthNames, start, end);
    text.append_to(out);
}

void append_day_time_interval(std::string& out, std::int64_t micros, DayTimeField start,
                              DayTimeField end) {
    Scratch text;
    text.put("INTERVAL '");
    if (micros < 0) text.put('-');
    put_day_time(text, magnitude(micros), start, end);
    put_fields(text, kDayTimeNames, start, end);
    text.append_to(out);
}

void append_calendar_interval(std::string& out, const CalendarIntervalValue& interval) {
    const std::size_t begin = out.size();
    const auto unit = [&](std::int64_t value, std::string_view name) {
        if (value == 0) return;
        if (out.size() > begin) out += ' ';
        append_integer(out, value);
        out.append(" ").append(name);
    };
    unit(interval.months / 12, "years");
    unit(interval.months % 12, "months");
    unit(interval.days, "days");
    std::int64_t rest = interval.microseconds;
    unit(rest / kMicrosPerHour, "hours");
    rest %= kMicrosPerHour;
    unit(rest / kMicrosPerMinute, "minutes");
    rest %= kMicrosPerMinute;
    if (rest != 0) {
        Scratch text;
        if (out.size() > begin) text.put(' ');
        if (rest < 0) text.put('-');
        text.number(magnitude(rest) / kMicrosPerSecond, 1);
        text.fraction(static_cast<std::int64_t>(magnitude(rest) % kMicrosPerSecond), 6);
        text.put(" seconds");
        text.append_to(out);
    }
    if (out.size() == begin) out += "0 seconds";
}

}  // namespace firesteel
