// Pattern text to elements, and the texts that Spark refuses.
#include "types/datetime_pattern.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/error.h"

namespace firesteel {
namespace {

using Element = DatetimePattern::Element;
using Field = DatetimePattern::Field;
using Kind = DatetimePattern::Kind;
using Sign = DatetimePattern::Sign;

constexpr std::string_view kDocs = "https://spark.apache.org/docs/latest";

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

/// What java.time refuses; Spark then asks whether Java's older formatter would have taken the pattern.
struct Refused {};

struct LetterField {
    char letter;
    Field field;
};
constexpr auto kFields = std::to_array<LetterField>({
    {'D', Field::DayOfYear},
    {'E', Field::DayOfWeek},
    {'F', Field::DayOfWeekInMonth},
    {'G', Field::Era},
    {'H', Field::HourOfDay},
    {'K', Field::HourOfAmPm},
    {'L', Field::Month},
    {'M', Field::Month},
    {'Q', Field::Quarter},
    {'S', Field::Nano},
    {'a', Field::AmPm},
    {'d', Field::DayOfMonth},
    {'g', Field::ModifiedJulianDay},
    {'h', Field::ClockHourOfAmPm},
    {'k', Field::ClockHourOfDay},
    {'m', Field::Minute},
    {'q', Field::Quarter},
    {'s', Field::Second},
    {'u', Field::Year},
    {'y', Field::YearOfEra},
});

std::optional<Field> field_of(char letter) {
    for (const LetterField& row : kFields) {
        if (row.letter == letter) return row.field;
    }
    return std::nullopt;
}

/// Collects elements as Java's builder does: numbers side by side share the digits before them.
class Builder {
  public:
    void pattern(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const char c = text[at];
            if (is_letter(c)) {
                const std::size_t end = std::min(text.find_first_not_of(c, at), text.size());
                letters(c, static_cast<int>(end - at));
                at = end;
            } else if (c == '\'') {
                at = quoted_literal(text, at);
            } else {
                punctuation(c);
                ++at;
            }
        }
    }
    void literal(std::string_view text) {
        Element element;
        element.text = text;
        add(std::move(element));
    }
    /// 1 to `digits` digits of a second's fraction.
    void fraction(int digits_min, int digits) {
        if (digits > 9) throw Refused{};
        Element element;
        element.kind = Kind::Fraction;
        element.field = Field::Nano;
        element.width_min = digits_min;
        element.width_max = digits;
        element.sign = Sign::NotNegative;
        digits_min == digits ? number(std::move(element)) : add(std::move(element));
    }
    std::vector<Element> finish() {
        while (!open_.empty()) close();
        return std::move(elements_);
    }

  private:
    void add(Element element) {
        elements_.push_back(std::move(element));
        active_ = kNone;
    }
    void number(Element element) {
        const std::size_t previous = active_;
        const bool is_fixed =
            element.width_min == element.width_max && element.sign == Sign::NotNegative;
        const int width = element.width_max;
        elements_.push_back(std::move(element));
        active_ = elements_.size() - 1;
        if (previous == kNone) return;
        if (is_fixed) {
            elements_[previous].width_after += width;
            active_ = previous;
        }
    }
    void close() {
        Element& optional = elements_[open_.back()];
        optional.length = elements_.size() - open_.back() - 1;
        open_.pop_back();
        active_ = kNone;
    }
    void punctuation(char c) {
        if (c == '[') {
            Element optional;
            optional.kind = Kind::Optional;
            add(std::move(optional));
            open_.push_back(elements_.size() - 1);
        } else if (c == ']') {
            if (open_.empty()) throw Refused{};
            close();
        } else if (c == '{' || c == '}' || c == '#') {
            throw Refused{};
        } else {
            literal(std::string_view(&c, 1));
        }
    }
    std::size_t quoted_literal(std::string_view text, std::size_t start) {
        std::string out;
        std::size_t at = start + 1;
        for (; at < text.size(); ++at) {
            if (text[at] == '\'') {
                if (at + 1 >= text.size() || text[at + 1] != '\'') break;
                ++at;
            }
            out += text[at];
        }
        if (at >= text.size()) throw Refused{};
        literal(at == start + 1 ? std::string_view("'") : std::string_view(out));
        return at + 1;
    }
    void sized(Field field, int width_min, int width_max, Sign sign) {
        Element element;
        element.kind = Kind::Number;
        element.field = field;
        element.width_min = width_min;
        element.width_max = width_max;
        element.sign = sign;
        number(std::move(element));
    }
    void plain_number(Field field, int count) {
        count == 1 ? sized(field, 1, 19, Sign::Normal) : sized(field, 2, 2, Sign::NotNegative);
    }
    void text(Field field, bool is_full) {
        Element element;
        element.kind = Kind::Text;
        element.field = field;
        element.is_full = is_full;
        add(std::move(element));
    }
    void zone(Kind kind, bool is_full) {
        Element element;
        element.kind = kind;
        element.is_full = is_full;
        add(std::move(element));
    }
    void offset(int form, std::string_view zero) {
        Element element;
        element.kind = Kind::Offset;
        element.offset_form = form;
        element.text = zero;
        add(std::move(element));
    }
    void letters(char letter, int count) {
        if (const auto field = field_of(letter)) return field_letters(letter, count, *field);
        switch (letter) {
            case 'z':
                if (count > 4) throw Refused{};
                return zone(Kind::ZoneName, count == 4);
            case 'V':
                if (count != 2) throw Refused{};
                return zone(Kind::ZoneId, false);
            case 'v':
                if (count != 1 && count != 4) throw Refused{};
                return zone(Kind::GenericZoneName, count == 4);
            case 'O':
                if (count != 1 && count != 4) throw Refused{};
                return zone(Kind::LocalizedOffset, count == 4);
            case 'Z':
                if (count > 5) throw Refused{};
                if (count == 4) return zone(Kind::LocalizedOffset, true);
                return count == 5 ? offset(6, "Z") : offset(3, "+0000");
            case 'X':
                if (count > 5) throw Refused{};
                return offset(count == 1 ? 1 : count + 1, "Z");
            case 'x':
                if (count > 5) throw Refused{};
                return offset(count == 1 ? 1 : count + 1, count == 1       ? "+00"
                                                          : count % 2 == 0 ? "+0000"
                                                                           : "+00:00");
            default:
                throw Refused{};
        }
    }
    void field_letters(char letter, int count, Field field) {
        switch (letter) {
            case 'u':
            case 'y':
                return year(field, count);
            case 'E':
                if (count > 4) throw Refused{};
                return text(field, count == 4);
            case 'L':
            case 'M':
            case 'Q':
            case 'q':
                if (count > 4) throw Refused{};
                return count > 2 ? text(field, count == 4) : plain_number(field, count);
            case 'a':
                if (count > 1) throw Refused{};
                return text(field, false);
            case 'G':
                if (count > 4) throw Refused{};
                return text(field, count == 4);
            case 'S':
                return fraction(count, count);
            case 'F':
                if (count > 1) throw Refused{};
                return plain_number(field, 1);
            case 'D':
                if (count > 3) throw Refused{};
                return count == 1 ? plain_number(field, 1) : sized(field, count, 3, Sign::NotNegative);
            case 'g':
                if (count > 19) throw Refused{};
                return sized(field, count, 19, Sign::Normal);
            default:
                if (count > 2) throw Refused{};
                return plain_number(field, count);
        }
    }
    void year(Field field, int count) {
        if (count == 2) {
            Element element;
            element.kind = Kind::Reduced;
            element.field = field;
            element.width_min = element.width_max = 2;
            element.sign = Sign::NotNegative;
            return number(std::move(element));
        }
        if (count > 19) throw Refused{};
        sized(field, count, 19, count < 4 ? Sign::Normal : Sign::ExceedsPad);
    }

    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::vector<Element> elements_;
    std::vector<std::size_t> open_;
    std::size_t active_ = kNone;
};

/// The parts between quotes; those at even places are pattern. Empty parts at the end are dropped.
std::vector<std::string> quote_parts(std::string_view text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '\'') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    while (parts.size() > 1 && parts.back().empty()) parts.pop_back();
    return parts;
}

[[noreturn]] void refuse_letter(char letter, std::string_view pattern) {
    throw Error(ErrorClass::InvalidDatetimePatternIllegalCharacter,
                {{"c", std::string(1, letter)}, {"pattern", std::string(pattern)}});
}

/// Letters and lengths that Spark refuses in a part of the pattern.
void check_part(std::string_view part, std::string_view pattern, PatternUse use) {
    for (const char c : part) {
        if (std::string_view("YWwuec").find(c) != std::string_view::npos) {
            throw Error(ErrorClass::InconsistentBehaviorDatetimeWeekBasedPattern,
                        {{"c", std::string(1, c)}});
        }
    }
    for (const char c : part) {
        if (std::string_view("ABnNp").find(c) != std::string_view::npos) refuse_letter(c, pattern);
        if (use == PatternUse::Parse && std::string_view("EFqQ").find(c) != std::string_view::npos) {
            refuse_letter(c, pattern);
        }
    }
    for (const std::string_view style :
         {"GGGGG", "MMMMM", "LLLLL", "EEEEE", "uuuuu", "QQQQQ", "qqqqq", "yyyyyyy"}) {
        if (part.find(style) == std::string_view::npos) continue;
        throw Error(ErrorClass::InvalidDatetimePatternLength, {{"pattern", std::string(style)}});
    }
}

/// The pattern with proleptic years where no era is asked for.
std::string checked(std::string_view pattern, PatternUse use) {
    std::vector<std::string> parts = quote_parts(std::string(pattern) + ' ');
    bool has_era = false;
    for (std::size_t i = 0; i < parts.size(); i += 2) {
        has_era = has_era || parts[i].find('G') != std::string::npos;
    }
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += '\'';
        if (i % 2 == 0) {
            check_part(parts[i], pattern, use);
            if (!has_era) std::replace(parts[i].begin(), parts[i].end(), 'y', 'u');
        }
        out += parts[i];
    }
    out.pop_back();
    return out;
}

/// Parsing takes fewer digits of a fraction than the pattern has.
std::vector<Element> with_short_fractions(std::string_view pattern) {
    Builder builder;
    const std::vector<std::string> parts = quote_parts(pattern);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::string_view rest = parts[i];
        if (rest.empty() && i > 0) {
            builder.literal("'");
        } else if (i % 2 == 1) {
            builder.literal(rest);
        }
        while (i % 2 == 0 && !rest.empty()) {
            const std::size_t start = std::min(rest.find('S'), rest.size());
            const std::size_t end = std::min(rest.find_first_not_of('S', start), rest.size());
            builder.pattern(rest.substr(0, start));
            if (end > start) builder.fraction(1, static_cast<int>(end - start));
            rest.remove_prefix(end);
        }
    }
    return builder.finish();
}

/// Whether java.text.SimpleDateFormat takes the pattern.
bool older_formatter_takes(std::string_view pattern) {
    bool in_quotes = false;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (c == '\'') {
            in_quotes = !in_quotes;
        } else if (!in_quotes && is_letter(c)) {
            if (std::string_view("GyMwWDdaHhKkmsSEFuLXYzZ").find(c) == std::string_view::npos) return false;
            if (c == 'X' && pattern.substr(at).starts_with("XXXX")) return false;
        }
    }
    return !in_quotes;
}

[[noreturn]] void fail_as_older(std::string_view pattern) {
    throw Error(ErrorClass::InconsistentBehaviorDatetimePatternRecognition,
                {{"pattern", quoted(pattern)},
                 {"config", "\"spark.sql.legacy.timeParserPolicy\""},
                 {"docroot", std::string(kDocs)}});
}

}  // namespace

DatetimePattern DatetimePattern::compile(std::string_view text, PatternUse use) {
    DatetimePattern out;
    try {
        const std::string pattern = checked(text, use);
        if (use == PatternUse::Parse && text.find('S') != std::string_view::npos) {
            out.elements_ = with_short_fractions(pattern);
        } else {
            Builder builder;
            builder.pattern(pattern);
            out.elements_ = builder.finish();
        }
        return out;
    } catch (const Refused&) {
        if (older_formatter_takes(text)) fail_as_older(text);
        throw Error(ErrorClass::InvalidDatetimePatternWithSuggestion,
                    {{"pattern", quoted(text)}, {"docroot", std::string(kDocs)}});
    } catch (const Error&) {
        if (older_formatter_takes(text)) fail_as_older(text);
        throw;
    }
}

}  // namespace firesteel
