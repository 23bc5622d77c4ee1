#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::Join;
using unresolved::LateralView;
using unresolved::NamedTable;
using unresolved::SubqueryAlias;
using unresolved::TableFunction;

namespace {

/// What Spark calls a subquery in FROM that has no alias.
constexpr std::string_view kGeneratedAlias = "__auto_generated_subquery_name";

/// LATERAL needs something that can look to the left: a subquery or a function.
bool can_be_lateral(const Relation& relation) {
    if (const auto* alias = relation.get_if<SubqueryAlias>()) return can_be_lateral(alias->child);
    return relation.get_if<NamedTable>() == nullptr &&
           relation.get_if<unresolved::InlineTable>() == nullptr;
}

}  // namespace

/// FROM a, b JOIN c … [LATERAL VIEW …] [PIVOT …]
Relation Grammar::from_clause() {
    expect("FROM"_kw);
    const Mark first_at = mark();
    Relation out = relation(/*lateral_allowed=*/false).first;
    while (accept(TokenKind::Comma)) {
        auto [right, lateral] = relation(/*lateral_allowed=*/true);
        grow_chain();
        Join join{std::move(out), std::move(right), JoinType::Inner, {}, {}, false, lateral};
        out = Relation(std::move(join), origin_from(first_at));
    }
    out = lateral_views(std::move(out));
    while (at("PIVOT"_kw) || (at("UNPIVOT"_kw) && at_unpivot())) {
        out = at("PIVOT"_kw) ? pivoted(std::move(out)) : unpivoted(std::move(out));
    }
    return out;
}

/// [LATERAL] a table with what is joined to it; whether it was LATERAL.
std::pair<Relation, bool> Grammar::relation(bool lateral_allowed) {
    const Nested nested(*this);
    const Mark from = mark();
    const bool lateral = at_lateral();
    if (lateral) advance();
    const Mark first_at = mark();
    Relation out = relation_primary();
    if (lateral) check_lateral(out, first_at);
    if (lateral && !lateral_allowed) {
        // Nothing stands to the left: an ordinary subquery.
        return {relation_extensions(std::move(out), from), false};
    }
    return {relation_extensions(std::move(out), from), lateral};
}

bool Grammar::at_lateral() const {
    return at("LATERAL"_kw) && peek(1).keyword != "VIEW"_kw &&
           (peek(1).kind == TokenKind::OpenParen || at_identifier(1));
}

void Grammar::check_lateral(const Relation& relation, Mark from) {
    if (can_be_lateral(relation)) return;
    keep(Error(ErrorClass::InvalidSqlSyntaxLateralWithoutSubqueryOrTableValuedFunc, {},
               origin_from(from)));
}

Relation Grammar::relation_extensions(Relation out, Mark from) {
    for (;;) {
        if (at("PIVOT"_kw) && peek(1).kind == TokenKind::OpenParen) {
            out = pivoted(std::move(out));
        } else if (at("UNPIVOT"_kw) && at_unpivot()) {
            out = unpivoted(std::move(out));
        } else if (at_join()) {
            out = joined(std::move(out), from);
        } else {
            return out;
        }
        grow_chain();
    }
}

bool Grammar::at_unpivot() const {
    return peek(1).kind == TokenKind::OpenParen ||
           (peek(2).keyword == "NULLS"_kw &&
            (peek(1).keyword == "INCLUDE"_kw || peek(1).keyword == "EXCLUDE"_kw));
}

// ---- joins
// ---------------------------------------------------------------------------------------

bool Grammar::at_join() const {
    switch (peek().keyword) {
        case "ANTI"_kw: case "CROSS"_kw: case "FULL"_kw: case "INNER"_kw: case "JOIN"_kw:
        case "LEFT"_kw: case "NATURAL"_kw: case "RIGHT"_kw: case "SEMI"_kw:
            return true;
        default:
            return false;
    }
}

JoinType Grammar::join_type() {
    if (accept("INNER"_kw)) return JoinType::Inner;
    if (accept("CROSS"_kw)) return JoinType::Cross;
    if (accept("SEMI"_kw)) return JoinType::LeftSemi;
    if (accept("ANTI"_kw)) return JoinType::LeftAnti;
    if (accept("RIGHT"_kw)) {
        accept("OUTER"_kw);
        return JoinType::RightOuter;
    }
    if (accept("FULL"_kw)) {
        accept("OUTER"_kw);
        return JoinType::FullOuter;
    }
    if (!accept("LEFT"_kw)) return JoinType::Inner;
    if (accept("SEMI"_kw)) return JoinType::LeftSemi;
    if (accept("ANTI"_kw)) return JoinType::LeftAnti;
    accept("OUTER"_kw);
    return JoinType::LeftOuter;
}

Relation Grammar::joined(Relation left, Mark from) {
    const Mark join_at = mark();
    const bool natural = accept("NATURAL"_kw);
    const JoinType type = join_type();
    expect("JOIN"_kw, Missing::Named);
    const bool lateral = at_lateral();
    if (lateral) advance();
    const Mark right_at = mark();
    Relation right = relation_primary();
    if (lateral) check_lateral(right, right_at);
    Join join{std::move(left), std::move(right), type, {}, {}, natural, lateral};
    if (!natural && at("ON"_kw)) {
        advance();
        join.condition = expression();
    } else if (!natural && at("USING"_kw)) {
        advance();
        join.using_columns = identifier_list();
        if (lateral) throw unsupported("LATERAL join with USING", origin_from(join_at));
    }
    if (natural && type == JoinType::Cross) {
        keep(Error(ErrorClass::IncompatibleJoinTypes,
                   {{"joinType1", "NATURAL"}, {"joinType2", "CROSS"}}, origin_from(join_at)));
    }
    return {std::move(join), origin_from(from)};
}

// ---- single tables
// -------------------------------------------------------------------------------

Relation Grammar::relation_primary() {
    const Nested nested(*this);
    const Mark from = mark();
    if (at(TokenKind::OpenParen)) return parenthesized_relation();
    if (at("VALUES"_kw) && !at_table_end(1) && peek(1).kind != TokenKind::Dot)
        return inline_table();
    if (!at_identifier_clause()) {
        std::size_t i = 0;
        while (at_identifier(i) && peek(i + 1).kind == TokenKind::Dot) i += 2;
        if (at_identifier(i) && peek(i + 1).kind == TokenKind::OpenParen) {
            return table_function(multipart_name(), from);
        }
    }
    Relation table = table_reference();
    if (at_time_travel()) table = time_travel(std::move(table));
    if (at("WITH"_kw) && peek(1).kind == TokenKind::OpenParen)
        table = with_options(std::move(table));
    auto sample = sample_clause();
    return sampled(aliased(std::move(table), table_alias(), from), std::move(sample));
}

/// (query) or (a JOIN b), with an alias.
Relation Grammar::parenthesized_relation() {
    const Mark from = mark();
    advance();
    const bool is_query = at_query();
    if (is_query) {
        Relation child = query();
        expect(TokenKind::CloseParen, Missing::Named);
        auto sample = sample_clause();
        if (!at_table_alias()) {
            child = Relation(SubqueryAlias{std::move(child), {std::string(kGeneratedAlias)}, {}},
                             origin_from(from));
        } else {
            child = aliased(std::move(child), table_alias(), from);
        }
        return sampled(std::move(child), std::move(sample));
    }
    Relation child = relation(/*lateral_allowed=*/false).first;
    expect(TokenKind::CloseParen, Missing::Named);
    auto sample = sample_clause();
    return sampled(aliased(std::move(child), table_alias(), from), std::move(sample));
}

/// VALUES (1, 'a'), (2, 'b') [AS t(a, b)]
Relation Grammar::inline_table() {
    const Mark from = mark();
    expect("VALUES"_kw);
    unresolved::InlineTable table;
    do {
        Expr row = expression();
        auto values = row_values(row);
        table.rows.push_back(values ? std::move(*values) : std::vector<Expr>{std::move(row)});
    } while (accept(TokenKind::Comma));
    std::size_t columns = table.rows.front().size();
    std::vector<std::size_t> sizes;
    for (const auto& row : table.rows) sizes.push_back(row.size());
    const Origin origin = origin_from(from);
    auto alias = table_alias();
    if (alias && !alias->columns.empty()) {
        columns = alias->columns.size();
        table.aliases = alias->columns;
    }
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] == columns) continue;
        keep(Error(ErrorClass::InvalidInlineTableNumColumnsMismatch,
                    {{"expectedNumCols", std::to_string(columns)},
                     {"actualNumCols", std::to_string(sizes[i])},
                     {"rowIndex", std::to_string(i)}},
                    origin_from(from)));
    }
    return aliased(Relation(std::move(table), origin), std::move(alias), from);
}

/// name(arguments) [AS t(a, b)]
Relation Grammar::table_function(NameParts name, Mark from) {
    TableFunction function;
    function.name = std::move(name);
    expect(TokenKind::OpenParen);
    while (function.arguments.empty() ? !at(TokenKind::CloseParen) : accept(TokenKind::Comma)) {
        if (at("TABLE"_kw) && at_identifier(1) && peek(2).kind != TokenKind::FatArrow) {
            advance();
            keep(Error(ErrorClass::
                           InvalidSqlSyntaxInvalidTableFunctionIdentifierArgumentMissingParentheses,
                       {{"argumentName", "`" + std::string(text_of(peek())) + "`"}}));
        }
        function.arguments.push_back(argument());
    }
    expect(TokenKind::CloseParen, Missing::Named);
    if (at("WITH"_kw) && peek(1).keyword == "WATERMARK"_kw) fail();
    Relation out(std::move(function), origin_from(from));
    auto sample = sample_clause();
    return sampled(aliased(std::move(out), table_alias(), from), std::move(sample));
}

/// A token behind which no table can stand.
bool Grammar::at_table_end(std::size_t ahead) const {
    const TokenKind kind = peek(ahead).kind;
    return kind == TokenKind::End || kind == TokenKind::CloseParen || kind == TokenKind::Comma ||
           kind == TokenKind::Semicolon || kind == TokenKind::PipeOperator;
}

bool Grammar::at_table_alias() {
    if (at("AS"_kw)) return true;
    if (!at_strict_identifier()) return false;
    const Keyword next = peek(1).keyword;
    switch (peek().keyword) {
        case "CLUSTER"_kw: case "DISTRIBUTE"_kw: case "DO"_kw: case "GROUP"_kw: case "HAVING"_kw:
        case "LIMIT"_kw: case "OFFSET"_kw: case "ORDER"_kw: case "SELECT"_kw: case "SORT"_kw:
        case "WHERE"_kw: case "SET"_kw: case "WHEN"_kw:
            return !prefer();
        case "WINDOW"_kw:
            return peek(2).keyword != "AS"_kw;
        case "PIVOT"_kw:
            return peek(1).kind != TokenKind::OpenParen || !prefer();
        case "UNPIVOT"_kw:
            return !at_unpivot() || !prefer();
        case "TABLESAMPLE"_kw:
            return peek(1).kind != TokenKind::OpenParen || !prefer();
        case "WITH"_kw:
            return next == kNoKeyword && at_table_end(1);
        default:
            return true;
    }
}

/// [AS] name [(columns)]
std::optional<Grammar::TableAlias> Grammar::table_alias() {
    if (!at_table_alias()) return std::nullopt;
    if (at("AS"_kw) && at_strict_identifier(1)) advance();
    if (!at_strict_identifier()) fail();
    TableAlias alias{identifier(), {}};
    if (at(TokenKind::OpenParen)) alias.columns = identifier_list();
    return alias;
}

Relation Grammar::aliased(Relation child, std::optional<TableAlias> alias, Mark from) {
    if (!alias) return child;
    SubqueryAlias named{std::move(child), {std::move(alias->name)}, std::move(alias->columns)};
    return {std::move(named), origin_from(from)};
}

bool Grammar::at_time_travel() const {
    const std::size_t i = at("FOR"_kw) ? 1 : 0;
    const Keyword word = peek(i).keyword;
    const bool version = word == "VERSION"_kw || (i == 1 && word == "SYSTEM_VERSION"_kw);
    const bool timestamp = word == "TIMESTAMP"_kw || (i == 1 && word == "SYSTEM_TIME"_kw);
    return (version || timestamp) && peek(i + 1).keyword == "AS"_kw &&
           peek(i + 2).keyword == "OF"_kw;
}

/// VERSION AS OF n, TIMESTAMP AS OF time
Relation Grammar::time_travel(Relation child) {
    const Mark from = mark();
    accept("FOR"_kw);
    const bool version = at_any("VERSION"_kw, "SYSTEM_VERSION"_kw);
    advance();
    expect("AS"_kw, "OF"_kw);
    const auto* table = child.get_if<NamedTable>();
    if (table == nullptr) throw unsupported("time travel of IDENTIFIER(…)", origin_from(from));
    NamedTable travelled = *table;
    if (!version) {
        travelled.as_of_timestamp = value_expression();
    } else if (at_string()) {
        travelled.as_of_version = string_literal();
    } else {
        travelled.as_of_version = std::string(text_of(peek()));
        integer_value();
    }
    return {std::move(travelled), child.origin()};
}

/// WITH ('key' = 'value')
Relation Grammar::with_options(Relation child) {
    const Mark from = mark();
    advance();
    const auto* table = child.get_if<NamedTable>();
    if (table == nullptr) throw unsupported("options of IDENTIFIER(…)", origin_from(from));
    NamedTable out = *table;
    out.options = option_list();
    return {std::move(out), child.origin()};
}

/// (key = 'value', a.b 'value', flag true)
unresolved::Options Grammar::option_list() {
    unresolved::Options out;
    expect(TokenKind::OpenParen);
    do {
        std::string key;
        if (at_string()) {
            key = string_literal();
        } else {
            const NameParts parts = multipart_name();
            for (const std::string& part : parts) key += (key.empty() ? "" : ".") + part;
        }
        std::string value;
        const bool has_value =
            accept(TokenKind::Equal) || (!at(TokenKind::Comma) && !at(TokenKind::CloseParen));
        if (has_value && at_string()) {
            value = string_literal();
        } else if (has_value) {
            const bool negative = accept(TokenKind::Minus);
            if (!at_number() && !at_any("TRUE"_kw, "FALSE"_kw)) fail();
            value = (negative ? "-" : "") + ascii_lower(text_of(peek()));
            advance();
        }
        out.emplace_back(std::move(key), std::move(value));
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
    return out;
}

// ---- LATERAL VIEW
// --------------------------------------------------------------------------------

/// LATERAL VIEW [OUTER] f(…) [table] [AS a, b]
Relation Grammar::lateral_views(Relation child) {
    while (at("LATERAL"_kw, "VIEW"_kw)) {
        const Mark from = mark();
        accept("LATERAL"_kw, "VIEW"_kw);
        const bool outer = at("OUTER"_kw) && peek(1).kind != TokenKind::OpenParen;
        if (outer) advance();
        const Mark call_at = mark();
        NameParts name = multipart_name();
        unresolved::Function function;
        function.name = std::move(name);
        expect(TokenKind::OpenParen);
        if (!at(TokenKind::CloseParen)) function.arguments = expressions();
        expect(TokenKind::CloseParen, Missing::Named);
        LateralView view{
            std::move(child), Expr(std::move(function), origin_from(call_at)), outer, {}, {}};
        if (at("AS"_kw) && (!at_identifier(1) || peek(2).keyword != "AS"_kw) && at_identifier(1)) {
            // "explode(x) AS y": without a name of its own the view is called `as`, as in Spark.
            view.table = identifier();
            view.columns.push_back(identifier());
        } else {
            view.table = identifier();
            if (at_view_columns()) {
                accept("AS"_kw);
                view.columns.push_back(identifier());
            }
        }
        while (!view.columns.empty() && accept(TokenKind::Comma))
            view.columns.push_back(identifier());
        child = Relation(std::move(view), origin_from(from));
        grow_chain();
    }
    return child;
}

/// The columns of a lateral view follow: [AS] a, b.
bool Grammar::at_view_columns() {
    if (at("AS"_kw)) return true;
    if (!at_identifier()) return false;
    switch (peek().keyword) {
        case "LATERAL"_kw: case "WINDOW"_kw: case "PIVOT"_kw: case "UNPIVOT"_kw: case "SELECT"_kw:
        case "UNION"_kw: case "EXCEPT"_kw: case "MINUS"_kw: case "INTERSECT"_kw: case "WHERE"_kw:
        case "GROUP"_kw: case "HAVING"_kw: case "ORDER"_kw: case "SORT"_kw: case "CLUSTER"_kw:
        case "DISTRIBUTE"_kw: case "LIMIT"_kw: case "OFFSET"_kw: case "DO"_kw:
            return !prefer();
        default:
            return true;
    }
}

}  // namespace firesteel::sql
