#include "types/datetime.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace firesteel {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

bool same_word(std::string_view text, std::string_view upper) {
    return text.size() == upper.size() &&
           std::equal(text.begin(), text.end(), upper.begin(), [](char a, char b) {
               const auto up = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
               return up(a) == up(b);
           });
}

template <typename Enum>
struct Named {
    std::string_view name;
    Enum value;
};

template <typename Enum, std::size_t N>
Enum find_named(const std::array<Named<Enum>, N>& rows, std::string_view name) {
    for (const auto& row : rows) {
        if (same_word(name, row.name)) return row.value;
    }
    return Enum::Invalid;
}

constexpr auto kTruncUnits = std::to_array<Named<TruncUnit>>({
    {"MICROSECOND", TruncUnit::Microsecond}, {"MILLISECOND", TruncUnit::Millisecond},
    {"SECOND", TruncUnit::Second},           {"MINUTE", TruncUnit::Minute},
    {"HOUR", TruncUnit::Hour},               {"DAY", TruncUnit::Day},
    {"DD", TruncUnit::Day},                  {"WEEK", TruncUnit::Week},
    {"MON", TruncUnit::Month},               {"MONTH", TruncUnit::Month},
    {"MM", TruncUnit::Month},                {"QUARTER", TruncUnit::Quarter},
    {"YEAR", TruncUnit::Year},               {"YYYY", TruncUnit::Year},
    {"YY", TruncUnit::Year},
});

constexpr auto kTimeUnits = std::to_array<Named<TimeUnit>>({
    {"MICROSECOND", TimeUnit::Microsecond}, {"MILLISECOND", TimeUnit::Millisecond},
    {"SECOND", TimeUnit::Second},           {"MINUTE", TimeUnit::Minute},
    {"HOUR", TimeUnit::Hour},               {"DAY", TimeUnit::Day},
    {"DAYOFYEAR", TimeUnit::Day},           {"WEEK", TimeUnit::Week},
    {"MONTH", TimeUnit::Month},             {"QUARTER", TimeUnit::Quarter},
    {"YEAR", TimeUnit::Year},
});

constexpr auto kDateFields = std::to_array<Named<DateField>>({
    {"YEAR", DateField::Year},         {"Y", DateField::Year},
    {"YEARS", DateField::Year},        {"YR", DateField::Year},
    {"YRS", DateField::Year},          {"YEAROFWEEK", DateField::YearOfWeek},
    {"QUARTER", DateField::Quarter},   {"QTR", DateField::Quarter},
    {"MONTH", DateField::Month},       {"MON", DateField::Month},
    {"MONS", DateField::Month},        {"MONTHS", DateField::Month},
    {"WEEK", DateField::Week},         {"W", DateField::Week},
    {"WEEKS", DateField::Week},        {"DAY", DateField::Day},
    {"D", DateField::Day},             {"DAYS", DateField::Day},
    {"DAYOFWEEK", DateField::DayOfWeek}, {"DOW", DateField::DayOfWeek},
    {"DAYOFWEEK_ISO", DateField::DayOfWeekIso}, {"DOW_ISO", DateField::DayOfWeekIso},
    {"DOY", DateField::DayOfYear},     {"HOUR", DateField::Hour},
    {"H", DateField::Hour},            {"HOURS", DateField::Hour},
    {"HR", DateField::Hour},           {"HRS", DateField::Hour},
    {"MINUTE", DateField::Minute},     {"M", DateField::Minute},
    {"MIN", DateField::Minute},        {"MINS", DateField::Minute},
    {"MINUTES", DateField::Minute},    {"SECOND", DateField::Second},
    {"S", DateField::Second},          {"SEC", DateField::Second},
    {"SECONDS", DateField::Second},    {"SECS", DateField::Second},
});

struct LocalTime {
    std::int64_t days;
    std::int64_t of_day;
};

LocalTime split(std::int64_t local_micros) {
    const std::int64_t days = floor_div(local_micros, kMicrosPerDay);
    return {days, local_micros - days * kMicrosPerDay};
}

std::optional<std::int64_t> join(std::int64_t days, std::int64_t of_day) {
    std::int64_t out = 0;
    if (__builtin_mul_overflow(days, kMicrosPerDay, &out) || __builtin_add_overflow(out, of_day, &out)) {
        return std::nullopt;
    }
    return out;
}

std::int64_t month_count(CivilDate date) { return date.year * 12 + date.month - 1; }

/// Whole months between two local times, towards zero.
std::int64_t months_apart(LocalTime start, LocalTime end) {
    const CivilDate a = civil_from_days(start.days);
    const CivilDate b = civil_from_days(end.days);
    std::int64_t months = month_count(b) - month_count(a);
    const auto within = [](CivilDate date, LocalTime time) { return date.day * kMicrosPerDay + time.of_day; };
    if (months > 0 && within(b, end) < within(a, start)) --months;
    if (months < 0 && within(b, end) > within(a, start)) ++months;
    return months;
}

constexpr std::int64_t micros_of(TimeUnit unit) {
    switch (unit) {
        case TimeUnit::Millisecond:
            return 1'000;
        case TimeUnit::Second:
            return kMicrosPerSecond;
        case TimeUnit::Minute:
            return kMicrosPerMinute;
        case TimeUnit::Hour:
            return kMicrosPerHour;
        case TimeUnit::Day:
            return kMicrosPerDay;
        case TimeUnit::Week:
            return 7 * kMicrosPerDay;
        default:
            return 1;
    }
}

std::string invalid_field(std::string_view name, std::string_view range, std::int64_t value) {
    return "Invalid value for " + std::string(name) + " (valid values " + std::string(range) +
           "): " + std::to_string(value);
}

}  // namespace

std::optional<std::int64_t> resolve_local(std::int64_t local_micros, const TimeZone& zone,
                                          std::int32_t preferred_offset) {
    const std::int64_t local = floor_div(local_micros, kMicrosPerSecond);
    const std::int32_t offset = zone.offset_at(local - preferred_offset) == preferred_offset
                                    ? preferred_offset
                                    : zone.offset_of_local(local);
    std::int64_t out = 0;
    if (__builtin_sub_overflow(local_micros, offset * kMicrosPerSecond, &out)) return std::nullopt;
    return out;
}

std::int64_t local_days(std::int64_t micros, const TimeZone& zone) {
    const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
    return floor_div(seconds + zone.offset_at(seconds), kSecondsPerDay);
}

std::int64_t day_to_micros(std::int64_t days, const TimeZone& zone) {
    return zone.to_utc_micros(days * kMicrosPerDay);
}

std::int64_t add_months_to_date(std::int64_t days, std::int64_t months) {
    const CivilDate date = civil_from_days(days);
    const std::int64_t total = month_count(date) + months;
    const std::int64_t year = floor_div(total, 12);
    const auto month = static_cast<int>(total - year * 12) + 1;
    return days_from_civil({year, month, std::min(date.day, days_in_month(year, month))});
}

std::int64_t last_day_of_month(std::int64_t days) {
    const CivilDate date = civil_from_days(days);
    return days + days_in_month(date.year, date.month) - date.day;
}

std::optional<std::int64_t> add_to_timestamp(std::int64_t micros, std::int64_t months, std::int64_t days,
                                             std::int64_t rest_micros, const TimeZone& zone) {
    std::optional<std::int64_t> out = micros;
    const auto move = [&](std::int64_t by_months, std::int64_t by_days) {
        const std::int32_t offset = zone.offset_at(floor_div(*out, kMicrosPerSecond));
        const LocalTime local = split(zone.to_local_micros(*out));
        const std::int64_t date = by_months != 0 ? add_months_to_date(local.days, by_months) : local.days;
        const auto joined = join(date + by_days, local.of_day);
        out = joined ? resolve_local(*joined, zone, offset) : std::nullopt;
    };
    if (months != 0) move(months, 0);
    if (out && days != 0) move(0, days);
    if (out && __builtin_add_overflow(*out, rest_micros, &*out)) return std::nullopt;
    return out;
}

double months_between(std::int64_t end, std::int64_t start, bool round, const TimeZone& zone) {
    const LocalTime a = split(zone.to_local_micros(end));
    const LocalTime b = split(zone.to_local_micros(start));
    const CivilDate x = civil_from_days(a.days);
    const CivilDate y = civil_from_days(b.days);
    const auto months = static_cast<double>(month_count(x) - month_count(y));
    const bool both_last = x.day == days_in_month(x.year, x.month) && y.day == days_in_month(y.year, y.month);
    if (x.day == y.day || both_last) return months;
    // Since the start of the local day, as time passes.
    const std::int64_t seconds_x = (end - day_to_micros(a.days, zone)) / kMicrosPerSecond;
    const std::int64_t seconds_y = (start - day_to_micros(b.days, zone)) / kMicrosPerSecond;
    const std::int64_t seconds = (x.day - y.day) * kSecondsPerDay + seconds_x - seconds_y;
    const double out = months + static_cast<double>(seconds) / static_cast<double>(31 * kSecondsPerDay);
    return round ? std::floor(out * 1e8 + 0.5) / 1e8 : out;
}

int weekday_named(std::string_view name) {
    for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
        for (std::size_t length : {std::size_t{2}, std::size_t{3}, kWeekdays[i].size()}) {
            if (same_word(name, kWeekdays[i].substr(0, length))) return static_cast<int>(i) + 1;
        }
    }
    return 0;
}

std::int64_t next_weekday(std::int64_t days, int iso_weekday_wanted) {
    return days + 1 + floor_mod(iso_weekday_wanted - iso_weekday(days + 1), 7);
}

std::int64_t iso_week_year(std::int64_t days) {
    // The year of the week's Thursday.
    return civil_from_days(days - iso_weekday(days) + 4).year;
}

int iso_week(std::int64_t days) {
    const std::int64_t thursday = days - iso_weekday(days) + 4;
    return (day_of_year(civil_from_days(thursday)) - 1) / 7 + 1;
}

std::string_view weekday_name(int iso_weekday) { return kWeekdays[static_cast<std::size_t>(iso_weekday) - 1]; }
std::string_view month_name(int month) { return kMonths[static_cast<std::size_t>(month) - 1]; }

TruncUnit trunc_unit_named(std::string_view name) { return find_named(kTruncUnits, name); }
TimeUnit time_unit_named(std::string_view name) { return find_named(kTimeUnits, name); }
DateField date_field_named(std::string_view name) { return find_named(kDateFields, name); }

std::optional<std::int64_t> trunc_date(std::int64_t days, TruncUnit unit) {
    CivilDate date = civil_from_days(days);
    switch (unit) {
        case TruncUnit::Week:
            return days - iso_weekday(days) + 1;
        case TruncUnit::Month:
            return days - date.day + 1;
        case TruncUnit::Quarter:
            return days_from_civil({date.year, (date.month - 1) / 3 * 3 + 1, 1});
        case TruncUnit::Year:
            return days_from_civil({date.year, 1, 1});
        default:
            return std::nullopt;
    }
}

std::optional<std::int64_t> trunc_timestamp(std::int64_t micros, TruncUnit unit, const TimeZone& zone) {
    std::int64_t size = 1;
    switch (unit) {
        case TruncUnit::Invalid:
            return std::nullopt;
        case TruncUnit::Microsecond:
            return micros;
        case TruncUnit::Millisecond:
            return micros - floor_mod(micros, 1'000);
        case TruncUnit::Second:
            return micros - floor_mod(micros, kMicrosPerSecond);
        case TruncUnit::Minute:
            size = kMicrosPerMinute;
            break;
        case TruncUnit::Hour:
            size = kMicrosPerHour;
            break;
        case TruncUnit::Day:
            size = kMicrosPerDay;
            break;
        default:
            return day_to_micros(*trunc_date(local_days(micros, zone), unit), zone);
    }
    const std::int64_t local = zone.to_local_micros(micros);
    return resolve_local(local - floor_mod(local, size), zone,
                         zone.offset_at(floor_div(micros, kMicrosPerSecond)));
}

std::optional<std::int64_t> add_units(std::int64_t micros, TimeUnit unit, std::int64_t count,
                                      const TimeZone& zone) {
    std::int64_t total = 0;
    switch (unit) {
        case TimeUnit::Month:
        case TimeUnit::Quarter:
        case TimeUnit::Year: {
            const std::int64_t months = unit == TimeUnit::Month ? 1 : unit == TimeUnit::Quarter ? 3 : 12;
            if (__builtin_mul_overflow(count, months, &total)) return std::nullopt;
            if (total < INT32_MIN || total > INT32_MAX) return std::nullopt;
            return add_to_timestamp(micros, total, 0, 0, zone);
        }
        case TimeUnit::Day:
        case TimeUnit::Week: {
            if (__builtin_mul_overflow(count, unit == TimeUnit::Week ? 7 : 1, &total)) return std::nullopt;
            if (total < INT32_MIN || total > INT32_MAX) return std::nullopt;
            return add_to_timestamp(micros, 0, total, 0, zone);
        }
        default:
            if (__builtin_mul_overflow(count, micros_of(unit), &total)) return std::nullopt;
            if (__builtin_add_overflow(micros, total, &total)) return std::nullopt;
            return total;
    }
}

std::int64_t units_between(TimeUnit unit, std::int64_t start, std::int64_t end, const TimeZone& zone) {
    const std::int64_t a = zone.to_local_micros(start);
    const std::int64_t b = zone.to_local_micros(end);
    switch (unit) {
        case TimeUnit::Month:
            return months_apart(split(a), split(b));
        case TimeUnit::Quarter:
            return months_apart(split(a), split(b)) / 3;
        case TimeUnit::Year:
            return months_apart(split(a), split(b)) / 12;
        default:
            return (b - a) / micros_of(unit);
    }
}

std::string range_message(std::int64_t year, std::int64_t month, std::int64_t day) {
    constexpr std::int64_t kYearMax = 999'999'999;
    if (year < -kYearMax || year > kYearMax) return invalid_field("Year", "-999999999 - 999999999", year);
    if (month < 1 || month > 12) return invalid_field("MonthOfYear", "1 - 12", month);
    if (day < 1 || day > 31) return invalid_field("DayOfMonth", "1 - 28/31", day);
    if (day <= days_in_month(year, static_cast<int>(month))) return {};
    if (day == 29) return "Invalid date 'February 29' as '" + std::to_string(year) + "' is not a leap year";
    std::string name(month_name(static_cast<int>(month)));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return "Invalid date '" + name + " " + std::to_string(day) + "'";
}

std::string range_message_of_time(std::int64_t hour, std::int64_t minute, std::int64_t second) {
    if (hour < 0 || hour > 23) return invalid_field("HourOfDay", "0 - 23", hour);
    if (minute < 0 || minute > 59) return invalid_field("MinuteOfHour", "0 - 59", minute);
    if (second < 0 || second > 59) return invalid_field("SecondOfMinute", "0 - 59", second);
    return {};
}

std::int64_t date_field(DateField field, std::int64_t days) {
    const CivilDate date = civil_from_days(days);
    switch (field) {
        case DateField::Year:
            return date.year;
        case DateField::YearOfWeek:
            return iso_week_year(days);
        case DateField::Quarter:
            return (date.month - 1) / 3 + 1;
        case DateField::Month:
            return date.month;
        case DateField::Week:
            return iso_week(days);
        case DateField::Day:
            return date.day;
        case DateField::DayOfWeek:
            return iso_weekday(days) % 7 + 1;
        case DateField::DayOfWeekIso:
            return iso_weekday(days);
        case DateField::DayOfYear:
            return day_of_year(date);
        default:
            return 0;
    }
}

std::int64_t timestamp_field(DateField field, std::int64_t local_micros) {
    const LocalTime local = split(local_micros);
    switch (field) {
        case DateField::Hour:
            return local.of_day / kMicrosPerHour;
        case DateField::Minute:
            return local.of_day / kMicrosPerMinute % 60;
        case DateField::Second:
            return local.of_day % kMicrosPerMinute;
        default:
            return date_field(field, local.days);
    }
}

}  // namespace firesteel
