#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

Relation Grammar::piped(Relation child, Mark from) {
    while (accept(TokenKind::PipeOperator)) {
        child = pipe_operator(std::move(child), from);
        grow_chain();
    }
    return child;
}

Relation Grammar::pipe_operator(Relation child, Mark from) {
    const Mark begin = mark();
    if (at_table_end(0)) return child;  // nothing behind |> changes nothing
    switch (peek().keyword) {
        case "SELECT"_kw: {
            SelectList list = select_list();
            return pipe_select(std::move(child), std::move(list), begin);
        }
        case "EXTEND"_kw: {
            advance();
            std::vector<Expr> items = named_expressions();
            return {unresolved::PipeExtend{std::move(child), std::move(items)}, origin_from(begin)};
        }
        case "SET"_kw: return pipe_set(std::move(child));
        case "DROP"_kw: {
            advance();
            unresolved::PipeDrop drop{std::move(child), {}};
            do {
                drop.columns.push_back({identifier()});
            } while (accept(TokenKind::Comma));
            return {std::move(drop), origin_from(begin)};
        }
        case "AS"_kw: {
            advance();
            return {unresolved::SubqueryAlias{std::move(child), {identifier()}, {}},
                    origin_from(begin)};
        }
        case "WHERE"_kw: {
            advance();
            unresolved::Filter filter{std::move(child), expression()};
            Relation out(std::move(filter), origin_from(begin));
            if (!at("WINDOW"_kw)) return out;
            out = window_definitions(std::move(out));
            keep(Error(ErrorClass::PipeWhereWindowClause, {}, out.origin()));
            return out;
        }
        case "PIVOT"_kw: return pivoted(std::move(child));
        case "UNPIVOT"_kw: return unpivoted(std::move(child));
        case "TABLESAMPLE"_kw: {
            auto sample = sample_clause();
            if (!sample) fail();
            return sampled(std::move(child), std::move(sample));
        }
        case "AGGREGATE"_kw: return pipe_aggregate(std::move(child), from);
        case "UNION"_kw: case "EXCEPT"_kw: case "MINUS"_kw: case "INTERSECT"_kw: {
            const SetOperator op = at_set_operator()->first;
            advance();
            const bool all = at("ALL"_kw);
            if (all || at("DISTINCT"_kw)) advance();
            Relation right = query_primary();
            return {
                unresolved::SetOperation{std::move(child), std::move(right), op, all, false, false},
                origin_from(begin)};
        }
        case "ORDER"_kw: case "SORT"_kw: case "CLUSTER"_kw: case "DISTRIBUTE"_kw: case "LIMIT"_kw:
        case "OFFSET"_kw: {
            return pipe_organized(std::move(child));
        }
        case "WINDOW"_kw: {
            Relation out = window_definitions(std::move(child));
            keep(Error(ErrorClass::UnsupportedFeatureClauseWithPipeOperators,
                       {{"clauses", "the WINDOW clause"}}, out.origin()));
            return out;
        }
        default: break;
    }
    if (at_join()) return joined(std::move(child), from);
    fail();
}

/// ORDER BY and its like, LIMIT and OFFSET: either kind alone.
Relation Grammar::pipe_organized(Relation child) {
    const Mark from = mark();
    std::string first(text_of(peek()));
    if (!at_any("LIMIT"_kw, "OFFSET"_kw)) first += " " + std::string(text_of(peek(1)));
    const bool is_limit = at_any("LIMIT"_kw, "OFFSET"_kw);
    child = ordered(std::move(child));
    const bool is_limited = at_any("LIMIT"_kw, "OFFSET"_kw);
    const std::string second = is_limited ? std::string(text_of(peek())) : std::string();
    child = limited(std::move(child));
    if (!is_limit && is_limited) {
        keep(Error(ErrorClass::MultipleQueryResultClausesWithPipe,
                   {{"clause1", ascii_upper(first)}, {"clause2", ascii_upper(second)}}, origin_from(from)));
    }
    return child;
}

Relation Grammar::pipe_select(Relation child, SelectList list, Mark begin) {
    unresolved::Project project{std::move(child), std::move(list.items), true};
    Relation out(std::move(project), origin_from(begin));
    if (list.distinct) {
        out = Relation(unresolved::Deduplicate{std::move(out), {}, false}, origin_from(begin));
    }
    if (at("WINDOW"_kw) && peek(2).keyword == "AS"_kw) out = window_definitions(std::move(out));
    for (auto hint = list.hints.rbegin(); hint != list.hints.rend(); ++hint) {
        out = Relation(
            unresolved::Hint{std::move(out), std::move(hint->first), std::move(hint->second)},
            origin_from(begin));
    }
    return out;
}

/// SET a = expression, b = expression
Relation Grammar::pipe_set(Relation child) {
    const Mark begin = mark();
    advance();
    unresolved::PipeSet out{std::move(child), {}};
    do {
        const Mark key_at = mark();
        NameParts key = multipart_name();
        expect(TokenKind::Equal);
        Expr value = expression();
        if (key.size() > 1) {
            keep(Error(ErrorClass::LegacyErrorTemp0035,
                       {{"message",
                         "SQL pipe syntax |> SET operator with multi-part assignment key "
                         "(only single-part keys are allowed)"}},
                       origin_from(key_at)));
        }
        out.assignments.emplace_back(std::move(key), std::move(value));
    } while (accept(TokenKind::Comma));
    return {std::move(out), origin_from(begin)};
}

/// AGGREGATE [aggregates] [GROUP BY groups]
Relation Grammar::pipe_aggregate(Relation child, Mark from) {
    const Mark begin = mark();
    advance();
    unresolved::PipeAggregate out{std::move(child), {}, {}};
    if (!at("GROUP"_kw, "BY"_kw)) out.aggregates = named_expressions();
    if (accept("GROUP"_kw, "BY"_kw)) {
        const auto unsupported_case = [&](const char* what) {
            keep(Error(ErrorClass::UnsupportedFeaturePipeOperatorAggregateUnsupportedCase,
                        {{"case", what}}, origin_from(from)));
        };
        if (at("ALL"_kw) && peek(1).kind != TokenKind::Comma) unsupported_case("GROUP BY ALL");
        do {
            if (at_any("ROLLUP"_kw, "CUBE"_kw) && peek(1).kind == TokenKind::OpenParen) {
                unsupported_case(at("CUBE"_kw) ? "CUBE" : "ROLLUP");
            }
            if (at("GROUPING"_kw, "SETS"_kw)) unsupported_case("GROUPING SETS");
            unresolved::GroupingElement group;
            group.sets.push_back({named_expression()});
            out.groups.push_back(std::move(group));
        } while (accept(TokenKind::Comma));
    }
    return {std::move(out), origin_from(begin)};
}

}  // namespace firesteel::sql
