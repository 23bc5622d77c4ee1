#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::GroupingElement;
using unresolved::Project;

Grammar::SelectList Grammar::select_list() {
    expect("SELECT"_kw);
    SelectList list;
    while (at(TokenKind::HintStart)) hints(list);
    if (at("TRANSFORM"_kw) && peek(1).kind == TokenKind::OpenParen && is_transform_clause()) {
        transform_clause();
    }
    const TokenKind next = peek(1).kind;
    const bool quantified = next != TokenKind::Comma && next != TokenKind::End &&
                            next != TokenKind::Dot && next != TokenKind::CloseParen;
    if (at("DISTINCT"_kw) && quantified && prefer()) {
        advance();
        list.distinct = true;
    } else if (at("ALL"_kw) && quantified && next != TokenKind::OpenParen && prefer()) {
        advance();
    }
    list.items = named_expressions();
    return list;
}

/// /*+ NAME, NAME(a, 2) */
void Grammar::hints(SelectList& list) {
    expect(TokenKind::HintStart);
    while (!at(TokenKind::HintEnd)) {
        std::string name = identifier();
        std::vector<Expr> parameters;
        if (accept(TokenKind::OpenParen)) {
            while (!at(TokenKind::CloseParen)) {
                parameters.push_back(primary());
                if (!accept(TokenKind::Comma)) break;
            }
            expect(TokenKind::CloseParen, Missing::Named);
        }
        list.hints.emplace_back(std::move(name), std::move(parameters));
        accept(TokenKind::Comma);
    }
    expect(TokenKind::HintEnd);
}

/// SELECT TRANSFORM(…) USING 'script' as opposed to the function transform(…).
bool Grammar::is_transform_clause() const {
    const Token& behind = peek(closing_paren(1) + 1);
    return behind.keyword == "USING"_kw || behind.keyword == "ROW"_kw ||
           behind.keyword == "RECORDWRITER"_kw;
}

void Grammar::transform_clause() {
    // What follows USING is taken as far as a missing piece would be a syntax error in Spark, too.
    const Mark from = mark();
    while (!at("USING"_kw) && !at(TokenKind::End)) advance();
    expect("USING"_kw);
    string_literal();
    if (accept("AS"_kw) && at(TokenKind::OpenParen)) {
        for (std::size_t left = closing_paren(0) + 1; left > 0; --left) advance();
    }
    if (at("FROM"_kw)) {
        Relation input = from_clause();
        if (accept("WHERE"_kw)) expression();
        if (accept("GROUP"_kw)) {
            expect("BY"_kw);
            expressions();
        }
    }
    throw unsupported("SELECT TRANSFORM: rows through a script", origin_from(from));
}

Relation Grammar::select() {
    const Mark at_select = mark();
    SelectList list = select_list();
    MaybeRelation from;
    if (at("FROM"_kw)) from = from_clause();
    list.from = at_select;
    return select_from(std::move(list), std::move(from));
}

Relation Grammar::select_from(SelectList list, MaybeRelation from) {
    const Mark begin = list.from.value_or(mark());
    Relation child = from ? std::move(*from) : Relation(unresolved::OneRow{}, origin_from(begin));
    child = lateral_views(std::move(child));
    if (at("WHERE"_kw)) {
        const Mark where = mark();
        advance();
        unresolved::Filter filter{std::move(child), expression()};
        child = Relation(std::move(filter), origin_from(where));
    }
    const bool has_groups = at("GROUP"_kw, "BY"_kw);
    if (has_groups || at("HAVING"_kw)) {
        child = aggregated(std::move(child), list, begin);
    } else {
        child = Relation(Project{std::move(child), std::move(list.items)}, origin_from(begin));
    }
    if (list.distinct) {
        child = Relation(unresolved::Deduplicate{std::move(child), {}, false}, origin_from(begin));
    }
    if (at("WINDOW"_kw) && peek(2).keyword == "AS"_kw) child = window_definitions(std::move(child));
    for (auto hint = list.hints.rbegin(); hint != list.hints.rend(); ++hint) {
        child = Relation(
            unresolved::Hint{std::move(child), std::move(hint->first), std::move(hint->second)},
            origin_from(begin));
    }
    return child;
}

/// GROUP BY and HAVING; a HAVING alone makes one group of all rows.
Relation Grammar::aggregated(Relation child, SelectList& list, Mark begin) {
    unresolved::Aggregate aggregate{std::move(child), {}, false, std::move(list.items), true};
    if (accept("GROUP"_kw, "BY"_kw)) aggregate.groups = grouping_elements(aggregate.group_by_all);
    Relation out(std::move(aggregate), origin_from(begin));
    if (!at("HAVING"_kw)) return out;
    const Mark having = mark();
    advance();
    unresolved::Having filter{std::move(out), expression()};
    return {std::move(filter), origin_from(having)};
}

std::vector<GroupingElement> Grammar::grouping_elements(bool& all) {
    std::vector<GroupingElement> out;
    if (at("ALL"_kw) && peek(1).kind != TokenKind::Comma && peek(1).kind != TokenKind::Dot) {
        advance();
        all = true;
        return out;
    }
    do {
        out.push_back(grouping_element());
    } while (accept(TokenKind::Comma));
    const bool with_rollup = at("WITH"_kw, "ROLLUP"_kw);
    const bool with_sets = at("GROUPING"_kw, "SETS"_kw);
    if (!with_rollup && !with_sets && !at("WITH"_kw, "CUBE"_kw)) return out;
    // GROUP BY a, b WITH ROLLUP; GROUP BY a, b GROUPING SETS (…)
    GroupingElement whole;
    std::vector<Expr> plain;
    for (GroupingElement& element : out) {
        if (element.kind != GroupKind::GroupBy) fail();
        plain.push_back(std::move(element.sets.front().front()));
    }
    advance();
    advance();
    if (with_sets) {
        whole.kind = GroupKind::GroupingSets;
        whole.sets = grouping_sets();
        whole.given = std::move(plain);
    } else {
        whole.kind = with_rollup ? GroupKind::Rollup : GroupKind::Cube;
        for (Expr& one : plain) whole.sets.push_back({std::move(one)});
    }
    out.clear();
    out.push_back(std::move(whole));
    return out;
}

/// An expression, ROLLUP(…), CUBE(…) or GROUPING SETS (…).
GroupingElement Grammar::grouping_element() {
    GroupingElement out;
    if (at_any("ROLLUP"_kw, "CUBE"_kw) && peek(1).kind == TokenKind::OpenParen) {
        out.kind = at("ROLLUP"_kw) ? GroupKind::Rollup : GroupKind::Cube;
        advance();
        out.sets = grouping_sets();
        return out;
    }
    if (!at("GROUPING"_kw, "SETS"_kw)) {
        out.sets.push_back({expression()});
        return out;
    }
    accept("GROUPING"_kw, "SETS"_kw);
    out.kind = GroupKind::GroupingSets;
    expect(TokenKind::OpenParen);
    bool nested = false;
    do {
        if (at("GROUPING"_kw, "SETS"_kw) ||
            (at_any("ROLLUP"_kw, "CUBE"_kw) && peek(1).kind == TokenKind::OpenParen)) {
            nested = true;
            out.nested.push_back(grouping_element());
        } else {
            GroupingElement plain;
            plain.kind = GroupKind::GroupingSets;
            plain.sets.push_back(grouping_set());
            out.nested.push_back(std::move(plain));
        }
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
    if (nested) return out;
    for (GroupingElement& plain : out.nested) out.sets.push_back(std::move(plain.sets.front()));
    out.nested.clear();
    return out;
}

std::vector<std::vector<Expr>> Grammar::grouping_sets() {
    expect(TokenKind::OpenParen);
    std::vector<std::vector<Expr>> out;
    do {
        out.push_back(grouping_set());
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
    return out;
}

/// (a, b), () or one expression without parentheses of its own.
std::vector<Expr> Grammar::grouping_set() {
    if (at(TokenKind::OpenParen) && peek(1).kind == TokenKind::CloseParen) {
        advance();
        advance();
        return {};
    }
    Expr one = expression();
    if (auto items = row_values(one);
        items && one.get_if<unresolved::Function>()->name[0] == kRowFunction) {
        return std::move(*items);
    }
    return {std::move(one)};
}

}  // namespace firesteel::sql
