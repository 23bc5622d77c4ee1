// Joins: conditions, USING and NATURAL, LATERAL; set operations; zips.
#include <algorithm>
#include <set>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::quoted;

namespace {

std::vector<ScopeColumn> concatenated(const std::vector<ScopeColumn>& a,
                                      const std::vector<ScopeColumn>& b) {
    std::vector<ScopeColumn> out = a;
    out.insert(out.end(), b.begin(), b.end());
    return out;
}

std::vector<ScopeColumn> as_nullable(std::vector<ScopeColumn> columns) {
    for (ScopeColumn& c : columns) c.attribute.nullable = true;
    return columns;
}

/// The columns of a join with the qualifiers of its sides.
Scope join_scope(const bound::Relation& plan, JoinType type, const NodePtr& left, const NodePtr& right) {
    const Scope visible = scope_of(plan, {left, right});
    std::vector<ScopeColumn> a = left->scope.hidden();
    std::vector<ScopeColumn> b = right->scope.hidden();
    if (type == JoinType::RightOuter || type == JoinType::FullOuter) a = as_nullable(std::move(a));
    if (type == JoinType::LeftOuter || type == JoinType::FullOuter) b = as_nullable(std::move(b));
    return Scope(visible.columns(), concatenated(a, b));
}

std::string side_columns(const NodePtr& node) {
    std::vector<std::string> names;
    for (const bound::Attribute& a : node->plan.output()) names.push_back(quoted(a.name));
    std::sort(names.begin(), names.end());
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

bool reads_table_argument(const bound::Relation& plan) {
    const auto* table = plan.get_if<bound::PythonTable>();
    bool found = table != nullptr && table->child.get_if<bound::OneRow>() == nullptr;
    bound::for_each_input(plan, [&](const bound::Relation& input) { found = found || reads_table_argument(input); });
    return found;
}

bool only_left(JoinType type) { return type == JoinType::LeftSemi || type == JoinType::LeftAnti; }

}  // namespace

/// The right side of a LATERAL join, which sees the left side's columns.
NodePtr Resolver::lateral_side(const u::Join& n, const NodePtr& left, const Origin& origin) {
    const bool possible = n.type == JoinType::Inner || n.type == JoinType::Cross ||
                          n.type == JoinType::LeftOuter;
    if (!possible) {
        const char* name = n.type == JoinType::RightOuter  ? "RIGHT OUTER"
                           : n.type == JoinType::FullOuter ? "FULL OUTER"
                           : n.type == JoinType::LeftSemi  ? "LEFT SEMI"
                                                           : "LEFT ANTI";
        throw Error(ErrorClass::InvalidLateralJoinType, {{"joinType", name}}, origin);
    }
    if (!n.using_columns.empty() || n.natural) throw Error(ErrorClass::LateralJoinUsing, {}, origin);
    Names outer;
    outer.inputs = {left};
    NodePtr right = subquery(n.right, outer, nullptr);
    if (reads_table_argument(right->plan)) {
        throw Error(ErrorClass::NonDeterministicLateral, {{"treeNode", "LateralJoin"}}, origin);
    }
    return right;
}

Resolver::Made Resolver::resolve(const u::Join& n, const u::Relation& whole) {
    const NodePtr left = relation(n.left);
    const NodePtr right = n.lateral ? lateral_side(n, left, whole.origin()) : relation(n.right);
    if (!n.using_columns.empty()) {
        return using_join(left, right, n.type, n.using_columns, whole.origin());
    }
    if (n.natural) {
        std::vector<std::string> keys;
        for (const bound::Attribute& l : left->plan.output()) {
            for (const bound::Attribute& r : right->plan.output()) {
                if (!same_name(l.name, r.name, case_sensitive())) continue;
                keys.push_back(l.name);
                break;
            }
        }
        if (!keys.empty()) return using_join(left, right, n.type, keys, whole.origin());
    }
    bound::MaybeExpr condition;
    bound::Relation left_plan = left->plan;
    bound::Relation right_plan = right->plan;
    if (n.condition) {
        Names names;
        names.inputs = {left, right};
        condition = bind(*n.condition, names);
        if (condition->type().is(TypeKind::Null)) condition = cast(*condition, DataType::boolean());
        if (!condition->type().is(TypeKind::Boolean)) {
            throw Error(ErrorClass::JoinConditionNotBoolean,
                        {{"joinCondition", quoted_sql(*condition)},
                         {"conditionType", quoted_sql_name(condition->type())}},
                        n.condition->origin());
        }
        if (has_aggregate(*condition) || has_window(*condition) || has_generator(*condition)) {
            throw Error(ErrorClass::UnsupportedExprForOperator,
                        {{"invalidExprSqls", "[" + quoted_sql(*condition) + "]"}},
                        n.condition->origin());
        }
        left_plan = widened_for(left, {*condition});
        right_plan = widened_for(right, {*condition});
    }
    const bool grown = left_plan.output().size() != left->plan.output().size() ||
                       right_plan.output().size() != right->plan.output().size();
    bound::Relation plan = bound::Join{left_plan, right_plan, n.type, condition, n.lateral};
    if (grown) {
        std::vector<bound::NamedExpr> items;
        for (const bound::Attribute& a : plan.output()) {
            const bool mine = left->scope.has(a.id) || right->scope.has(a.id);
            if (mine) items.push_back({a.ref(), a.id, a.name, a.metadata, false});
        }
        plan = bound::Project{std::move(plan), std::move(items)};
    }
    Scope scope = only_left(n.type) ? left->scope : join_scope(plan, n.type, left, right);
    return make(std::move(plan), std::move(scope), {left, right}, Reach::Stops);
}

bound::Attribute Resolver::join_key(const NodePtr& node, const std::string& key, const char* side,
                                    const Origin& origin) const {
    std::vector<const bound::Attribute*> found;
    for (const bound::Attribute& a : node->plan.output()) {
        if (same_name(a.name, key, case_sensitive())) found.push_back(&a);
    }
    if (found.empty()) {
        throw Error(ErrorClass::UnresolvedUsingColumn,
                    {{"colName", quoted(key)}, {"side", side}, {"suggestion", side_columns(node)}},
                    origin);
    }
    if (found.size() > 1) {
        throw Error(ErrorClass::AmbiguousReference,
                    {{"name", quoted(key)},
                     {"referenceNames", "[" + quoted(key) + ", " + quoted(key) + "]"}},
                    origin);
    }
    return *found[0];
}

Resolver::Made Resolver::using_join(const NodePtr& left, const NodePtr& right, JoinType type,
                                    const std::vector<std::string>& keys, const Origin& origin) {
    std::vector<bound::Attribute> left_keys;
    std::vector<bound::Attribute> right_keys;
    bound::MaybeExpr condition;
    for (const std::string& key : keys) {
        left_keys.push_back(join_key(left, key, "left", origin));
        right_keys.push_back(join_key(right, key, "right", origin));
        bound::Expr equal = call("=", {left_keys.back().ref(), right_keys.back().ref()});
        condition = condition ? call("and", {*condition, std::move(equal)}) : std::move(equal);
    }
    bound::Relation join = bound::Join{left->plan, right->plan, type, condition, false};
    const auto is_key = [](const std::vector<bound::Attribute>& list, AttributeId id) {
        return std::any_of(list.begin(), list.end(), [&](const auto& k) { return k.id == id; });
    };
    // Attributes as the join gives them: outer sides are nullable.
    const auto from_join = [&](const bound::Attribute& a) {
        for (const bound::Attribute& o : join.output()) {
            if (o.id == a.id) return o;
        }
        return a;
    };
    std::vector<bound::NamedExpr> items;
    const auto keep = [&](const bound::Attribute& a) {
        items.push_back({a.ref(), a.id, a.name, a.metadata, false});
    };
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bound::Attribute l = from_join(left_keys[i]);
        const bound::Attribute r = from_join(right_keys[i]);
        if (type == JoinType::RightOuter) {
            keep(r);
        } else if (type == JoinType::FullOuter) {
            items.push_back({call("coalesce", {l.ref(), r.ref()}), fresh(), l.name, {}, false});
        } else {
            keep(l);
        }
    }
    std::vector<ScopeColumn> hidden = concatenated(left->scope.hidden(), right->scope.hidden());
    std::erase_if(hidden, [](const ScopeColumn& c) { return c.is_metadata; });  // a quirk of Spark's
    const auto hide = [&](const NodePtr& node, const bound::Attribute& key) {
        bound::Attribute a = from_join(key);
        a.metadata = R"({"__metadata_col":")" + a.name + "\"}";
        const ScopeColumn* column = node->scope.find(key.id);
        hidden.push_back({a, column == nullptr ? nullptr : column->qualifier});
    };
    for (const bound::Attribute& a : left->plan.output()) {
        if (!is_key(left_keys, a.id)) keep(from_join(a));
    }
    if (!only_left(type)) {
        for (const bound::Attribute& a : right->plan.output()) {
            if (!is_key(right_keys, a.id)) keep(from_join(a));
        }
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (type == JoinType::RightOuter || type == JoinType::FullOuter) hide(left, left_keys[i]);
            if (type != JoinType::RightOuter) hide(right, right_keys[i]);
        }
    }
    bound::Relation plan = bound::Project{std::move(join), std::move(items)};
    Scope scope(scope_of(plan, {left, right}).columns(), std::move(hidden));
    return make(std::move(plan), std::move(scope), {left, right}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::Zip& n, const u::Relation&) {
    const NodePtr left = relation(n.left);
    const NodePtr right = relation(n.right);
    bound::Relation plan = bound::Zip{left->plan, right->plan};
    Scope scope = join_scope(plan, JoinType::Inner, left, right);
    return make(std::move(plan), std::move(scope), {left, right}, Reach::Stops);
}

// ---- set operations ------------------------------------------------------------------------------

namespace {

const char* operator_name(SetOperator op) {
    switch (op) {
        case SetOperator::Union:
            return "UNION";
        case SetOperator::Intersect:
            return "INTERSECT";
        case SetOperator::Except:
            return "EXCEPT";
    }
    return "";
}

DataType with_nulls_of(const DataType& type, const DataType& other) {
    if (type.is(TypeKind::Array) && other.is(TypeKind::Array)) {
        return DataType::array(with_nulls_of(type.element(), other.element()),
                               type.contains_null() || other.contains_null());
    }
    if (type.is(TypeKind::Map) && other.is(TypeKind::Map)) {
        return DataType::map(with_nulls_of(type.key(), other.key()),
                             with_nulls_of(type.value(), other.value()),
                             type.value_contains_null() || other.value_contains_null());
    }
    if (type.is(TypeKind::Struct) && other.is(TypeKind::Struct) &&
        type.fields().size() == other.fields().size()) {
        std::vector<StructField> fields = type.fields();
        for (std::size_t i = 0; i < fields.size(); ++i) {
            fields[i].nullable = fields[i].nullable || other.fields()[i].nullable;
            fields[i].type = with_nulls_of(fields[i].type, other.fields()[i].type);
        }
        return DataType::structure(std::move(fields));
    }
    return type;
}

}  // namespace

/// Both sides cast to common types; output columns with fresh ids and the left side's names.
Resolver::Made Resolver::combined(NodePtr left, NodePtr right, const u::SetOperation& n,
                                  const Origin& origin) {
    const bound::Attributes a = left->plan.output();
    const bound::Attributes b = right->plan.output();
    if (a.size() != b.size()) {
        throw Error(ErrorClass::NumColumnsMismatch,
                    {{"operator", operator_name(n.op)},
                     {"firstNumColumns", std::to_string(a.size())},
                     {"invalidOrdinalNum", "second"},
                     {"invalidNumColumns", std::to_string(b.size())}},
                    origin);
    }
    Names none;
    bound::SetOperation out;
    out.op = n.op;
    out.all = n.all;
    std::vector<bound::NamedExpr> left_items;
    std::vector<bound::NamedExpr> right_items;
    bool left_cast = false;
    bool right_cast = false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::optional<DataType> type = a[i].type;
        if (!a[i].type.same_ignoring_nullability(b[i].type)) {
            type = functions::common_type({a[i].type, b[i].type}, call_context(none));
        }
        if (!type) {
            throw Error(ErrorClass::IncompatibleColumnType,
                        {{"tableOrdinalNumber", "second"},
                         {"columnOrdinalNumber", functions::ordinal_word(i)},
                         {"dataType2", quoted_sql_name(a[i].type)},
                         {"operator", operator_name(n.op)},
                         {"hint", ""},
                         {"dataType1", quoted_sql_name(b[i].type)}},
                        origin);
        }
        const auto side = [&](const bound::Attribute& x, std::vector<bound::NamedExpr>& items,
                              bool& changed) {
            if (x.type.same_ignoring_nullability(*type)) {
                items.push_back({x.ref(), x.id, x.name, x.metadata, false});
                return;
            }
            changed = true;
            items.push_back({cast(x.ref(), *type), fresh(), x.name, {}, false});
        };
        side(a[i], left_items, left_cast);
        side(b[i], right_items, right_cast);
        const bool union_of = n.op == SetOperator::Union;
        const bool nullable = union_of                          ? a[i].nullable || b[i].nullable
                              : n.op == SetOperator::Intersect ? a[i].nullable && b[i].nullable
                                                               : a[i].nullable;
        const DataType shown = union_of ? with_nulls_of(*type, with_nulls_of(a[i].type, b[i].type)) : *type;
        const std::string metadata = a[i].type.same_ignoring_nullability(*type) ? a[i].metadata : std::string();
        out.columns.push_back({fresh(), a[i].name, shown, nullable, metadata});
    }
    out.inputs.push_back(left_cast ? bound::Relation(bound::Project{left->plan, left_items}) : left->plan);
    out.inputs.push_back(right_cast ? bound::Relation(bound::Project{right->plan, right_items})
                                    : right->plan);
    if (!n.all || n.op != SetOperator::Union) {
        check_comparable(left->plan, origin);
        check_comparable(right->plan, origin);
    }
    bound::Relation plan(std::move(out));
    return make(plan, scope_of(plan), {left, right}, Reach::Stops);
}

/// The right side's columns in the left side's order; missing ones as NULLs where allowed.
void Resolver::align_by_name(NodePtr& left, NodePtr& right, bool allow_missing, const Origin& origin) {
    const bound::Attributes a = left->plan.output();
    const bound::Attributes b = right->plan.output();
    const auto check_unique = [&](const bound::Attributes& list) {
        std::set<std::string> seen;
        for (const bound::Attribute& x : list) {
            const std::string key = case_sensitive() ? x.name : catalog::lower(x.name);
            if (seen.insert(key).second) continue;
            throw Error(ErrorClass::ColumnAlreadyExists, {{"columnName", quoted(key)}}, origin);
        }
    };
    check_unique(a);
    check_unique(b);
    std::vector<bound::NamedExpr> left_items;
    std::vector<bound::NamedExpr> right_items;
    std::vector<bool> used(b.size(), false);
    for (const bound::Attribute& x : a) {
        left_items.push_back({x.ref(), x.id, x.name, x.metadata, false});
        bool found = false;
        for (std::size_t i = 0; i < b.size(); ++i) {
            if (!same_name(x.name, b[i].name, case_sensitive())) continue;
            used[i] = found = true;
            right_items.push_back({b[i].ref(), b[i].id, b[i].name, b[i].metadata, false});
        }
        if (found) continue;
        if (!allow_missing) {
            Names names;
            names.inputs = {right};
            unresolved_column({x.name}, origin, names);
        }
        right_items.push_back({bound::Constant{Literal::null(x.type)}, fresh(), x.name, {}, false});
    }
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (used[i]) continue;
        if (!allow_missing) break;  // as many columns on both sides is checked afterwards
        left_items.push_back({bound::Constant{Literal::null(b[i].type)}, fresh(), b[i].name, {}, false});
        right_items.push_back({b[i].ref(), b[i].id, b[i].name, b[i].metadata, false});
    }
    if (!allow_missing && a.size() != b.size()) return;
    left = projected(left, bound::Project{left->plan, std::move(left_items)});
    right = projected(right, bound::Project{right->plan, std::move(right_items)});
}

Resolver::Made Resolver::resolve(const u::SetOperation& n, const u::Relation& whole) {
    NodePtr left = relation(n.left);
    NodePtr right = relation(n.right);
    if (n.by_name) align_by_name(left, right, n.allow_missing_columns, whole.origin());
    return combined(std::move(left), std::move(right), n, whole.origin());
}

}  // namespace firesteel::analysis
