#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "common/error.h"
#include "types/calendar.h"
#include "types/type_text.h"
#include "types/value_parse.h"

namespace firesteel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }

bool same_word(std::string_view text, std::string_view upper) {
    return text.size() == upper.size() &&
           std::equal(text.begin(), text.end(), upper.begin(), [](char a, char b) {
               return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 32) : a) == b;
           });
}

constexpr std::array<std::string_view, 6> kUnits = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};

/// "INTERVAL -'inside' DAY TO SECOND" taken apart.
struct LiteralForm {
    bool negative = false;
    std::string_view inside;
};

class Words {
  public:
    explicit Words(std::string_view text) : text_(text) {}
    bool blanks() {
        const std::size_t before = text_.size();
        while (!text_.empty() && is_blank(text_.front())) text_.remove_prefix(1);
        return text_.size() != before;
    }
    bool word(std::string_view upper) {
        if (text_.size() < upper.size() || !same_word(text_.substr(0, upper.size()), upper)) return false;
        text_.remove_prefix(upper.size());
        return true;
    }
    bool take(char c) {
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        return true;
    }
    std::optional<std::string_view> quoted() {
        if (!take('\'')) return std::nullopt;
        const auto end = text_.find('\'');
        if (end == text_.npos) return std::nullopt;
        const std::string_view out = text_.substr(0, end);
        text_.remove_prefix(end + 1);
        return out;
    }
    bool done() const { return text_.empty(); }

  private:
    std::string_view text_;
};

std::optional<LiteralForm> literal_form(std::string_view text, std::size_t start, std::size_t end) {
    Words words(text);
    LiteralForm out;
    if (!words.word("INTERVAL") || !words.blanks()) return std::nullopt;
    out.negative = words.take('-');
    if (!out.negative) words.take('+');
    const auto inside = words.quoted();
    if (!inside || !words.blanks() || !words.word(kUnits[start])) return std::nullopt;
    out.inside = *inside;
    if (start != end) {
        if (!words.blanks() || !words.word("TO") || !words.blanks() || !words.word(kUnits[end])) {
            return std::nullopt;
        }
    }
    return words.done() ? std::optional(out) : std::nullopt;
}

std::string supported_format(const DataType& type, std::string_view form) {
    std::string name = sql_name(type);  // "INTERVAL DAY TO SECOND"
    name.erase(0, std::string_view("INTERVAL ").size());
    return "`[+|-]" + std::string(form) + "`, `INTERVAL [+|-]'[+|-]" + std::string(form) + "' " + name + "`";
}

[[noreturn]] void unmatched(std::string_view text, const DataType& type, std::string_view form) {
    const bool months = type.is(TypeKind::YearMonthInterval);
    throw Error(months ? ErrorClass::InvalidIntervalFormatUnmatchedFormatString
                       : ErrorClass::InvalidIntervalFormatUnmatchedFormatStringWithNotice,
                {{"input", std::string(text)},
                 {"intervalStr", months ? "year-month" : "day-time"},
                 {"supportedFormat", supported_format(type, form)},
                 {"typeName", type_name(type)}});
}

/// A number at the start of `text`, at most `digits_max` digits; none if there is none. Too large: INT64_MAX.
std::optional<std::int64_t> number(std::string_view& text, std::size_t digits_max) {
    std::int64_t out = 0;
    std::size_t count = 0;
    while (!text.empty() && is_digit(text.front()) && count < digits_max) {
        if (__builtin_mul_overflow(out, 10, &out) || __builtin_add_overflow(out, text.front() - '0', &out)) {
            out = INT64_MAX;
        }
        text.remove_prefix(1);
        ++count;
    }
    return count > 0 ? std::optional(out) : std::nullopt;
}

/// ".5" to ".123456789" in nanoseconds; 0 if there is no point, none if it is malformed.
std::optional<std::int64_t> fraction(std::string_view& text) {
    if (!text.starts_with('.')) return 0;
    text.remove_prefix(1);
    std::int64_t out = 0;
    int count = 0;
    while (!text.empty() && is_digit(text.front()) && count < 9) {
        out = out * 10 + (text.front() - '0');
        text.remove_prefix(1);
        ++count;
    }
    if (count == 0) return std::nullopt;
    for (; count < 9; ++count) out *= 10;
    return out;
}

bool take_sign(std::string_view& text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    return negative;
}

struct DayTimeForm {
    std::string_view inside;
    std::string_view input;  // for messages
    DayTimeField start;
    DayTimeField end;
};

[[noreturn]] void out_of_range(std::string_view unit, std::int64_t value, std::int64_t max) {
    throw Error(ErrorClass::IllegalArgument,
                {{"message", "A day-time interval's " + std::string(unit) + " must be between 0 and " +
                                 std::to_string(max) + ", not " + std::to_string(value) + "."}});
}

[[noreturn]] void too_large(std::string_view input, DayTimeField start) {
    if (start < DayTimeField::Minute) {
        throw Error(ErrorClass::IllegalArgument,
                    {{"message", "The day-time interval '" + std::string(input) + "' is too large."}});
    }
    throw Error(ErrorClass::InvalidIntervalFormatIntervalParsing,
                {{"input", std::string(input)}, {"interval", "day-time"}});
}

/// The value of "d h:m:s.n" and its parts; none if the form doesn't match.
std::optional<std::int64_t> day_time_value(DayTimeForm form, bool negative) {
    constexpr std::array<std::int64_t, 4> kMicros = {kMicrosPerDay, kMicrosPerHour, kMicrosPerMinute,
                                                     kMicrosPerSecond};
    constexpr std::array<std::int64_t, 4> kMaxInside = {INT64_MAX, 23, 59, 59};
    constexpr std::array<std::string_view, 4> kNames = {"day", "hour", "minute", "second"};
    std::string_view rest = form.inside;
    if (take_sign(rest)) negative = !negative;
    constexpr std::array<std::size_t, 4> kLeadingDigitsMax = {9, 10, 12, 13};
    std::array<std::int64_t, 4> parts{};
    const auto first = static_cast<std::size_t>(form.start);
    const auto last = static_cast<std::size_t>(form.end);
    for (std::size_t i = first; i <= last; ++i) {
        if (i > first) {
            if (!rest.starts_with(i == 1 ? ' ' : ':')) return std::nullopt;
            rest.remove_prefix(1);
        }
        const auto value = number(rest, i == first ? kLeadingDigitsMax[i] : 2);
        if (!value) return std::nullopt;
        parts[i] = *value;
    }
    const auto nanos = form.end == DayTimeField::Second ? fraction(rest) : std::optional<std::int64_t>(0);
    if (!nanos || !rest.empty()) return std::nullopt;
    if (last == 0) {
        // Spark does not look at the overflow of days alone.
        const std::int64_t days = negative ? -parts[0] : parts[0];
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(days) *
                                         static_cast<std::uint64_t>(kMicrosPerDay));
    }
    std::int64_t micros = 0;
    for (std::size_t i = first; i <= last; ++i) {
        if (i > first && parts[i] > kMaxInside[i]) out_of_range(kNames[i], parts[i], kMaxInside[i]);
        // Counted below zero, where the range is one wider.
        std::int64_t part = 0;
        if (__builtin_mul_overflow(parts[i], kMicros[i], &part) ||
            __builtin_sub_overflow(micros, part, &micros)) {
            too_large(form.input, form.start);
        }
    }
    if (__builtin_sub_overflow(micros, *nanos / kNanosPerMicro, &micros) ||
        (!negative && micros == INT64_MIN)) {
        too_large(form.input, form.start);
    }
    return negative ? micros : -micros;
}

constexpr std::string_view day_time_form(DayTimeField start, DayTimeField end) {
    constexpr std::string_view kWhole = "d h:m:s.n";
    constexpr std::array<std::size_t, 4> kBegin = {0, 2, 4, 6};
    constexpr std::array<std::size_t, 4> kEnd = {1, 3, 5, 9};
    const std::size_t begin = kBegin[static_cast<std::size_t>(start)];
    return kWhole.substr(begin, kEnd[static_cast<std::size_t>(end)] - begin);
}

[[noreturn]] void bad_months(std::string_view input) {
    throw Error(ErrorClass::InvalidIntervalFormatIntervalParsing,
                {{"input", std::string(input)}, {"interval", "year-month"}});
}

std::optional<std::int64_t> year_month_value(std::string_view inside, std::string_view input,
                                             YearMonthField start, YearMonthField end, bool negative) {
    if (take_sign(inside)) negative = !negative;
    const auto first = number(inside, std::string_view::npos);
    if (!first) return std::nullopt;
    std::int64_t second = 0;
    if (start != end) {
        if (!inside.starts_with('-')) return std::nullopt;
        inside.remove_prefix(1);
        const auto months = number(inside, std::string_view::npos);
        if (!months) return std::nullopt;
        second = *months;
    }
    if (!inside.empty()) return std::nullopt;
    if (second > 11) bad_months(input);
    std::int64_t months = 0;
    const std::int64_t unit = start == YearMonthField::Year ? 12 : 1;
    if (__builtin_mul_overflow(*first, unit, &months) || __builtin_add_overflow(months, second, &months)) {
        bad_months(input);
    }
    if (negative) months = -months;
    if (months < INT32_MIN || months > INT32_MAX) bad_months(input);
    return months;
}

}  // namespace

std::int64_t parse_year_month_interval(std::string_view text, YearMonthField start,
                                       YearMonthField end) {
    const std::string_view trimmed = trim_all(text);
    LiteralForm form{false, trimmed};
    if (const auto literal =
            literal_form(trimmed, static_cast<std::size_t>(start), static_cast<std::size_t>(end))) {
        form = *literal;
    }
    if (const auto months = year_month_value(form.inside, text, start, end, form.negative)) return *months;
    unmatched(text, DataType::year_month_interval(start, end),
              start != end ? "y-m" : start == YearMonthField::Year ? "y" : "m");
}

std::int64_t parse_day_time_interval(std::string_view text, DayTimeField start, DayTimeField end) {
    const std::string_view trimmed = trim_all(text);
    LiteralForm form{false, trimmed};
    if (const auto literal = literal_form(trimmed, static_cast<std::size_t>(start) + 2,
                                          static_cast<std::size_t>(end) + 2)) {
        form = *literal;
    }
    if (const auto micros = day_time_value({form.inside, text, start, end}, form.negative)) return *micros;
    unmatched(text, DataType::day_time_interval(start, end), day_time_form(start, end));
}

}  // namespace firesteel
