#include <algorithm>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"
#include "sql/parser/interval_text.h"

namespace firesteel::sql {
namespace {

using unresolved::Constant;

/// The units of INTERVAL 1 unit: keywords, singular or plural.
bool is_unit(Keyword word) {
    switch (word) {
        case "YEAR"_kw: case "YEARS"_kw: case "MONTH"_kw: case "MONTHS"_kw: case "WEEK"_kw:
        case "WEEKS"_kw: case "DAY"_kw: case "DAYS"_kw: case "HOUR"_kw: case "HOURS"_kw:
        case "MINUTE"_kw: case "MINUTES"_kw: case "SECOND"_kw: case "SECONDS"_kw:
        case "MILLISECOND"_kw: case "MILLISECONDS"_kw: case "MICROSECOND"_kw:
        case "MICROSECONDS"_kw: case "NANOSECOND"_kw: case "NANOSECONDS"_kw:
            return true;
        default:
            return false;
    }
}

DataType interval_type_of(IntervalField from, IntervalField to) {
    const int first = static_cast<int>(from);
    const int last = static_cast<int>(to);
    constexpr int kDay = static_cast<int>(IntervalField::Day);
    if (first < kDay) {
        return DataType::year_month_interval(static_cast<YearMonthField>(first),
                                             static_cast<YearMonthField>(last));
    }
    return DataType::day_time_interval(static_cast<DayTimeField>(first - kDay),
                                       static_cast<DayTimeField>(last - kDay));
}

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

/// The ANSI interval that a text's value and units make; nullopt where both kinds of units are
/// mixed.
std::optional<Literal> ansi_interval(const CalendarIntervalValue& value,
                                     const std::vector<IntervalField>& fields) {
    const auto [first, last] = std::minmax_element(fields.begin(), fields.end());
    if (*first < IntervalField::Day) {
        if (*last >= IntervalField::Day) return std::nullopt;
        return Literal{interval_type_of(*first, *last), Value(std::int64_t{value.months})};
    }
    std::int64_t micros = 0;
    if (__builtin_mul_overflow(std::int64_t{value.days}, kMicrosPerDay, &micros) ||
        __builtin_add_overflow(micros, value.microseconds, &micros)) {
        throw Error(ErrorClass::IntervalArithmeticOverflowWithoutSuggestion);
    }
    return Literal{interval_type_of(*first, *last), Value(micros)};
}

Literal from_to_literal(std::int64_t amount, IntervalField first, IntervalField last, bool legacy) {
    if (!legacy) return {interval_type_of(first, last), Value(amount)};
    CalendarIntervalValue calendar;
    if (last == IntervalField::Month) {
        calendar.months = static_cast<std::int32_t>(amount);
    } else {
        calendar.days = static_cast<std::int32_t>(amount / kMicrosPerDay);
        calendar.microseconds = amount % kMicrosPerDay;
    }
    return {DataType::calendar_interval(), Value(calendar)};
}

[[noreturn]] void mixed_units(const std::string& literal, Origin origin) {
    throw Error(ErrorClass::LegacyErrorTemp0029, {{"literal", literal}}, std::move(origin));
}

}  // namespace

/// INTERVAL 1 DAY 2 HOURS, INTERVAL '1-2' YEAR TO MONTH. A bare string is a typed literal.
std::optional<Expr> Grammar::interval_literal() {
    const Mark from = mark();
    std::size_t i = 1;
    if (peek(i).kind == TokenKind::Plus || peek(i).kind == TokenKind::Minus) ++i;
    const TokenKind kind = peek(i).kind;
    const bool is_string = kind == TokenKind::String || kind == TokenKind::DoubleQuoted;
    if (!is_string && kind != TokenKind::Integer && kind != TokenKind::Decimal) return std::nullopt;
    if (!is_unit(peek(i + 1).keyword)) {
        if (is_string && i == 1) return std::nullopt;
        if (is_string) fail_at(peek(i));
        fail_at(peek(i + 1));
    }
    advance();
    if (peek(i + 1).keyword != "TO"_kw || !interval_field_of_unit(text_of(peek(i + 2)))) {
        return interval_units(from);
    }
    const bool negative = at(TokenKind::Minus);
    if (i > 1) advance();
    return unit_to_unit(from, negative);
}

Expr Grammar::unit_to_unit(Mark from, bool negative) {
    const Mark value_at = mark();
    const bool is_text = at_string();
    std::string value = is_text ? string_literal() : std::string(text_of(peek()));
    if (!is_text) advance();
    const std::string first_name = ascii_lower(text_of(peek()));
    const auto first = interval_field_of_unit(first_name);
    advance();
    expect("TO"_kw);
    const std::string last_name = ascii_lower(text_of(peek()));
    const auto last = interval_field_of_unit(last_name);
    advance();
    Literal out = deferring(Literal(), [&]() -> Literal {
        if (!is_text) throw Error(ErrorClass::LegacyErrorTemp0027, {}, origin_from(value_at));
        const bool known = first && last && *first < *last &&
                           (*first >= IntervalField::Day || *last == IntervalField::Month);
        if (!known) {
            throw Error(ErrorClass::InvalidIntervalFormatUnsupportedFromToExpression,
                        {{"input", value}, {"from", first_name}, {"to", last_name}},
                        origin_from(value_at));
        }
        try {
            return from_to_literal(from_to_interval(value, *first, *last, negative), *first, *last,
                                   options().legacy_interval);
        } catch (Error& error) {
            error.at(origin_from(value_at));
            throw;
        }
    });
    return {Constant{std::move(out)}, origin_from(from)};
}

Expr Grammar::interval_units(Mark from) {
    std::string text;
    std::vector<IntervalField> fields;
    do {
        text += ' ';
        bool negative = at(TokenKind::Minus);
        if (negative || at(TokenKind::Plus)) advance();
        const Mark value_at = mark();
        std::string value;
        if (at_string()) {
            value = string_literal();
            // A sign inside the quotes counts against the one before them.
            std::string digits = value;
            if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
                negative = negative != (digits.front() == '-');
                digits.erase(0, 1);
            }
            if (digits.find_first_not_of("0123456789.-") != digits.npos || digits.empty()) {
                keep(Error(ErrorClass::LegacyErrorTemp0026, {{"value", value}},
                           origin_from(value_at)));
            }
            value = digits;
        } else if (at(TokenKind::Integer) || at(TokenKind::Decimal)) {
            value = text_of(peek());
            advance();
        } else {
            fail();
        }
        if (!is_unit(peek().keyword)) fail();
        const std::string unit = ascii_lower(text_of(peek()));
        advance();
        text += (negative ? "-" : "") + value + ' ' + unit;
        if (const auto field = interval_field_of_unit(unit)) fields.push_back(*field);
    } while (((at(TokenKind::Plus) || at(TokenKind::Minus)) && is_unit(peek(2).keyword) &&
              peek(1).kind != TokenKind::Word) ||
             ((at(TokenKind::Integer) || at(TokenKind::Decimal) || at_string()) &&
              is_unit(peek(1).keyword)));
    const Origin origin = origin_from(from);
    Literal out = deferring(Literal(), [&]() -> Literal {
        IntervalFault fault;
        const auto value = units_interval(text, fault);
        if (!value) throw Error(fault.condition, std::move(fault.parameters), origin);
        if (options().legacy_interval) return {DataType::calendar_interval(), Value(*value)};
        auto literal = ansi_interval(*value, fields);
        if (!literal) mixed_units(text_from(from), origin);
        return std::move(*literal);
    });
    return {Constant{std::move(out)}, origin};
}

/// INTERVAL 'text'
Literal Grammar::interval_text(const std::string& text, const Origin& origin,
                               const std::string& written) {
    IntervalFault fault;
    const auto value = units_interval(text, fault);
    if (!value) {
        throw Error(ErrorClass::InvalidTypedLiteral,
                    {{"valueType", "\"INTERVAL\""}, {"value", "'" + text + "'"}}, origin);
    }
    if (options().legacy_interval) return {DataType::calendar_interval(), Value(*value)};
    std::vector<IntervalField> fields;
    std::string word;
    for (const char c : text + " ") {
        if (static_cast<unsigned char>(c) > ' ') {
            word += c;
            continue;
        }
        if (const auto field = interval_field_of_unit(word)) fields.push_back(*field);
        word.clear();
    }
    auto literal = ansi_interval(*value, fields);
    if (!literal) mixed_units(written, origin);
    return std::move(*literal);
}

}  // namespace firesteel::sql
