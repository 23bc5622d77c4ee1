#include "backend/duckdb/kernels/datetime_parse.h"

#include <limits>
#include <memory>

#include "types/calendar.h"

namespace firesteel::duckdb {
namespace {

class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}
    bool at_end() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
    bool take(char c) {
        if (peek() != c || rest_.empty()) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// min to max digits, no more.
    std::optional<std::int64_t> number(std::size_t min, std::size_t max) {
        std::int64_t value = 0;
        std::size_t count = 0;
        while (count <= max && peek() >= '0' && peek() <= '9') {
            value = value * 10 + (peek() - '0');
            rest_.remove_prefix(1);
            ++count;
        }
        if (count < min || count > max) return std::nullopt;
        return value;
    }
    std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

bool valid(const CivilDate& date) {
    return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days_in_month(date.year, date.month);
}

/// The date at the scanner; what follows stays. A missing month or day is 1.
std::optional<CivilDate> scan_date(Scanner& in, std::size_t year_digits_max) {
    bool negative = in.take('-');
    if (!negative) in.take('+');
    const auto year = in.number(4, year_digits_max);
    if (!year) return std::nullopt;
    CivilDate date{negative ? -*year : *year, 1, 1};
    if (in.take('-')) {
        const auto month = in.number(1, 2);
        if (!month) return std::nullopt;
        date.month = static_cast<int>(*month);
        if (in.take('-')) {
            const auto day = in.number(1, 2);
            if (!day) return std::nullopt;
            date.day = static_cast<int>(*day);
        } else if (!in.at_end()) {
            return std::nullopt;
        }
    } else if (!in.at_end()) {
        return std::nullopt;
    }
    return valid(date) ? std::optional(date) : std::nullopt;
}

struct Moment {
    std::int64_t local_micros = 0;
    std::string_view zone;  // as written
};

/// Microseconds since midnight; after the seconds a zone may follow.
std::optional<std::int64_t> scan_time(Scanner& in, std::string_view& zone) {
    const auto hour = in.number(1, 2);
    if (!hour || *hour > 23) return std::nullopt;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t micros = 0;
    if (in.take(':')) {
        const auto m = in.number(1, 2);
        if (!m || *m > 59) return std::nullopt;
        minute = *m;
        if (in.take(':')) {
            const auto s = in.number(1, 2);
            if (!s || *s > 59) return std::nullopt;
            second = *s;
            if (in.take('.')) {
                std::int64_t unit = 100000;
                while (in.peek() >= '0' && in.peek() <= '9') {
                    micros += (in.peek() - '0') * unit;
                    unit /= 10;
                    in.take(in.peek());
                }
            }
            zone = in.rest();
            return ((*hour * 60 + minute) * 60 + second) * kMicrosPerSecond + micros;
        }
    }
    if (!in.at_end()) return std::nullopt;
    return ((*hour * 60 + minute) * 60 + second) * kMicrosPerSecond + micros;
}

std::optional<Moment> scan_moment(std::string_view text) {
    constexpr std::size_t kYearDigitsMax = 6;
    const std::size_t separator = text.find_first_of(" T");
    Scanner date_part(text.substr(0, separator));
    const auto date = scan_date(date_part, kYearDigitsMax);
    if (!date || !date_part.at_end()) return std::nullopt;
    Moment moment;
    std::int64_t time = 0;
    if (separator != std::string_view::npos) {
        Scanner time_part(text.substr(separator + 1));
        const auto scanned = scan_time(time_part, moment.zone);
        if (!scanned) return std::nullopt;
        time = *scanned;
    }
    std::int64_t micros = 0;
    if (__builtin_mul_overflow(days_from_civil(*date), kMicrosPerDay, &micros) ||
        __builtin_add_overflow(micros, time, &micros)) {
        return std::nullopt;
    }
    moment.local_micros = micros;
    while (!moment.zone.empty() && moment.zone.front() == ' ') moment.zone.remove_prefix(1);
    return moment;
}

}  // namespace

std::optional<std::int32_t> parse_date(std::string_view text) {
    constexpr std::size_t kYearDigitsMax = 7;
    // A full date may be followed by a time, which is dropped.
    const std::size_t separator = text.find_first_of(" T");
    Scanner in(text.substr(0, separator));
    const auto date = scan_date(in, kYearDigitsMax);
    if (!date || !in.at_end()) return std::nullopt;
    if (separator != std::string_view::npos &&
        std::string_view(text.substr(1, separator)).find('-') == std::string_view::npos) {
        return std::nullopt;
    }
    const std::int64_t days = days_from_civil(*date);
    if (days > std::numeric_limits<std::int32_t>::max() ||
        days < std::numeric_limits<std::int32_t>::min()) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(days);
}

std::optional<std::int64_t> parse_timestamp(std::string_view text, const TimeZone& zone) {
    const auto moment = scan_moment(text);
    if (!moment) return std::nullopt;
    if (moment->zone.empty()) return zone.to_utc_micros(moment->local_micros);
    const std::shared_ptr<const TimeZone> written = TimeZone::find(moment->zone);
    if (written == nullptr) return std::nullopt;
    return written->to_utc_micros(moment->local_micros);
}

std::optional<std::int64_t> parse_timestamp_ntz(std::string_view text) {
    const auto moment = scan_moment(text);
    if (!moment) return std::nullopt;
    if (!moment->zone.empty() && TimeZone::find(moment->zone) == nullptr) return std::nullopt;
    return moment->local_micros;
}

}  // namespace firesteel::duckdb
