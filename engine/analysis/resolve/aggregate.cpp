// GROUP BY: groups, grouping sets, and the split of a select list into aggregates and what is
// computed from them.
//   SELECT a + 1, sum(b) * 2 FROM t GROUP BY a
//   ->  Project [a + 1, s * 2] over Aggregate groups [a], aggregates [sum(b) as s] over t
#include <algorithm>
#include <unordered_set>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::lower;
using catalog::quoted;

struct Resolver::Grouping {
    std::vector<bound::Expr> groups;
    std::vector<std::vector<std::size_t>> sets;
    bool has_sets = false;

    std::size_t place_of(const bound::Expr& e) {
        const auto at = std::find(groups.begin(), groups.end(), e);
        if (at != groups.end()) return static_cast<std::size_t>(at - groups.begin());
        groups.push_back(e);
        return groups.size() - 1;
    }
};

namespace {

using Set = std::vector<std::size_t>;
constexpr std::size_t kGroupingSetsMax = 65536;
constexpr std::size_t kGroupingColumnsMax = 63;  // grouping_id() is a bigint

Set merged(const Set& a, const Set& b) {
    Set out = a;
    for (const std::size_t i : b) {
        if (std::find(out.begin(), out.end(), i) == out.end()) out.push_back(i);
    }
    return out;
}

std::vector<Set> cube_of(const std::vector<Set>& units) {
    std::vector<Set> out{{}};
    for (std::size_t u = units.size(); u-- > 0;) {
        std::vector<Set> with;
        for (const Set& set : out) with.push_back(merged(units[u], set));
        with.insert(with.end(), out.begin(), out.end());
        out = std::move(with);
        if (out.size() > kGroupingSetsMax) throw unsupported("more than 65536 grouping sets");
    }
    return out;
}

std::vector<Set> rollup_of(const std::vector<Set>& units) {
    std::vector<Set> out;
    for (std::size_t n = units.size() + 1; n-- > 0;) {
        Set set;
        for (std::size_t u = 0; u < n; ++u) set = merged(set, units[u]);
        out.push_back(std::move(set));
    }
    return out;
}

/// Splits expressions over an Aggregate's input into those over its output.
class Split {
  public:
    /// always: per group, whether every grouping set has it; empty: not known.
    Split(Resolver& resolver, const std::vector<bound::NamedExpr>& groups, std::vector<bool> always,
          const std::optional<bound::Attribute>& grouping_id,
          const std::vector<bound::NamedExpr>& known, std::vector<bound::NamedExpr>& added)
        : resolver_(resolver), groups_(groups), always_(std::move(always)), grouping_id_(grouping_id),
          known_(known), added_(added) {}

    bound::Expr operator()(const bound::Expr& e) {
        return bound::rewrite_top_down(e, [this](const bound::Expr& x) { return replaced(x); });
    }

    bound::Expr group_ref(std::size_t i, const bound::Expr& written) const {
        const bound::NamedExpr& g = groups_[i];
        const auto* column = written.get_if<bound::ColumnRef>();
        const bool in_all = !grouping_id_ || (i < always_.size() && always_[i]);
        return bound::Expr(bound::ColumnRef{g.id, g.expr.type(), !in_all || g.expr.nullable(),
                                            column != nullptr ? column->name : g.name},
                           written.origin());
    }

  private:
    bound::MaybeExpr replaced(const bound::Expr& e) {
        if (grouping_id_ || e.get_if<bound::Constant>() == nullptr) {
            for (std::size_t i = 0; i < groups_.size(); ++i) {
                if (groups_[i].expr == e) return group_ref(i, e);
            }
        }
        if (const auto* call = e.get_if<bound::AggregateCall>()) {
            const std::string_view name = call->function == nullptr ? std::string_view()
                                                                    : call->function->name();
            if (name == "grouping") return grouping(call->arguments, e.origin());
            if (name == "grouping_id") return grouping_id(call->arguments, e.origin());
            return aggregate_ref(e);
        }
        if (const auto* window = e.get_if<bound::WindowCall>()) {
            if (is_aggregate(window->function)) return over_window(*window, e.origin());
            return std::nullopt;
        }
        if (const auto* subquery = e.get_if<bound::Subquery>()) return nested(*subquery, e);
        return std::nullopt;
    }

    bound::Expr aggregate_ref(const bound::Expr& e) {
        for (const auto* list : {&known_, static_cast<const std::vector<bound::NamedExpr>*>(&added_)}) {
            for (const bound::NamedExpr& made : *list) {
                if (made.expr == e) return made.attribute().ref();
            }
        }
        added_.push_back({e, resolver_.fresh(), functions::pretty_name(e), {}, true});
        return added_.back().attribute().ref();
    }

    /// The windowed aggregate stays; what it is computed from is split.
    bound::Expr over_window(const bound::WindowCall& window, const Origin& origin) {
        const bound::Expr own = window.function;
        return bound::map_children(bound::Expr(window, origin), [&](const bound::Expr& child) {
            if (child.address() != own.address()) return (*this)(child);
            return bound::map_children(child, [&](const bound::Expr& x) { return (*this)(x); });
        });
    }

    const bound::Attribute& id_column(const Origin& origin) const {
        if (!grouping_id_) throw Error(ErrorClass::UnsupportedGroupingExpression, {}, origin);
        return *grouping_id_;
    }

    bound::Expr grouping(const std::vector<bound::Expr>& arguments, const Origin& origin) {
        const bound::Attribute& id = id_column(origin);
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            if (!(groups_[i].expr == arguments[0])) continue;
            const auto shift = static_cast<std::int32_t>(groups_.size() - 1 - i);
            bound::Expr bit = id.ref();
            if (shift > 0) {
                bit = resolver_.call("shiftright",
                                     {std::move(bit), bound::Constant{Literal::integer(shift)}});
            }
            bit = resolver_.call("&", {std::move(bit), bound::Constant{Literal::long_int(1)}});
            return resolver_.cast(std::move(bit), DataType::byte());
        }
        std::string columns;
        for (const auto& g : groups_) columns += (columns.empty() ? "" : ",") + g.name;
        throw Error(ErrorClass::GroupingColumnMismatch,
                    {{"grouping", functions::pretty_name(arguments[0])},
                     {"groupingColumns", columns}},
                    origin);
    }

    bound::Expr grouping_id(const std::vector<bound::Expr>& arguments, const Origin& origin) {
        const bound::Attribute& id = id_column(origin);
        bool same = arguments.empty() || arguments.size() == groups_.size();
        for (std::size_t i = 0; same && i < arguments.size(); ++i) {
            same = arguments[i] == groups_[i].expr;
        }
        if (same) return id.ref();
        std::string columns;
        std::string given;
        for (const auto& g : groups_) columns += (columns.empty() ? "" : ",") + g.name;
        for (const auto& a : arguments) {
            given += (given.empty() ? "" : ",") + functions::pretty_name(a);
        }
        throw Error(ErrorClass::GroupingIdColumnMismatch,
                    {{"groupingIdColumn", given}, {"groupByColumns", columns}}, origin);
    }

    /// A correlated subquery refers to groups under their new ids.
    bound::MaybeExpr nested(const bound::Subquery& subquery, const bound::Expr& e) {
        bool moved = false;
        for (const bound::Expr& outer : subquery.outer_references) {
            for (const bound::NamedExpr& g : groups_) {
                moved = moved || (g.expr == outer && g.id != outer.get_if<bound::ColumnRef>()->id);
            }
        }
        if (!moved) return std::nullopt;
        const bound::ExprMap swap = [this](const bound::Expr& x) {
            return bound::rewrite_top_down(x, [this](const bound::Expr& y) -> bound::MaybeExpr {
                if (y.get_if<bound::ColumnRef>() == nullptr) return std::nullopt;
                for (std::size_t i = 0; i < groups_.size(); ++i) {
                    if (groups_[i].expr == y) return group_ref(i, y);
                }
                return std::nullopt;
            });
        };
        const std::function<bound::Relation(const bound::Relation&)> into =
            [&](const bound::Relation& r) {
                return bound::rewrite(r, bound::RelationRewrite{swap, into, {}});
            };
        bound::Subquery out = subquery;
        out.query = std::make_shared<const bound::Relation>(into(*subquery.query));
        for (bound::Expr& value : out.values) value = (*this)(value);
        for (bound::Expr& outer : out.outer_references) outer = swap(outer);
        return bound::Expr(std::move(out), e.origin());
    }

    Resolver& resolver_;
    const std::vector<bound::NamedExpr>& groups_;
    std::vector<bool> always_;
    const std::optional<bound::Attribute>& grouping_id_;
    const std::vector<bound::NamedExpr>& known_;
    std::vector<bound::NamedExpr>& added_;
};

/// Columns of an Aggregate's input that are still referred to above it: a defect of the query.
void each_ungrouped(const bound::Expr& e, const std::unordered_set<AttributeId>& input,
                    const std::function<void(const bound::ColumnRef&, const Origin&)>& report) {
    if (const auto* ref = e.get_if<bound::ColumnRef>()) {
        if (input.contains(ref->id)) report(*ref, e.origin());
        return;
    }
    if (const auto* subquery = e.get_if<bound::Subquery>()) {
        for (const bound::Expr& outer : subquery->outer_references) {
            each_ungrouped(outer, input, report);
        }
    }
    bound::for_each_child(e, [&](const bound::Expr& child) { each_ungrouped(child, input, report); });
}

std::unordered_set<AttributeId> ids_of(const Node& input, const std::vector<bound::NamedExpr>& groups) {
    std::unordered_set<AttributeId> out;
    for (const bound::Attribute& a : input.plan.output()) out.insert(a.id);
    for (const ScopeColumn& c : input.scope.hidden()) out.insert(c.attribute.id);
    for (const bound::NamedExpr& g : groups) out.erase(g.id);
    return out;
}

}  // namespace

// ---- binding groups ------------------------------------------------------------------------------

bound::Expr Resolver::bind_group(const u::Expr& written, const std::vector<u::Expr>& outputs,
                                 Names& names, const std::vector<Item>& items) {
    const Origin& origin = written.origin();
    const auto* constant_node = written.get_if<u::Constant>();
    if (settings_.group_by_ordinal && constant_node != nullptr && !constant_node->literal.is_null() &&
        constant_node->literal.type.is(TypeKind::Int)) {
        const std::int64_t index = constant_node->literal.value.integer();
        if (std::any_of(outputs.begin(), outputs.end(),
                        [](const u::Expr& e) { return e.get_if<u::Star>() != nullptr; })) {
            throw Error(ErrorClass::StarGroupByPos, {}, origin);
        }
        if (index < 1 || index > static_cast<std::int64_t>(items.size())) {
            throw Error(ErrorClass::GroupByPosOutOfRange,
                        {{"index", std::to_string(index)}, {"size", std::to_string(items.size())}},
                        origin);
        }
        const Item& item = items[static_cast<std::size_t>(index - 1)];
        if (has_aggregate(item.expr)) {
            const std::string text = functions::pretty_name(item.expr);
            throw Error(ErrorClass::GroupByPosAggregate,
                        {{"index", std::to_string(index)}, {"aggExpr", text + " AS " + quoted(item.name)}},
                        origin);
        }
        return item.expr;
    }
    const NameLookup others = names.last;
    const Scoped<NameLookup> aliases(names.last, [&](const NameParts& name, const Origin& at) {
        bound::MaybeExpr found;
        if (others) found = others(name, at);
        if (found) return found;
        if (!settings_.group_by_aliases || name.size() != 1) return found;
        for (const Item& item : items) {
            if (item.aliased && same_name(item.name, name[0], case_sensitive())) {
                found = item.expr;
                break;
            }
        }
        return found;
    });
    bound::Expr group = bind(written.get_if<u::Alias>() != nullptr ? written.get_if<u::Alias>()->child
                                                                  : written,
                             names);
    if (has_aggregate(group)) {
        std::string text;
        bound::any_of(group, [&](const bound::Expr& e) {
            if (is_aggregate(e) && text.empty()) text = functions::pretty_name(e);
            return false;
        });
        throw Error(ErrorClass::GroupByAggregate, {{"sqlExpr", text}}, origin);
    }
    return group;
}

class Resolver::GroupingSets {
  public:
    GroupingSets(const std::function<bound::Expr(const u::Expr&)>& bind_one, Grouping& out)
        : bind_(bind_one), out_(out) {}

    void add_all(const std::vector<u::GroupingElement>& elements) {
        std::vector<Set> all{{}};
        for (const u::GroupingElement& element : elements) {
            out_.has_sets = out_.has_sets || element.kind != GroupKind::GroupBy;
            std::vector<Set> next;
            const std::vector<Set> mine = sets_of(element);
            for (const Set& left : all) {
                for (const Set& right : mine) next.push_back(merged(left, right));
            }
            all = std::move(next);
            if (all.size() > kGroupingSetsMax) throw unsupported("more than 65536 grouping sets");
        }
        out_.sets = std::move(all);
    }

  private:
    std::vector<Set> sets_of(const u::GroupingElement& element) {
        std::vector<Set> units;
        for (const u::Expr& e : element.given) out_.place_of(bind_(e));
        for (const std::vector<u::Expr>& exprs : element.sets) {
            Set unit;
            for (const u::Expr& e : exprs) unit = merged(unit, {out_.place_of(bind_(e))});
            units.push_back(std::move(unit));
        }
        switch (element.kind) {
            case GroupKind::GroupBy:
                return units.empty() ? std::vector<Set>{{}} : units;
            case GroupKind::Cube:
                return cube_of(units);
            case GroupKind::Rollup:
                return rollup_of(units);
            case GroupKind::GroupingSets:
                for (const u::GroupingElement& inner : element.nested) {
                    for (Set& set : sets_of(inner)) units.push_back(std::move(set));
                }
                return units;
        }
        return units;
    }

    const std::function<bound::Expr(const u::Expr&)>& bind_;
    Grouping& out_;
};

void Resolver::groups_of_all(const std::vector<Item>& items, Grouping& grouping,
                             const Origin& origin) {
    for (const Item& item : items) {
        if (!has_aggregate(item.expr)) {
            grouping.place_of(item.expr);
            continue;
        }
    }
    // An item that mixes aggregates and plain columns must find those among the groups.
    for (const Item& item : items) {
        if (!has_aggregate(item.expr)) continue;
        bool mixed = false;
        const std::function<void(const bound::Expr&)> visit = [&](const bound::Expr& e) {
            if (is_aggregate(e)) return;
            if (std::find(grouping.groups.begin(), grouping.groups.end(), e) != grouping.groups.end()) {
                return;
            }
            mixed = mixed || e.get_if<bound::ColumnRef>() != nullptr;
            bound::for_each_child(e, visit);
        };
        visit(item.expr);
        if (mixed) throw Error(ErrorClass::UnresolvedAllInGroupBy, {}, origin);
    }
    Set all;
    for (std::size_t i = 0; i < grouping.groups.size(); ++i) all.push_back(i);
    grouping.sets = {all};
}

namespace {

/// Whether an expression reads an alias of the select list that is no column of the input.
bool reads_alias(const bound::Expr& e, const std::vector<Item>& items, const Scope& input) {
    return bound::any_of(e, [&](const bound::Expr& part) {
        const auto* column = part.get_if<bound::ColumnRef>();
        return column != nullptr && !input.has(column->id) &&
               std::ranges::any_of(items, [&](const Item& item) { return item.aliased && item.id == column->id; });
    });
}

}  // namespace

bool Resolver::group_named_all(const NodePtr& input, const std::vector<Item>& items, Grouping& grouping, const Origin& origin) {
    Names names;
    names.inputs = {input};
    if (const bound::MaybeExpr column = lookup({"all"}, origin, names)) {
        grouping.place_of(*column);
        return true;
    }
    const auto alias = std::ranges::find_if(items, [&](const Item& item) {
        return item.aliased && same_name(item.name, "all", case_sensitive());
    });
    if (alias == items.end()) return false;
    grouping.place_of(alias->expr);
    return true;
}

Resolver::Made Resolver::resolve(const u::Aggregate& n, const u::Relation& whole) {
    return aggregate(relation(n.child), n, whole.origin());
}

Resolver::Made Resolver::aggregate(const NodePtr& input, const u::Aggregate& n,
                                   const Origin& origin) {
    Names names;
    names.inputs = {input};
    std::vector<Item> items;
    std::vector<const u::Expr*> written;
    for (const u::GroupingElement& element : n.groups) {
        for (const auto& set : element.sets) {
            for (const u::Expr& e : set) written.push_back(&e);
        }
    }
    for (const u::Expr& e : n.outputs) written.push_back(&e);
    names.last = window_names(lateral_aliases(items), written, names);
    if (!n.outputs_include_groups) {
        for (const u::GroupingElement& element : n.groups) {
            for (const auto& set : element.sets) {
                for (const u::Expr& e : set) bind_item(e, names, items);
            }
        }
        // ROLLUP(a), (a, b)… name a column once.
        std::vector<Item> distinct;
        for (Item& item : items) {
            const bool again = std::any_of(distinct.begin(), distinct.end(), [&](const Item& d) {
                return d.expr == item.expr && d.name == item.name;
            });
            if (n.groups.size() == 1 && n.groups[0].kind == GroupKind::GroupingSets && again) continue;
            distinct.push_back(std::move(item));
        }
        items = std::move(distinct);
    }
    for (const u::Expr& e : n.outputs) bind_item(e, names, items);
    check_lateral(items);
    Grouping grouping;
    if (n.group_by_all && group_named_all(input, items, grouping, origin)) {
        grouping.sets = {{0}};
    } else if (n.group_by_all) {
        groups_of_all(items, grouping, origin);
    } else {
        Names group_names;
        group_names.inputs = {input};
        group_names.last = window_names({}, written, group_names);
        const std::function<bound::Expr(const u::Expr&)> bind_one = [&](const u::Expr& e) {
            return bind_group(e, n.outputs, group_names, items);
        };
        GroupingSets(bind_one, grouping).add_all(n.groups);
    }
    if (std::ranges::any_of(grouping.groups, [&](const bound::Expr& g) { return reads_alias(g, items, input->scope); })) {
        throw Error(ErrorClass::LateralAliasInGroupBy, {}, origin);
    }
    const NodePtr child = with_time_windows(input, items, &grouping.groups, origin);
    if (grouping.has_sets && grouping.groups.size() > kGroupingColumnsMax) {
        throw Error(ErrorClass::GroupingSizeLimit, {{"maxSize", std::to_string(kGroupingColumnsMax)}},
                    origin);
    }
    std::vector<bound::NamedExpr> groups;
    for (const bound::Expr& g : grouping.groups) {
        check_groupable(g, origin);
        const auto* column = g.get_if<bound::ColumnRef>();
        const bool keeps = column != nullptr && !grouping.has_sets && child->scope.has(column->id);
        groups.push_back({g, keeps ? column->id : fresh(),
                          column != nullptr ? column->name : functions::pretty_name(g), {}, true});
        if (column != nullptr) groups.back().metadata = inherited_metadata(g, names);
    }
    std::optional<std::vector<Set>> sets;
    if (grouping.has_sets) sets = grouping.sets;
    return aggregate_items(child, std::move(groups), std::move(sets), std::move(items));
}

void Resolver::check_groupable(const bound::Expr& e, const Origin& origin) const {
    const std::function<bool(const DataType&)> groupable = [&](const DataType& t) -> bool {
        if (t.is(TypeKind::Variant)) return false;
        if (t.is(TypeKind::Array)) return groupable(t.element());
        if (!t.is(TypeKind::Struct)) return true;
        return std::all_of(t.fields().begin(), t.fields().end(),
                           [&](const StructField& f) { return groupable(f.type); });
    };
    if (groupable(e.type())) return;
    throw Error(ErrorClass::GroupExpressionType,
                {{"sqlExpr", quoted_sql(e)}, {"dataType", quoted_sql_name(e.type())}}, origin);
}

Resolver::Made Resolver::aggregate_items(const NodePtr& child, std::vector<bound::NamedExpr> groups,
                                         std::optional<std::vector<std::vector<std::size_t>>> sets,
                                         std::vector<Item> items) {
    auto parts = std::make_shared<AggregateParts>();
    parts->input = child;
    parts->groups = std::move(groups);
    parts->has_sets = sets.has_value();
    if (sets) parts->grouping_id = {fresh(), "grouping_id", DataType::long_int(), false, {}};
    const std::vector<bound::NamedExpr> none_known;
    std::vector<bool> always(parts->groups.size(), true);
    for (std::size_t i = 0; sets && i < always.size(); ++i) {
        always[i] = std::all_of(sets->begin(), sets->end(), [&](const Set& set) {
            return std::find(set.begin(), set.end(), i) != set.end();
        });
    }
    Split split(*this, parts->groups, std::move(always), parts->grouping_id, none_known,
                parts->aggregates);
    const std::unordered_set<AttributeId> input = ids_of(*child, parts->groups);
    const bool grouped = !parts->groups.empty();
    for (Item& item : items) {
        item.expr = split(item.expr);
        each_ungrouped(item.expr, input, [&](const bound::ColumnRef& ref, const Origin& origin) {
            if (!grouped) throw Error(ErrorClass::MissingGroupBy, {}, origin);
            throw Error(ErrorClass::MissingAggregation,
                        {{"expression", "\"" + ref.name + "\""},
                         {"expressionAnyValue", "\"any_value(" + ref.name + ")\""}},
                        origin);
        });
        const auto* ref = item.expr.get_if<bound::ColumnRef>();
        if (ref != nullptr && !item.aliased) item.id = ref->id;
    }
    std::vector<bound::Expr> all;
    for (const bound::NamedExpr& g : parts->groups) all.push_back(g.expr);
    for (const bound::NamedExpr& a : parts->aggregates) all.push_back(a.expr);
    bound::Relation plan = bound::Aggregate{widened_for(child, all), parts->groups, std::move(sets),
                                            parts->grouping_id, parts->aggregates};
    plan = with_generators(std::move(plan), items);
    unique_ids(items);
    plan = in_layers(std::move(plan), std::move(items));
    Made out = make(plan, scope_of(plan, {child}), {child}, Reach::Through);
    out->aggregate = std::move(parts);
    return out;
}

// ---- above an aggregate: HAVING, filters, ORDER BY ------------------------------------------------

Names Resolver::names_above(const NodePtr& child, bool input_first) {
    const std::shared_ptr<const AggregateParts> parts = child->aggregate;
    const NameLookup in_input = [this, parts](const NameParts& name, const Origin& origin) {
        Names input;
        input.inputs = {parts->input};
        input.skips_ambiguous = true;
        return lookup(name, origin, input);
    };
    Names out;
    out.in_aggregate = in_input;
    out.last = in_input;
    if (input_first) {
        out.first = [in_input, parts](const NameParts& name, const Origin& origin) {
            bound::MaybeExpr found = in_input(name, origin);
            if (!found) return found;
            const bool grouped = std::any_of(parts->groups.begin(), parts->groups.end(),
                                             [&](const auto& g) { return g.expr == *found; });
            return grouped ? found : bound::MaybeExpr();
        };
    }
    return out;
}

bound::Expr Resolver::settle_above(bound::Expr expr, const NodePtr& child,
                                   std::vector<bound::NamedExpr>& added) {
    const AggregateParts& parts = *child->aggregate;
    Split split(*this, parts.groups, {}, parts.grouping_id, parts.aggregates, added);
    bound::Expr out = split(expr);
    std::unordered_set<AttributeId> input = ids_of(*parts.input, parts.groups);
    for (const bound::Attribute& a : child->plan.output()) input.erase(a.id);
    each_ungrouped(out, input, [&](const bound::ColumnRef& ref, const Origin& origin) {
        Names names;
        names.inputs = {child};
        unresolved_column({ref.name}, origin, names);
    });
    return out;
}

Resolver::Made Resolver::resolve(const u::PipeAggregate& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    for (const u::Expr& e : n.aggregates) {
        std::vector<Item> items;
        bind_item(e, names, items);
        for (const Item& item : items) {
            if (has_aggregate(item.expr)) continue;
            throw Error(ErrorClass::PipeAggregateWithoutAggregate,
                        {{"expr", functions::pretty_name(item.expr)}}, whole.origin());
        }
    }
    // Positions count the input's columns here.
    u::Aggregate all{n.child, n.groups, false, n.aggregates, false};
    const bound::Attributes& input = child->plan.output();
    for (u::GroupingElement& element : all.groups) {
        for (std::vector<u::Expr>& set : element.sets) {
            for (u::Expr& e : set) {
                const auto* position = e.get_if<u::Constant>();
                if (position == nullptr || !position->literal.type.is(TypeKind::Int)) continue;
                const auto i = static_cast<std::size_t>(position->literal.value.integer() - 1);
                if (i < input.size()) e = u::Expr(u::Attribute{{input[i].name}, {}, false}, e.origin());
            }
        }
    }
    return aggregate(child, all, whole.origin());
}

}  // namespace firesteel::analysis
