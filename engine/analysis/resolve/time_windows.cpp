// window(), session_window(), window_time(): columns that are computed below the operator that uses them.
//   SELECT window, count(*) FROM t GROUP BY window(ts, '5 minutes')
// groups a projection of t with a column "window", of which only rows with a time are left.
#include <algorithm>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"

namespace firesteel::analysis {
namespace {

constexpr std::string_view kTimeWindow = "window";
constexpr std::string_view kSessionWindow = "session_window";
constexpr std::string_view kWindowTime = "window_time";
constexpr std::int64_t kOverlapsMax = 4096;

const bound::Call* call_of(const bound::Expr& e, std::string_view name) {
    const auto* call = e.get_if<bound::Call>();
    return call != nullptr && call->function->name() == name ? call : nullptr;
}

/// Calls of these functions in the items, each once.
std::vector<bound::Expr> calls_in(const std::vector<bound::Expr*>& exprs,
                                  const std::vector<std::string_view>& functions) {
    std::vector<bound::Expr> out;
    for (const bound::Expr* e : exprs) {
        bound::any_of(*e, [&](const bound::Expr& x) {
            const bool wanted = std::any_of(functions.begin(), functions.end(),
                                            [&](auto name) { return call_of(x, name) != nullptr; });
            if (wanted && std::find(out.begin(), out.end(), x) == out.end()) out.push_back(x);
            return false;
        });
    }
    return out;
}

void replace_all(const std::vector<bound::Expr*>& exprs, const bound::Expr& what, const bound::Expr& by) {
    for (bound::Expr* e : exprs) {
        *e = bound::rewrite_top_down(*e, [&](const bound::Expr& x) -> bound::MaybeExpr {
            if (x == what) return bound::Expr(*by.get_if<bound::ColumnRef>(), x.origin());
            return std::nullopt;
        });
    }
}

const u::Expr* find_time_function(const u::Expr& e, const std::string& name) {
    if (const auto* alias = e.get_if<u::Alias>()) return find_time_function(alias->child, name);
    if (const auto* extract = e.get_if<u::Extract>()) return find_time_function(extract->child, name);
    const auto* function = e.get_if<u::Function>();
    if (function == nullptr) return nullptr;
    if (same_name(function->name.back(), name, /*case_sensitive=*/false)) return &e;
    for (const u::Expr& argument : function->arguments) {
        if (const u::Expr* found = find_time_function(argument, name)) return found;
    }
    return nullptr;
}

std::int64_t constant_of(const bound::Call& call, std::size_t i) {
    return call.arguments[i].get_if<bound::Constant>()->literal.value.integer();
}
bound::Expr number(std::int64_t value) { return bound::Constant{Literal::long_int(value)}; }

bound::Expr field(const bound::Expr& from, std::size_t i) {
    const StructField& f = from.type().fields()[i];
    return bound::GetField{from, i, f.type, from.nullable() || f.nullable};
}

}  // namespace

/// Names "window" and "session_window" mean the call of that function in the same operator.
NameLookup Resolver::window_names(NameLookup others, std::vector<const u::Expr*> written, Names& names) {
    return [this, others = std::move(others), written = std::move(written), &names,
            inside = std::make_shared<bool>(false)](const NameParts& name,
                                                    const Origin& origin) -> bound::MaybeExpr {
        if (others) {
            if (bound::MaybeExpr found = others(name, origin)) return found;
        }
        const bool is_window = same_name(name[0], kTimeWindow, false) || same_name(name[0], kSessionWindow, false);
        if (!is_window || *inside) return std::nullopt;
        const Scoped<bool> guard(*inside, true);
        for (const u::Expr* e : written) {
            const u::Expr* call = find_time_function(*e, name[0]);
            if (call == nullptr) continue;
            Names none;
            return field_path(bind(*call, names), name, 1, origin, none);
        }
        return std::nullopt;
    };
}

/// [time - (time - start) mod slide] + offset.
bound::Expr Resolver::window_bound(const bound::Expr& time, std::int64_t slide, std::int64_t start,
                                   std::int64_t offset) {
    bound::Expr out = call("__window_bound", {time, number(slide), number(start), number(offset)});
    return out;
}

bound::Expr Resolver::window_struct(const bound::Expr& start, const bound::Expr& end, const DataType& type) {
    bound::Call out = *call("__time_window", {start, end}).get_if<bound::Call>();
    out.type = type;
    out.nullable = false;
    return out;
}

/// The child's columns and the windows that each row's time falls into.
bound::Relation Resolver::tumbling_windows(bound::Relation plan, const bound::Call& call,
                                           const bound::Attribute& column) {
    bound::Expr time = call.arguments[0];
    if (time.type().is(TypeKind::Struct)) time = window_bound(field(time, 1), 1, 0, -1);
    const std::int64_t width = constant_of(call, 1);
    const std::int64_t slide = constant_of(call, 2);
    const std::int64_t start = constant_of(call, 3);
    const std::int64_t overlaps = (width + slide - 1) / slide;
    if (overlaps > kOverlapsMax) throw unsupported("more than 4096 overlapping windows");
    std::vector<std::vector<bound::Expr>> rows;
    for (std::int64_t i = 0; i < overlaps; ++i) {
        std::vector<bound::Expr> row;
        for (const bound::Attribute& a : plan.output()) row.push_back(a.ref());
        row.push_back(window_struct(window_bound(time, slide, start, -i * slide),
                                    window_bound(time, slide, start, width - i * slide), column.type));
        rows.push_back(std::move(row));
    }
    const bound::Expr has_time = this->call("isnotnull", {time});
    if (overlaps == 1) {
        plan = bound::Filter{std::move(plan), has_time};
        std::vector<bound::NamedExpr> items;
        for (const bound::Attribute& a : plan.output()) items.push_back({a.ref(), a.id, a.name, a.metadata, false});
        items.push_back({rows[0].back(), column.id, column.name, column.metadata, false});
        return bound::Project{std::move(plan), std::move(items)};
    }
    bound::Attributes columns = plan.output();
    columns.push_back(column);
    plan = bound::Expand{std::move(plan), std::move(rows), std::move(columns)};
    const bound::Expr window = column.ref();
    const bound::Expr inside = this->call("and", {this->call(">=", {time, field(window, 0)}),
                                                  this->call("<", {time, field(window, 1)})});
    return bound::Filter{std::move(plan), inside};
}

namespace {

bound::FrameBound unbounded() { return {bound::FrameBound::Kind::UnboundedPreceding, {}}; }

}  // namespace

/// The child's columns and a session per row; with keys, sessions that touch each other are one.
bound::Relation Resolver::session_windows(bound::Relation plan, const bound::Call& window,
                                          const bound::Attribute& column,
                                          const std::vector<bound::Expr>* keys) {
    const bound::Attributes kept = plan.output();
    const auto project = [&](std::vector<bound::NamedExpr> added) {
        std::vector<bound::NamedExpr> items;
        for (const bound::Attribute& a : plan.output()) items.push_back({a.ref(), a.id, a.name, a.metadata, false});
        for (bound::NamedExpr& item : added) items.push_back(std::move(item));
        plan = bound::Project{std::move(plan), std::move(items)};
        return plan.output().back();
    };
    const auto added = [&](const bound::Expr& e, const std::string& name) {
        return project({bound::NamedExpr{e, fresh(), name, {}, true}}).ref();
    };
    const bound::Expr start = added(window.arguments[0], "session_start");
    const bound::Expr last = added(call("+", {start, window.arguments[1]}), "session_end");
    plan = bound::Filter{std::move(plan), call(">", {last, start})};
    bound::Expr from = start;
    bound::Expr to = last;
    if (keys != nullptr) {
        const auto over = [&](std::string_view function, const bound::Expr& of, std::vector<bound::Expr> by,
                              bool is_ordered, bound::WindowFrame frame) {
            auto spec = std::make_shared<bound::WindowSpec>();
            spec->partition_by = std::move(by);
            if (is_ordered) spec->order_by = {{start, SortDirection::Ascending, NullOrder::First}};
            spec->frame = std::move(frame);
            bound::NamedExpr named{bound::WindowCall{call(function, {of}), std::move(spec)}, fresh(), "session",
                                   {}, true};
            bound::Expr ref = named.attribute().ref();
            plan = bound::Window{std::move(plan), {std::move(named)}};
            return ref;
        };
        const bound::FrameBound previous{bound::FrameBound::Kind::Offset, bound::Constant{Literal::integer(-1)}};
        const bound::Expr reached = over("max", last, *keys, true, {FrameKind::Rows, unbounded(), previous});
        const bound::Expr goes_on = call("<=", {start, reached});
        const bound::Expr begins = added(call("if", {goes_on, number(0), number(1)}), "session_begins");
        const bound::Expr session = over("sum", begins, *keys, true, {FrameKind::Range, unbounded(), {}});
        std::vector<bound::Expr> by = *keys;
        by.push_back(session);
        const bound::WindowFrame all{FrameKind::Range, unbounded(),
                                     {bound::FrameBound::Kind::UnboundedFollowing, {}}};
        from = over("min", start, by, false, all);
        to = over("max", last, by, false, all);
    }
    std::vector<bound::NamedExpr> items;
    for (const bound::Attribute& a : kept) items.push_back({a.ref(), a.id, a.name, a.metadata, false});
    items.push_back({window_struct(from, to, column.type), column.id, column.name, column.metadata, false});
    return bound::Project{std::move(plan), std::move(items)};
}

NodePtr Resolver::with_time_windows(const NodePtr& child, std::vector<Item>& items,
                                    std::vector<bound::Expr>* groups, const Origin& origin) {
    std::vector<bound::Expr*> exprs;
    for (Item& item : items) exprs.push_back(&item.expr);
    if (groups != nullptr) {
        for (bound::Expr& group : *groups) exprs.push_back(&group);
    }
    const std::vector<bound::Expr> windows = calls_in(exprs, {kTimeWindow, kSessionWindow});
    if (windows.size() > 1) throw Error(ErrorClass::LegacyErrorTemp1039, {}, origin);
    bound::Relation plan = child->plan;
    bound::Attributes made;
    if (!windows.empty()) {
        const auto& window = *windows[0].get_if<bound::Call>();
        const bool is_session = window.function->name() == kSessionWindow;
        const bool overlaps = !is_session && constant_of(window, 1) != constant_of(window, 2);
        made.push_back({fresh(), std::string(window.function->name()), window.type, overlaps,
                        is_session ? R"({"spark.sessionWindow":true})" : R"({"spark.timeWindow":true})"});
        std::vector<bound::Expr> keys;
        for (const bound::Expr& group : groups != nullptr ? *groups : keys) {
            if (group != windows[0]) keys.push_back(group);
        }
        plan = is_session ? session_windows(std::move(plan), window, made[0], groups != nullptr ? &keys : nullptr)
                          : tumbling_windows(std::move(plan), window, made[0]);
        replace_all(exprs, windows[0], made[0].ref());
    }
    for (const bound::Expr& time : calls_in(exprs, {kWindowTime})) {
        const auto& window = time.get_if<bound::Call>()->arguments[0];
        made.push_back({fresh(), functions::pretty_name(time), time.type(), time.nullable(), {}});
        std::vector<bound::NamedExpr> columns;
        for (const bound::Attribute& a : plan.output()) columns.push_back({a.ref(), a.id, a.name, a.metadata, false});
        columns.push_back({window_bound(field(window, 1), 1, 0, -1), made.back().id, made.back().name, {}, false});
        plan = bound::Project{std::move(plan), std::move(columns)};
        replace_all(exprs, time, made.back().ref());
    }
    if (made.empty()) return child;
    for (Item& item : items) {
        const auto* ref = item.expr.get_if<bound::ColumnRef>();
        if (ref == nullptr) continue;
        for (const bound::Attribute& a : made) {
            if (a.id == ref->id) item.metadata = a.metadata;
        }
    }
    std::vector<ScopeColumn> columns = child->scope.columns();
    for (const bound::Attribute& a : made) columns.push_back({a, nullptr});
    return make(std::move(plan), Scope(std::move(columns), child->scope.hidden()), {child}, Reach::Through);
}

}  // namespace firesteel::analysis
