// PIVOT and UNPIVOT.
//   PIVOT (sum(x) FOR k IN (1, 2)) grouped by g
//   ->  Aggregate [g, k], [sum(x) as s]  then  Aggregate [g], [first(s) FILTER (k <=> 1) as "1", …]
#include <algorithm>
#include <map>
#include <unordered_set>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::analysis {

using catalog::quoted;

/// One IN value of PIVOT: a literal per pivot column, and its name.
struct Resolver::PivotColumn {
    std::vector<bound::Expr> parts;
    std::string name;
};

namespace {

void column_ids(const bound::Expr& e, std::unordered_set<AttributeId>& out) {
    bound::any_of(e, [&](const bound::Expr& x) {
        if (const auto* ref = x.get_if<bound::ColumnRef>()) out.insert(ref->id);
        return false;
    });
}

bool is_python_aggregate(const bound::Expr& e) {
    const auto* call = e.get_if<bound::AggregateCall>();
    return call != nullptr && call->python != nullptr;
}

/// Spark computes these by a second aggregation, where a missing combination gives NULL; others
/// by a condition inside the aggregate, where it gives the aggregate of no rows.
bool second_aggregation(const std::vector<Item>& aggregates) {
    return std::all_of(aggregates.begin(), aggregates.end(), [](const Item& item) {
        const DataType& t = item.expr.type();
        return t.is_numeric() || t.is(TypeKind::Boolean);
    });
}

std::string column_name(const std::string& value, const std::vector<Item>& aggregates, std::size_t i) {
    return aggregates.size() == 1 ? value : value + "_" + aggregates[i].name;
}

std::string text_of(const Literal& value, const std::string& zone) {
    return value.is_null() ? "null" : cast_text(value, zone);
}

}  // namespace

std::vector<u::Expr> Resolver::distinct_pivot_values(const NodePtr& child,
                                                     const std::vector<bound::Expr>& columns,
                                                     const Origin& origin) {
    if (!context_.run_first_column || columns.size() != 1) {
        throw unsupported("a pivot without values", origin);
    }
    const AttributeId id = fresh();
    bound::Relation plan = bound::Project{child->plan, {{columns[0], id, "value", {}, false}}};
    plan = bound::Distinct{std::move(plan)};
    bound::Expr key = plan.output()[0].ref();
    plan = bound::Sort{std::move(plan), {{std::move(key), SortDirection::Ascending, NullOrder::First}}, true};
    plan = bound::Limit{std::move(plan), std::int64_t{settings_.pivot_values_max} + 1};
    const std::vector<Literal> found = context_.run_first_column(plan);
    if (found.size() > static_cast<std::size_t>(settings_.pivot_values_max)) {
        throw Error(ErrorClass::LegacyPivotTooMany,
                    {{"pivotColumn", functions::pretty_name(columns[0])},
                     {"maxValues", std::to_string(settings_.pivot_values_max)},
                     {"config", "spark.sql.pivotMaxValues"}},
                    origin);
    }
    std::vector<u::Expr> out;
    for (const Literal& value : found) out.push_back(u::Expr(u::Constant{value}));
    return out;
}

/// A constant for each pivot column, of its type.
Resolver::PivotColumn Resolver::pivot_value(const u::Expr& e, const std::vector<bound::Expr>& columns,
                                            Names& names, const Origin& origin) {
    const auto* alias = e.get_if<u::Alias>();
    const bound::Expr value = bind(e, names);
    const auto literal = constant(value);
    if (!literal) throw Error(ErrorClass::NonLiteralPivotValues, {{"expression", quoted_sql(value)}}, origin);
    PivotColumn out;
    out.name = alias != nullptr ? alias->names[0] : text_of(*literal, settings_.time_zone);
    const bool several = columns.size() > 1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        bound::Expr part = value;
        if (several) {
            if (!literal->type.is(TypeKind::Struct) || literal->type.fields().size() != columns.size()) {
                throw unsupported("pivot values that don't fit the pivot columns", origin);
            }
            part = bound::Constant{Literal{literal->type.fields()[i].type, literal->value.list()[i]}};
        }
        const DataType wanted = columns[i].type();
        const bool fits = functions::common_type({part.type(), wanted}, call_context(names)).has_value();
        if (!fits) {
            throw Error(ErrorClass::PivotValueType,
                        {{"value", functions::pretty_name(part)},
                         {"valueType", simple_string(part.type())},
                         {"pivotType", catalog_string(wanted)}},
                        origin);
        }
        out.parts.push_back(cast(part, wanted));
    }
    return out;
}

Resolver::Made Resolver::resolve(const u::Pivot& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const Origin& origin = whole.origin();
    Names names;
    names.inputs = {child};
    std::vector<bound::Expr> columns;
    for (const u::Expr& e : n.columns) columns.push_back(bind(e, names));
    std::vector<Item> aggregates = bind_items(n.aggregates, names);
    std::unordered_set<AttributeId> used;
    for (const bound::Expr& e : columns) column_ids(e, used);
    for (const Item& item : aggregates) {
        if (!has_aggregate(item.expr)) {
            throw Error(ErrorClass::LegacyPivotAggregate, {{"sql", functions::pretty_name(item.expr)}}, origin);
        }
        if (bound::any_of(item.expr, is_python_aggregate)) throw Error(ErrorClass::PandasUdafInPivot, {}, origin);
        column_ids(item.expr, used);
    }
    std::vector<PivotColumn> values;
    for (const u::Expr& e : n.values.empty() ? distinct_pivot_values(child, columns, origin) : n.values) {
        values.push_back(pivot_value(e, columns, names, origin));
    }
    // First aggregation: by the groups and the pivot columns.
    std::vector<bound::NamedExpr> groups;
    if (n.groups) {
        for (const Item& item : bind_items(*n.groups, names)) groups.push_back(item.named());
    } else {
        for (const bound::Attribute& a : child->plan.output()) {
            if (!used.contains(a.id)) groups.push_back({a.ref(), a.id, a.name, a.metadata, false});
        }
    }
    return pivot_columns(child, std::move(groups), columns, values, std::move(aggregates));
}

bound::Expr Resolver::pivot_condition(const std::vector<bound::Expr>& keys, const PivotColumn& value) {
    bound::MaybeExpr all;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        bound::Expr one = call("<=>", {keys[i], value.parts[i]});
        all = all ? call("and", {*all, std::move(one)}) : std::move(one);
    }
    return *all;
}

Resolver::Made Resolver::pivot_by_filter(const NodePtr& child, std::vector<bound::NamedExpr> groups,
                                         const std::vector<bound::Expr>& columns,
                                         const std::vector<PivotColumn>& values,
                                         const std::vector<Item>& aggregates) {
    std::vector<Item> items;
    for (const bound::NamedExpr& g : groups) {
        items.push_back({g.expr, g.id, g.name, g.metadata, false, {}, false, false, {}});
    }
    for (const PivotColumn& value : values) {
        const bound::Expr when = pivot_condition(columns, value);
        for (std::size_t i = 0; i < aggregates.size(); ++i) {
            Item made = aggregates[i];
            made.expr = bound::rewrite_top_down(made.expr, [&](const bound::Expr& e) -> bound::MaybeExpr {
                const auto* aggregate = e.get_if<bound::AggregateCall>();
                if (aggregate == nullptr) return std::nullopt;
                bound::AggregateCall filtered = *aggregate;
                filtered.filter = filtered.filter ? call("and", {*filtered.filter, when}) : when;
                return bound::Expr(std::move(filtered), e.origin());
            });
            made.id = fresh();
            made.name = column_name(value.name, aggregates, i);
            made.metadata = {};
            items.push_back(std::move(made));
        }
    }
    return aggregate_items(child, std::move(groups), std::nullopt, std::move(items));
}

Resolver::Made Resolver::pivot_columns(const NodePtr& child, std::vector<bound::NamedExpr> groups,
                                       const std::vector<bound::Expr>& columns,
                                       const std::vector<PivotColumn>& values,
                                       std::vector<Item> aggregates) {
    if (!second_aggregation(aggregates)) {
        return pivot_by_filter(child, std::move(groups), columns, values, aggregates);
    }
    std::vector<Item> items;
    std::vector<bound::NamedExpr> inner = groups;
    for (const bound::Expr& column : columns) {
        inner.push_back({column, fresh(), functions::pretty_name(column), {}, true});
    }
    for (const bound::NamedExpr& g : inner) {
        items.push_back({g.expr, g.id, g.name, g.metadata, false, {}, false, false, {}});
    }
    const std::size_t first_aggregate = items.size();
    for (Item item : aggregates) {
        item.id = fresh();
        items.push_back(std::move(item));
    }
    const NodePtr by_both = aggregate_items(child, inner, std::nullopt, std::move(items));
    const bound::Attributes output = by_both->plan.output();
    bound::Aggregate out{by_both->plan, {}, std::nullopt, std::nullopt, {}};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        out.groups.push_back({output[i].ref(), output[i].id, output[i].name, output[i].metadata, false});
    }
    std::vector<bound::Expr> keys;
    for (std::size_t i = groups.size(); i < first_aggregate; ++i) keys.push_back(output[i].ref());
    for (const PivotColumn& value : values) {
        const bound::Expr when = pivot_condition(keys, value);
        for (std::size_t i = 0; i < aggregates.size(); ++i) {
            const bound::Expr first = call("first", {output[first_aggregate + i].ref()});
            bound::AggregateCall picked = *first.get_if<bound::AggregateCall>();
            picked.filter = when;
            picked.nullable = true;
            out.aggregates.push_back({std::move(picked), fresh(), column_name(value.name, aggregates, i), {}, false});
        }
    }
    bound::Relation plan(std::move(out));
    return make(plan, scope_of(plan, {child}), {child}, Reach::Stops);
}

// ---- UNPIVOT -------------------------------------------------------------------------------------

namespace {

/// "\"INT\" (`b`), \"STRING\" (`a`)": the columns by type, as the error shows them.
std::string types_text(const std::vector<std::pair<std::string, DataType>>& columns) {
    constexpr std::size_t kShownMax = 3;
    std::map<std::string, std::vector<std::string>> by_type;
    for (const auto& [name, type] : columns) by_type[quoted_sql_name(type)].push_back(quoted(name));
    std::string out;
    for (auto& [type, names] : by_type) {
        std::sort(names.begin(), names.end());
        std::string list;
        for (std::size_t i = 0; i < std::min(names.size(), kShownMax); ++i) {
            list += (i == 0 ? "" : ", ") + names[i];
        }
        if (names.size() > kShownMax) list += ", ...";
        out += (out.empty() ? "" : ", ") + type + " (" + list + ")";
    }
    return out;
}

std::string name_of(const bound::Expr& e) {
    if (const auto* ref = e.get_if<bound::ColumnRef>()) return ref->name;
    if (const auto* field = e.get_if<bound::GetField>()) {
        return field->child.type().fields()[field->index].name;
    }
    return functions::pretty_name(e);
}

}  // namespace

Resolver::Made Resolver::resolve(const u::Unpivot& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    const Origin& origin = whole.origin();
    Names names;
    names.inputs = {child};
    std::vector<bound::Expr> ids;
    std::vector<std::vector<bound::Expr>> sets;
    const auto bind_list = [&](const std::vector<u::Expr>& list) {
        std::vector<bound::Expr> out;
        for (const u::Expr& e : list) {
            if (e.get_if<u::Star>() != nullptr || e.get_if<u::RegexStar>() != nullptr) {
                for (bound::Expr& each : expand_star(e, names)) out.push_back(std::move(each));
            } else {
                out.push_back(bind(e, names));
            }
        }
        return out;
    };
    std::unordered_set<AttributeId> used;
    if (n.ids) {
        ids = bind_list(*n.ids);
        for (const bound::Expr& e : ids) column_ids(e, used);
    }
    if (n.values) {
        for (const auto& set : *n.values) {
            std::vector<bound::Expr> bound_set = bind_list(set);
            for (const bound::Expr& e : bound_set) column_ids(e, used);
            // A star among single values stands for several sets.
            if (n.value_names.size() == 1 && bound_set.size() > 1) {
                for (bound::Expr& e : bound_set) sets.push_back({std::move(e)});
            } else {
                sets.push_back(std::move(bound_set));
            }
        }
    } else {
        for (const bound::Attribute& a : child->plan.output()) {
            if (!used.contains(a.id)) sets.push_back({a.ref()});
        }
    }
    if (!n.ids) {
        for (const bound::Attribute& a : child->plan.output()) {
            if (!used.contains(a.id)) ids.push_back(a.ref());
        }
    }
    if (sets.empty()) throw Error(ErrorClass::UnpivotRequiresValues, {}, origin);
    return unpivoted(child, n, ids, sets, origin);
}

Resolver::Made Resolver::unpivoted(const NodePtr& child, const u::Unpivot& n,
                                   const std::vector<bound::Expr>& ids,
                                   const std::vector<std::vector<bound::Expr>>& sets,
                                   const Origin& origin) {
    const std::size_t width = n.value_names.size();
    Names names;
    bound::Attributes columns;
    for (const bound::Expr& e : ids) columns.push_back({fresh(), name_of(e), e.type(), e.nullable(), {}});
    columns.push_back({fresh(), n.variable_name, DataType::string(), false, {}});
    std::vector<DataType> value_types;
    for (std::size_t v = 0; v < width; ++v) {
        std::vector<DataType> types;
        std::vector<std::pair<std::string, DataType>> shown;
        bool nullable = false;
        bool text = false;
        bool other = false;
        for (const auto& set : sets) {
            if (set.size() != width) {
                std::string list;
                for (const std::string& name : n.value_names) list += (list.empty() ? "" : ", ") + quoted(name);
                throw Error(ErrorClass::UnpivotValueSize, {{"names", list}}, origin);
            }
            const DataType& type = set[v].type();
            types.push_back(type);
            shown.emplace_back(name_of(set[v]), type);
            nullable = nullable || set[v].nullable();
            text = text || type.is_string_like();
            other = other || (!type.is_string_like() && !type.is(TypeKind::Null));
        }
        const auto type = text && other ? std::nullopt : functions::common_type(types, call_context(names));
        if (!type) throw Error(ErrorClass::UnpivotValueType, {{"types", types_text(shown)}}, origin);
        value_types.push_back(*type);
        columns.push_back({fresh(), n.value_names[v], *type, nullable, {}});
    }
    std::vector<std::vector<bound::Expr>> projections;
    for (std::size_t s = 0; s < sets.size(); ++s) {
        std::vector<bound::Expr> row = ids;
        std::string name;
        if (s < n.value_aliases.size() && n.value_aliases[s]) {
            name = *n.value_aliases[s];
        } else {
            for (const bound::Expr& e : sets[s]) name += (name.empty() ? "" : "_") + name_of(e);
        }
        row.push_back(bound::Constant{Literal::string(name)});
        for (std::size_t v = 0; v < width; ++v) row.push_back(cast(sets[s][v], value_types[v]));
        projections.push_back(std::move(row));
    }
    bound::Relation plan = bound::Expand{child->plan, std::move(projections), columns};
    if (!n.include_nulls) {
        bound::MaybeExpr any;
        for (std::size_t v = 0; v < width; ++v) {
            bound::Expr one = call("isnotnull", {columns[ids.size() + 1 + v].ref()});
            any = any ? call("or", {*any, std::move(one)}) : std::move(one);
        }
        plan = bound::Filter{std::move(plan), *any};
    }
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

}  // namespace firesteel::analysis
