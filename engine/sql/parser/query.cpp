#include <algorithm>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::CommonTable;
using unresolved::SetOperation;
using unresolved::WindowDefinitions;
using unresolved::CommandNode;
using unresolved::With;

Relation Grammar::whole_query() {
    return with_choices([&] {
        Relation out = query();
        expect_end();
        return out;
    });
}

/// [WITH …] term [ORDER BY … LIMIT …]
Relation Grammar::query() {
    const Nested nested(*this);
    if (at("WITH"_kw)) return with_query();
    const Mark from = mark();
    Relation out = query_term();
    if (at(TokenKind::PipeOperator)) return piped(std::move(out), from);
    return organized(std::move(out));
}

/// WITH …, and which tables it names.
With Grammar::with_tables() {
    const Mark from = mark();
    bool recursive = false;
    std::vector<CommonTable> tables = common_tables(recursive);
    const Origin tables_origin = origin_from(from);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (ascii_lower(tables[i].name) != ascii_lower(tables[k].name)) continue;
            keep(Error(ErrorClass::DuplicatedCteNames,
                       {{"duplicateNames", "`" + tables[i].name + "`"}}, tables_origin));
        }
    }
    return With{Relation(unresolved::OneRow{}), std::move(tables), recursive};
}

Relation Grammar::with_query() {
    const Mark from = mark();
    With out = with_tables();
    if (at_any("UPDATE"_kw, "DELETE"_kw, "MERGE"_kw)) {
        const Mark change_at = mark();
        const std::string name = ascii_upper(text_of(peek()));
        change_rows();
        throw unsupported(name, origin_from(change_at));
    }
    const Mark child_at = mark();
    out.child = query_term();
    out.child = at(TokenKind::PipeOperator) ? piped(std::move(out.child), child_at)
                                            : organized(std::move(out.child));
    return {std::move(out), origin_from(from)};
}

/// Whether WITH's tables are followed by INSERT.
bool Grammar::at_with_insert() const {
    std::size_t i = 1;
    while (peek(i).kind != TokenKind::End) {
        if (peek(i).kind == TokenKind::OpenParen) {
            i = closing_paren(i) + 1;
            const bool goes_on = peek(i).kind == TokenKind::Comma || peek(i).keyword == "AS"_kw ||
                                 peek(i).kind == TokenKind::OpenParen || peek(i).keyword == "MAX"_kw;
            if (!goes_on) return peek(i).keyword == "INSERT"_kw;
        } else {
            ++i;
        }
    }
    return false;
}

/// WITH … INSERT …
CommandNode Grammar::with_insert() {
    const Mark from = mark();
    With tables = with_tables();
    const Origin origin = origin_from(from);
    CommandNode out = insert_command();
    const auto fill = [&](Relation& query) {
        tables.child = std::move(query);
        query = Relation(std::move(tables), origin);
    };
    if (auto* rows = std::get_if<unresolved::InsertInto>(&out)) fill(rows->query);
    if (auto* files = std::get_if<unresolved::InsertDirectory>(&out)) fill(files->query);
    return out;
}

std::vector<CommonTable> Grammar::common_tables(bool& recursive) {
    expect("WITH"_kw);
    recursive = at("RECURSIVE"_kw) && at_identifier(1) && peek(1).keyword != "AS"_kw;
    if (recursive) advance();
    std::vector<CommonTable> tables;
    do {
        std::string name = identifier();
        std::vector<std::string> columns;
        if (at(TokenKind::OpenParen)) columns = identifier_list();
        std::optional<std::int64_t> level;
        if (accept("MAX"_kw, "RECURSION"_kw, "LEVEL"_kw)) level = integer_value();
        accept("AS"_kw);
        expect(TokenKind::OpenParen);
        Relation child = query();
        expect(TokenKind::CloseParen, Missing::Named);
        tables.push_back({std::move(name), std::move(columns), std::move(child), level});
    } while (accept(TokenKind::Comma));
    return tables;
}

/// Queries joined by set operators: INTERSECT binds tighter than UNION, EXCEPT and MINUS.
Relation Grammar::query_term() { return set_operation(0); }

std::optional<std::pair<SetOperator, int>> Grammar::at_set_operator() const {
    if (at("UNION"_kw)) return std::pair(SetOperator::Union, 0);
    if (at("EXCEPT"_kw) || at("MINUS"_kw)) return std::pair(SetOperator::Except, 0);
    if (at("INTERSECT"_kw)) return std::pair(SetOperator::Intersect, 1);
    return std::nullopt;
}

Relation Grammar::set_operation(int precedence_min) {
    const Nested nested(*this);
    const Mark from = mark();
    Relation left = query_primary();
    for (;;) {
        const auto found = at_set_operator();
        if (!found || found->second < precedence_min) return left;
        advance();
        const bool all = at("ALL"_kw);
        if (all || at("DISTINCT"_kw)) advance();
        Relation right = set_operation(found->second + 1);
        grow_chain();
        left = Relation(
            SetOperation{std::move(left), std::move(right), found->first, all, false, false},
            origin_from(from));
    }
}

Relation Grammar::query_primary() {
    if (at("SELECT"_kw)) return select();
    if (at("FROM"_kw)) return from_query();
    if (at("TABLE"_kw)) return table_query();
    if (at("VALUES"_kw)) return inline_table();
    if (at_any("MAP"_kw, "REDUCE"_kw) && peek(1).kind == TokenKind::Word) transform_clause();
    if (!at(TokenKind::OpenParen)) fail();
    advance();
    Relation out = query();
    expect(TokenKind::CloseParen, Missing::Named);
    return out;
}

/// TABLE name
Relation Grammar::table_query() {
    expect("TABLE"_kw);
    return table_reference();
}

/// FROM t [SELECT …]
Relation Grammar::from_query() {
    Relation from = from_clause();
    if (at("INSERT"_kw)) {
        const Mark insert_at = mark();
        insert_command();
        throw unsupported("FROM … INSERT", origin_from(insert_at));
    }
    if (!at("SELECT"_kw)) return from;
    SelectList list = select_list();
    return select_from(std::move(list), std::move(from));
}

/// ORDER BY, CLUSTER BY, DISTRIBUTE BY, SORT BY, WINDOW, LIMIT and OFFSET, of which any may be
/// absent.
Relation Grammar::organized(Relation child) {
    child = ordered(std::move(child));
    if (at("WINDOW"_kw) && peek(2).keyword == "AS"_kw) child = window_definitions(std::move(child));
    return limited(std::move(child));
}

/// ORDER BY, or CLUSTER BY, DISTRIBUTE BY and SORT BY, or nothing.
Relation Grammar::ordered(Relation child) {
    const Mark from = mark();
    if (accept("ORDER"_kw, "BY"_kw)) {
        unresolved::Sort sort{std::move(child), {}, true, order_by_all()};
        sort.orders = sort_orders();
        child = Relation(std::move(sort), origin_from(from));
    } else {
        child = distributed(std::move(child));
    }
    if (at_any("ORDER"_kw, "SORT"_kw, "CLUSTER"_kw, "DISTRIBUTE"_kw) && peek(1).keyword == "BY"_kw) {
        refuse_combination(from);
    }
    return child;
}

/// A second one of ORDER BY, SORT BY, CLUSTER BY and DISTRIBUTE BY: read, since it parses, and refused.
void Grammar::refuse_combination(const Mark& from) {
    while (at_any("ORDER"_kw, "SORT"_kw, "CLUSTER"_kw, "DISTRIBUTE"_kw) && peek(1).keyword == "BY"_kw) {
        const bool is_ordered = at_any("ORDER"_kw, "SORT"_kw);
        advance();
        advance();
        if (is_ordered) {
            sort_orders();
        } else {
            expressions();
        }
    }
    keep(Error(ErrorClass::CombinationQueryResultClauses, {}, origin_from(from)));
}

/// ORDER BY ALL, which sorts by every column; several orders or a column named so are ordinary.
bool Grammar::order_by_all() {
    if (!at("ALL"_kw)) return false;
    const Token& next = peek(1);
    return next.kind != TokenKind::Comma && next.kind != TokenKind::Dot &&
           next.kind != TokenKind::OpenParen;
}

Relation Grammar::distributed(Relation child) {
    const Mark from = mark();
    std::vector<Expr> keys;
    if (accept("CLUSTER"_kw, "BY"_kw)) {
        keys = expressions();
        unresolved::RepartitionByExpression spread{std::move(child), keys, {}, {}};
        unresolved::Sort sort{Relation(std::move(spread), origin_from(from)), {}, false, false};
        for (Expr& key : keys) {
            sort.orders.push_back({std::move(key), SortDirection::Ascending, NullOrder::First});
        }
        return {std::move(sort), origin_from(from)};
    }
    if (accept("DISTRIBUTE"_kw, "BY"_kw)) {
        unresolved::RepartitionByExpression spread{std::move(child), expressions(), {}, {}};
        child = Relation(std::move(spread), origin_from(from));
    }
    if (accept("SORT"_kw, "BY"_kw)) {
        unresolved::Sort sort{std::move(child), sort_orders(), false, false};
        child = Relation(std::move(sort), origin_from(from));
    }
    return child;
}

/// [LIMIT n | ALL] [OFFSET n]: the limit counts what the offset leaves.
Relation Grammar::limited(Relation child) {
    const Mark from = mark();
    MaybeExpr count;
    if (at("LIMIT"_kw)) {
        advance();
        if (at("ALL"_kw) && prefer()) {
            advance();
        } else {
            count = expression();
        }
    }
    if (accept("OFFSET"_kw)) {
        unresolved::Offset offset{std::move(child), expression()};
        child = Relation(std::move(offset), origin_from(from));
    }
    if (count)
        child = Relation(unresolved::Limit{std::move(child), std::move(*count)}, origin_from(from));
    return child;
}

/// WINDOW a AS (…), b AS (…), c AS a
Relation Grammar::window_definitions(Relation child) {
    const Mark from = mark();
    expect("WINDOW"_kw);
    WindowDefinitions out{std::move(child), {}};
    do {
        std::string name = identifier();
        expect("AS"_kw);
        auto spec = std::make_shared<const WindowSpec>(window_spec());
        for (const auto& [other, _] : out.definitions) {
            if (ascii_lower(other) != ascii_lower(name)) continue;
            keep(Error(ErrorClass::InvalidSqlSyntaxRepetitiveWindowDefinition,
                        {{"windowName", "`" + name + "`"}}, origin_from(from)));
        }
        out.definitions.emplace_back(std::move(name), std::move(spec));
    } while (accept(TokenKind::Comma));
    check_window_references(out, origin_from(from));
    return {std::move(out), origin_from(from)};
}

/// A window may stand for another one by name, but that one must say what it is.
void Grammar::check_window_references(const WindowDefinitions& windows, const Origin& origin) {
    const auto find = [&](const std::string& name) {
        return std::find_if(windows.definitions.begin(), windows.definitions.end(), [&](const auto& definition) {
            return ascii_lower(definition.first) == ascii_lower(name);
        });
    };
    for (const auto& [name, spec] : windows.definitions) {
        if (spec->reference.empty()) continue;
        const auto found = find(spec->reference);
        const ErrorParameters parameters{{"windowName", "`" + spec->reference + "`"}};
        if (found == windows.definitions.end()) {
            keep(Error(ErrorClass::InvalidSqlSyntaxUnresolvedWindowReference, parameters, origin));
        } else if (!found->second->reference.empty()) {
            keep(Error(ErrorClass::InvalidSqlSyntaxInvalidWindowReference, parameters, origin));
        }
    }
}

}  // namespace firesteel::sql
