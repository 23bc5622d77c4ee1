// Moments to text.
#include <array>
#include <cstdlib>

#include "common/error.h"
#include "types/calendar.h"
#include "types/datetime.h"
#include "types/datetime_pattern.h"

namespace firesteel {
namespace {

using Element = DatetimePattern::Element;
using Field = DatetimePattern::Field;
using Kind = DatetimePattern::Kind;
using Sign = DatetimePattern::Sign;

struct Fields {
    std::int64_t days;
    CivilDate date;
    CivilTime time;
};

Fields fields_of(std::int64_t local_micros) {
    const std::int64_t days = floor_div(local_micros, kMicrosPerDay);
    return {days, civil_from_days(days), civil_time(local_micros - days * kMicrosPerDay)};
}

constexpr std::int64_t kModifiedJulianEpoch = 40'587;

std::int64_t value_of(Field field, const Fields& at) {
    const int half_day = at.time.hour % 12;
    switch (field) {
        case Field::Era: return at.date.year > 0 ? 1 : 0;
        case Field::Year: return at.date.year;
        case Field::YearOfEra: return at.date.year > 0 ? at.date.year : 1 - at.date.year;
        case Field::Quarter: return (at.date.month - 1) / 3 + 1;
        case Field::Month: return at.date.month;
        case Field::DayOfYear: return day_of_year(at.date);
        case Field::DayOfMonth: return at.date.day;
        case Field::DayOfWeekInMonth: return (at.date.day - 1) % 7 + 1;
        case Field::DayOfWeek: return iso_weekday(at.days);
        case Field::ModifiedJulianDay: return at.days + kModifiedJulianEpoch;
        case Field::AmPm: return at.time.hour / 12;
        case Field::HourOfDay: return at.time.hour;
        case Field::ClockHourOfDay: return at.time.hour == 0 ? 24 : at.time.hour;
        case Field::HourOfAmPm: return half_day;
        case Field::ClockHourOfAmPm: return half_day == 0 ? 12 : half_day;
        case Field::Minute: return at.time.minute;
        case Field::Second: return at.time.second;
        case Field::Nano: return at.time.micros * kNanosPerMicro;
    }
    return 0;
}

void append_padded(std::string& out, std::uint64_t value, int width) {
    const std::string digits = std::to_string(value);
    for (int i = static_cast<int>(digits.size()); i < width; ++i) out += '0';
    out += digits;
}

std::uint64_t power_of_ten_u(int n) {
    std::uint64_t out = 1;
    while (n-- > 0) out *= 10;
    return out;
}

void append_number(std::string& out, const Element& element, std::int64_t value) {
    const auto size = static_cast<std::uint64_t>(std::abs(value));
    if (value < 0) {
        out += '-';
    } else if (element.sign == Sign::ExceedsPad && size >= power_of_ten_u(element.width_min)) {
        out += '+';
    }
    append_padded(out, size, element.width_min);
}

void append_text(std::string& out, const Element& element, std::int64_t value) {
    constexpr std::array<std::string_view, 4> kQuarters = {"1st quarter", "2nd quarter", "3rd quarter",
                                                           "4th quarter"};
    switch (element.field) {
        case Field::Era:
            out += element.is_full ? (value == 1 ? "Anno Domini" : "Before Christ") : (value == 1 ? "AD" : "BC");
            return;
        case Field::Quarter:
            if (element.is_full) {
                out += kQuarters[static_cast<std::size_t>(value) - 1];
            } else {
                out += 'Q';
                out += static_cast<char>('0' + value);
            }
            return;
        case Field::Month: {
            const std::string_view name = month_name(static_cast<int>(value));
            out += element.is_full ? name : name.substr(0, 3);
            return;
        }
        case Field::DayOfWeek: {
            const std::string_view name = weekday_name(static_cast<int>(value));
            out += element.is_full ? name : name.substr(0, 3);
            return;
        }
        default:
            out += value == 0 ? "AM" : "PM";
    }
}

/// Forms by Java's numbers: 1 +HHmm, 2 +HH:mm, 3 +HHMM, 4 +HH:MM, 5 +HHMMss, 6 +HH:MM:ss.
void append_offset(std::string& out, const Element& element, std::int32_t offset) {
    if (offset == 0) {
        out += element.text;
        return;
    }
    const auto size = static_cast<std::uint64_t>(std::abs(offset));
    const std::uint64_t minutes = size / 60 % 60;
    const std::uint64_t seconds = size % 60;
    const int form = element.offset_form;
    const std::string_view colon = form % 2 == 0 ? ":" : "";
    if (size / 3600 == 0 && (form >= 3 || minutes > 0 ? minutes == 0 : true) &&
        (form < 5 || seconds == 0)) {
        out += element.text;
        return;
    }
    out += offset < 0 ? '-' : '+';
    append_padded(out, size / 3600, 2);
    if (form < 3 && minutes == 0) return;
    out += colon;
    append_padded(out, minutes, 2);
    if (form < 5 || seconds == 0) return;
    out += colon;
    append_padded(out, seconds, 2);
}

/// "GMT+8", in full "GMT+08:00".
void append_localized_offset(std::string& out, bool is_full, std::int32_t offset) {
    out += "GMT";
    if (offset == 0) return;
    const auto size = static_cast<std::uint64_t>(std::abs(offset));
    const std::uint64_t minutes = size / 60 % 60;
    const std::uint64_t seconds = size % 60;
    out += offset < 0 ? '-' : '+';
    append_padded(out, size / 3600, is_full ? 2 : 1);
    if (!is_full && minutes == 0 && seconds == 0) return;
    out += ':';
    append_padded(out, minutes, 2);
    if (seconds == 0) return;
    out += ':';
    append_padded(out, seconds, 2);
}

void append_zone_name(std::string& out, const Element& element, const PatternMoment& moment) {
    const std::string& id = moment.zone.id();
    if (id.starts_with('+') || id.starts_with('-') || id == "Z") {
        out += id;
        return;
    }
    const bool is_gmt = id == "GMT";
    const std::string_view letters = is_gmt ? "GMT" : moment.zone.abbreviation_at(moment.utc_seconds);
    const bool is_utc = moment.zone.is_fixed() && (letters == "UTC" || is_gmt);
    if (is_utc && element.is_full) {
        out += is_gmt ? "Greenwich Mean Time" : "Coordinated Universal Time";
        return;
    }
    const bool named = !letters.starts_with('+') && !letters.starts_with('-');
    if (element.is_full || !named || (element.kind == Kind::GenericZoneName && !is_utc)) {
        throw unsupported("the name of the time zone " + id + " in date and time patterns");
    }
    out += letters;
}

}  // namespace

void DatetimePattern::append(std::string& out, const PatternMoment& moment) const {
    const Fields at = fields_of(moment.local_micros);
    const auto offset = [&] {
        return static_cast<std::int32_t>(floor_div(moment.local_micros, kMicrosPerSecond) - moment.utc_seconds);
    };
    for (const Element& element : elements_) {
        switch (element.kind) {
            case Kind::Literal: out += element.text; break;
            case Kind::Number: append_number(out, element, value_of(element.field, at)); break;
            case Kind::Reduced:
                append_padded(out, static_cast<std::uint64_t>(std::abs(value_of(element.field, at)) % 100), 2);
                break;
            case Kind::Fraction:
                append_padded(out,
                              static_cast<std::uint64_t>(value_of(Field::Nano, at)) /
                                  power_of_ten_u(9 - element.width_max),
                              element.width_max);
                break;
            case Kind::Text: append_text(out, element, value_of(element.field, at)); break;
            case Kind::Offset: append_offset(out, element, offset()); break;
            case Kind::LocalizedOffset: append_localized_offset(out, element.is_full, offset()); break;
            case Kind::ZoneId: out += moment.zone.id(); break;
            case Kind::ZoneName:
            case Kind::GenericZoneName: append_zone_name(out, element, moment); break;
            case Kind::Optional: break;  // everything in it is known
        }
    }
}

}  // namespace firesteel
