/// Aggregate and window relations. A template begins with the aggregate's call, e.g.
/// "sum(CAST({0} AS DOUBLE))": DISTINCT, ORDER BY, FILTER and OVER belong to that call.

#include <algorithm>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/collation_key.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/relation.h"
#include "functions/resolve.h"
#include "functions/tables/tables.h"
#include "types/type_parts.h"

namespace firesteel::duckdb {
namespace {

struct CallPlace {
    std::size_t open = 0;   // just after "("
    std::size_t close = 0;  // at ")"
};

CallPlace call_place(std::string_view text) {
    const std::size_t open = text.find('(');
    FS_ASSERT(open != std::string_view::npos);
    int depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
        if (text[at] == '(') ++depth;
        if (text[at] == ')' && --depth == 0) return {open + 1, at};
    }
    FS_ASSERT(false);
}

std::string_view kind_text(FrameKind kind) {
    return kind == FrameKind::Rows ? " ROWS BETWEEN " : " RANGE BETWEEN ";
}

void frame_bound(Lowering& to, const bound::FrameBound& b, const bound::WindowSpec& spec) {
    switch (b.kind) {
        case bound::FrameBound::Kind::UnboundedPreceding:
            to.out().text("UNBOUNDED PRECEDING");
            return;
        case bound::FrameBound::Kind::UnboundedFollowing:
            to.out().text("UNBOUNDED FOLLOWING");
            return;
        case bound::FrameBound::Kind::CurrentRow: to.out().text("CURRENT ROW"); return;
        case bound::FrameBound::Kind::Offset: break;
    }
    // A negative distance precedes: PRECEDING wants it positive.
    FS_ASSERT(b.offset.has_value());
    const auto constant = functions::constant_value(*b.offset);
    if (!constant) throw unsupported("a window bound that is no constant");
    const Value& value = constant->value;
    const DataType& type = constant->type;
    Literal distance = *constant;
    bool preceding = false;
    if (type.is(TypeKind::Decimal)) {
        preceding = value.decimal() < 0;
        if (preceding) distance.value = Value(-value.decimal());
    } else if (type.is(TypeKind::Float) || type.is(TypeKind::Double)) {
        preceding = value.floating() < 0;
        if (preceding) distance.value = Value(-value.floating());
    } else if (type.is(TypeKind::CalendarInterval)) {
        throw unsupported("a window bound of an interval with months and days");
    } else {
        preceding = value.integer() < 0;
        if (preceding) distance.value = Value(-value.integer());
    }
    const bool is_time = spec.frame.kind == FrameKind::Range && !spec.order_by.empty() &&
                         spec.order_by[0].child.type().is_datetime();
    if (!is_time) {
        to.literal(distance);
    } else if (type.is(TypeKind::DayTimeInterval)) {
        to.out().text("to_microseconds(").number(distance.value.integer()).text(")");
    } else if (type.is(TypeKind::YearMonthInterval)) {
        to.out().text("to_months(").number(distance.value.integer()).text(")");
    } else {
        to.out().text("to_days(CAST(").number(distance.value.integer()).text(" AS INTEGER))");
    }
    to.out().text(preceding ? " PRECEDING" : " FOLLOWING");
}

void over(Lowering& to, const bound::WindowSpec& spec, bool has_frame) {
    to.out().text(" OVER (");
    for (std::size_t i = 0; i < spec.partition_by.size(); ++i) {
        to.out().text(i > 0 ? ", " : "PARTITION BY ");
        to.key(spec.partition_by[i]);
    }
    to.order_by(spec.order_by);
    if (!has_frame) {
        to.out().text(")");
        return;
    }
    to.out().text(kind_text(spec.frame.kind));
    frame_bound(to, spec.frame.lower, spec);
    to.out().text(" AND ");
    frame_bound(to, spec.frame.upper, spec);
    to.out().text(")");
}

void group_sets(Lowering& to, const bound::Aggregate& n) {
    to.out().text(" GROUP BY ");
    if (!n.sets) {
        for (std::size_t i = 0; i < n.groups.size(); ++i) {
            if (i > 0) to.out().text(", ");
            to.out().text("g").number(static_cast<std::int64_t>(i));
        }
        return;
    }
    to.out().text("GROUPING SETS (");
    for (std::size_t s = 0; s < n.sets->size(); ++s) {
        to.out().text(s > 0 ? ", (" : "(");
        for (std::size_t i = 0; i < (*n.sets)[s].size(); ++i) {
            if (i > 0) to.out().text(", ");
            to.out().text("g").number(static_cast<std::int64_t>((*n.sets)[s][i]));
        }
        to.out().text(")");
    }
    to.out().text(")");
}

/// A key to group by: maps with their entries in the order of their keys, which is also what a group shows.
void group_key(Lowering& to, const bound::Expr& e) {
    if (!any_part(e.type(), [](const DataType& part) { return part.is(TypeKind::Map); })) return to.key(e);
    KernelSite site;
    site.kernel = find_kernel("maps_in_order");
    FS_ASSERT(site.kernel != nullptr);
    site.result = carried(e.type());
    site.origin = e.origin();
    to.kernel_call(std::move(site), {e});
}

/// Whether a grouping set has key i; DuckDB knows others as no key at all.
bool is_grouped(const bound::Aggregate& n, std::size_t i) {
    return !n.sets || std::ranges::any_of(*n.sets, [i](const auto& set) { return std::ranges::find(set, i) != set.end(); });
}

/// One bit a key, the first one the highest: set where the row's grouping set lacks it.
void grouping_id(Lowering& to, const bound::Aggregate& n) {
    to.out().text("CAST((0");
    for (std::size_t i = 0; i < n.groups.size(); ++i) {
        const auto shift = static_cast<std::int64_t>(n.groups.size() - 1 - i);
        to.out().text(" + (CAST(");
        if (is_grouped(n, i)) {
            to.out().text("GROUPING(g").number(static_cast<std::int64_t>(i)).text(")");
        } else {
            to.out().text("1");
        }
        to.out().text(" AS BIGINT) << ").number(shift).text(")");
    }
    to.out().text(") AS BIGINT)");
}

/// What a group shows of key i: the key, or of collated strings, whose keys are no text, the first one met.
void group_value(Lowering& to, const bound::Aggregate& n, std::size_t i) {
    const auto index = static_cast<std::int64_t>(i);
    if (!is_grouped(n, i)) {
        to.out().text("CAST(NULL AS ").text(physical_type(n.groups[i].expr.type())).text(")");
        return;
    }
    if (!holds_collation(n.groups[i].expr.type())) {
        to.out().text("g").number(index);
        return;
    }
    if (n.sets) to.out().text("CASE WHEN GROUPING(g").number(index).text(") = 0 THEN ");
    to.out().text("first(v").number(index).text(")");
    if (n.sets) to.out().text(" END");
}

/// DuckDB computes arguments before it filters rows: what can raise is asked of those alone that pass.
bound::AggregateCall guarded(const bound::AggregateCall& n) {
    const FunctionRow& row = functions::row_of(functions::kConditionalFunctions, "if");
    bound::AggregateCall out = n;
    for (bound::Expr& argument : out.arguments) {
        if (!can_raise(argument)) continue;
        bound::Call call;
        call.function = &row;
        call.arguments = {*n.filter, argument};
        call.type = argument.type();
        argument = bound::Expr(std::move(call), argument.origin());
    }
    return out;
}

/// Of an Aggregate or Window; all its calls are Python's if one is.
bool is_python(const bound::Expr& item) {
    const auto* window = item.get_if<bound::WindowCall>();
    const auto* call = (window != nullptr ? window->function : item).get_if<bound::AggregateCall>();
    return call != nullptr && call->python != nullptr;
}

}  // namespace

void Lowering::aggregate_template(std::string_view text, const bound::AggregateCall& n,
                                  const bound::WindowCall* window, AggregateExtras extras) {
    const CallPlace place = call_place(text);
    out_.text(text.substr(0, place.open));
    if (n.distinct) out_.text("DISTINCT ");
    sql_template(text.substr(place.open, place.close - place.open), n.arguments);
    order_by(n.order_by);
    if (n.ignore_nulls && window != nullptr) out_.text(" IGNORE NULLS");
    out_.text(")");
    aggregate_tail(n, window, extras);
    sql_template(text.substr(place.close + 1), n.arguments);
}

void Lowering::aggregate_tail(const bound::AggregateCall& n, const bound::WindowCall* window,
                              AggregateExtras extras) {
    if (n.filter || extras.skips_nulls) {
        out_.text(" FILTER (WHERE ");
        if (n.filter) condition(*n.filter);
        if (extras.skips_nulls) {
            out_.text(n.filter ? " AND (" : "(");
            expr(n.arguments[0]);
            out_.text(") IS NOT NULL");
        }
        out_.text(")");
    }
    if (window != nullptr) over(*this, *window->spec, extras.has_frame);
}

void Lowering::aggregate_call(const bound::AggregateCall& n, const bound::WindowCall* window,
                              const Origin& origin) {
    if (n.function == nullptr) throw unsupported("Python aggregates in this place", origin);
    const CustomAggregate custom = find_custom_aggregate(n.function->lowering.text);
    if (custom == nullptr) {
        throw unsupported("the function " + std::string(n.function->name()), origin);
    }
    custom(*this, n.filter ? guarded(n) : n, window, origin);
}

void lower(Lowering& to, const bound::Aggregate& n) {
    if (!n.aggregates.empty() && is_python(n.aggregates[0].expr)) return lower_stage(to, n);
    to.out().text("SELECT ");
    bool first = true;
    const auto comma = [&] {
        if (!first) to.out().text(", ");
        first = false;
    };
    for (std::size_t i = 0; i < n.groups.size(); ++i) {
        comma();
        group_value(to, n, i);
        to.out().text(" AS ").column(n.groups[i].id);
    }
    if (n.grouping_id) {
        comma();
        grouping_id(to, n);
        to.out().text(" AS ").column(n.grouping_id->id);
    }
    for (const bound::NamedExpr& aggregate : n.aggregates) {
        comma();
        to.expr(aggregate.expr);
        to.out().text(" AS ").column(aggregate.id);
    }
    if (first) to.out().text("count(*) AS none");
    if (n.groups.empty()) {
        to.from(n.child);
        return;
    }
    to.out().text(" FROM (SELECT *");
    for (std::size_t i = 0; i < n.groups.size(); ++i) {
        to.out().text(", ");
        group_key(to, n.groups[i].expr);
        to.out().text(" AS g").number(static_cast<std::int64_t>(i));
        if (!holds_collation(n.groups[i].expr.type())) continue;
        to.out().text(", ");
        to.expr(n.groups[i].expr);
        to.out().text(" AS v").number(static_cast<std::int64_t>(i));
    }
    to.from(n.child);
    to.out().text(") AS ").text(to.out().fresh());
    group_sets(to, n);
}

void lower(Lowering& to, const bound::Window& n) {
    if (is_python(n.windows[0].expr)) return lower_stage(to, n);
    to.out().text("SELECT *");
    for (const bound::NamedExpr& item : n.windows) {
        const auto* window = item.expr.get_if<bound::WindowCall>();
        FS_ASSERT(window != nullptr);
        to.out().text(", ");
        if (const auto* aggregate = window->function.get_if<bound::AggregateCall>()) {
            to.aggregate_call(*aggregate, window, item.expr.origin());
        } else {
            const auto* call = window->function.get_if<bound::Call>();
            FS_ASSERT(call != nullptr);
            bound::AggregateCall as_aggregate;
            as_aggregate.function = call->function;
            as_aggregate.arguments = call->arguments;
            as_aggregate.ignore_nulls = window->ignore_nulls;
            as_aggregate.type = call->type;
            as_aggregate.mode = call->mode;
            to.aggregate_call(as_aggregate, window, item.expr.origin());
        }
        to.out().text(" AS ").column(item.id);
    }
    to.from(n.child);
}

}  // namespace firesteel::duckdb
