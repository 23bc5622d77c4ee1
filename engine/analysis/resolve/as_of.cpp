// As-of joins: each row of the left side with the nearest one of the right side.
#include "analysis/resolver.h"
#include "plan/bound_traverse.h"

namespace firesteel::analysis {
namespace {

enum class Direction : std::uint8_t { Backward, Forward, Nearest };

Direction direction_of(const std::string& text, const Origin& origin) {
    const std::string low = catalog::lower(text);
    if (low == "backward") return Direction::Backward;
    if (low == "forward") return Direction::Forward;
    if (low == "nearest") return Direction::Nearest;
    throw Error(ErrorClass::AsOfJoinDirection,
                {{"direction", text}, {"supported", "'forward', 'backward', 'nearest'"}}, origin);
}

/// Whether rows of the left side without a match stay.
bool keeps_left(const std::string& type, const Origin& origin) {
    std::string low = catalog::lower(type);
    std::erase(low, '_');
    if (low == "inner") return false;
    if (low == "left" || low == "leftouter") return true;
    throw Error(ErrorClass::IllegalArgument,
                {{"message", "requirement failed: Unsupported as-of join type " + type}}, origin);
}

bool is_negative(const Literal& tolerance) {
    if (tolerance.is_null()) return false;
    switch (tolerance.type.kind()) {
        case TypeKind::Float:
        case TypeKind::Double: return tolerance.value.floating() < 0;
        case TypeKind::Decimal: return tolerance.value.decimal() < 0;
        case TypeKind::CalendarInterval: return tolerance.value.interval().microseconds < 0;
        default: return tolerance.value.integer() < 0;
    }
}

}  // namespace

/// What a pair of rows must fulfil: order, exact matches, tolerance.
bound::Expr Resolver::as_of_condition(const u::AsOfJoin& n, const bound::Expr& left, const bound::Expr& right) {
    const Direction direction = direction_of(n.direction, n.left_as_of.origin());
    const bool exact = n.allow_exact_matches;
    const bool looks_back = direction != Direction::Forward;
    const bool looks_ahead = direction != Direction::Backward;
    bound::Expr out = bound::Constant{Literal::boolean(true)};
    if (direction == Direction::Nearest) {
        if (!exact) out = call("not", {call("=", {left, right})});
    } else {
        out = call(looks_back ? (exact ? ">=" : ">") : (exact ? "<=" : "<"), {left, right});
    }
    if (!n.tolerance) return out;
    Names none;
    const bound::Expr tolerance = bind(*n.tolerance, none);
    const auto* constant = tolerance.get_if<bound::Constant>();
    if (constant == nullptr) throw Error(ErrorClass::AsOfJoinTolerance, {}, n.tolerance->origin());
    if (is_negative(constant->literal)) throw Error(ErrorClass::AsOfJoinNegativeTolerance, {}, n.tolerance->origin());
    if (looks_back) out = call("and", {out, call(exact ? ">=" : ">", {right, call("-", {left, tolerance})})});
    if (looks_ahead) out = call("and", {out, call(exact ? "<=" : "<", {right, call("+", {left, tolerance})})});
    return out;
}

/// How far a row of the right side is from the left one's: the nearest is the least.
bound::Expr Resolver::as_of_distance(const u::AsOfJoin& n, const bound::Expr& left, const bound::Expr& right) {
    const bound::Expr behind = call("-", {left, right});
    const bound::Expr ahead = call("-", {right, left});
    switch (direction_of(n.direction, n.left_as_of.origin())) {
        case Direction::Backward: return behind;
        case Direction::Forward: return ahead;
        case Direction::Nearest: break;
    }
    return call("if", {call(">", {left, right}), behind, ahead});
}

/// left.*, (SELECT min_by(struct(right.*), distance) FROM right WHERE condition).*
Resolver::Made Resolver::resolve(const u::AsOfJoin& n, const u::Relation& whole) {
    const NodePtr left = relation(n.left);
    const NodePtr right = relation(n.right);
    const bool is_outer = keeps_left(n.join_type, whole.origin());
    Names names;
    names.inputs = {left, right};
    const bound::Expr left_as_of = bind(n.left_as_of, names);
    const bound::Expr right_as_of = bind(n.right_as_of, names);
    bound::Expr condition = as_of_condition(n, left_as_of, right_as_of);
    if (n.condition) condition = call("and", {bind(*n.condition, names), condition});
    for (const std::string& key : n.using_columns) {
        const bound::Attribute l = join_key(left, key, "left", whole.origin());
        const bound::Attribute r = join_key(right, key, "right", whole.origin());
        condition = call("and", {call("=", {l.ref(), r.ref()}), condition});
    }
    const bound::Expr distance = as_of_distance(n, left_as_of, right_as_of);
    std::vector<bound::Expr> columns;
    for (const bound::Attribute& a : right->plan.output()) columns.push_back(a.ref());
    const bound::Expr nearest = call("min_by", {call("struct", std::move(columns)), distance});
    bound::Relation query = bound::Aggregate{
        bound::Filter{right->plan, condition}, {}, std::nullopt, std::nullopt, {{nearest, fresh(), "nearest", {}, true}}};
    bound::Subquery found;
    found.query = std::make_shared<const bound::Relation>(std::move(query));
    found.type = nearest.type();
    for (const bound::Expr& e : {condition, distance}) {
        bound::any_of(e, [&](const bound::Expr& x) {
            const auto* ref = x.get_if<bound::ColumnRef>();
            if (ref != nullptr && left->scope.has(ref->id)) found.outer_references.push_back(x);
            return false;
        });
    }
    std::vector<bound::NamedExpr> items;
    for (const bound::Attribute& a : left->plan.output()) items.push_back({a.ref(), a.id, a.name, a.metadata, false});
    items.push_back({bound::Expr(std::move(found)), fresh(), "nearest", {}, true});
    const bound::Expr row = items.back().attribute().ref();
    items.back().name = "nearest";
    bound::Relation plan = bound::Project{left->plan, items};
    if (!is_outer) plan = bound::Filter{std::move(plan), call("isnotnull", {row})};
    items.pop_back();
    const bound::Attributes& right_columns = right->plan.output();
    for (std::size_t i = 0; i < right_columns.size(); ++i) {
        const bound::Attribute& a = right_columns[i];
        items.push_back({bound::GetField{row, i, a.type, is_outer || a.nullable}, a.id, a.name, a.metadata, false});
    }
    plan = bound::Project{std::move(plan), std::move(items)};
    Scope scope(scope_of(plan, {left, right}).columns(), {});
    return make(std::move(plan), std::move(scope), {left, right}, Reach::Stops);
}

}  // namespace firesteel::analysis
