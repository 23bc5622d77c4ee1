#include <algorithm>
#include <array>

#include "types/calendar.h"
#include "types/value_parse.h"

namespace firesteel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// java.time's years; beyond them a date is no date.
constexpr std::int64_t kYearMax = 999'999'999;

bool valid_date(std::int64_t year, int month, int day) {
    return year >= -kYearMax && year <= kYearMax && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month(year, month);
}

/// The parts of a timestamp, found from left to right; part 7 and up is never reached with digits.
class TimestampScanner {
  public:
    explicit TimestampScanner(std::string_view text) : text_(text) {}

    bool scan(TimestampFields& out) {
        if (text_.empty()) return false;
        std::size_t at = 0;
        bool negative = false;
        bool signed_year = false;
        if (text_[0] == '-' || text_[0] == '+') {
            negative = text_[0] == '-';
            signed_year = true;
            at = 1;
        }
        for (; at < text_.size(); ++at) {
            if (is_digit(text_[at])) {
                digit(text_[at]);
            } else if (at == 0 && text_[at] == 'T') {
                only_time_ = true;
                part_ = kHour;
            } else if (!separator(at, signed_year)) {
                return false;
            }
            if (zone_at_ != std::string_view::npos) break;
        }
        if (!end_part()) return false;
        fill(out, negative);
        return true;
    }

  private:
    enum Part : std::size_t { kYear, kMonth, kDay, kHour, kMinute, kSecond, kFraction, kZone };

    void digit(char c) {
        if (part_ != kFraction || digits_ < 6) value_ = value_ * 10 + (c - '0');
        ++digits_;
        if (part_ == kFraction) ++fraction_digits_;
        // Too many digits are refused at the part's end: keep the sum small.
        if (value_ > 10'000'000) value_ = 10'000'000;
    }

    bool digits_fit() const {
        if (part_ == kFraction) return true;
        if (part_ == kYear) return digits_ >= 4 && digits_ <= 6;
        if (part_ == kZone) return digits_ <= 2;
        return digits_ > 0 && digits_ <= 2;
    }

    bool end_part() {
        if (!digits_fit()) return false;
        parts_[part_] = value_;
        return true;
    }

    bool next(std::size_t part) {
        if (!end_part()) return false;
        value_ = 0;
        digits_ = 0;
        part_ = part;
        return true;
    }

    bool separator(std::size_t at, bool signed_year) {
        const char c = text_[at];
        switch (part_) {
            case kYear:
                if (c == ':' && !signed_year) {
                    only_time_ = true;
                    part_ = kHour;
                    return next(kMinute);
                }
                return c == '-' && next(kMonth);
            case kMonth:
                return c == '-' && next(kDay);
            case kDay:
                return (c == ' ' || c == 'T') && next(kHour);
            case kHour:
                return c == ':' && next(kMinute);
            case kMinute:
                return c == ':' && next(kSecond);
            case kSecond:
                if (c == '.') return next(kFraction);
                [[fallthrough]];
            case kFraction:
                if (!next(kZone)) return false;
                zone_at_ = at;
                return true;
            default:
                return false;
        }
    }

    void fill(TimestampFields& out, bool negative) const {
        out.year = negative ? -parts_[kYear] : parts_[kYear];
        out.month = static_cast<int>(parts_[kMonth]);
        out.day = static_cast<int>(parts_[kDay]);
        out.hour = static_cast<int>(parts_[kHour]);
        out.minute = static_cast<int>(parts_[kMinute]);
        out.second = static_cast<int>(parts_[kSecond]);
        std::int64_t micros = parts_[kFraction];
        for (int i = fraction_digits_; i < 6; ++i) micros *= 10;
        out.micros = static_cast<int>(micros);
        out.only_time = only_time_;
        out.has_zone = zone_at_ != std::string_view::npos;
        if (!out.has_zone) return;
        std::string_view zone = text_.substr(zone_at_);
        while (zone.starts_with(' ')) zone.remove_prefix(1);
        out.zone = zone;
    }

    std::string_view text_;
    std::array<std::int64_t, 8> parts_ = {1, 1, 1, 0, 0, 0, 0, 0};
    std::size_t part_ = kYear;
    std::int64_t value_ = 0;
    int digits_ = 0;
    int fraction_digits_ = 0;
    bool only_time_ = false;
    std::size_t zone_at_ = std::string_view::npos;
};

bool valid_time(const TimestampFields& f) { return f.hour < 24 && f.minute < 60 && f.second < 60; }

std::int64_t micros_of_day(const TimestampFields& f) {
    return ((f.hour * 60 + f.minute) * std::int64_t{60} + f.second) * kMicrosPerSecond + f.micros;
}

/// False beyond 64 bits.
bool join(std::int64_t days, std::int64_t of_day, std::int64_t& out) {
    // Day by day towards zero first, so that the last partial day still fits.
    if (days < 0) {
        return !__builtin_mul_overflow(days + 1, kMicrosPerDay, &out) &&
               !__builtin_add_overflow(out, of_day - kMicrosPerDay, &out);
    }
    return !__builtin_mul_overflow(days, kMicrosPerDay, &out) &&
           !__builtin_add_overflow(out, of_day, &out);
}

}  // namespace

Parse parse_timestamp_fields(std::string_view text, TimestampFields& out) {
    return TimestampScanner(trim_all(text)).scan(out) ? Parse::Ok : Parse::Malformed;
}

Parse parse_date(std::string_view given, std::int64_t& days) {
    std::string_view text = trim_all(given);
    if (text.empty()) return Parse::Malformed;
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') text.remove_prefix(1);
    std::array<std::int64_t, 3> parts = {1, 1, 1};
    std::size_t part = 0;
    std::size_t at = 0;
    std::int64_t value = 0;
    int digits = 0;
    const auto fits = [&] { return part == 0 ? digits >= 4 && digits <= 7 : digits > 0 && digits <= 2; };
    for (; at < text.size() && text[at] != ' ' && text[at] != 'T'; ++at) {
        if (part < 2 && text[at] == '-') {
            if (!fits()) return Parse::Malformed;
            parts[part++] = value;
            value = 0;
            digits = 0;
        } else if (is_digit(text[at]) && digits < 8) {
            value = value * 10 + (text[at] - '0');
            ++digits;
        } else {
            return Parse::Malformed;
        }
    }
    if (!fits() || (part < 2 && at < text.size())) return Parse::Malformed;
    parts[part] = value;
    const std::int64_t year = negative ? -parts[0] : parts[0];
    const auto month = static_cast<int>(parts[1]);
    const auto day = static_cast<int>(parts[2]);
    if (!valid_date(year, month, day)) return Parse::Malformed;
    days = days_from_civil({year, month, day});
    return days >= INT32_MIN && days <= INT32_MAX ? Parse::Ok : Parse::Malformed;
}

Parse parse_timestamp(std::string_view text, const ParseClock& clock, std::int64_t& micros) {
    TimestampFields f;
    if (parse_timestamp_fields(text, f) != Parse::Ok) return Parse::Malformed;
    const TimeZone* zone = &clock.zone;
    if (f.has_zone) zone = clock.zones.find(f.zone);
    if (zone == nullptr || !valid_time(f)) return Parse::Malformed;
    std::int64_t days = 0;
    if (f.only_time) {
        days = floor_div(zone->to_local_micros(clock.now_micros), kMicrosPerDay);
    } else {
        if (!valid_date(f.year, f.month, f.day)) return Parse::Malformed;
        days = days_from_civil({f.year, f.month, f.day});
    }
    // Seconds first: the zone may bring a time just beyond 64 bits back into range.
    const std::int64_t of_day = micros_of_day(f);
    const std::int64_t local_seconds = days * kSecondsPerDay + of_day / kMicrosPerSecond;
    const std::int64_t seconds = local_seconds - zone->offset_of_local(local_seconds);
    const std::int64_t utc_days = floor_div(seconds, kSecondsPerDay);
    const std::int64_t rest = (seconds - utc_days * kSecondsPerDay) * kMicrosPerSecond + f.micros;
    return join(utc_days, rest, micros) ? Parse::Ok : Parse::Malformed;
}

Parse parse_timestamp_ntz(std::string_view text, Zones zones, TimeZoneCache& cache,
                          std::int64_t& micros) {
    TimestampFields f;
    if (parse_timestamp_fields(text, f) != Parse::Ok || f.only_time) return Parse::Malformed;
    if (f.has_zone && (zones == Zones::Refused || cache.find(f.zone) == nullptr)) return Parse::Malformed;
    if (!valid_time(f) || !valid_date(f.year, f.month, f.day)) return Parse::Malformed;
    return join(days_from_civil({f.year, f.month, f.day}), micros_of_day(f), micros) ? Parse::Ok
                                                                                     : Parse::Malformed;
}

Parse parse_time(std::string_view given, std::int64_t& nanos) {
    std::string_view text = trim_all(given);
    bool half_day = false;
    bool after_noon = false;
    if (text.size() > 2 && (text.back() == 'M' || text.back() == 'm')) {
        const char c = text[text.size() - 2];
        after_noon = c == 'P' || c == 'p';
        half_day = after_noon || c == 'A' || c == 'a';
        if (half_day) text = trim_all(text.substr(0, text.size() - 2));
    }
    TimestampFields f;
    if (parse_timestamp_fields(text, f) != Parse::Ok || !f.only_time || f.has_zone) {
        return Parse::Malformed;
    }
    if (half_day) {
        if (f.hour < 1 || f.hour > 12) return Parse::Malformed;
        f.hour = f.hour % 12 + (after_noon ? 12 : 0);
    }
    if (!valid_time(f)) return Parse::Malformed;
    nanos = micros_of_day(f) * kNanosPerMicro;
    return Parse::Ok;
}

SpecialWord parse_special_moment(std::string_view given) {
    const std::string_view text = trim_all(given);
    struct Row {
        std::string_view word;
        SpecialMoment moment;
    };
    constexpr auto kWords = std::to_array<Row>({{"epoch", SpecialMoment::Epoch},
                                                {"now", SpecialMoment::Now},
                                                {"today", SpecialMoment::Today},
                                                {"tomorrow", SpecialMoment::Tomorrow},
                                                {"yesterday", SpecialMoment::Yesterday}});
    for (const Row& row : kWords) {
        if (text.size() < row.word.size()) continue;
        const bool same = std::equal(row.word.begin(), row.word.end(), text.begin(), [](char a, char b) {
            return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
        });
        if (!same) continue;
        std::string_view zone = text.substr(row.word.size());
        if (!zone.empty() && zone.front() != ' ' && zone.front() != '\t') continue;
        return {row.moment, trim_all(zone)};
    }
    return {};
}

}  // namespace firesteel
