#include <array>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {
namespace {

using unresolved::Alias;
using unresolved::call;
using unresolved::Constant;

struct BinaryOperator {
    TokenKind token;
    int precedence;
    std::string_view function;
    bool negated = false;
};
constexpr int kMultiplication = 7;
constexpr auto kBinaryOperators = std::to_array<BinaryOperator>({
    {TokenKind::Equal, 1, "="},
    {TokenKind::NullSafeEqual, 1, "<=>"},
    {TokenKind::NotEqual, 1, "=", true},
    {TokenKind::Less, 1, "<"},
    {TokenKind::LessEqual, 1, "<="},
    {TokenKind::Greater, 1, ">"},
    {TokenKind::GreaterEqual, 1, ">="},
    {TokenKind::Pipe, 2, "|"},
    {TokenKind::Hat, 3, "^"},
    {TokenKind::Ampersand, 4, "&"},
    {TokenKind::ShiftLeft, 5, "<<"},
    {TokenKind::ShiftRight, 5, ">>"},
    {TokenKind::ShiftRightUnsigned, 5, ">>>"},
    {TokenKind::Plus, 6, "+"},
    {TokenKind::Minus, 6, "-"},
    {TokenKind::Concat, 6, "||"},
    {TokenKind::Star, kMultiplication, "*"},
    {TokenKind::Slash, kMultiplication, "/"},
    {TokenKind::Percent, kMultiplication, "%"},
});
constexpr BinaryOperator kDiv = {TokenKind::Word, kMultiplication, "div"};

const BinaryOperator* binary_operator(const Token& token) {
    if (token.keyword == "DIV"_kw) return &kDiv;
    for (const BinaryOperator& op : kBinaryOperators) {
        if (op.token == token.kind) return &op;
    }
    return nullptr;
}

Expr negate(Expr operand, bool negated, const Origin& origin) {
    return negated ? call("not", {std::move(operand)}, origin) : operand;
}

}  // namespace

Expr Grammar::whole_expression() {
    return with_choices([&] {
        Expr out = named_expression();
        if (!at(TokenKind::End)) fail(extra_input_hint());
        return out;
    });
}

Expr Grammar::expression() {
    const Nested nested(*this);
    return or_expression();
}

Expr Grammar::or_expression() {
    const Mark from = mark();
    Expr first = and_expression();
    if (!at("OR"_kw) || !prefer()) return first;
    std::vector<Expr> operands{std::move(first)};
    while (accept("OR"_kw)) operands.push_back(and_expression());
    return balanced("or", operands, 0, operands.size() - 1, from);
}

Expr Grammar::and_expression() {
    const Mark from = mark();
    Expr first = not_expression();
    if (!at("AND"_kw) || !prefer()) return first;
    std::vector<Expr> operands{std::move(first)};
    while (accept("AND"_kw)) operands.push_back(not_expression());
    return balanced("and", operands, 0, operands.size() - 1, from);
}

/// Long chains become balanced trees, split where Spark splits them: the shape shows in names.
Expr Grammar::balanced(std::string_view op, std::vector<Expr>& operands, std::size_t low,
                       std::size_t high, Mark from) {
    if (low == high) return operands[low];
    const std::size_t middle = high == low + 1 ? low : low + (high - low) / 2;
    Expr left = balanced(op, operands, low, middle, from);
    Expr right = balanced(op, operands, middle + 1, high, from);
    return call(std::string(op), {std::move(left), std::move(right)}, origin_from(from));
}

Expr Grammar::not_expression() {
    const Mark from = mark();
    if ((at("NOT"_kw) && prefer()) || at(TokenKind::Bang)) {
        advance();
        const Nested nested(*this);
        Expr operand = not_expression();
        return call("not", {std::move(operand)}, origin_from(from));
    }
    Expr left = value_expression();
    if (at_predicate() && prefer()) return predicate(std::move(left));
    return left;
}

Expr Grammar::binary(int precedence_min) {
    const Nested nested(*this);
    const Mark from = mark();
    Expr left = unary();
    for (;;) {
        const BinaryOperator* op = binary_operator(peek());
        if (op == nullptr || op->precedence < precedence_min) return left;
        if (op == &kDiv && !prefer()) return left;
        advance();
        Expr right = binary(op->precedence + 1);
        grow_chain();
        const Origin origin = origin_from(from);
        left = negate(call(std::string(op->function), {std::move(left), std::move(right)}, origin),
                      op->negated, origin);
    }
}

Expr Grammar::unary() {
    const Mark from = mark();
    const char* function = at(TokenKind::Minus)   ? "-"
                           : at(TokenKind::Plus)  ? "positive"
                           : at(TokenKind::Tilde) ? "~"
                                                  : nullptr;
    if (function == nullptr || (at(TokenKind::Minus) && at_number(1))) return primary();
    advance();
    const Nested nested(*this);
    Expr operand = unary();
    return call(function, {std::move(operand)}, origin_from(from));
}

// ---- predicates
// ----------------------------------------------------------------------------------

/// A predicate's word with what must follow it; alone it is a name.
bool Grammar::at_predicate() const {
    const std::size_t i = at("NOT"_kw) || at(TokenKind::Bang) ? 1 : 0;
    const Keyword word = peek(i).keyword;
    const Token& next = peek(i + 1);
    if (word == "IN"_kw) return next.kind == TokenKind::OpenParen;
    if (word == "BETWEEN"_kw || word == "LIKE"_kw || word == "ILIKE"_kw || word == "RLIKE"_kw ||
        word == "REGEXP"_kw) {
        return next.kind != TokenKind::End && next.kind != TokenKind::Comma &&
               next.kind != TokenKind::CloseParen && next.kind != TokenKind::Semicolon;
    }
    return i == 0 && word == "IS"_kw && next.kind == TokenKind::Word;
}

/// The origin of a predicate begins at its own words, as in Spark.
Expr Grammar::predicate(Expr left) {
    const Mark from = mark();
    const std::size_t i = at("NOT"_kw) || at(TokenKind::Bang) ? 1 : 0;
    const Keyword word = peek(i).keyword;
    if (word == "IN"_kw) return in_predicate(std::move(left), from);
    if (word == "IS"_kw) return is_predicate(std::move(left), from);
    if (word == "LIKE"_kw || word == "ILIKE"_kw) return like_predicate(std::move(left), from);
    const bool negated = accept_not();
    advance();
    if (word == "BETWEEN"_kw) {
        Expr lower = value_expression();
        expect("AND"_kw);
        Expr upper = value_expression();
        const Origin origin = origin_from(from);
        return negate(
            call("between", {std::move(left), std::move(lower), std::move(upper)}, origin), negated,
            origin);
    }
    Expr pattern = value_expression();
    const Origin origin = origin_from(from);
    return negate(call("rlike", {std::move(left), std::move(pattern)}, origin), negated, origin);
}

/// NOT; the ! that once stood for it is read and refused.
bool Grammar::accept_not() {
    if (accept("NOT"_kw)) return true;
    const Mark from = mark();
    if (!accept(TokenKind::Bang)) return false;
    keep(Error(ErrorClass::SyntaxDiscontinuedBang, {{"clause", "!"}}, origin_from(from)));
    return true;
}

Expr Grammar::in_predicate(Expr left, Mark from) {
    const bool negated = accept_not();
    expect("IN"_kw);
    expect(TokenKind::OpenParen);
    if (at_query()) {
        unresolved::Subquery subquery;
        subquery.kind = SubqueryKind::In;
        subquery.query = std::make_shared<const Relation>(query());
        expect(TokenKind::CloseParen, Missing::Named);
        subquery.values = row_values(left).value_or(std::vector<Expr>{left});
        const Origin origin = origin_from(from);
        return negate(Expr(std::move(subquery), origin), negated, origin);
    }
    std::vector<Expr> arguments{std::move(left)};
    do {
        arguments.push_back(expression());
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
    const Origin origin = origin_from(from);
    return negate(call("in", std::move(arguments), origin), negated, origin);
}

Expr Grammar::like_predicate(Expr left, Mark from) {
    const bool negated = accept_not();
    std::string name = at("ILIKE"_kw) ? "ilike" : "like";
    advance();
    if (at_any("ANY"_kw, "SOME"_kw, "ALL"_kw) && peek(1).kind == TokenKind::OpenParen) {
        return quantified_like(std::move(left), std::move(name), negated, from);
    }
    std::vector<Expr> arguments{std::move(left)};
    arguments.push_back(value_expression());
    if (at("ESCAPE"_kw) && prefer()) {
        advance();
        const Mark escape_at = mark();
        std::string escape = string_literal();
        if (utf8_length(escape) != 1) {
            keep(Error(ErrorClass::InvalidEsc, {{"invalidEscape", "'" + escape + "'"}},
                        origin_from(from)));
        }
        // What patterns have anyway is no argument.
        if (escape != "\\") {
            arguments.emplace_back(Constant{Literal::string(std::move(escape))}, origin_from(escape_at));
        }
    }
    const Origin origin = origin_from(from);
    return negate(call(std::move(name), std::move(arguments), origin), negated, origin);
}

/// Constant patterns make one function, others a chain of LIKEs.
Expr Grammar::quantified_like(Expr left, std::string name, bool negated, Mark from) {
    const bool all = at("ALL"_kw);
    advance();
    expect(TokenKind::OpenParen);
    if (at(TokenKind::CloseParen)) {
        keep(Error(ErrorClass::LegacyErrorTemp0064,
                   {{"msg", "Expected something between '(' and ')'."}}, origin_from(from)));
    }
    std::vector<Expr> patterns;
    if (!at(TokenKind::CloseParen)) patterns = expressions();
    expect(TokenKind::CloseParen, Missing::Named);
    const Origin origin = origin_from(from);
    if (name == "ilike") {
        left = call("lower", {std::move(left)}, origin);
        for (Expr& pattern : patterns) pattern = call("lower", {std::move(pattern)}, origin);
    }
    bool constant = true;
    for (const Expr& pattern : patterns) constant = constant && is_constant_text(pattern);
    if (constant) {
        patterns.insert(patterns.begin(), std::move(left));
        std::string function = negated ? "__not_like_" : "__like_";
        function += all ? "all" : "any";
        return call(std::move(function), std::move(patterns), origin);
    }
    MaybeExpr out;
    for (Expr& pattern : patterns) {
        Expr one = negate(call("like", {left, std::move(pattern)}, origin), negated, origin);
        if (out) {
            grow_chain();
            one = call(all ? "and" : "or", {std::move(*out), std::move(one)}, origin);
        }
        out = std::move(one);
    }
    return std::move(*out);
}

Expr Grammar::is_predicate(Expr left, Mark from) {
    expect("IS"_kw);
    const bool negated = accept("NOT"_kw);
    if (accept("NULL"_kw)) {
        return call(negated ? "isnotnull" : "isnull", {std::move(left)}, origin_from(from));
    }
    if (accept("UNKNOWN"_kw)) {
        return call(negated ? "__is_not_unknown" : "__is_unknown", {std::move(left)},
                    origin_from(from));
    }
    if (at_any("TRUE"_kw, "FALSE"_kw)) {
        const bool value = at("TRUE"_kw);
        const Mark value_at = mark();
        advance();
        const Origin origin = origin_from(from);
        Expr right(Constant{Literal::boolean(value)}, origin_from(value_at));
        return negate(call("<=>", {std::move(left), std::move(right)}, origin), negated, origin);
    }
    expect("DISTINCT"_kw);
    expect("FROM"_kw);
    Expr right = value_expression();
    const Origin origin = origin_from(from);
    return negate(call("<=>", {std::move(left), std::move(right)}, origin), !negated, origin);
}

// ---- lists and aliases
// ---------------------------------------------------------------------------

std::vector<Expr> Grammar::expressions() {
    std::vector<Expr> out;
    do {
        out.push_back(expression());
    } while (accept(TokenKind::Comma));
    return out;
}

std::vector<Expr> Grammar::named_expressions() {
    std::vector<Expr> out;
    do {
        out.push_back(named_expression());
    } while (accept(TokenKind::Comma));
    return out;
}

/// A word that would go on with the query rather than name the expression before it.
bool Grammar::at_clause() const {
    switch (peek().keyword) {
        case "AND"_kw: case "CLUSTER"_kw: case "DISTRIBUTE"_kw: case "DO"_kw: case "EXCEPT"_kw:
        case "FROM"_kw: case "GROUP"_kw: case "HAVING"_kw: case "INTERSECT"_kw: case "LATERAL"_kw:
        case "LIMIT"_kw: case "MINUS"_kw: case "OFFSET"_kw: case "OR"_kw: case "ORDER"_kw:
        case "SORT"_kw: case "UNION"_kw: case "WHERE"_kw: case "WINDOW"_kw:
            return true;
        default:
            return false;
    }
}

Expr Grammar::named_expression() {
    const Mark from = mark();
    Expr child = expression();
    const bool has_as = at("AS"_kw) && prefer();
    if (has_as) advance();
    std::vector<std::string> names;
    if (at_identifier_list()) {
        names = identifier_list();
    } else if (has_as || (at_identifier() && (!at_clause() || !prefer()))) {
        names.push_back(identifier());
    } else {
        return with_path_name(std::move(child));
    }
    return {Alias{std::move(child), std::move(names), {}}, origin_from(from)};
}

}  // namespace firesteel::sql
