#include <array>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::Attribute;
using unresolved::call;
using unresolved::Constant;
using unresolved::Extract;
using unresolved::Function;
using unresolved::IdentifierClause;
using unresolved::Lambda;
using unresolved::Parameter;
using unresolved::Star;
using unresolved::Subquery;

namespace {

constexpr bool is_reserved(Keyword keyword) {
    const Reservation reservation = keyword_row(keyword).reservation;
    return reservation == Reservation::Reserved || reservation == Reservation::StrictReserved;
}
constexpr bool is_strict(Keyword keyword) {
    const Reservation reservation = keyword_row(keyword).reservation;
    return reservation == Reservation::Strict || reservation == Reservation::StrictReserved;
}

/// What can follow a query in parentheses so that the whole is a query still.
bool goes_on_with_query(const Token& token) {
    switch (token.keyword) {
        case "CLUSTER"_kw: case "DISTRIBUTE"_kw: case "EXCEPT"_kw: case "INTERSECT"_kw:
        case "LIMIT"_kw: case "MINUS"_kw: case "OFFSET"_kw: case "ORDER"_kw: case "SORT"_kw:
        case "UNION"_kw: case "WINDOW"_kw:
            return true;
        default:
            return token.kind == TokenKind::CloseParen || token.kind == TokenKind::PipeOperator ||
                   token.kind == TokenKind::End || token.kind == TokenKind::Semicolon;
    }
}

}  // namespace

// ---- names
// ---------------------------------------------------------------------------------------

bool Grammar::at_identifier(std::size_t ahead) const {
    const Token& token = peek(ahead);
    if (token.kind == TokenKind::BackQuoted) return true;
    if (token.kind == TokenKind::DoubleQuoted) return options().double_quoted_identifiers;
    if (token.kind != TokenKind::Word) return false;
    return token.keyword == kNoKeyword || !options().enforce_reserved_keywords ||
           !is_reserved(token.keyword);
}

bool Grammar::at_strict_identifier(std::size_t ahead) const {
    const Token& token = peek(ahead);
    if (!at_identifier(ahead)) return false;
    return token.kind != TokenKind::Word || token.keyword == kNoKeyword ||
           !is_strict(token.keyword);
}

std::string Grammar::identifier() {
    if (!at_identifier()) fail(extra_input_hint());
    const Token token = peek();
    advance();
    if (token.kind != TokenKind::Word) return quoted_name(text_of(token));
    std::string name(text_of(token));
    // a-b is not a name, and gets an error of its own where nothing but a name can stand.
    if (needs_quotes(name)) {
        keep(Error(ErrorClass::InvalidIdentifier, {{"ident", name}}, origin_of(token)));
    }
    return name;
}

NameParts Grammar::multipart_name() {
    const Mark from = mark();
    NameParts parts;
    do {
        parts.push_back(identifier());
    } while (accept(TokenKind::Dot));
    if (at(TokenKind::Minus) && at_identifier(1) && peek().begin == peek(1).begin - 1) {
        const Mark last = mark() - 1;
        while (at(TokenKind::Minus) && at_identifier(1)) {
            advance();
            advance();
        }
        keep(Error(ErrorClass::InvalidIdentifier, {{"ident", text_from(last)}}, origin_from(from)));
    }
    return parts;
}

std::vector<std::string> Grammar::identifier_list() {
    expect(TokenKind::OpenParen);
    std::vector<std::string> names;
    do {
        names.push_back(identifier());
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
    return names;
}

bool Grammar::at_identifier_list() const {
    return at(TokenKind::OpenParen) && at_identifier(1) &&
           (peek(2).kind == TokenKind::Comma || peek(2).kind == TokenKind::CloseParen);
}

bool Grammar::at_identifier_clause() const {
    return at("IDENTIFIER"_kw) && peek(1).kind == TokenKind::OpenParen;
}

/// Whether a query starts `ahead` tokens from here. `((SELECT 1) + 1)` is no query: what stands
/// behind the inner parenthesis decides.
bool Grammar::at_query(std::size_t ahead) const {
    const Token& next = peek(ahead + 1);
    if (peek(ahead).kind == TokenKind::OpenParen) {
        return at_query(ahead + 1) && goes_on_with_query(peek(closing_paren(ahead) + 1));
    }
    const bool is_name = next.kind == TokenKind::CloseParen || next.kind == TokenKind::Comma ||
                         next.kind == TokenKind::Dot || next.kind == TokenKind::Arrow;
    switch (peek(ahead).keyword) {
        case "SELECT"_kw:
            return !is_name;
        case "WITH"_kw: case "TABLE"_kw:
            return next.kind == TokenKind::Word || next.kind == TokenKind::BackQuoted;
        case "FROM"_kw:
            return next.kind == TokenKind::Word || next.kind == TokenKind::BackQuoted ||
                   next.kind == TokenKind::OpenParen;
        case "VALUES"_kw:
            return !is_name;
        case "MAP"_kw: case "REDUCE"_kw:
            return next.kind == TokenKind::Word;
        default:
            return false;
    }
}

// ---- primary expressions
// -------------------------------------------------------------------------

Expr Grammar::primary() {
    const Mark from = mark();
    return postfix(atom(), from);
}

Expr Grammar::postfix(Expr base, Mark from) {
    for (;;) {
        if (at(TokenKind::Dot)) {
            base = dereference(std::move(base), from);
        } else if (at(TokenKind::OpenBracket)) {
            advance();
            Expr key = value_expression();
            expect(TokenKind::CloseBracket, Missing::Named);
            base = Expr(Extract{std::move(base), std::move(key)}, origin_from(from));
        } else if (at(TokenKind::DoubleColon)) {
            advance();
            DataType type = data_type();
            base = Expr(unresolved::Cast{std::move(base), std::move(type), EvalMode::Session},
                        origin_from(from));
        } else if (at("COLLATE"_kw) && at_identifier(1) && prefer()) {
            advance();
            const Mark name_at = mark();
            std::string name = multipart_name().back();
            Expr collation(Constant{Literal::string(std::move(name))}, origin_from(name_at));
            base = call("collate", {std::move(base), std::move(collation)}, origin_from(from));
        } else if (at(TokenKind::Colon) &&
                   (at_identifier(1) || peek(1).kind == TokenKind::OpenBracket)) {
            base = variant_path(std::move(base), from);
        } else {
            return base;
        }
        grow_chain();
    }
}

/// a.b of a name is a longer name, of anything else a field.
Expr Grammar::dereference(Expr base, Mark from) {
    expect(TokenKind::Dot);
    const Mark field_at = mark();
    std::string field = identifier();
    const Origin origin = origin_from(from);
    if (const auto* attribute = base.get_if<Attribute>()) {
        Attribute longer = *attribute;
        longer.parts.push_back(std::move(field));
        return {std::move(longer), origin};
    }
    Expr key(Constant{Literal::string(std::move(field))}, origin_from(field_at));
    return {Extract{std::move(base), std::move(key)}, origin};
}

Expr Grammar::variant_path(Expr base, Mark from) {
    expect(TokenKind::Colon);
    const Mark path_at = mark();
    std::string path = "$";
    if (!at(TokenKind::OpenBracket)) path += "." + identifier();
    for (;;) {
        if (at(TokenKind::Dot)) {
            advance();
            path += "." + identifier();
        } else if (accept(TokenKind::OpenBracket)) {
            path += at_string() ? "['" + string_literal() + "']"
                                : "[" + std::to_string(integer_value()) + "]";
            expect(TokenKind::CloseBracket, Missing::Named);
        } else {
            break;
        }
    }
    Expr text(Constant{Literal::string(std::move(path))}, origin_from(path_at));
    return call(std::string(kPathFunction), {std::move(base), std::move(text)}, origin_from(from));
}

Expr Grammar::atom() {
    const Mark from = mark();
    switch (peek().kind) {
        case TokenKind::OpenParen:
            return parenthesized();
        case TokenKind::Star:
            return star({}, from);
        case TokenKind::Word:
            return word_atom();
        case TokenKind::BackQuoted:
            return name_or_call();
        case TokenKind::DoubleQuoted:
            if (options().double_quoted_identifiers) return name_or_call();
            break;
        default:
            break;
    }
    if (auto out = parameter()) return std::move(*out);
    if (auto out = literal()) return std::move(*out);
    fail();
}

Expr Grammar::word_atom() {
    if (peek(1).kind == TokenKind::Arrow) return lambda();
    if (peek(1).kind != TokenKind::Dot) {
        if (auto out = literal()) return std::move(*out);
        if (auto out = special_form()) return std::move(*out);
    }
    if (at_identifier_clause()) return identifier_clause();
    return name_or_call();
}

std::optional<Expr> Grammar::parameter() {
    const Mark from = mark();
    Parameter out;
    if (at(TokenKind::Question)) {
        out.position = static_cast<std::int32_t>(parameter_position());
        has_positional_markers_ = true;
        advance();
    } else if (at(TokenKind::Colon) && at_identifier(1)) {
        advance();
        out.name = identifier();
        has_named_markers_ = true;
    } else {
        return std::nullopt;
    }
    return Expr(std::move(out), origin_from(from));
}

Expr Grammar::subquery(SubqueryKind kind, Mark from) {
    Subquery out;
    out.kind = kind;
    out.query = std::make_shared<const Relation>(query());
    expect(TokenKind::CloseParen, Missing::Named);
    return {std::move(out), origin_from(from)};
}

/// (query), (expression), (a, b) and (x, y) -> …
Expr Grammar::parenthesized() {
    const Mark from = mark();
    if (at_lambda()) return lambda();
    advance();
    if (at_query()) return subquery(SubqueryKind::Scalar, from);
    std::vector<Expr> items;
    items.push_back(named_expression());
    while (accept(TokenKind::Comma)) items.push_back(named_expression());
    if (!at(TokenKind::CloseParen)) fail();
    advance();
    if (items.size() > 1) return row(std::move(items), from);
    if (const auto* alias = items[0].get_if<unresolved::Alias>()) {
        if (!has_path_name(items[0])) {
            rewind(from);
            advance();
            expression();
            fail();
        }
        return alias->child;
    }
    return items[0];
}

/// x -> … or (x, y) -> …
bool Grammar::at_lambda() const {
    if (!at(TokenKind::OpenParen)) return at_identifier() && peek(1).kind == TokenKind::Arrow;
    std::size_t i = 1;
    while (at_identifier(i) && peek(i + 1).kind == TokenKind::Comma) i += 2;
    return i > 1 && at_identifier(i) && peek(i + 1).kind == TokenKind::CloseParen &&
           peek(i + 2).kind == TokenKind::Arrow;
}

Expr Grammar::lambda() {
    const Mark from = mark();
    std::vector<std::string> parameters;
    if (at(TokenKind::OpenParen)) {
        parameters = identifier_list();
    } else {
        parameters.push_back(identifier());
    }
    expect(TokenKind::Arrow);
    Expr body = expression();
    return {Lambda{std::move(parameters), std::move(body)}, origin_from(from)};
}

Expr Grammar::star(NameParts target, Mark from) {
    expect(TokenKind::Star);
    Star out;
    out.target = std::move(target);
    if (at("EXCEPT"_kw) && peek(1).kind == TokenKind::OpenParen && !at_query_behind_except()) {
        advance();
        advance();
        do {
            out.except.push_back(multipart_name());
        } while (accept(TokenKind::Comma));
        expect(TokenKind::CloseParen, Missing::Named);
    }
    return {std::move(out), origin_from(from)};
}

/// `SELECT * EXCEPT (SELECT …)` is a set operation.
bool Grammar::at_query_behind_except() const {
    const Keyword word = peek(2).keyword;
    return (word == "SELECT"_kw || word == "VALUES"_kw || word == "FROM"_kw || word == "WITH"_kw ||
            word == "TABLE"_kw) &&
           peek(3).kind != TokenKind::CloseParen && peek(3).kind != TokenKind::Comma;
}

/// a, a.b.*, f(…), a.b.f(…). What follows a name that isn't called is postfix's.
Expr Grammar::name_or_call() {
    const Mark from = mark();
    if (peek(1).kind == TokenKind::Arrow && at_identifier()) return lambda();
    std::size_t i = 0;
    while (at_identifier(i) && peek(i + 1).kind == TokenKind::Dot) i += 2;
    const bool is_call = at_identifier(i) && peek(i + 1).kind == TokenKind::OpenParen;
    const bool is_star = i > 0 && peek(i).kind == TokenKind::Star;
    const bool is_function_word = at_any("FILTER"_kw, "LEFT"_kw, "RIGHT"_kw);  // even when reserved
    if (is_function_word && peek(1).kind == TokenKind::OpenParen) {
        NameParts name{std::string(text_of(peek()))};
        advance();
        return call_of(std::move(name), from);
    }
    if (!is_call && !is_star) {
        if (is_reserved_literal_function()) {
            NameParts name{std::string(text_of(peek()))};
            advance();
            return {Attribute{std::move(name), {}, false}, origin_from(from)};
        }
        if (!at_identifier()) fail();
        NameParts name{identifier()};
        return {Attribute{std::move(name), {}, false}, origin_from(from)};
    }
    NameParts name;
    for (std::size_t k = 0; k < i; k += 2) {
        name.push_back(identifier());
        advance();
    }
    if (is_star) return star(std::move(name), from);
    name.push_back(identifier());
    return call_of(std::move(name), from);
}

bool Grammar::is_reserved_literal_function() const {
    return at_any("CURRENT_DATE"_kw, "CURRENT_TIMESTAMP"_kw, "CURRENT_USER"_kw, "CURRENT_TIME"_kw,
                  "USER"_kw, "SESSION_USER"_kw);
}

// ---- calls
// ---------------------------------------------------------------------------------------

Expr Grammar::call_of(NameParts name, Mark from) {
    Function function;
    function.name = std::move(name);
    expect(TokenKind::OpenParen);
    if (at("DISTINCT"_kw) && peek(1).kind != TokenKind::CloseParen &&
        peek(1).kind != TokenKind::Comma && prefer()) {
        function.distinct = true;
        advance();
    } else if (at("ALL"_kw) && peek(1).kind != TokenKind::CloseParen &&
               peek(1).kind != TokenKind::Comma && prefer()) {
        advance();
    }
    if (!at(TokenKind::CloseParen)) {
        do {
            function.arguments.push_back(argument());
        } while (accept(TokenKind::Comma));
    }
    expect(TokenKind::CloseParen, Missing::Named);
    return call_suffix(std::move(function), from);
}

Expr Grammar::argument() {
    const Mark from = mark();
    if (at_identifier() && peek(1).kind == TokenKind::FatArrow) {
        std::string name = identifier();
        advance();
        Expr value = at("TABLE"_kw) && peek(1).kind == TokenKind::OpenParen ? table_argument()
                                                                            : expression();
        return {unresolved::NamedArgument{std::move(name), std::move(value)}, origin_from(from)};
    }
    if (at("TABLE"_kw) && peek(1).kind == TokenKind::OpenParen) return table_argument();
    return expression();
}

/// What may follow a call's parentheses.
Expr Grammar::call_suffix(Function function, Mark from) {
    if (function.arguments.size() == 1 && !function.distinct && function.name.size() == 1 &&
        ascii_lower(function.name[0]) == "count") {
        const auto* all = function.arguments[0].get_if<Star>();
        if (all != nullptr && all->target.empty() && all->except.empty()) {
            function.arguments[0] =
                Expr(Constant{Literal::integer(1)}, function.arguments[0].origin());
        }
    }
    if (at("WITHIN"_kw, "GROUP"_kw)) {
        accept("WITHIN"_kw, "GROUP"_kw);
        expect(TokenKind::OpenParen);
        expect("ORDER"_kw, "BY"_kw);
        function.within_group = sort_orders();
        expect(TokenKind::CloseParen, Missing::Named);
    }
    if (at("FILTER"_kw) && peek(1).kind == TokenKind::OpenParen) {
        advance();
        advance();
        expect("WHERE"_kw);
        function.filter = expression();
        expect(TokenKind::CloseParen, Missing::Named);
    }
    if (at_any("IGNORE"_kw, "RESPECT"_kw) && peek(1).keyword == "NULLS"_kw) {
        function.ignore_nulls = at("IGNORE"_kw);
        advance();
        advance();
    }
    const bool windowed =
        at("OVER"_kw) && (peek(1).kind == TokenKind::OpenParen || at_identifier(1));
    Expr out(std::move(function), origin_from(from));
    if (!windowed) return out;
    advance();
    auto spec = std::make_shared<const WindowSpec>(window_spec());
    return {unresolved::Window{std::move(out), std::move(spec)}, origin_from(from)};
}

/// IDENTIFIER(text) as a column, or IDENTIFIER(text)(…) as a call.
Expr Grammar::identifier_clause() {
    const Mark from = mark();
    advance();
    expect(TokenKind::OpenParen);
    Expr text = expression();
    expect(TokenKind::CloseParen, Missing::Named);
    IdentifierClause out{std::move(text), false, {}};
    if (at(TokenKind::OpenParen)) {
        advance();
        out.is_call = true;
        while (!at(TokenKind::CloseParen)) {
            out.arguments.push_back(argument());
            if (!accept(TokenKind::Comma)) break;
        }
        expect(TokenKind::CloseParen, Missing::Named);
    }
    return {std::move(out), origin_from(from)};
}

Relation Grammar::table_reference() {
    const Mark from = mark();
    if (at_identifier_clause()) {
        advance();
        expect(TokenKind::OpenParen);
        Expr text = expression();
        expect(TokenKind::CloseParen, Missing::Named);
        return {unresolved::IdentifierTable{std::move(text)}, origin_from(from)};
    }
    unresolved::NamedTable table;
    table.name = multipart_name();
    return {std::move(table), origin_from(from)};
}

/// TABLE(t) or TABLE(query) with what partitions and orders it.
Expr Grammar::table_argument() {
    const Mark from = mark();
    expect("TABLE"_kw);
    Subquery out;
    out.kind = SubqueryKind::TableArgument;
    expect(TokenKind::OpenParen);
    out.query = std::make_shared<const Relation>(at_query() ? query() : table_reference());
    expect(TokenKind::CloseParen, Missing::Named);
    const Mark options_at = mark();
    const bool parenthesized = at(TokenKind::OpenParen);
    WindowSpec spec;
    if (at("WITH"_kw, "SINGLE"_kw, "PARTITION"_kw)) {
        accept("WITH"_kw, "SINGLE"_kw, "PARTITION"_kw);
        out.with_single_partition = true;
    } else if (accept("PARTITION"_kw, "BY"_kw) || accept("DISTRIBUTE"_kw, "BY"_kw)) {
        if (at(TokenKind::OpenParen) && !parenthesized) {
            Expr columns = expression();
            spec.partition_by = row_values(columns).value_or(std::vector<Expr>{columns});
        } else {
            spec.partition_by.push_back(expression());
        }
        if (at(TokenKind::Comma)) {
            throw Error(ErrorClass::LegacyErrorTemp0064,
                        {{"msg", "The PARTITION BY of a TABLE argument needs parentheses around several expressions"}},
                        origin_from(options_at));
        }
    }
    if (mark() != options_at && (accept("ORDER"_kw, "BY"_kw) || accept("SORT"_kw, "BY"_kw))) {
        const bool listed = at(TokenKind::OpenParen);
        if (listed) advance();
        spec.order_by = sort_orders();
        if (listed) expect(TokenKind::CloseParen, Missing::Named);
    }
    if (!spec.partition_by.empty() || !spec.order_by.empty()) {
        out.table_argument = std::make_shared<const WindowSpec>(std::move(spec));
    }
    return {std::move(out), origin_from(from)};
}

}  // namespace firesteel::sql
