// Filter, HAVING, ORDER BY, LIMIT, OFFSET, Tail, Sample, repartitioning, hints, DISTINCT.
#include <algorithm>
#include <limits>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

bound::Expr Resolver::bind_condition(const u::Expr& written, Names& names) {
    nested_generator_ = false;
    bound::Expr condition = bind(written, names);
    if (nested_generator_ || has_generator(condition)) {
        nested_generator_ = false;
        throw Error(ErrorClass::GeneratorOutsideSelect,
                    {{"plan", "'Filter " + functions::pretty_name(condition)}}, written.origin());
    }
    if (!condition.type().is(TypeKind::Boolean)) {
        if (condition.type().is(TypeKind::Null)) return cast(condition, DataType::boolean());
        throw Error(ErrorClass::FilterNotBoolean,
                    {{"sqlExpr", quoted_sql(condition)},
                     {"filter", quoted_sql(condition)},
                     {"type", quoted_sql_name(condition.type())}},
                    written.origin());
    }
    return condition;
}

namespace {

/// The qualified text that Spark shows of what may not stand in WHERE: sum(t.x).
std::string first_forbidden(const bound::Expr& e) {
    std::string out;
    bound::any_of(e, [&](const bound::Expr& x) {
        if (!is_aggregate(x)) return false;
        if (!out.empty()) out += ", ";
        out += functions::pretty_name(x);
        return false;
    });
    return out;
}

}  // namespace

Resolver::Made Resolver::filter_over(const NodePtr& child, const u::Expr& written, bool having,
                                     const Origin& origin) {
    const bool above = child->aggregate != nullptr;
    Names names = above ? names_above(child, having) : Names();
    names.inputs = {child};
    names.below = true;
    bound::Expr condition = bind_condition(written, names);
    std::vector<bound::NamedExpr> added;
    if (above) condition = settle_above(std::move(condition), child, added);
    if (has_window(condition)) {
        throw Error(ErrorClass::LegacyErrorTemp1034, {{"clauseName", having ? "HAVING" : "WHERE"}}, origin);
    }
    if (has_aggregate(condition)) {
        throw Error(ErrorClass::InvalidWhereCondition,
                    {{"condition", quoted_sql(condition)}, {"expressionList", first_forbidden(condition)}},
                    origin);
    }
    std::vector<AttributeId> wanted;
    bound::any_of(condition, [&](const bound::Expr& e) {
        if (const auto* ref = e.get_if<bound::ColumnRef>()) wanted.push_back(ref->id);
        return false;
    });
    bound::Relation input = widened_for(child, {condition});
    if (!added.empty() || above) input = widen(input, wanted, added);
    const bool grown = input.output().size() != child->plan.output().size();
    bound::Relation plan = bound::Filter{std::move(input), std::move(condition)};
    if (!grown) return passing(child, std::move(plan));
    std::vector<bound::NamedExpr> items;
    for (const bound::Attribute& a : child->plan.output()) {
        items.push_back({a.ref(), a.id, a.name, a.metadata, false});
    }
    return passing(child, bound::Project{std::move(plan), std::move(items)});
}

Resolver::Made Resolver::resolve(const u::Filter& n, const u::Relation&) {
    return filter_over(relation(n.child), n.condition, false, n.condition.origin());
}

Resolver::Made Resolver::resolve(const u::Having& n, const u::Relation&) {
    NodePtr child = relation(n.child);
    if (child->aggregate == nullptr) {
        // HAVING without aggregates in the select list groups all rows.
        if (const auto* project = n.child.get_if<u::Project>()) {
            u::Aggregate global{project->child, {}, false, project->expressions, true};
            child = aggregate(relation(project->child), global, n.condition.origin());
        }
    }
    return filter_over(child, n.condition, true, n.condition.origin());
}

// ---- ORDER BY ------------------------------------------------------------------------------------

namespace {

void refuse_aggregates(const bound::Expr& e, const Origin& origin) {
    if (!has_aggregate(e)) return;
    throw Error(ErrorClass::UnsupportedExprForOperator,
                {{"invalidExprSqls", "\"" + first_forbidden(e) + "\""}}, origin);
}

std::optional<std::int64_t> ordinal(const u::Expr& e) {
    const auto* constant = e.get_if<u::Constant>();
    if (constant == nullptr || constant->literal.is_null()) return std::nullopt;
    if (!constant->literal.type.is(TypeKind::Int)) return std::nullopt;
    return constant->literal.value.integer();
}

}  // namespace

Resolver::Made Resolver::resolve(const u::Sort& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const bool above = child->aggregate != nullptr;
    Names names = above ? names_above(child, false) : Names();
    names.inputs = {child};
    names.below = true;
    names.skips_ambiguous = true;
    const bound::Attributes& output = child->plan.output();
    std::vector<bound::SortOrder> orders;
    std::vector<bound::NamedExpr> added;
    if (n.order_by_all) {
        const auto direction = n.orders.empty() ? SortDirection::Ascending : n.orders[0].direction;
        const auto nulls = n.orders.empty() ? NullOrder::First : n.orders[0].nulls;
        for (const bound::Attribute& a : output) orders.push_back({a.ref(), direction, nulls});
    }
    for (const u::SortOrder& written : n.orders) {
        if (n.order_by_all) break;
        const auto position = settings_.order_by_ordinal ? ordinal(written.child) : std::nullopt;
        if (position) {
            if (*position < 1 || *position > static_cast<std::int64_t>(output.size())) {
                throw Error(ErrorClass::OrderByPosOutOfRange,
                            {{"index", std::to_string(*position)}, {"size", std::to_string(output.size())}},
                            written.child.origin());
            }
            orders.push_back({output[static_cast<std::size_t>(*position - 1)].ref(),
                              written.direction, written.nulls});
            continue;
        }
        bound::SortOrder order = bind_order(written, names);
        if (nested_generator_ || has_generator(order.child)) {
            nested_generator_ = false;
            throw Error(ErrorClass::GeneratorOutsideSelect,
                        {{"plan", "'Sort [" + functions::pretty_name(order.child) + "]"}},
                        written.child.origin());
        }
        if (above) order.child = settle_above(std::move(order.child), child, added);
        refuse_aggregates(order.child, written.child.origin());
        orders.push_back(std::move(order));
    }
    for (const bound::SortOrder& o : orders) check_orderable(o.child, whole.origin());
    std::vector<bound::Expr> all;
    for (const bound::SortOrder& o : orders) all.push_back(o.child);
    bound::Relation input = widened_for(child, all);
    if (above) {
        std::vector<AttributeId> wanted;
        for (const bound::Expr& e : all) {
            bound::any_of(e, [&](const bound::Expr& x) {
                if (const auto* ref = x.get_if<bound::ColumnRef>()) wanted.push_back(ref->id);
                return false;
            });
        }
        input = widen(input, wanted, added);
    }
    // Window functions in ORDER BY are computed below the sort.
    std::vector<Item> items;
    for (const bound::Expr& e : all) items.push_back({e, fresh(), {}, {}, false, {}, false, false, {}});
    input = with_windows(std::move(input), items);
    for (std::size_t i = 0; i < orders.size(); ++i) orders[i].child = items[i].expr;
    const bool grown = input.output().size() != output.size();
    bound::Relation plan = bound::Sort{std::move(input), std::move(orders), n.is_global};
    if (grown) {
        std::vector<bound::NamedExpr> back;
        for (const bound::Attribute& a : output) {
            back.push_back({a.ref(), a.id, a.name, a.metadata, false});
        }
        plan = bound::Project{std::move(plan), std::move(back)};
    }
    return passing(child, std::move(plan));
}

void Resolver::check_orderable(const bound::Expr& e, const Origin& origin) const {
    const std::function<bool(const DataType&)> orderable = [&](const DataType& t) -> bool {
        switch (t.kind()) {
            case TypeKind::Map:
            case TypeKind::Variant:
            case TypeKind::CalendarInterval:
                return false;
            case TypeKind::Array:
                return orderable(t.element());
            case TypeKind::Struct:
                return std::all_of(t.fields().begin(), t.fields().end(),
                                   [&](const StructField& f) { return orderable(f.type); });
            default:
                return true;
        }
    };
    if (orderable(e.type())) return;
    const std::string text = "\"" + functions::pretty_name(e) + " ASC NULLS FIRST\"";
    throw Error(ErrorClass::DatatypeMismatchInvalidOrderingType,
                {{"sqlExpr", text},
                 {"functionName", "`sortorder`"},
                 {"dataType", quoted_sql_name(e.type())}},
                origin);
}

// ---- LIMIT and OFFSET ----------------------------------------------------------------------------

std::int64_t Resolver::limit_value(const u::Expr& written, const std::string& name) {
    Names none;
    const Origin& origin = written.origin();
    bound::MaybeExpr bound_count;
    if (const auto* attribute = written.get_if<u::Attribute>()) {
        if (!lookup_variable(attribute->parts, origin, none)) {
            throw Error(ErrorClass::LimitUnfoldable,
                        {{"name", name}, {"expr", "\"" + attribute->parts.back() + "\""}}, origin);
        }
    }
    const bound::Expr expr = bind(written, none);
    const std::string text = quoted_sql(expr);
    const auto value = constant(expr);
    if (!value) throw Error(ErrorClass::LimitUnfoldable, {{"name", name}, {"expr", text}}, origin);
    if (!value->type.is_integral()) {
        throw Error(ErrorClass::LimitDataType,
                    {{"name", name}, {"expr", text}, {"dataType", quoted_sql_name(value->type)}}, origin);
    }
    if (value->is_null()) {
        throw Error(ErrorClass::LimitNull, {{"name", name}, {"expr", text}}, origin);
    }
    const std::int64_t count = value->value.integer();
    if (count < 0) {
        throw Error(ErrorClass::LimitNegative,
                    {{"name", name}, {"expr", text}, {"v", std::to_string(count)}}, origin);
    }
    return count;
}

Resolver::Made Resolver::resolve(const u::Limit& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const std::int64_t count = limit_value(n.count, "limit");
    if (const auto* offset = child->plan.get_if<bound::Offset>();
        offset != nullptr && count + offset->count > std::numeric_limits<std::int32_t>::max()) {
        throw Error(ErrorClass::SumOfLimitAndOffset,
                    {{"limit", std::to_string(count)}, {"offset", std::to_string(offset->count)}},
                    whole.origin());
    }
    return passing(child, bound::Limit{child->plan, count});
}

Resolver::Made Resolver::resolve(const u::Offset& n, const u::Relation&) {
    const NodePtr child = relation(n.child);
    return passing(child, bound::Offset{child->plan, limit_value(n.count, "offset")});
}

Resolver::Made Resolver::resolve(const u::Tail& n, const u::Relation&) {
    const NodePtr child = relation(n.child);
    return passing(child, bound::Tail{child->plan, limit_value(n.count, "tail")});
}

// ---- sampling, partitions, hints -----------------------------------------------------------------

namespace {

/// As Java prints a double of a fraction: -0.05, 2.0.
std::string double_text(double v) {
    std::string text = std::to_string(v);
    while (text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
    return text;
}

}  // namespace

Resolver::Made Resolver::resolve(const u::Sample& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const double fraction = n.upper - n.lower;
    constexpr double kRounding = 1e-6;
    const bool right = n.with_replacement ? fraction >= -kRounding
                                          : fraction >= -kRounding && fraction <= 1 + kRounding;
    if (!right) {
        const std::string range = n.with_replacement ? "must be nonnegative with replacement"
                                                     : "must be on interval [0, 1] without replacement";
        throw Error(ErrorClass::LegacyErrorTemp0064,
                    {{"msg", "Sampling fraction (" + double_text(fraction) + ") " + range}},
                    whole.origin());
    }
    bound::Sample out{child->plan, n.lower,       n.upper, n.with_replacement,
                      n.seed.value_or(0), n.deterministic_order};
    return passing(child, std::move(out));
}

Resolver::Made Resolver::resolve(const u::Repartition& n, const u::Relation&) {
    const NodePtr child = relation(n.child);
    return passing(child, bound::Repartition{child->plan, n.partitions, n.shuffle, {}, {}});
}

/// The partition of a row that goes by value: its hash, or the value itself.
bound::MaybeExpr Resolver::place_of(const bound::Repartition& n, bool direct) {
    if (n.partitions <= 0 || n.expressions.empty()) return std::nullopt;
    const bound::Expr value = direct ? n.expressions[0] : call("hash", n.expressions);
    return call("pmod", {value, bound::Constant{Literal::integer(n.partitions)}});
}

Resolver::Made Resolver::resolve(const u::RepartitionByExpression& n, const u::Relation&) {
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    names.below = true;
    bound::Repartition out{child->plan, n.partitions.value_or(0), true, {}, {}};
    std::vector<bound::Expr> all;
    bool is_direct = false;
    for (const u::Expr& e : n.expressions) {
        const auto* direct = e.get_if<u::DirectPartitionId>();
        is_direct = is_direct || direct != nullptr;
        out.expressions.push_back(bind(direct != nullptr ? direct->child : e, names));
        all.push_back(out.expressions.back());
    }
    for (const u::SortOrder& o : n.ranges) {
        out.ranges.push_back(bind_order(o, names));
        all.push_back(out.ranges.back().child);
    }
    const bound::Attributes& output = child->plan.output();
    out.place = place_of(out, is_direct);
    out.child = widened_for(child, all);
    const bool grown = out.child.output().size() != output.size();
    bound::Relation plan(std::move(out));
    if (grown) {
        std::vector<bound::NamedExpr> back;
        for (const bound::Attribute& a : output) {
            back.push_back({a.ref(), a.id, a.name, a.metadata, false});
        }
        plan = bound::Project{std::move(plan), std::move(back)};
    }
    return passing(child, std::move(plan));
}

Resolver::Made Resolver::resolve(const u::Hint& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const std::string name = catalog::lower(n.name);
    const bool ranges = name == "repartition_by_range";
    if (name != "repartition" && name != "coalesce" && !ranges && name != "rebalance") {
        return passing(child, child->plan);  // join strategies and unknown hints change no rows
    }
    Names names;
    names.inputs = {child};
    bound::Repartition out{child->plan, 0, name != "coalesce", {}, {}};
    for (const u::Expr& parameter : n.parameters) {
        const auto* constant_node = parameter.get_if<u::Constant>();
        if (constant_node != nullptr && constant_node->literal.type.is_integral() &&
            !constant_node->literal.is_null()) {
            out.partitions = static_cast<std::int32_t>(constant_node->literal.value.integer());
            continue;
        }
        bound::Expr e = bind(parameter, names);
        if (ranges) out.ranges.push_back({std::move(e), SortDirection::Ascending, NullOrder::First});
        else out.expressions.push_back(std::move(e));
    }
    if (name == "coalesce" && out.partitions <= 0) {
        throw unsupported("a COALESCE hint without a number of partitions", whole.origin());
    }
    out.place = place_of(out, false);
    return passing(child, std::move(out));
}

namespace {

/// Metrics are values of plain aggregates: what else stands in them is refused.
void check_metric(const bound::Expr& e, bool in_aggregate, const Origin& origin) {
    const auto fail = [&](ErrorClass what) {
        throw Error(what, {{"expr", quoted_sql(e)}}, origin);
    };
    if (e.get_if<bound::WindowCall>() != nullptr) fail(ErrorClass::ObservedMetricsWindow);
    if (const auto* call = e.get_if<bound::AggregateCall>()) {
        if (in_aggregate) fail(ErrorClass::ObservedMetricsNested);
        if (call->distinct) fail(ErrorClass::ObservedMetricsDistinct);
        if (call->filter) fail(ErrorClass::ObservedMetricsFilter);
        in_aggregate = true;
    } else if (e.get_if<bound::ColumnRef>() != nullptr && !in_aggregate) {
        fail(ErrorClass::ObservedMetricsAttribute);
    } else if (const auto* other = e.get_if<bound::Call>();
               other != nullptr && !in_aggregate && other->arguments.empty() &&
               !functions::is_deterministic(e)) {
        fail(ErrorClass::ObservedMetricsNonDeterministic);
    }
    bound::for_each_child(e, [&](const bound::Expr& child) { check_metric(child, in_aggregate, origin); });
}

}  // namespace

Resolver::Made Resolver::resolve(const u::CollectMetrics& n, const u::Relation& whole) {
    if (n.name.empty()) {
        throw Error(ErrorClass::ObservedMetricsName, {{"operator", "CollectMetrics"}}, whole.origin());
    }
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    const std::vector<Item> items = bind_items(n.metrics, names);
    for (const Item& item : items) check_metric(item.expr, false, item.origin);
    const std::uint64_t id = next_table_id_++;
    const NodePtr rows = make(bound::CommonTableScan{id, n.name, child->plan.output()}, Scope(child->scope.columns()),
                              {child}, Reach::Stops);
    const NodePtr metrics = aggregate_items(rows, {}, std::nullopt, items);
    return passing(child, bound::CollectMetrics{child->plan, n.name, id, metrics->plan});
}

}  // namespace firesteel::analysis
