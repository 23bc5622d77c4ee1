#include <array>
#include <optional>
#include <string>

#include "common/error.h"
#include "types/calendar.h"
#include "types/value_parse.h"

namespace firesteel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

enum class Unit : std::uint8_t { Months, Days, Micros };
struct UnitRow {
    std::string_view name;
    Unit unit;
    std::int64_t size;
};
constexpr auto kUnits = std::to_array<UnitRow>({
    {"year", Unit::Months, 12},
    {"week", Unit::Days, 7},
    {"day", Unit::Days, 1},
    {"hour", Unit::Micros, kMicrosPerHour},
    {"month", Unit::Months, 1},
    {"minute", Unit::Micros, kMicrosPerMinute},
    {"millisecond", Unit::Micros, 1'000},
    {"microsecond", Unit::Micros, 1},
    {"second", Unit::Micros, kMicrosPerSecond},
});

struct Failure {
    ErrorClass id;
    std::string_view parameter;  // beside "input"
    std::size_t at;              // of the word that is to blame
};

/// "[interval] {[sign] number[.fraction] unit[s]}", blanks between all but sign and number.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Failure> read(CalendarIntervalValue& out) {
        if (text_.empty()) return Failure{ErrorClass::InvalidIntervalFormatInputIsEmpty, "", 0};
        if (starts_with("interval")) {
            at_ = 8;
            if (at_ == text_.size()) return Failure{ErrorClass::InvalidIntervalFormatInputIsEmpty, "", 0};
            if (!is_blank(text_[at_])) return fail(ErrorClass::InvalidIntervalFormatInvalidPrefix, "prefix");
        }
        while (skip_blanks(), at_ < text_.size()) {
            if (auto failure = read_number()) return failure;
            if (auto failure = read_unit(out)) return failure;
        }
        return std::nullopt;
    }

  private:
    std::optional<Failure> fail(ErrorClass id, std::string_view parameter) const {
        return Failure{id, parameter, at_};
    }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    bool starts_with(std::string_view word) const {
        if (text_.size() - at_ < word.size()) return false;
        for (std::size_t i = 0; i < word.size(); ++i) {
            if (lower(text_[at_ + i]) != word[i]) return false;
        }
        return true;
    }
    char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    std::optional<Failure> read_number() {
        value_ = fraction_ = 0;
        has_fraction_ = false;
        negative_ = here() == '-';
        const bool sign = negative_ || here() == '+';
        if (sign) {
            ++at_;
            skip_blanks();
            if (at_ == text_.size()) return fail(ErrorClass::InvalidIntervalFormatMissingNumber, "word");
            if (!is_digit(here()) && here() != '.') {
                return fail(ErrorClass::InvalidIntervalFormatInvalidValue, "value");
            }
        } else if (!is_digit(here()) && here() != '.') {
            return fail(ErrorClass::InvalidIntervalFormatUnrecognizedNumber, "number");
        }
        const bool point_first = here() == '.';
        for (; is_digit(here()); ++at_) {
            if (__builtin_mul_overflow(value_, 10, &value_) ||
                __builtin_add_overflow(value_, here() - '0', &value_)) {
                return Failure{ErrorClass::InvalidIntervalFormatArithmeticException, "", at_};
            }
        }
        if (here() == '.') {
            if (auto failure = read_fraction(point_first)) return failure;
        }
        if (at_ == text_.size()) return fail(ErrorClass::InvalidIntervalFormatMissingUnit, "word");
        if (!is_blank(here())) return fail(ErrorClass::InvalidIntervalFormatInvalidValue, "value");
        skip_blanks();
        return std::nullopt;
    }

    std::optional<Failure> read_fraction(bool point_first) {
        ++at_;
        has_fraction_ = true;
        std::int64_t scale = kNanosPerSecond / 10;
        int digits = 0;
        for (; is_digit(here()); ++at_, ++digits) {
            if (scale == 0) return fail(ErrorClass::InvalidIntervalFormatInvalidPrecision, "value");
            fraction_ += (here() - '0') * scale;
            scale /= 10;
        }
        if (point_first && digits == 0) return fail(ErrorClass::InvalidIntervalFormatInvalidValue, "value");
        fraction_ /= kNanosPerMicro;
        return std::nullopt;
    }

    std::optional<Failure> read_unit(CalendarIntervalValue& out) {
        if (has_fraction_ && lower(here()) != 's') {
            return fail(ErrorClass::InvalidIntervalFormatInvalidFraction, "unit");
        }
        for (const UnitRow& row : kUnits) {
            if (!starts_with(row.name)) continue;
            if (!add(row, out)) return Failure{ErrorClass::InvalidIntervalFormatArithmeticException, "", at_};
            const std::size_t begin = at_;
            at_ += row.name.size();
            if (lower(here()) == 's') ++at_;
            if (at_ < text_.size() && !is_blank(here())) {
                at_ = begin;
                return fail(ErrorClass::InvalidIntervalFormatInvalidUnit, "unit");
            }
            return std::nullopt;
        }
        return fail(ErrorClass::InvalidIntervalFormatInvalidUnit, "unit");
    }

    bool add(const UnitRow& row, CalendarIntervalValue& out) const {
        std::int64_t amount = 0;
        if (__builtin_mul_overflow(negative_ ? -value_ : value_, row.size, &amount)) return false;
        if (row.unit == Unit::Micros) {
            return !__builtin_add_overflow(amount, negative_ ? -fraction_ : fraction_, &amount) &&
                   !__builtin_add_overflow(out.microseconds, amount, &out.microseconds);
        }
        std::int32_t& target = row.unit == Unit::Months ? out.months : out.days;
        return !__builtin_add_overflow(amount, target, &target);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::int64_t value_ = 0;
    std::int64_t fraction_ = 0;  // µs
    bool has_fraction_ = false;
    bool negative_ = false;
};

std::string word_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) at = text.empty() ? 0 : text.size() - 1;
    std::size_t begin = at;
    while (begin > 0 && !is_blank(text[begin - 1])) --begin;
    std::size_t end = at;
    while (end < text.size() && !is_blank(text[end])) ++end;
    std::string out;
    for (char c : text.substr(begin, end - begin)) out += lower(c);
    return out;
}

}  // namespace

bool try_parse_calendar_interval(std::string_view text, CalendarIntervalValue& out) {
    out = {};
    return !Reader(trim_all(text)).read(out);
}

CalendarIntervalValue parse_calendar_interval(std::string_view text) {
    const std::string_view trimmed = trim_all(text);
    CalendarIntervalValue out;
    const auto failure = Reader(trimmed).read(out);
    if (!failure) return out;
    ErrorParameters parameters = {{"input", std::string(text)}};
    if (!failure->parameter.empty()) {
        parameters.emplace_back(failure->parameter, word_at(trimmed, failure->at));
    }
    throw Error(failure->id, std::move(parameters));
}

}  // namespace firesteel
