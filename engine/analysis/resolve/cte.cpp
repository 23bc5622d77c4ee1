// WITH tables, recursive ones too; parameter values; DataFrames that a query refers to.
#include <algorithm>
#include <set>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::lower;
using catalog::quoted;

CommonTableEntry* Resolver::find_common_table(const NameParts& name) {
    if (name.size() != 1) return nullptr;
    for (std::size_t i = tables_.size(); i-- > hidden_tables_;) {
        if (same_name(tables_[i]->name, name[0], case_sensitive())) return tables_[i].get();
    }
    return nullptr;
}

Resolver::Made Resolver::common_table(CommonTableEntry& entry, const Origin& origin) {
    if (entry.in_anchor) throw Error(ErrorClass::InvalidRecursiveCte, {}, origin);
    ++entry.uses;
    bound::Attributes columns = entry.columns;
    for (bound::Attribute& a : columns) {
        a.id = fresh();
        // A row of a step may hold NULLs whatever the anchor's rows hold.
        if (entry.in_step) a.nullable = true;
    }
    bound::Relation plan = bound::CommonTableScan{entry.id, entry.name, std::move(columns)};
    return make(plan, scope_with_qualifier(plan, {entry.name}), {}, Reach::Stops);
}

NodePtr Resolver::renamed_table(const NodePtr& node, const u::CommonTable& table,
                                const Origin& origin) {
    if (table.columns.empty()) return node;
    const std::size_t width = node->plan.output().size();
    if (table.columns.size() != width) {
        throw Error(ErrorClass::AssignmentArityMismatch,
                    {{"numExpr", std::to_string(table.columns.size())},
                     {"numTarget", std::to_string(width)}},
                    origin);
    }
    return renamed(node, table.columns);
}

namespace {

/// Where a step may refer to its table: each of its rows makes rows of the next level by itself.
void check_step(const bound::Relation& plan, std::uint64_t table, bool allowed, const Origin& origin) {
    if (const auto* scan = plan.get_if<bound::CommonTableScan>()) {
        if (scan->id == table && !allowed) throw Error(ErrorClass::InvalidRecursiveReferencePlace, {}, origin);
        return;
    }
    bound::for_each_expression(plan, [&](const bound::Expr& e) {
        bound::any_of(e, [&](const bound::Expr& part) {
            const auto* query = part.get_if<bound::Subquery>();
            if (query != nullptr) check_step(*query->query, table, false, origin);
            return false;
        });
    });
    if (const auto* join = plan.get_if<bound::Join>()) {
        const JoinType type = join->type;
        const bool inner = type == JoinType::Inner || type == JoinType::Cross;
        const bool left = inner || type == JoinType::LeftOuter || type == JoinType::LeftSemi || type == JoinType::LeftAnti;
        check_step(join->left, table, allowed && left, origin);
        check_step(join->right, table, allowed && (inner || type == JoinType::RightOuter), origin);
        return;
    }
    const bool gathers = plan.get_if<bound::Aggregate>() != nullptr || plan.get_if<bound::Window>() != nullptr ||
                         plan.get_if<bound::Sort>() != nullptr;
    bound::for_each_input(plan, [&](const bound::Relation& input) { check_step(input, table, allowed && !gathers, origin); });
}

void set_columns(CommonTableEntry& entry, const bound::Relation& plan) {
    entry.columns = plan.output();
}

}  // namespace

NodePtr Resolver::recursive_query(const u::CommonTable& table, const u::SetOperation& query,
                                  CommonTableEntry& entry, const Origin& origin) {
    NodePtr anchor;
    {
        const Scoped<bool> in_anchor(entry.in_anchor, true);
        anchor = renamed_table(relation(query.left), table, origin);
    }
    set_columns(entry, anchor->plan);
    NodePtr step;
    {
        const Scoped<bool> in_step(entry.in_step, true);
        step = renamed_table(relation(query.right), table, origin);
    }
    if (entry.uses == 0) return combined(anchor, step, query, origin);
    check_step(step->plan, entry.id, /*allowed=*/true, origin);
    if (!query.all) throw Error(ErrorClass::UnionInRecursiveCte, {}, origin);
    entry.uses = 0;
    const bound::Attributes a = anchor->plan.output();
    const bound::Attributes b = step->plan.output();
    if (a.size() != b.size()) {
        throw Error(ErrorClass::NumColumnsMismatch,
                    {{"operator", "UNION"},
                     {"firstNumColumns", std::to_string(a.size())},
                     {"invalidOrdinalNum", "second"},
                     {"invalidNumColumns", std::to_string(b.size())}},
                    origin);
    }
    Names none;
    bound::Attributes columns;
    std::vector<bound::NamedExpr> items;
    for (std::size_t i = 0; i < a.size(); ++i) {
        bound::Expr value = b[i].ref();
        if (!a[i].type.same_ignoring_nullability(b[i].type)) {
            const auto type = functions::common_type({a[i].type, b[i].type}, call_context(none));
            if (!type || !type->same_ignoring_nullability(a[i].type)) {
                throw Error(ErrorClass::CannotMergeTypes,
                            {{"left", quoted_sql_name(a[i].type)}, {"right", quoted_sql_name(b[i].type)}},
                            origin);
            }
            value = cast(std::move(value), a[i].type);
        }
        items.push_back({std::move(value), fresh(), a[i].name, {}, false});
        columns.push_back({fresh(), a[i].name, a[i].type, a[i].nullable || b[i].nullable, a[i].metadata});
    }
    bound::RecursiveUnion out{entry.id, anchor->plan, bound::Project{step->plan, std::move(items)},
                              query.all, table.max_recursion_level.value_or(settings_.recursion_levels_max),
                              settings_.recursion_rows_max, std::move(columns)};
    bound::Relation plan(std::move(out));
    return make(plan, scope_of(plan), {anchor, step}, Reach::Stops);
}

NodePtr Resolver::common_query(const u::CommonTable& table, CommonTableEntry& entry, bool recursive,
                               const Origin& origin) {
    if (!recursive) return renamed_table(relation(table.query), table, origin);
    const u::Relation* body = &table.query;
    while (const auto* alias = body->get_if<u::SubqueryAlias>()) body = &alias->child;
    if (const auto* with = body->get_if<u::With>()) {
        const Scoped<bool> in_anchor(entry.in_anchor, true);
        return with_tables(*with, origin, [&] {
            const Scoped<bool> in_body(entry.in_anchor, false);
            return common_query(u::CommonTable{table.name, table.columns, with->child, table.max_recursion_level}, entry,
                                recursive, origin);
        });
    }
    const auto* distinct = body->get_if<u::Deduplicate>();
    const u::Relation& inner = distinct != nullptr ? distinct->child : *body;
    const auto* set = inner.get_if<u::SetOperation>();
    if (set != nullptr && set->op == SetOperator::Union) {
        return recursive_query(table, *set, entry, origin);
    }
    const Scoped<bool> in_anchor(entry.in_anchor, true);
    return renamed_table(relation(table.query), table, origin);
}

Resolver::Made Resolver::resolve(const u::With& n, const u::Relation& whole) {
    return with_tables(n, whole.origin(), [&] { return relation(n.child); });
}

Resolver::Made Resolver::with_tables(const u::With& n, const Origin& origin, const std::function<NodePtr()>& query_of_child) {
    std::set<std::string> names;
    for (const u::CommonTable& table : n.tables) {
        const std::string key = case_sensitive() ? table.name : lower(table.name);
        if (!names.insert(key).second) {
            throw Error(ErrorClass::DuplicatedCteNames, {{"duplicateNames", quoted(key)}}, origin);
        }
    }
    const std::size_t before = tables_.size();
    struct Pop {
        std::vector<std::shared_ptr<CommonTableEntry>>& tables;
        std::size_t size;
        ~Pop() { tables.resize(size); }
    } pop{tables_, before};
    std::vector<bound::CommonTable> made;
    std::vector<std::shared_ptr<CommonTableEntry>> entries;
    for (const u::CommonTable& table : n.tables) {
        auto entry = std::make_shared<CommonTableEntry>();
        entry->name = table.name;
        entry->id = fresh().value;
        if (n.recursive) tables_.push_back(entry);
        const NodePtr query = common_query(table, *entry, n.recursive, origin);
        if (!n.recursive) tables_.push_back(entry);
        set_columns(*entry, query->plan);
        made.push_back({entry->id, entry->name, query->plan});
        entries.push_back(std::move(entry));
    }
    const NodePtr child = query_of_child();
    std::vector<bound::CommonTable> used;
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (entries[i]->uses > 0) used.push_back(std::move(made[i]));
    }
    if (used.empty()) return passing(child, child->plan);
    return passing(child, bound::CommonTables{std::move(used), child->plan});
}

Resolver::Made Resolver::resolve(const u::WithParameters& n, const u::Relation&) {
    Parameters values;
    Names none;
    for (const auto& [name, value] : n.named) values.named.emplace_back(name, bind(value, none));
    for (const u::Expr& value : n.positional) values.positional.push_back(bind(value, none));
    const Scoped<const Parameters*> scoped(parameters_, &values);
    const Scoped<bool> named(seen_named_parameter_, false);
    const Scoped<bool> positional(seen_positional_parameter_, false);
    const NodePtr child = relation(n.child);
    return passing(child, child->plan);
}

Resolver::Made Resolver::resolve(const u::WithReferences& n, const u::Relation&) {
    references_.push_back(&n);
    struct Pop {
        std::vector<const u::WithReferences*>& list;
        ~Pop() { list.pop_back(); }
    } pop{references_};
    const NodePtr child = relation(n.child);
    return passing(child, child->plan);
}

}  // namespace firesteel::analysis
