#include <cstdlib>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::Pivot;
using unresolved::Unpivot;

namespace {

constexpr double kFractionSlack = 1e-6;  // as Spark's, for 33.3 + 33.3 + 33.4

/// A fraction as Java prints it.
std::string fraction_text(double fraction) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.15g", fraction);
    std::string text = buffer;
    if (text.find_first_of(".e") == text.npos) text += ".0";
    return text;
}

}  // namespace

// ---- TABLESAMPLE
// ---------------------------------------------------------------------------------

/// TABLESAMPLE (10 PERCENT | 5 ROWS | BUCKET 1 OUT OF 4) [REPEATABLE (seed)]
std::optional<Grammar::SampleClause> Grammar::sample_clause() {
    if (!at("TABLESAMPLE"_kw) || peek(1).kind != TokenKind::OpenParen) return std::nullopt;
    const Mark from = mark();
    SampleClause sample;
    advance();
    advance();
    if (at(TokenKind::CloseParen))
        keep(Error(ErrorClass::LegacyErrorTemp0014, {}, origin_from(from)));
    if (!at(TokenKind::CloseParen)) sample_method(sample, from);
    expect(TokenKind::CloseParen);
    if (accept("REPEATABLE"_kw)) {
        expect(TokenKind::OpenParen);
        sample.seed = integer_value();
        expect(TokenKind::CloseParen, Missing::Named);
    }
    sample.origin = origin_from(from);
    if (sample.kind != SampleClause::Kind::Rows &&
        (sample.fraction < -kFractionSlack || sample.fraction > 1 + kFractionSlack)) {
        keep(Error(ErrorClass::LegacyErrorTemp0064,
                    {{"msg", "Sampling fraction (" + fraction_text(sample.fraction) +
                                 ") must be on interval [0, 1]"}},
                    sample.origin));
    }
    return sample;
}

void Grammar::sample_method(SampleClause& sample, Mark from) {
    if (accept("BUCKET"_kw)) {
        sample.kind = SampleClause::Kind::Bucket;
        const auto part = static_cast<double>(integer_value());
        expect("OUT"_kw, "OF"_kw);
        const auto parts = static_cast<double>(integer_value());
        sample.fraction = part / parts;
        if (!accept("ON"_kw)) return;
        multipart_name();
        const bool is_call = accept(TokenKind::OpenParen);
        if (is_call) expect(TokenKind::CloseParen);
        keep(Error(
            ErrorClass::LegacyErrorTemp0015,
            {{"msg", is_call ? "BUCKET x OUT OF y ON function" : "BUCKET x OUT OF y ON colname"}},
            origin_from(from)));
    }
    const bool negative = at(TokenKind::Minus);
    const std::size_t i = negative ? 1 : 0;
    if (at_number(i) && peek(i + 1).keyword == "PERCENT"_kw) {
        if (negative) advance();
        const double percent = std::strtod(std::string(text_of(peek())).c_str(), nullptr);
        sample.fraction = (negative ? -percent : percent) / 100;
        advance();
        advance();
        return;
    }
    Expr amount = expression();
    if (accept("ROWS"_kw)) {
        sample.kind = SampleClause::Kind::Rows;
        sample.rows = std::move(amount);
        return;
    }
    if (!at(TokenKind::CloseParen)) fail();
    const std::string text = text_from(from);
    const bool bytes = amount.get_if<unresolved::Attribute>() != nullptr;
    if (!bytes) fail();
    keep(Error(ErrorClass::LegacyErrorTemp0015, {{"msg", "byteLengthLiteral"}}, origin_from(from)));
}

Relation Grammar::sampled(Relation child, std::optional<SampleClause> sample) {
    if (!sample) return child;
    if (sample->rows) {
        return {unresolved::Limit{std::move(child), std::move(*sample->rows)}, sample->origin};
    }
    unresolved::Sample out{std::move(child), 0, sample->fraction, false, sample->seed, false};
    return {std::move(out), sample->origin};
}

// ---- PIVOT and UNPIVOT
// ---------------------------------------------------------------------------

/// PIVOT (sum(a) AS s FOR b IN (1 AS x, 2)), or several columns: FOR (b, c) IN ((1, 2) AS x)
Relation Grammar::pivoted(Relation child) {
    const Mark from = mark();
    advance();
    expect(TokenKind::OpenParen);
    Pivot pivot{std::move(child), {}, {}, {}, {}};
    do {
        const Mark item_at = mark();
        Expr aggregate = expression();
        if (!at("FOR"_kw) && (at("AS"_kw) || at_identifier())) {
            accept("AS"_kw);
            std::string name = identifier();
            aggregate = Expr(unresolved::Alias{std::move(aggregate), {std::move(name)}, {}},
                             origin_from(item_at));
        }
        pivot.aggregates.push_back(std::move(aggregate));
    } while (accept(TokenKind::Comma));
    expect("FOR"_kw);
    const bool listed = accept(TokenKind::OpenParen);
    do {
        const Mark column_at = mark();
        unresolved::Attribute column{multipart_name(), {}, false};
        pivot.columns.emplace_back(std::move(column), origin_from(column_at));
    } while (listed && accept(TokenKind::Comma));
    if (listed) expect(TokenKind::CloseParen, Missing::Named);
    expect("IN"_kw);
    expect(TokenKind::OpenParen);
    do {
        const Mark value_at = mark();
        Expr value = expression();
        if (at("AS"_kw) || at_identifier()) {
            accept("AS"_kw);
            std::string name = identifier();
            value = Expr(unresolved::Alias{std::move(value), {std::move(name)}, {}},
                         origin_from(value_at));
        }
        pivot.values.push_back(std::move(value));
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
    expect(TokenKind::CloseParen, Missing::Named);
    return {std::move(pivot), origin_from(from)};
}

/// UNPIVOT [INCLUDE NULLS] (value FOR name IN (a AS 'x', b)) [AS t]
Relation Grammar::unpivoted(Relation child) {
    const Mark from = mark();
    expect("UNPIVOT"_kw);
    Unpivot unpivot{std::move(child), {}, {}, {}, {}, {}, false};
    if (accept("INCLUDE"_kw, "NULLS"_kw)) {
        unpivot.include_nulls = true;
    } else {
        accept("EXCLUDE"_kw, "NULLS"_kw);
    }
    expect(TokenKind::OpenParen);
    const bool several = at(TokenKind::OpenParen);
    if (several) {
        unpivot.value_names = identifier_list();
    } else {
        unpivot.value_names.push_back(identifier());
    }
    expect("FOR"_kw);
    unpivot.variable_name = identifier();
    expect("IN"_kw);
    unpivot_values(unpivot, several);
    expect(TokenKind::CloseParen, Missing::Named);
    Relation out(std::move(unpivot), origin_from(from));
    if (!at_table_alias()) return out;
    accept("AS"_kw);
    std::string name = identifier();
    return {unresolved::SubqueryAlias{std::move(out), {std::move(name)}, {}}, origin_from(from)};
}

void Grammar::unpivot_values(Unpivot& unpivot, bool several) {
    unpivot.values.emplace();
    const auto column = [&] {
        const Mark from = mark();
        unresolved::Attribute name{multipart_name(), {}, false};
        return Expr(std::move(name), origin_from(from));
    };
    expect(TokenKind::OpenParen);
    do {
        std::vector<Expr> set;
        if (several) {
            expect(TokenKind::OpenParen);
            do {
                set.push_back(column());
            } while (accept(TokenKind::Comma));
            expect(TokenKind::CloseParen, Missing::Named);
        } else {
            set.push_back(column());
        }
        unpivot.values->push_back(std::move(set));
        std::optional<std::string> alias;
        if (at("AS"_kw) || at_identifier()) {
            accept("AS"_kw);
            alias = identifier();
        }
        unpivot.value_aliases.push_back(std::move(alias));
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
}

}  // namespace firesteel::sql
