// df.na.*, df.stat.*, describe and summary: rewritten into plain plans.
#include <algorithm>
#include <limits>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::quoted;

namespace {

bound::Expr text(std::string value) { return bound::Constant{Literal::string(std::move(value))}; }
bound::Expr integer(std::int32_t value) { return bound::Constant{Literal::integer(value)}; }

bool takes(const Literal& value, const DataType& column) {
    if (value.type.is(TypeKind::Boolean)) return column.is(TypeKind::Boolean);
    if (value.type.is_string_like()) return column.is_string_like();
    return column.is_numeric();
}

}  // namespace

/// The columns that an operation is restricted to; all if it names none.
std::vector<bound::Attribute> Resolver::named_columns(const NodePtr& child,
                                                      const std::vector<std::string>& names,
                                                      const Origin& origin) {
    if (names.empty()) return child->plan.output();
    std::vector<bound::Attribute> out;
    Names scope;
    scope.inputs = {child};
    for (const std::string& name : names) {
        const NameParts parts = sql::parse_identifier(name, parser_options());
        const bound::MaybeExpr found = lookup(parts, origin, scope);
        const auto* ref = found ? found->get_if<bound::ColumnRef>() : nullptr;
        if (ref == nullptr) unresolved_column(parts, origin, scope);
        out.push_back(child->scope.find(ref->id)->attribute);
    }
    return out;
}

Resolver::Made Resolver::replaced_columns(
    const NodePtr& child,
    const std::function<bound::MaybeExpr(const bound::Attribute&)>& replacement) {
    std::vector<bound::NamedExpr> items;
    for (const bound::Attribute& a : child->plan.output()) {
        bound::MaybeExpr e = replacement(a);
        items.push_back({e ? *e : a.ref(), e ? fresh() : a.id, a.name, a.metadata, false});
    }
    return projected(child, bound::Project{child->plan, std::move(items)});
}

Resolver::Made Resolver::resolve(const u::NaFill& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const auto columns = named_columns(child, n.columns, whole.origin());
    if (n.values.empty()) throw unsupported("na.fill without a value", whole.origin());
    return replaced_columns(child, [&](const bound::Attribute& a) -> bound::MaybeExpr {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].id != a.id) continue;
            const Literal& value = n.values.size() == 1 ? n.values[0] : n.values[i];
            if (!takes(value, a.type)) return std::nullopt;
            bound::Expr fill = cast(bound::Constant{value}, a.type);
            bound::Expr column = a.ref();
            if (a.type.is(TypeKind::Double) || a.type.is(TypeKind::Float)) {
                column = cast(call("nanvl", {column, bound::Constant{Literal::null(a.type)}}), a.type);
            }
            return call("coalesce", {std::move(column), std::move(fill)});
        }
        return std::nullopt;
    });
}

Resolver::Made Resolver::resolve(const u::NaDrop& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const auto columns = named_columns(child, n.columns, whole.origin());
    const auto wanted = n.min_non_nulls.value_or(static_cast<std::int32_t>(columns.size()));
    bound::MaybeExpr count;
    for (const bound::Attribute& a : columns) {
        bound::Expr present = call("isnotnull", {a.ref()});
        if (a.type.is(TypeKind::Double) || a.type.is(TypeKind::Float)) {
            present = call("and", {std::move(present), call("not", {call("isnan", {a.ref()})})});
        }
        bound::Expr one = call("if", {std::move(present), integer(1), integer(0)});
        count = count ? call("+", {*count, std::move(one)}) : std::move(one);
    }
    if (!count) return passing(child, child->plan);
    bound::Expr enough = call(">=", {*count, integer(wanted)});
    return passing(child, bound::Filter{child->plan, std::move(enough)});
}

Resolver::Made Resolver::resolve(const u::NaReplace& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const auto columns = named_columns(child, n.columns, whole.origin());
    return replaced_columns(child, [&](const bound::Attribute& a) -> bound::MaybeExpr {
        const bool chosen = std::any_of(columns.begin(), columns.end(),
                                        [&](const auto& c) { return c.id == a.id; });
        std::vector<bound::Expr> cases;
        for (const auto& [from, to] : n.replacements) {
            const Literal& kind = from.is_null() ? to : from;
            if (!chosen || kind.is_null() || !takes(kind, a.type)) continue;
            cases.push_back(call("=", {a.ref(), cast(bound::Constant{from}, a.type)}));
            cases.push_back(cast(bound::Constant{to}, a.type));
        }
        if (cases.empty()) return std::nullopt;
        cases.push_back(a.ref());
        return call("when", std::move(cases));
    });
}

Resolver::Made Resolver::resolve(const u::SampleBy& n, const u::Relation&) {
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    const bound::Expr column = bind(n.column, names);
    std::vector<bound::Expr> cases;
    for (const auto& [stratum, fraction] : n.fractions) {
        cases.push_back(call("=", {column, bound::Constant{stratum}}));
        cases.push_back(bound::Constant{Literal::float64(fraction)});
    }
    cases.push_back(bound::Constant{Literal::float64(0)});
    bound::Expr fraction = n.fractions.empty() ? cases.back() : call("when", std::move(cases));
    bound::Expr random = call("rand", {bound::Constant{Literal::long_int(n.seed.value_or(0))}});
    bound::Expr chosen = call("<", {std::move(random), std::move(fraction)});
    return passing(child, bound::Filter{child->plan, std::move(chosen)});
}

// ---- describe, summary, cov, corr ----------------------------------------------------------------

/// One row per statistic, all columns strings: an Aggregate with one row, expanded.
Resolver::Made Resolver::summary(const NodePtr& child, const std::vector<bound::Attribute>& columns,
                                 const std::vector<std::string>& statistics, const Origin& origin) {
    std::vector<bound::NamedExpr> aggregates;
    const auto add = [&](bound::Expr e) {
        aggregates.push_back({e, fresh(), functions::pretty_name(e), {}, true});
        return aggregates.back().attribute().ref();
    };
    const auto value = [&](const std::string& statistic, const bound::Attribute& a) -> bound::Expr {
        const bool number = a.type.is_numeric();
        const bound::Expr column = a.ref();
        if (statistic == "count") return add(call("count", {column}));
        if (statistic == "count_distinct") {
            functions::CallParts parts;
            parts.name = "count";
            parts.arguments.push_back({column, {}});
            parts.distinct = true;
            Names no_names;
            return add(*functions::resolve_call(context_.registry, std::move(parts), call_context(no_names)));
        }
        if (statistic == "approx_count_distinct") return add(call("approx_count_distinct", {column}));
        if (statistic == "min" || statistic == "max") return add(call(statistic, {column}));
        // Spark's casts of strings give NULL here, whatever the mode.
        Names none;
        const bound::Expr measured =
            number ? column
                   : functions::make_cast(column, DataType::float64(), EvalMode::Try, call_context(none));
        if (statistic == "mean") return add(call("avg", {measured}));
        if (statistic == "stddev") return add(call("stddev_samp", {measured}));
        if (statistic.ends_with('%')) {
            const double percent = std::stod(statistic.substr(0, statistic.size() - 1));
            constexpr double kWhole = 100.0;
            return add(call("percentile_approx",
                            {measured, bound::Constant{Literal::float64(percent / kWhole)}}));
        }
        throw unsupported("the statistic " + statistic, origin);
    };
    std::vector<std::vector<bound::Expr>> rows;
    for (const std::string& statistic : statistics) {
        std::vector<bound::Expr> row{text(statistic)};
        for (const bound::Attribute& a : columns) {
            row.push_back(cast(value(statistic, a), DataType::string()));
        }
        rows.push_back(std::move(row));
    }
    bound::Attributes output{{fresh(), "summary", DataType::string(), true, {}}};
    for (const bound::Attribute& a : columns) {
        output.push_back({fresh(), a.name, DataType::string(), true, {}});
    }
    bound::Relation plan = bound::Aggregate{child->plan, {}, std::nullopt, std::nullopt, std::move(aggregates)};
    plan = bound::Expand{std::move(plan), std::move(rows), std::move(output)};
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

namespace {

[[noreturn]] void requirement_failed(const std::string& what) {
    throw Error(ErrorClass::IllegalArgument, {{"message", "requirement failed: " + what}});
}

/// How exact percentile_approx has to be for this relative error.
std::int32_t accuracy_of(double relative_error) {
    constexpr double kMost = std::numeric_limits<std::int32_t>::max();
    return relative_error <= 1 / kMost ? std::numeric_limits<std::int32_t>::max()
                                       : static_cast<std::int32_t>(1 / relative_error);
}

}  // namespace

/// One row: for each column the list of its quantiles, without NULL and NaN.
Resolver::Made Resolver::quantiles(const NodePtr& child, const u::Statistic& n, const Origin& origin) {
    ValueList probabilities;
    for (const double p : n.probabilities) {
        if (!(p >= 0 && p <= 1)) requirement_failed("percentile should be in the range [0.0, 1.0]");
        probabilities.emplace_back(p);
    }
    const bound::Expr wanted =
        bound::Constant{{DataType::array(DataType::float64(), false), Value(std::move(probabilities))}};
    Names names;
    names.inputs = {child};
    std::vector<bound::Expr> lists;
    for (const bound::Attribute& a : named_columns(child, n.columns, origin)) {
        if (!a.type.is_numeric()) {
            requirement_failed("Quantile calculation for column " + a.name + " with data type " +
                               simple_string(a.type) + " is not supported.");
        }
        lists.push_back(bind_rewrite("coalesce(percentile_approx(if(isnan({0}), null, {0}), {1}, {2}), array())",
                                     {cast(a.ref(), DataType::float64()), wanted, integer(accuracy_of(n.number))},
                                     names));
    }
    const bound::Expr all = call("array", std::move(lists));
    std::vector<Item> items{{all, fresh(), n.kind, {}, false, {}, false, true, origin}};
    return aggregate_items(child, {}, std::nullopt, std::move(items));
}

Resolver::Made Resolver::frequent_items(const NodePtr& child, const u::Statistic& n, const Origin& origin) {
    constexpr double kLeast = 1e-4;
    if (!(n.number >= kLeast && n.number <= 1)) requirement_failed("Support must be in [1e-4, 1]");
    const bound::Expr size = integer(static_cast<std::int32_t>(1 / n.number));
    Names names;
    names.inputs = {child};
    std::vector<Item> items;
    for (const bound::Attribute& a : named_columns(child, n.columns, origin)) {
        const bound::Expr e =
            bind_rewrite("transform(__frequent_items(collect_list(named_struct('v', {0})), {1}), x -> x.v)",
                         {a.ref(), size}, names);
        items.push_back({e, fresh(), a.name + "_freqItems", {}, false, {}, false, true, origin});
    }
    return aggregate_items(child, {}, std::nullopt, std::move(items));
}

/// Counts of the pairs of two columns' values, a column for each value of the second one.
NodePtr Resolver::crosstab(const u::Statistic& n) {
    if (n.columns.size() != 2) throw unsupported("a crosstab of other than two columns");
    const auto function = [](const char* name, std::vector<u::Expr> arguments) {
        u::Function out;
        out.name = {name};
        out.arguments = std::move(arguments);
        return u::Expr(std::move(out));
    };
    const auto constant_text = [](const char* value) { return u::Expr(u::Constant{Literal::string(value)}); };
    const auto value = [&](const std::string& name) {
        const u::Expr column(u::Attribute{sql::parse_identifier(name, parser_options()), {}, false});
        const u::Expr as_text(u::Cast{column, DataType::string(), EvalMode::Session});
        return function("when", {function("isnull", {column}), constant_text("null"), as_text});
    };
    u::Pivot pivot{n.child, std::vector<u::Expr>{}, {}, {}, {}};
    pivot.groups->emplace_back(u::Alias{value(n.columns[0]), {n.columns[0] + "_" + n.columns[1]}, ""});
    pivot.columns = {function("replace", {value(n.columns[1]), constant_text("`"), constant_text("")})};
    pivot.aggregates = {function("count", {u::Expr(u::Constant{Literal::integer(1)})})};
    return relation(u::Relation(u::NaFill{u::Relation(std::move(pivot)), {}, {Literal::long_int(0)}}));
}

Resolver::Made Resolver::resolve(const u::Statistic& n, const u::Relation& whole) {
    const Origin& origin = whole.origin();
    if (n.kind == "crosstab") {
        const NodePtr table = crosstab(n);
        return make(table->plan, scope_of(table->plan), {table}, Reach::Stops);
    }
    const NodePtr child = relation(n.child);
    if (n.kind == "describe" || n.kind == "summary") {
        std::vector<bound::Attribute> columns;
        for (const bound::Attribute& a : named_columns(child, n.columns, origin)) {
            if (a.type.is_numeric() || a.type.is_string_like()) columns.push_back(a);
        }
        std::vector<std::string> statistics = n.statistics;
        if (n.kind == "describe") statistics = {"count", "mean", "stddev", "min", "max"};
        if (statistics.empty()) {
            statistics = {"count", "mean", "stddev", "min", "25%", "50%", "75%", "max"};
        }
        return summary(child, columns, statistics, origin);
    }
    if (n.kind == "cov" || n.kind == "corr") {
        const auto columns = named_columns(child, n.columns, origin);
        if (columns.size() != 2) throw unsupported(n.kind + " of other than two columns", origin);
        const bound::Expr e = call(n.kind == "cov" ? "covar_samp" : "corr",
                                   {cast(columns[0].ref(), DataType::float64()),
                                    cast(columns[1].ref(), DataType::float64())});
        std::vector<Item> items{{e, fresh(), n.kind, {}, false, {}, false, true, origin}};
        return aggregate_items(child, {}, std::nullopt, std::move(items));
    }
    if (n.kind == "approx_quantile") return quantiles(child, n, origin);
    if (n.kind == "freq_items") return frequent_items(child, n, origin);
    throw unsupported("df.stat." + n.kind, origin);
}

}  // namespace firesteel::analysis
