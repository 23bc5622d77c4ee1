// Text to fields, and fields to a date and a time: java.time's strict parsing and resolving.
#include <algorithm>
#include <array>
#include <optional>

#include "types/calendar.h"
#include "types/datetime.h"
#include "types/datetime_pattern.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

using Element = DatetimePattern::Element;
using Field = DatetimePattern::Field;
using Kind = DatetimePattern::Kind;
using Sign = DatetimePattern::Sign;

constexpr std::size_t kFieldCount = static_cast<std::size_t>(Field::Nano) + 1;

struct FieldLimits {
    std::string_view name;  // as java.time's errors say it
    std::string_view range;
    std::int64_t min;
    std::int64_t max;
};
constexpr std::array<FieldLimits, kFieldCount> kLimits = {{
    {"Era", "0 - 1", 0, 1},
    {"Year", "-999999999 - 999999999", -999'999'999, 999'999'999},
    {"YearOfEra", "1 - 999999999/1000000000", 1, 1'000'000'000},
    {"QuarterOfYear", "1 - 4", 1, 4},
    {"MonthOfYear", "1 - 12", 1, 12},
    {"DayOfYear", "1 - 365/366", 1, 366},
    {"DayOfMonth", "1 - 28/31", 1, 31},
    {"AlignedDayOfWeekInMonth", "1 - 7", 1, 7},
    {"DayOfWeek", "1 - 7", 1, 7},
    {"ModifiedJulianDay", "-365243219162 - 365241780471", -365'243'219'162, 365'241'780'471},
    {"AmPmOfDay", "0 - 1", 0, 1},
    {"HourOfDay", "0 - 23", 0, 23},
    {"ClockHourOfDay", "1 - 24", 1, 24},
    {"HourOfAmPm", "0 - 11", 0, 11},
    {"ClockHourOfAmPm", "1 - 12", 1, 12},
    {"MinuteOfHour", "0 - 59", 0, 59},
    {"SecondOfMinute", "0 - 59", 0, 59},
    {"NanoOfSecond", "0 - 999999999", 0, 999'999'999},
}};
constexpr const FieldLimits& limits_of(Field field) { return kLimits[static_cast<std::size_t>(field)]; }

/// What java.time says of a value; thrown inside this file only.
struct Impossible {
    std::string message;
};

struct Found {
    std::array<std::optional<std::int64_t>, kFieldCount> fields;
    std::optional<std::int32_t> offset;
    std::shared_ptr<const TimeZone> zone;

    std::optional<std::int64_t>& operator[](Field field) { return fields[static_cast<std::size_t>(field)]; }
    bool set(Field field, std::int64_t value) {
        auto& slot = (*this)[field];
        if (slot && *slot != value) return false;
        slot = value;
        return true;
    }
    bool set_offset(std::int32_t value) {
        if (offset && *offset != value) return false;
        offset = value;
        return true;
    }
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Positions are bytes; a negative one is ~position of what doesn't fit, as in java.time.
using Position = std::ptrdiff_t;

class TextParser {
  public:
    TextParser(std::string_view text, Found& found) : text_(text), found_(found) {}

    Position run(const std::vector<Element>& elements, std::size_t begin, std::size_t end, Position at) {
        for (std::size_t i = begin; i < end && at >= 0; ++i) {
            const Element& element = elements[i];
            if (element.kind == Kind::Optional) {
                const Found before = found_;
                const Position after = run(elements, i + 1, i + 1 + element.length, at);
                if (after < 0) {
                    found_ = before;
                } else {
                    at = after;
                }
                i += element.length;
            } else {
                at = one(element, at);
            }
        }
        return at;
    }

  private:
    Position size() const { return static_cast<Position>(text_.size()); }
    char at(Position position) const { return text_[static_cast<std::size_t>(position)]; }
    bool follows(Position position, std::string_view word) const {
        const std::string_view rest = text_.substr(static_cast<std::size_t>(position));
        return rest.size() >= word.size() &&
               std::equal(word.begin(), word.end(), rest.begin(),
                          [](char a, char b) { return lower(a) == lower(b); });
    }

    Position one(const Element& element, Position position) {
        switch (element.kind) {
            case Kind::Literal:
                return follows(position, element.text) ? position + static_cast<Position>(element.text.size())
                                                       : ~position;
            case Kind::Number:
            case Kind::Reduced: return number(element, position);
            case Kind::Fraction: return fraction(element, position);
            case Kind::Text: return word(element, position);
            case Kind::Offset: return offset(element, position);
            case Kind::LocalizedOffset: return localized_offset(element, position);
            case Kind::ZoneId:
            case Kind::ZoneName:
            case Kind::GenericZoneName: return zone(position);
            case Kind::Optional: break;
        }
        return ~position;
    }

    Position number(const Element& element, Position position) {
        if (position == size()) return ~position;
        const Position first = position;
        const bool takes_sign = element.sign != Sign::NotNegative;
        bool negative = false;
        bool positive = false;
        if (at(position) == '+') {
            if (element.sign != Sign::ExceedsPad) return ~position;
            positive = true;
            ++position;
        } else if (at(position) == '-') {
            if (!takes_sign) return ~position;
            negative = true;
            ++position;
        }
        const Position min_end = position + element.width_min;
        if (min_end > size()) return ~position;
        Position end = digits_end(position, element.width_max + element.width_after);
        if (end < min_end) return ~position;
        if (element.width_after > 0) {
            const Position length = std::max<Position>(element.width_min, end - position - element.width_after);
            end = std::min(position + length, end);
        }
        std::int64_t value = 0;
        for (Position i = position; i < end; ++i) {
            if (__builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, at(i) - '0', &value)) {
                return ~position;
            }
        }
        if (negative) {
            if (value == 0) return ~first;
            value = -value;
        } else if (element.sign == Sign::ExceedsPad) {
            const bool exceeds = end - position > element.width_min;
            if (positive && !exceeds) return ~first;
            if (!positive && exceeds) return ~position;
        }
        if (element.kind == Kind::Reduced) value += 2000;
        return found_.set(element.field, value) ? end : ~position;
    }
    Position digits_end(Position position, Position width_max) const {
        const Position last = std::min(position + width_max, size());
        while (position < last && is_digit(at(position))) ++position;
        return position;
    }

    Position fraction(const Element& element, Position position) {
        if (position + element.width_min > size()) return ~position;
        const Position end = digits_end(position, element.width_max);
        // A single character that is no digit passes as an empty fraction (java.time's own rule).
        if (end + 1 < position + element.width_min) return ~position;
        std::int64_t value = 0;
        for (Position i = position; i < position + 9; ++i) value = value * 10 + (i < end ? at(i) - '0' : 0);
        return found_.set(Field::Nano, value) ? end : ~position;
    }

    Position word(const Element& element, Position position) {
        const auto take = [&](std::string_view text, std::int64_t value) {
            if (!follows(position, text)) return false;
            return found_.set(element.field, value);
        };
        const auto after = [&](std::string_view text) { return position + static_cast<Position>(text.size()); };
        switch (element.field) {
            case Field::Month:
                for (int month = 1; month <= 12; ++month) {
                    const std::string_view name = month_name(month).substr(0, element.is_full ? 99 : 3);
                    if (take(name, month)) return after(name);
                }
                return ~position;
            case Field::Era:
                for (int era = 0; era < 2; ++era) {
                    const std::string_view name = element.is_full ? (era == 1 ? "Anno Domini" : "Before Christ")
                                                                  : (era == 1 ? "AD" : "BC");
                    if (take(name, era)) return after(name);
                }
                return ~position;
            default:
                for (int half = 0; half < 2; ++half) {
                    const std::string_view name = half == 0 ? "AM" : "PM";
                    if (take(name, half)) return after(name);
                }
                return ~position;
        }
    }

    /// Two digits below 60; nothing if they aren't there.
    std::optional<int> pair(Position& position, bool colon) const {
        Position p = position;
        if (colon) {
            if (p >= size() || at(p) != ':') return std::nullopt;
            ++p;
        }
        if (p + 2 > size() || !is_digit(at(p)) || !is_digit(at(p + 1))) return std::nullopt;
        const int value = (at(p) - '0') * 10 + (at(p + 1) - '0');
        if (value > 59) return std::nullopt;
        position = p + 2;
        return value;
    }

    Position offset(const Element& element, Position position) {
        if (position == size()) return ~position;
        if (follows(position, element.text)) {
            return found_.set_offset(0) ? position + static_cast<Position>(element.text.size()) : ~position;
        }
        const auto end = signed_offset(position, element.offset_form);
        if (!end) return ~position;
        return *end;
    }
    std::optional<Position> signed_offset(Position position, int form) {
        if (at(position) != '+' && at(position) != '-') return std::nullopt;
        const int sign = at(position) == '-' ? -1 : 1;
        const bool colon = form % 2 == 0;
        Position end = position + 1;
        const auto hours = pair(end, false);
        if (!hours) return std::nullopt;
        const auto minutes = pair(end, colon);
        if (!minutes && form >= 3) return std::nullopt;
        const auto seconds = form >= 5 && minutes ? pair(end, colon) : std::nullopt;
        if (*hours > 23) throw Impossible{"Value out of range: Hour[0-23], Minute[0-59], Second[0-59]"};
        const int total = *hours * 3600 + minutes.value_or(0) * 60 + seconds.value_or(0);
        if (!found_.set_offset(sign * total)) return std::nullopt;
        return end;
    }
    Position localized_offset(const Element& element, Position position) {
        if (!follows(position, "GMT")) return ~position;
        Position end = position + 3;
        if (end == size() || (at(end) != '+' && at(end) != '-')) {
            return found_.set_offset(0) ? end : ~position;
        }
        const int sign = at(end) == '-' ? -1 : 1;
        ++end;
        int hours = 0;
        if (element.is_full) {
            const auto two = pair(end, false);
            if (!two) return ~position;
            hours = *two;
        } else {
            const Position digits = digits_end(end, 2);
            if (digits == end) return ~position;
            for (; end < digits; ++end) hours = hours * 10 + (at(end) - '0');
        }
        const auto minutes = pair(end, true);
        if (!minutes && element.is_full) return ~position;
        const auto seconds = minutes ? pair(end, true) : std::nullopt;
        const int total = hours * 3600 + minutes.value_or(0) * 60 + seconds.value_or(0);
        return found_.set_offset(sign * total) ? end : ~position;
    }

    /// The longest zone name that follows.
    Position zone(Position position) {
        if (position == size()) return ~position;
        Position end = position;
        const auto is_part = [](char c) {
            return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '/' || c == '_' || c == '+' ||
                   c == '-' || c == ':';
        };
        while (end < size() && is_part(at(end))) ++end;
        for (; end > position; --end) {
            const std::string_view id =
                text_.substr(static_cast<std::size_t>(position), static_cast<std::size_t>(end - position));
            if (auto zone = zone_named(id)) {
                found_.zone = std::move(zone);
                return end;
            }
        }
        return ~position;
    }
    static std::shared_ptr<const TimeZone> zone_named(std::string_view id) {
        struct Letters {
            std::string_view letters;
            std::string_view zone;
        };
        constexpr auto kLetters = std::to_array<Letters>({
            {"BST", "Europe/London"},
            {"CDT", "America/Chicago"},
            {"CEST", "Europe/Paris"},
            {"CET", "Europe/Paris"},
            {"EDT", "America/New_York"},
            {"EEST", "Europe/Athens"},
            {"EST", "America/New_York"},
            {"IST", "Asia/Kolkata"},
            {"JST", "Asia/Tokyo"},
            {"MDT", "America/Denver"},
            {"MST", "America/Denver"},
            {"PDT", "America/Los_Angeles"},
        });
        for (const Letters& row : kLetters) {
            if (row.letters == id) return TimeZone::find(row.zone);
        }
        return TimeZone::find(id);
    }

    std::string_view text_;
    Found& found_;
};

[[noreturn]] void out_of_range(Field field, std::int64_t value) {
    const FieldLimits& limits = limits_of(field);
    throw Impossible{"Invalid value for " + std::string(limits.name) + " (valid values " +
                     std::string(limits.range) + "): " + std::to_string(value)};
}
void check(Field field, std::int64_t value) {
    const FieldLimits& limits = limits_of(field);
    if (value < limits.min || value > limits.max) out_of_range(field, value);
}
std::int64_t date_of(std::int64_t year, std::int64_t month, std::int64_t day) {
    if (std::string message = range_message(year, month, day); !message.empty()) throw Impossible{message};
    return days_from_civil({year, static_cast<int>(month), static_cast<int>(day)});
}
std::int64_t date_of(std::int64_t year, std::int64_t day) {
    check(Field::Year, year);
    check(Field::DayOfYear, day);
    if (day == 366 && !is_leap_year(year)) {
        throw Impossible{"Invalid date 'DayOfYear 366' as '" + std::to_string(year) + "' is not a leap year"};
    }
    return days_from_civil({year, 1, 1}) + day - 1;
}
void cross_check(Field field, std::optional<std::int64_t> written, std::int64_t actual, const std::string& of) {
    if (!written || *written == actual) return;
    const std::string name(limits_of(field).name);
    throw Impossible{"Conflict found: Field " + name + " " + std::to_string(actual) + " differs from " + name +
                     " " + std::to_string(*written) + " derived from " + of};
}

/// LocalTime as text: seconds and fraction only where they aren't zero.
std::string clock_text(std::int64_t nanos) {
    std::string out;
    append_time(out, nanos);
    return nanos % (60 * kNanosPerSecond) == 0 ? out.substr(0, 5) : out;
}

/// The date, where the fields have all of one; the fields that made it are taken out.
std::optional<std::int64_t> resolve_date(Found& found) {
    if (const auto day = found[Field::ModifiedJulianDay]) {
        check(Field::ModifiedJulianDay, *day);
        return *day - 40'587;
    }
    if (const auto year = found[Field::YearOfEra]) {
        check(Field::YearOfEra, *year);
        if (const auto era = found[Field::Era]) found[Field::Year] = *era == 1 ? *year : 1 - *year;
    }
    const auto year = found[Field::Year];
    const auto month = found[Field::Month];
    const auto day = found[Field::DayOfMonth];
    const auto of_year = found[Field::DayOfYear];
    if (!year) return std::nullopt;
    std::string text;
    if (month && day) {
        const std::int64_t days = date_of(*year, *month, *day);
        append_date(text, days);
        cross_check(Field::DayOfYear, of_year, day_of_year(civil_from_days(days)), text);
        return days;
    }
    if (!of_year) return std::nullopt;
    const std::int64_t days = date_of(*year, *of_year);
    append_date(text, days);
    cross_check(Field::Month, month, civil_from_days(days).month, text);
    cross_check(Field::DayOfMonth, day, civil_from_days(days).day, text);
    return days;
}

/// Hours become HourOfDay or HourOfAmPm; the time, where it is whole.
std::optional<std::int64_t> resolve_time(Found& found) {
    if (const auto hour = found[Field::ClockHourOfDay]) {
        check(Field::ClockHourOfDay, *hour);
        found[Field::HourOfDay] = *hour % 24;
    }
    if (const auto hour = found[Field::ClockHourOfAmPm]) {
        check(Field::ClockHourOfAmPm, *hour);
        found[Field::HourOfAmPm] = *hour % 12;
    }
    auto half = found[Field::AmPm];
    if (half && found[Field::HourOfAmPm]) {
        check(Field::HourOfAmPm, *found[Field::HourOfAmPm]);
        found[Field::HourOfDay] = *half * 12 + *found[Field::HourOfAmPm];
        found[Field::HourOfAmPm].reset();
        half.reset();
    }
    const auto hour = found[Field::HourOfDay];
    const auto minute = found[Field::Minute];
    const auto second = found[Field::Second];
    const auto nano = found[Field::Nano];
    const bool has_hole = (!minute && (second || nano)) || (minute && !second && nano);
    for (const Field field : {Field::HourOfDay, Field::HourOfAmPm, Field::Minute, Field::Second, Field::Nano}) {
        if (found[field]) check(field, *found[field]);
    }
    if (!hour || has_hole) return std::nullopt;
    const std::int64_t out =
        (*hour * 3600 + minute.value_or(0) * 60 + second.value_or(0)) * kNanosPerSecond + nano.value_or(0);
    cross_check(Field::AmPm, half, *hour / 12, clock_text(out));
    return out;
}

std::int64_t completed_date(Found& found) {
    const std::int64_t year = found[Field::Year].value_or(1970);
    if (const auto day = found[Field::DayOfYear]) {
        const std::int64_t days = date_of(year, *day);
        const CivilDate date = civil_from_days(days);
        std::string text;
        append_date(text, days);
        cross_check(Field::Month, found[Field::Month], date.month, text);
        cross_check(Field::DayOfMonth, found[Field::DayOfMonth], date.day, text);
        return days;
    }
    return date_of(year, found[Field::Month].value_or(1), found[Field::DayOfMonth].value_or(1));
}

std::int64_t completed_time(Found& found) {
    std::int64_t hour = 0;
    if (found[Field::HourOfDay]) {
        hour = *found[Field::HourOfDay];
    } else if (found[Field::HourOfAmPm]) {
        hour = *found[Field::HourOfAmPm];
    } else if (found[Field::AmPm] == 1) {
        hour = 12;
    }
    return (hour * 3600 + found[Field::Minute].value_or(0) * 60 + found[Field::Second].value_or(0)) *
               kNanosPerSecond +
           found[Field::Nano].value_or(0);
}

std::shared_ptr<const TimeZone> zone_of_offset(std::int32_t seconds) {
    const auto two = [](std::int32_t n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
    const std::int32_t size = seconds < 0 ? -seconds : seconds;
    std::string id = seconds < 0 ? "-" : "+";
    id += two(size / 3600) + ":" + two(size / 60 % 60);
    if (size % 60 != 0) id += ":" + two(size % 60);
    return TimeZone::find(id);
}

/// The first 64 UTF-16 units, as java.time's errors show a text.
std::string shown(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c & 0xC0U) == 0x80U) continue;
        if (units >= 64) return std::string(text.substr(0, i)) + "...";
        units += c >= 0xF0U ? 2 : 1;
    }
    return std::string(text);
}
std::string units_before(std::string_view text, Position position) {
    std::size_t units = 0;
    for (const char c : text.substr(0, static_cast<std::size_t>(position))) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
    }
    return std::to_string(units);
}

}  // namespace

std::string DatetimePattern::parse(std::string_view text, PatternResult& out) const {
    Found found;
    std::optional<std::int64_t> date;
    std::optional<std::int64_t> time;
    const std::string start = "Text '" + shown(text) + "' could not be parsed";
    try {
        const Position end = TextParser(text, found).run(elements_, 0, elements_.size(), 0);
        if (end < 0) return start + " at index " + units_before(text, ~end);
        if (end < static_cast<Position>(text.size())) {
            return start + ", unparsed text found at index " + units_before(text, end);
        }
        date = resolve_date(found);
        time = resolve_time(found);
    } catch (const Impossible& reason) {
        return start + ": " + reason.message;
    }
    try {
        out.days = date ? *date : completed_date(found);
        out.nanos_of_day = time ? *time : completed_time(found);
    } catch (const Impossible& reason) {
        return reason.message;
    }
    out.zone = found.zone;
    if (!out.zone && found.offset) out.zone = zone_of_offset(*found.offset);
    return {};
}

}  // namespace firesteel
