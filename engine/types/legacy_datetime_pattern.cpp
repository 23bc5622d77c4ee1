#include "types/legacy_datetime_pattern.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/ascii.h"
#include "common/error.h"
#include "types/calendar.h"

namespace firesteel {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                                      "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
constexpr std::size_t kShortName = 3;

/// Before it the older formatter counts in another calendar, after it years take more digits than four.
constexpr std::int64_t kYearMin = 1583;
constexpr std::int64_t kYearMax = 9999;

constexpr std::string_view kWritten = "yMLdHkKhmsSaEuD";
constexpr std::string_view kRead = "yMLdHkKhmsSa";
/// All that the formatter itself knows.
constexpr std::string_view kLetters = "GyYMLwWDdFEuaHkKhmsSzZX";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_padded(std::string& out, std::int64_t value, int width) {
    const std::string digits = std::to_string(value);
    const auto wanted = static_cast<std::size_t>(width);
    if (digits.size() < wanted) out.append(wanted - digits.size(), '0');
    out += digits;
}

void check_year(std::int64_t year) {
    if (year >= kYearMin && year <= kYearMax) return;
    throw unsupported("a year before 1583 or after 9999 with spark.sql.legacy.timeParserPolicy = LEGACY");
}

/// With its quotes as SQL texts write them.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'') out += '\\';
        out += c;
    }
    return out;
}

Error invalid(std::string_view pattern) {
    return Error(ErrorClass::InvalidDatetimePatternWithSuggestion,
                 {{"pattern", "'" + escaped(pattern) + "'"}, {"docroot", "https://spark.apache.org/docs/latest"}});
}

/// The month whose name, long or short, the text goes on with.
std::optional<int> month_at(std::string_view text, std::size_t& position) {
    const auto begins = [&](std::string_view name) {
        return ascii_lower(text.substr(position, name.size())) == ascii_lower(name);
    };
    for (const bool is_short : {false, true}) {
        for (std::size_t i = 0; i < kMonths.size(); ++i) {
            const std::string_view name = is_short ? kMonths[i].substr(0, kShortName) : kMonths[i];
            if (!begins(name)) continue;
            position += name.size();
            return static_cast<int>(i) + 1;
        }
    }
    return std::nullopt;
}

/// An integer with an optional minus, as far as its digits go.
std::optional<std::int64_t> integer_at(std::string_view text, std::size_t& position) {
    std::size_t end = position;
    if (end < text.size() && text[end] == '-') ++end;
    const std::size_t digits = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == digits) return std::nullopt;
    std::int64_t out = 0;
    const auto read = std::from_chars(text.data() + position, text.data() + end, out);
    if (read.ec != std::errc()) return std::nullopt;
    position = end;
    return out;
}

}  // namespace

LegacyDatetimePattern LegacyDatetimePattern::compile(std::string_view text, PatternUse use) {
    const std::string_view known = use == PatternUse::Format ? kWritten : kRead;
    const auto refuse = [&](const std::string& what) {
        return unsupported(what + " in the pattern '" + std::string(text) +
                           "' with spark.sql.legacy.timeParserPolicy = LEGACY");
    };
    LegacyDatetimePattern out;
    const auto literal = [&](char c) {
        if (out.elements_.empty() || out.elements_.back().letter != 0) out.elements_.push_back({});
        out.elements_.back().text += c;
    };
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '\'') {
            if (at + 1 < text.size() && text[at + 1] == '\'') {
                literal(c);
                at += 2;
                continue;
            }
            std::size_t end = at + 1;
            for (; end < text.size(); ++end) {
                if (text[end] != '\'') {
                    literal(text[end]);
                } else if (end + 1 < text.size() && text[end + 1] == '\'') {
                    literal(text[end++]);
                } else {
                    break;
                }
            }
            if (end == text.size()) throw invalid(text);
            at = end + 1;
            continue;
        }
        if (!is_letter(c)) {
            literal(c);
            ++at;
            continue;
        }
        if (kLetters.find(c) == std::string_view::npos) throw invalid(text);
        if (known.find(c) == std::string_view::npos) throw refuse(std::string("the letter ") + c);
        std::size_t end = at;
        while (end < text.size() && text[end] == c) ++end;
        out.elements_.push_back({c, static_cast<int>(end - at), {}});
        at = end;
    }
    return out;
}

void LegacyDatetimePattern::append(std::string& out, std::int64_t local_micros) const {
    const std::int64_t days = floor_div(local_micros, kMicrosPerDay);
    const std::int64_t millis = floor_mod(local_micros, kMicrosPerDay) / 1000;
    const CivilDate date = civil_from_days(days);
    check_year(date.year);
    const std::int64_t hour = millis / 3'600'000;
    const auto weekday = static_cast<std::size_t>(iso_weekday(days)) - 1;
    for (const Element& e : elements_) {
        switch (e.letter) {
            case 0: out += e.text; break;
            case 'y': append_padded(out, e.count == 2 ? date.year % 100 : date.year, e.count); break;
            case 'M':
            case 'L': {
                const std::string_view name = kMonths[static_cast<std::size_t>(date.month) - 1];
                if (e.count >= 3) out += e.count == 3 ? name.substr(0, kShortName) : name;
                else append_padded(out, date.month, e.count);
                break;
            }
            case 'd': append_padded(out, date.day, e.count); break;
            case 'D': append_padded(out, day_of_year(date), e.count); break;
            case 'u': append_padded(out, static_cast<std::int64_t>(weekday) + 1, e.count); break;
            case 'E': out += e.count >= 4 ? kDays[weekday] : kDays[weekday].substr(0, kShortName); break;
            case 'a': out += hour < 12 ? "AM" : "PM"; break;
            case 'H': append_padded(out, hour, e.count); break;
            case 'k': append_padded(out, hour == 0 ? 24 : hour, e.count); break;
            case 'K': append_padded(out, hour % 12, e.count); break;
            case 'h': append_padded(out, hour % 12 == 0 ? 12 : hour % 12, e.count); break;
            case 'm': append_padded(out, millis / 60'000 % 60, e.count); break;
            case 's': append_padded(out, millis / 1000 % 60, e.count); break;
            case 'S': append_padded(out, millis % 1000, e.count); break;
            default: FS_ASSERT(!"a letter that compile() takes");
        }
    }
}

struct LegacyDatetimePattern::Fields {
    std::int64_t year = 1970;
    bool is_two_digits = false;
    std::int64_t month = 1;
    std::int64_t day = 1;
    std::optional<std::int64_t> hour_of_day;
    std::optional<std::int64_t> hour_of_half;
    std::optional<bool> is_afternoon;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t millis = 0;
};

/// A number right before another takes as many digits as it has letters.
bool LegacyDatetimePattern::obeys_count(std::size_t at) const {
    if (at + 1 >= elements_.size()) return false;
    const Element& next = elements_[at + 1];
    if (next.letter == 'M' || next.letter == 'L') return next.count <= 2;
    return next.letter != 0 && next.letter != 'a';
}

bool LegacyDatetimePattern::parse_element(std::size_t at, std::string_view text, std::size_t& position,
                                          Fields& fields) const {
    const Element& e = elements_[at];
    if (e.letter == 0) {
        if (!text.substr(std::min(position, text.size())).starts_with(e.text)) return false;
        position += e.text.size();
        return true;
    }
    const std::size_t start = position;
    if (e.letter == 'a') {
        const std::string half = ascii_lower(text.substr(std::min(start, text.size()), 2));
        if (half != "am" && half != "pm") return false;
        fields.is_afternoon = half == "pm";
        position += 2;
        return true;
    }
    if ((e.letter == 'M' || e.letter == 'L') && e.count > 2) {
        if (start >= text.size()) return false;
        const auto month = month_at(text, position);
        fields.month = month.value_or(0);
        return month.has_value();
    }
    while (position < text.size() && (text[position] == ' ' || text[position] == '\t')) ++position;
    const std::size_t first = position;
    std::string_view within = text;
    if (obeys_count(at)) {
        const std::size_t end = start + static_cast<std::size_t>(e.count);
        if (end > text.size()) return false;
        within = text.substr(0, end);
    }
    const auto number = integer_at(within, position);
    if (!number) return false;
    switch (e.letter) {
        case 'y':
            fields.year = *number;
            fields.is_two_digits = e.count <= 2 && position - first == 2 && is_digit(text[first]);
            break;
        case 'M':
        case 'L': fields.month = *number; break;
        case 'd': fields.day = *number; break;
        case 'H': fields.hour_of_day = *number; break;
        case 'k': fields.hour_of_day = *number == 24 ? 0 : *number; break;
        case 'K': fields.hour_of_half = *number; break;
        case 'h': fields.hour_of_half = *number == 12 ? 0 : *number; break;
        case 'm': fields.minute = *number; break;
        case 's': fields.second = *number; break;
        case 'S': fields.millis = *number; break;
        default: FS_ASSERT(!"a letter that compile() takes");
    }
    return true;
}

bool LegacyDatetimePattern::parse(std::string_view text, std::int64_t now_micros, PatternResult& out) const {
    Fields fields;
    std::size_t position = 0;
    for (std::size_t at = 0; at < elements_.size(); ++at) {
        if (!parse_element(at, text, position, fields)) return false;
    }
    if (position == 0) return false;
    const auto within = [](std::int64_t value, std::int64_t max) { return value >= 0 && value <= max; };
    if (fields.month < 1 || fields.month > 12 || fields.day < 1 || !within(fields.minute, 59) ||
        !within(fields.second, 59) || !within(fields.millis, 999)) {
        return false;
    }
    const std::int64_t half = fields.is_afternoon.value_or(false) ? 12 : 0;
    const std::int64_t hour = fields.hour_of_day.value_or(fields.hour_of_half.value_or(0) + half);
    if (!within(hour, 23) || !within(fields.hour_of_half.value_or(0), 11)) return false;
    const bool is_halved = fields.hour_of_half || fields.is_afternoon;
    if (fields.hour_of_day && is_halved) throw unsupported("two kinds of hours in one pattern");
    if (fields.is_two_digits) {
        // Within eighty years before and twenty years after now.
        const CivilDate now = civil_from_days(floor_div(now_micros, kMicrosPerDay));
        const std::int64_t first = now.year - 80;
        fields.year += first / 100 * 100;
        const bool is_earlier = fields.year == first && (fields.month < now.month ||
                                                         (fields.month == now.month && fields.day < now.day));
        if (fields.year < first || is_earlier) fields.year += 100;
    }
    if (fields.year < 1) return false;
    check_year(fields.year);
    const auto month = static_cast<int>(fields.month);
    if (fields.day > days_in_month(fields.year, month)) return false;
    out.days = days_from_civil({fields.year, month, static_cast<int>(fields.day)});
    out.nanos_of_day = (((hour * 60 + fields.minute) * 60 + fields.second) * 1000 + fields.millis) * 1'000'000;
    out.zone = nullptr;
    return true;
}

}  // namespace firesteel
