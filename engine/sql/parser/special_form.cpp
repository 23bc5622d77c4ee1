#include <array>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::call;
using unresolved::Constant;
using unresolved::Function;

namespace {

/// The units of TIMESTAMPADD and TIMESTAMPDIFF.
bool is_datetime_unit(Keyword keyword) {
    switch (keyword) {
        case "YEAR"_kw: case "QUARTER"_kw: case "MONTH"_kw: case "WEEK"_kw: case "DAY"_kw:
        case "DAYOFYEAR"_kw: case "HOUR"_kw: case "MINUTE"_kw: case "SECOND"_kw:
        case "MILLISECOND"_kw: case "MICROSECOND"_kw:
            return true;
        default:
            return false;
    }
}

Expr text(std::string value, Origin origin) {
    return {Constant{Literal::string(std::move(value))}, std::move(origin)};
}

}  // namespace

/// Calls that have words inside, and CASE. Absent: an ordinary name or call.
std::optional<Expr> Grammar::special_form() {
    const bool is_call = peek(1).kind == TokenKind::OpenParen;
    const Keyword word = peek().keyword;
    if (word == "CASE"_kw) {
        const TokenKind next = peek(1).kind;
        const bool is_name = next == TokenKind::Comma || next == TokenKind::CloseParen ||
                             next == TokenKind::End || next == TokenKind::Equal;
        if (is_name || !prefer()) return std::nullopt;
        return case_expression();
    }
    if (!is_call) return std::nullopt;
    switch (word) {
        case "CAST"_kw: case "TRY_CAST"_kw:
            if (!prefer()) return std::nullopt;
            return cast(word == "CAST"_kw ? EvalMode::Session : EvalMode::Try);
        case "EXISTS"_kw: {
            if (!at_query(2)) return std::nullopt;
            const Mark from = mark();
            advance();
            advance();
            return subquery(SubqueryKind::Exists, from);
        }
        case "STRUCT"_kw: return struct_call();
        case "FIRST"_kw: case "LAST"_kw: case "ANY_VALUE"_kw: return first_last();
        case "POSITION"_kw: return position_call();
        case "EXTRACT"_kw: return extract_call();
        case "SUBSTR"_kw: case "SUBSTRING"_kw: return substring_call();
        case "TRIM"_kw: return trim_call();
        case "OVERLAY"_kw: return overlay_call();
        case "TIMESTAMPADD"_kw: case "DATEADD"_kw: case "DATE_ADD"_kw:
            return timestamp_arithmetic("__timestampadd");
        case "TIMESTAMPDIFF"_kw: case "DATEDIFF"_kw: case "DATE_DIFF"_kw: case "TIMEDIFF"_kw:
            return timestamp_arithmetic("__timestampdiff");
        default: return std::nullopt;
    }
}

Expr Grammar::case_expression() {
    const Mark from = mark();
    const Nested nested(*this);
    expect("CASE"_kw);
    MaybeExpr subject;
    if (!at("WHEN"_kw)) subject = expression();
    std::vector<Expr> arguments;
    if (!at("WHEN"_kw)) fail();
    while (accept("WHEN"_kw)) {
        const Mark condition_at = mark();
        Expr condition = expression();
        if (subject)
            condition = call("=", {*subject, std::move(condition)}, origin_from(condition_at));
        expect("THEN"_kw);
        arguments.push_back(std::move(condition));
        arguments.push_back(expression());
    }
    if (accept("ELSE"_kw)) arguments.push_back(expression());
    expect("END"_kw, Missing::Named);
    return call("when", std::move(arguments), origin_from(from));
}

Expr Grammar::cast(EvalMode mode) {
    const Mark from = mark();
    advance();
    expect(TokenKind::OpenParen);
    Expr child = expression();
    expect("AS"_kw);
    DataType type = data_type();
    expect(TokenKind::CloseParen, Missing::Named);
    return {unresolved::Cast{std::move(child), std::move(type), mode}, origin_from(from)};
}

/// STRUCT(a AS b, …): aliases name its fields.
Expr Grammar::struct_call() {
    const Mark from = mark();
    Function function;
    function.name.emplace_back(text_of(peek()));
    advance();
    expect(TokenKind::OpenParen);
    if (!at(TokenKind::CloseParen)) function.arguments = named_expressions();
    expect(TokenKind::CloseParen, Missing::Named);
    function.name[0] = "struct";
    return call_suffix(std::move(function), from);
}

/// A row's fields are named as STRUCT's; the names are constants here, without a place in the text.
Expr Grammar::row(std::vector<Expr> items, Mark from) {
    std::vector<Expr> arguments;
    arguments.reserve(items.size() * 2);
    for (std::size_t i = 0; i < items.size(); ++i) {
        arguments.push_back(text(field_name(items[i], i), {}));
        const auto* alias = items[i].get_if<unresolved::Alias>();
        arguments.push_back(alias != nullptr ? alias->child : std::move(items[i]));
    }
    return call(std::string(kRowFunction), std::move(arguments), origin_from(from));
}

/// The first argument of a call that may turn out to be a special form. Absent: nothing to look at.
std::optional<Expr> Grammar::first_argument() {
    const Token& first = peek(2);
    if (first.kind == TokenKind::CloseParen || peek(3).kind == TokenKind::FatArrow)
        return std::nullopt;
    if (first.keyword == "DISTINCT"_kw || first.keyword == "ALL"_kw) return std::nullopt;
    advance();
    advance();
    return expression();
}

/// An ordinary call after all, its first arguments parsed.
Expr Grammar::ordinary_call(std::string_view name, std::vector<Expr> arguments, Mark from) {
    Function function;
    function.name.emplace_back(name);
    function.arguments = std::move(arguments);
    while (accept(TokenKind::Comma)) function.arguments.push_back(argument());
    expect(TokenKind::CloseParen, Missing::Named);
    return call_suffix(std::move(function), from);
}

/// FIRST(x IGNORE NULLS)
std::optional<Expr> Grammar::first_last() {
    const Mark from = mark();
    const std::string_view name = text_of(peek());
    MaybeExpr child = first_argument();
    if (!child) return std::nullopt;
    if (!accept("IGNORE"_kw, "NULLS"_kw)) return ordinary_call(name, {std::move(*child)}, from);
    expect(TokenKind::CloseParen, Missing::Named);
    Function function;
    function.name.emplace_back(name);
    function.arguments.push_back(std::move(*child));
    function.ignore_nulls = true;
    return call_suffix(std::move(function), from);
}

/// POSITION(part IN text)
std::optional<Expr> Grammar::position_call() {
    const Mark from = mark();
    const std::string_view name = text_of(peek());
    MaybeExpr part = first_argument();
    if (!part) return std::nullopt;
    MaybeExpr whole;
    const auto* in = part->get_if<Function>();
    if (accept("IN"_kw)) {
        whole = value_expression();
    } else if (at(TokenKind::CloseParen) && in != nullptr && in->name[0] == "in" &&
               in->arguments.size() == 2) {
        whole = in->arguments[1];  // the text stood in parentheses
        part = Expr(in->arguments[0]);
    } else {
        return ordinary_call(name, {std::move(*part)}, from);
    }
    expect(TokenKind::CloseParen, Missing::Named);
    return call("locate", {std::move(*part), std::move(*whole), Constant{Literal::integer(1)}},
                origin_from(from));
}

/// EXTRACT(field FROM source)
std::optional<Expr> Grammar::extract_call() {
    const Mark from = mark();
    if (!at_identifier(2) || peek(3).keyword != "FROM"_kw) return std::nullopt;
    advance();
    advance();
    const Mark field_at = mark();
    std::string field = identifier();
    Expr unit = text(std::move(field), origin_from(field_at));
    expect("FROM"_kw);
    Expr operand = value_expression();
    expect(TokenKind::CloseParen, Missing::Named);
    return call("extract", {std::move(unit), std::move(operand)}, origin_from(from));
}

/// SUBSTRING(text FROM position [FOR length])
std::optional<Expr> Grammar::substring_call() {
    const Mark from = mark();
    const std::string_view name = text_of(peek());
    MaybeExpr whole = first_argument();
    if (!whole) return std::nullopt;
    std::vector<Expr> arguments{std::move(*whole)};
    if (!accept("FROM"_kw)) return ordinary_call(name, std::move(arguments), from);
    arguments.push_back(value_expression());
    if (accept("FOR"_kw) || accept(TokenKind::Comma)) arguments.push_back(value_expression());
    expect(TokenKind::CloseParen, Missing::Named);
    return call("substring", std::move(arguments), origin_from(from));
}

/// TRIM([BOTH | LEADING | TRAILING] [characters] FROM text); as a call: trim(characters, text)
std::optional<Expr> Grammar::trim_call() {
    const Mark from = mark();
    const std::string_view name = text_of(peek());
    const Token& next = peek(3);
    const Keyword place = peek(2).keyword;
    const bool placed = (place == "BOTH"_kw || place == "LEADING"_kw || place == "TRAILING"_kw) &&
                        next.kind != TokenKind::CloseParen && next.kind != TokenKind::Comma;
    std::vector<Expr> arguments;
    if (placed) {
        advance();
        advance();
        advance();
        if (!at("FROM"_kw)) arguments.push_back(value_expression());
    } else {
        MaybeExpr first = first_argument();
        if (!first) return std::nullopt;
        arguments.push_back(std::move(*first));
        if (!at("FROM"_kw)) return ordinary_call(name, std::move(arguments), from);
    }
    expect("FROM"_kw);
    arguments.push_back(value_expression());
    expect(TokenKind::CloseParen, Missing::Named);
    const char* function = placed && place == "LEADING"_kw    ? "ltrim"
                           : placed && place == "TRAILING"_kw ? "rtrim"
                                                              : "trim";
    return call(function, std::move(arguments), origin_from(from));
}

/// OVERLAY(text PLACING part FROM position [FOR length])
std::optional<Expr> Grammar::overlay_call() {
    const Mark from = mark();
    const std::string_view name = text_of(peek());
    MaybeExpr whole = first_argument();
    if (!whole) return std::nullopt;
    std::vector<Expr> arguments{std::move(*whole)};
    if (!accept("PLACING"_kw)) return ordinary_call(name, std::move(arguments), from);
    arguments.push_back(value_expression());
    expect("FROM"_kw);
    arguments.push_back(value_expression());
    if (accept("FOR"_kw)) arguments.push_back(value_expression());
    expect(TokenKind::CloseParen, Missing::Named);
    return call("overlay", std::move(arguments), origin_from(from));
}

/// TIMESTAMPADD(unit, amount, time) and TIMESTAMPDIFF(unit, from, to) with their other names; with
/// two arguments, date_add(date, days) and datediff(to, from).
std::optional<Expr> Grammar::timestamp_arithmetic(std::string function) {
    const Mark from = mark();
    const Token& unit_token = peek(2);
    const bool is_unit = is_datetime_unit(unit_token.keyword);
    if ((!is_unit && unit_token.kind != TokenKind::String) || peek(3).kind != TokenKind::Comma) {
        return std::nullopt;
    }
    const std::string_view name = text_of(peek());
    const std::string unit(text_of(unit_token));
    const Origin unit_origin = origin_of(unit_token);
    for (int i = 0; i < 4; ++i) advance();
    std::vector<Expr> arguments;
    if (is_unit) {
        arguments.emplace_back(unresolved::Attribute{{unit}, {}, false}, unit_origin);
    } else {
        arguments.push_back(text(string_value(unit, options().keep_string_escapes), unit_origin));
    }
    arguments.push_back(expression());
    if (!accept(TokenKind::Comma)) return ordinary_call(name, std::move(arguments), from);
    arguments.push_back(expression());
    expect(TokenKind::CloseParen, Missing::Named);
    if (!is_unit) {
        keep(Error(ErrorClass::InvalidParameterValueDatetimeUnit,
                    {{"functionName", "`" + std::string(name) + "`"},
                     {"parameter", "`unit`"},
                     {"invalidValue", unit}},
                    origin_from(from)));
    }
    arguments[0] = text(unit, unit_origin);
    return call(std::move(function), std::move(arguments), origin_from(from));
}

}  // namespace firesteel::sql
