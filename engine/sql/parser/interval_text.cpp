#include "sql/parser/interval_text.h"

#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "sql/parser/forms.h"

namespace firesteel::sql {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;
constexpr int kMonthsPerYear = 12;
constexpr int kDaysPerWeek = 7;
constexpr int kFractionDigitsMax = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

enum class Target : std::uint8_t { Months, Days, Micros };
struct Unit {
    std::string_view name;
    Target target;
    std::int64_t factor;
    IntervalField field;
};
constexpr auto kUnits = std::to_array<Unit>({
    {"year", Target::Months, kMonthsPerYear, IntervalField::Year},
    {"month", Target::Months, 1, IntervalField::Month},
    {"week", Target::Days, kDaysPerWeek, IntervalField::Day},
    {"day", Target::Days, 1, IntervalField::Day},
    {"hour", Target::Micros, kMicrosPerHour, IntervalField::Hour},
    {"minute", Target::Micros, kMicrosPerMinute, IntervalField::Minute},
    {"second", Target::Micros, kMicrosPerSecond, IntervalField::Second},
    {"millisecond", Target::Micros, 1000, IntervalField::Second},
    {"microsecond", Target::Micros, 1, IntervalField::Second},
});

const Unit* unit_named(std::string_view name) {
    if (name.ends_with('s')) name.remove_suffix(1);
    for (const Unit& unit : kUnits) {
        if (unit.name == name) return &unit;
    }
    return nullptr;
}

template <typename T>
bool add_product(T& sum, std::int64_t value, std::int64_t factor) {
    std::int64_t product = 0;
    T out = 0;
    if (__builtin_mul_overflow(value, factor, &product)) return false;
    if (__builtin_add_overflow(sum, product, &out)) return false;
    sum = out;
    return true;
}

class UnitsReader {
  public:
    UnitsReader(std::string_view text, IntervalFault& fault)
        : shown_(text), text_(ascii_lower(text)), fault_(fault) {}

    std::optional<CalendarIntervalValue> read() {
        skip_blanks();
        if (at_ == text_.size()) return fail(ErrorClass::InvalidIntervalFormatInputIsEmpty);
        if (text_.compare(at_, 8, "interval") == 0) {
            at_ += 8;
            if (at_ < text_.size() && !is_blank(text_[at_])) {
                return fail(ErrorClass::InvalidIntervalFormatInvalidPrefix, "prefix", word());
            }
            skip_blanks();
            if (at_ == text_.size()) return fail(ErrorClass::InvalidIntervalFormatInputIsEmpty);
        }
        while (at_ < text_.size()) {
            if (!pair()) return std::nullopt;
            skip_blanks();
        }
        return value_;
    }

  private:
    std::nullopt_t fail(ErrorClass condition, std::string name = {}, std::string value = {}) {
        fault_.condition = condition;
        fault_.parameters = {{"input", std::string(shown_)}};
        if (!name.empty()) fault_.parameters.emplace_back(std::move(name), std::move(value));
        return std::nullopt;
    }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    /// The blank-separated word around the current position.
    std::string word() const {
        std::size_t begin = at_ == text_.size() ? at_ - 1 : at_;
        while (begin > 0 && !is_blank(text_[begin - 1])) --begin;
        std::size_t end = begin;
        while (end < text_.size() && !is_blank(text_[end])) ++end;
        return text_.substr(begin, end - begin);
    }

    bool pair() {
        bool negative = false;
        if (text_[at_] == '-' || text_[at_] == '+') {
            negative = text_[at_] == '-';
            ++at_;
            skip_blanks();
        }
        std::int64_t whole = 0;
        std::int64_t nanos = 0;
        bool has_fraction = false;
        if (!number(whole, nanos, has_fraction)) return false;
        skip_blanks();
        if (at_ == text_.size()) {
            fail(ErrorClass::InvalidIntervalFormatMissingUnit, "word", word());
            return false;
        }
        std::size_t end = at_;
        while (end < text_.size() && !is_blank(text_[end])) ++end;
        const std::string name = text_.substr(at_, end - at_);
        const Unit* unit = unit_named(name);
        if (unit == nullptr) {
            fail(ErrorClass::InvalidIntervalFormatInvalidUnit, "unit", name);
            return false;
        }
        if (has_fraction && unit->name != "second") {
            fail(ErrorClass::InvalidIntervalFormatInvalidFraction, "unit", name);
            return false;
        }
        at_ = end;
        if (add(*unit, negative ? -whole : whole, negative ? -nanos : nanos)) return true;
        fail(ErrorClass::InvalidIntervalFormatArithmeticException);
        return false;
    }

    bool number(std::int64_t& whole, std::int64_t& nanos, bool& has_fraction) {
        const std::size_t begin = at_;
        if (at_ == text_.size() || (!is_digit(text_[at_]) && text_[at_] != '.')) {
            fail(at_ == text_.size() ? ErrorClass::InvalidIntervalFormatMissingNumber
                                     : ErrorClass::InvalidIntervalFormatUnrecognizedNumber,
                 at_ == text_.size() ? "word" : "number", word());
            return false;
        }
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
            if (!add_digit(whole, text_[at_])) {
                fail(ErrorClass::InvalidIntervalFormatArithmeticException);
                return false;
            }
        }
        if (at_ < text_.size() && text_[at_] == '.') {
            has_fraction = true;
            ++at_;
            int digits = 0;
            for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, ++digits) {
                if (digits == kFractionDigitsMax) {
                    fail(ErrorClass::InvalidIntervalFormatInvalidPrecision, "value", word());
                    return false;
                }
                nanos = nanos * 10 + (text_[at_] - '0');
            }
            for (; digits < kFractionDigitsMax; ++digits) nanos *= 10;
        }
        if (at_ < text_.size() && !is_blank(text_[at_])) {
            at_ = begin;
            fail(ErrorClass::InvalidIntervalFormatInvalidValue, "value", word());
            return false;
        }
        return true;
    }

    static bool add_digit(std::int64_t& sum, char digit) {
        return !__builtin_mul_overflow(sum, 10, &sum) &&
               !__builtin_add_overflow(sum, digit - '0', &sum);
    }

    bool add(const Unit& unit, std::int64_t whole, std::int64_t nanos) {
        switch (unit.target) {
            case Target::Months: return add_product(value_.months, whole, unit.factor);
            case Target::Days: return add_product(value_.days, whole, unit.factor);
            case Target::Micros: break;
        }
        return add_product(value_.microseconds, whole, unit.factor) &&
               add_product(value_.microseconds, nanos / 1000, 1);
    }

    std::string_view shown_;
    std::string text_;
    IntervalFault& fault_;
    std::size_t at_ = 0;
    CalendarIntervalValue value_;
};

constexpr auto kFieldNames =
    std::to_array<std::string_view>({"year", "month", "day", "hour", "minute", "second"});
std::string_view name_of(IntervalField field) {
    return kFieldNames[static_cast<std::size_t>(field)];
}

[[noreturn]] void unmatched(const std::string& text, IntervalField from, IntervalField to) {
    constexpr auto kForms = std::to_array<std::string_view>({"y", "m", "d", "h", "m", "s.n"});
    const bool months = from == IntervalField::Year;
    std::string form;
    for (auto i = static_cast<std::size_t>(from); i <= static_cast<std::size_t>(to); ++i) {
        if (i > static_cast<std::size_t>(from)) {
            form += months ? '-' : i == static_cast<std::size_t>(IntervalField::Hour) ? ' ' : ':';
        }
        form += kForms[i];
    }
    const std::string words =
        std::string(name_of(from)) + " to " + std::string(name_of(to));
    throw Error(months ? ErrorClass::InvalidIntervalFormatUnmatchedFormatString
                       : ErrorClass::InvalidIntervalFormatUnmatchedFormatStringWithNotice,
                {{"input", text},
                 {"intervalStr", months ? "year-month" : "day-time"},
                 {"supportedFormat", "`[+|-]" + form + "`, `INTERVAL [+|-]'[+|-]" + form + "' " +
                                         ascii_upper(words) + "`"},
                 {"typeName", "interval " + words}});
}

/// The digit groups of a from-to text and the marks between them.
struct Groups {
    bool negative = false;
    std::vector<std::string> digits;
    std::string marks;
};
std::optional<Groups> split_groups(std::string_view text) {
    Groups out;
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        out.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    out.digits.emplace_back();
    for (const char c : text) {
        if (is_digit(c)) {
            out.digits.back() += c;
        } else {
            if (out.digits.back().empty()) return std::nullopt;
            out.marks += c;
            out.digits.emplace_back();
        }
    }
    if (out.digits.back().empty()) return std::nullopt;
    return out;
}

std::optional<std::int64_t> number_of(const std::string& digits) {
    std::int64_t value = 0;
    const auto end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return value;
}

std::int64_t months_of(const std::string& text, const Groups& groups, bool negative) {
    const auto years = number_of(groups.digits[0]);
    const auto months = number_of(groups.digits[1]);
    std::int64_t total = 0;
    const bool below_zero = negative != groups.negative;
    const std::int64_t last = std::numeric_limits<std::int32_t>::max() + std::int64_t{below_zero ? 1 : 0};
    const bool fits = years && months && *months < kMonthsPerYear &&
                      !__builtin_mul_overflow(*years, std::int64_t{kMonthsPerYear}, &total) &&
                      !__builtin_add_overflow(total, *months, &total) &&
                      total <= last;
    if (!fits) {
        throw Error(ErrorClass::InvalidIntervalFormatIntervalParsing,
                    {{"input", text}, {"interval", "year-month"}});
    }
    return below_zero ? -total : total;
}

[[noreturn]] void out_of_range(IntervalField field, const std::string& digits, std::int64_t last) {
    throw Error(ErrorClass::LegacyErrorTemp0063,
                {{"msg", "requirement failed: " + std::string(name_of(field)) + " " + digits +
                             " outside range [0, " + std::to_string(last) + "]"}});
}

}  // namespace

std::optional<IntervalField> interval_field_of_unit(std::string_view unit) {
    const Unit* found = unit_named(ascii_lower(unit));
    if (found == nullptr) return std::nullopt;
    return found->field;
}

std::optional<CalendarIntervalValue> units_interval(std::string_view text, IntervalFault& fault) {
    return UnitsReader(text, fault).read();
}

std::int64_t from_to_interval(const std::string& text, IntervalField from, IntervalField to,
                              bool negative) {
    const auto first = static_cast<std::size_t>(from);
    const auto fields = static_cast<std::size_t>(to) - first + 1;
    std::string marks;
    for (std::size_t i = first + 1; i < first + fields; ++i) {
        marks += from == IntervalField::Year ? '-' : i == 3 ? ' ' : ':';
    }
    const auto groups = split_groups(text);
    const bool fraction = groups && to == IntervalField::Second && groups->marks == marks + ".";
    if (!groups || (groups->marks != marks && !fraction)) unmatched(text, from, to);
    if (from == IntervalField::Year) return months_of(text, *groups, negative);
    constexpr std::int64_t kFactors[] = {kMicrosPerDay, kMicrosPerHour, kMicrosPerMinute,
                                         kMicrosPerSecond};
    constexpr std::int64_t kLast[] = {106'751'991, 23, 59, 59};
    std::int64_t total = 0;
    for (std::size_t i = 0; i < fields; ++i) {
        const std::string& digits = groups->digits[i];
        const std::size_t field = first + i - 2;
        if (i > 0 && digits.size() > 2) unmatched(text, from, to);
        const auto number = number_of(digits);
        if (!number || (i > 0 && *number > kLast[field])) {
            out_of_range(static_cast<IntervalField>(first + i), digits, kLast[field]);
        }
        if (!add_product(total, *number, kFactors[field])) {
            throw Error(ErrorClass::InvalidIntervalFormatIntervalParsing,
                        {{"input", text}, {"interval", "day-time"}});
        }
    }
    if (fraction) {
        std::string digits = groups->digits.back();
        if (digits.size() > kFractionDigitsMax) unmatched(text, from, to);
        digits.resize(kFractionDigitsMax, '0');
        total += *number_of(digits) / 1000;
    }
    return negative != groups->negative ? -total : total;
}

}  // namespace firesteel::sql
