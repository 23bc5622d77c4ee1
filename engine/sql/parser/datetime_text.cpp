#include "sql/parser/datetime_text.h"

#include <array>
#include <chrono>
#include <limits>
#include <memory>
#include <string>

#include "sql/parser/forms.h"
#include "types/calendar.h"
#include "types/time_zone.h"

namespace firesteel::sql {
namespace {

constexpr std::int64_t kYearDigitsMin = 4;
constexpr std::int64_t kYearDigitsMax = 7;
constexpr int kMicroDigits = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Reads one group of digits after another.
struct Reader {
    std::string_view text;
    std::size_t at = 0;

    bool done() const { return at == text.size(); }
    char here() const { return done() ? '\0' : text[at]; }
    bool take(char c) {
        if (done() || text[at] != c) return false;
        ++at;
        return true;
    }
    std::optional<std::int64_t> number(std::int64_t digits_min, std::int64_t digits_max) {
        std::int64_t value = 0;
        std::int64_t digits = 0;
        for (; !done() && is_digit(text[at]) && digits <= digits_max; ++at, ++digits) {
            value = value * 10 + (text[at] - '0');
        }
        if (digits < digits_min || digits > digits_max) return std::nullopt;
        return value;
    }
};

/// [+-]yyyy[-[m]m[-[d]d]]; `whole` tells whether all three parts are there.
std::optional<CivilDate> read_date(Reader& in, bool& whole) {
    whole = false;
    const bool negative = in.here() == '-';
    if (negative || in.here() == '+') ++in.at;
    const auto year = in.number(kYearDigitsMin, kYearDigitsMax);
    if (!year) return std::nullopt;
    CivilDate date{negative ? -*year : *year, 1, 1};
    if (in.done()) return date;
    if (!in.take('-')) return std::nullopt;
    const auto month = in.number(1, 2);
    if (!month || *month < 1 || *month > 12) return std::nullopt;
    date.month = static_cast<int>(*month);
    if (in.done()) return date;
    if (!in.take('-')) return std::nullopt;
    const auto day = in.number(1, 2);
    if (!day || *day < 1 || *day > days_in_month(date.year, date.month)) return std::nullopt;
    date.day = static_cast<int>(*day);
    whole = true;
    return date;
}

/// [h]h[:[m]m[:[s]s[.fraction][zone]]] as microseconds of the day; `zone` is the rest.
std::optional<std::int64_t> read_time(Reader& in, std::string_view& zone) {
    constexpr std::array<std::int64_t, 3> kLast = {23, 59, 59};
    constexpr std::array<std::int64_t, 3> kFactors = {kMicrosPerHour, kMicrosPerMinute,
                                                      kMicrosPerSecond};
    std::int64_t micros = 0;
    for (std::size_t i = 0; i < kLast.size(); ++i) {
        if (i > 0 && !in.take(':')) return std::nullopt;
        const auto value = in.number(1, 2);
        if (!value || *value > kLast[i]) return std::nullopt;
        micros += *value * kFactors[i];
        if (in.done()) return micros;
    }
    if (in.take('.')) {
        std::int64_t factor = kMicrosPerSecond / 10;
        int digits = 0;
        for (; is_digit(in.here()); ++in.at, ++digits) {
            if (digits < kMicroDigits) micros += (in.here() - '0') * factor;
            factor /= 10;
        }
    }
    zone = trimmed(in.text.substr(in.at));
    if (zone.empty() && !in.done()) return std::nullopt;
    in.at = in.text.size();
    return micros;
}

std::int64_t now_micros() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::int64_t today(const TimeZone& zone) {
    return floor_div(zone.to_local_micros(now_micros()), kMicrosPerDay);
}

/// The day that a word stands for.
std::optional<std::int64_t> special_day(std::string_view text, const TimeZone& zone) {
    const std::string word = ascii_lower(trimmed(text));
    if (word == "epoch") return 0;
    if (word == "now" || word == "today") return today(zone);
    if (word == "tomorrow") return today(zone) + 1;
    if (word == "yesterday") return today(zone) - 1;
    return std::nullopt;
}

struct LocalText {
    std::int64_t micros = 0;
    std::string_view zone;
    bool time_only = false;
};

std::optional<LocalText> read_local(std::string_view text) {
    Reader in{trimmed(text)};
    LocalText out;
    const std::size_t colon = in.text.find(':');
    const bool bare_time = colon == 1 || colon == 2;
    if (in.here() == 'T' || bare_time) {
        in.take('T');
        const auto micros = read_time(in, out.zone);
        if (!micros || !in.done()) return std::nullopt;
        out.micros = *micros;
        out.time_only = true;
        return out;
    }
    bool whole = false;
    const auto date = read_date(in, whole);
    if (!date) return std::nullopt;
    const std::int64_t days = days_from_civil(*date);
    if (__builtin_mul_overflow(days, kMicrosPerDay, &out.micros)) return std::nullopt;
    if (in.done()) return out;
    if (!whole || (!in.take(' ') && !in.take('T'))) return std::nullopt;
    const auto micros = read_time(in, out.zone);
    if (!micros || !in.done() || __builtin_add_overflow(out.micros, *micros, &out.micros)) {
        return std::nullopt;
    }
    return out;
}

}  // namespace

std::optional<std::int64_t> date_of_text(std::string_view text, const TimeZone& zone) {
    if (const auto special = special_day(text, zone)) return special;
    Reader in{trimmed(text)};
    bool whole = false;
    const auto date = read_date(in, whole);
    if (!date || (!in.done() && (!whole || (in.here() != ' ' && in.here() != 'T'))))
        return std::nullopt;
    const std::int64_t days = days_from_civil(*date);
    if (days < std::numeric_limits<std::int32_t>::min() ||
        days > std::numeric_limits<std::int32_t>::max()) {
        return std::nullopt;
    }
    return days;
}

std::optional<TimestampText> timestamp_of_text(std::string_view text, const TimeZone& zone) {
    if (ascii_lower(trimmed(text)) == "epoch") return TimestampText{0, false};
    if (ascii_lower(trimmed(text)) == "now") return TimestampText{now_micros(), false};
    if (const auto day = special_day(text, zone)) {
        return TimestampText{zone.to_utc_micros(*day * kMicrosPerDay), false};
    }
    const auto local = read_local(text);
    if (!local) return std::nullopt;
    std::shared_ptr<const TimeZone> own;
    if (!local->zone.empty()) {
        own = TimeZone::find(local->zone);
        if (own == nullptr) return std::nullopt;
    }
    const TimeZone& used = own ? *own : zone;
    const std::int64_t micros =
        local->micros + (local->time_only ? today(used) * kMicrosPerDay : 0);
    const std::int64_t utc = used.to_utc_micros(micros);
    if (utc == std::numeric_limits<std::int64_t>::max() ||
        utc == std::numeric_limits<std::int64_t>::min()) {
        return std::nullopt;
    }
    return TimestampText{utc, own != nullptr};
}

std::optional<TimestampText> local_timestamp_of_text(std::string_view text, const TimeZone& zone) {
    if (ascii_lower(trimmed(text)) == "now")
        return TimestampText{zone.to_local_micros(now_micros()), false};
    if (const auto day = special_day(text, zone)) return TimestampText{*day * kMicrosPerDay, false};
    const auto local = read_local(text);
    if (!local || local->time_only) return std::nullopt;
    if (!local->zone.empty() && TimeZone::find(local->zone) == nullptr) return std::nullopt;
    return TimestampText{local->micros, !local->zone.empty()};
}

std::optional<std::int64_t> time_of_text(std::string_view text) {
    constexpr std::int64_t kHalfDay = 12 * kMicrosPerHour;
    text = trimmed(text);
    const std::string suffix =
        text.size() > 2 ? ascii_upper(text.substr(text.size() - 2)) : std::string();
    const bool halved = suffix == "AM" || suffix == "PM";
    if (halved) text = trimmed(text.substr(0, text.size() - 2));
    const auto local = read_local(text);
    if (!local || !local->time_only || !local->zone.empty()) return std::nullopt;
    std::int64_t micros = local->micros;
    if (halved) {
        // 12 comes before 1: hours count 12, 1, … 11.
        if (micros < kMicrosPerHour || micros >= 13 * kMicrosPerHour) return std::nullopt;
        micros = micros % kHalfDay + (suffix == "PM" ? kHalfDay : 0);
    }
    return micros * kNanosPerMicro;
}

}  // namespace firesteel::sql
