// Relations that rename, add, replace or drop columns, and DISTINCT.
#include <algorithm>
#include <set>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::quoted;

namespace {

std::vector<bound::NamedExpr> as_items(const bound::Attributes& attributes) {
    std::vector<bound::NamedExpr> out;
    out.reserve(attributes.size());
    for (const bound::Attribute& a : attributes) {
        out.push_back({a.ref(), a.id, a.name, a.metadata, false});
    }
    return out;
}

}  // namespace

Resolver::Made Resolver::renamed(const NodePtr& child, const std::vector<std::string>& names) {
    std::vector<bound::NamedExpr> items;
    const bound::Attributes& output = child->plan.output();
    for (std::size_t i = 0; i < output.size(); ++i) {
        items.push_back({output[i].ref(), fresh(), names[i], output[i].metadata, false});
    }
    return projected(child, bound::Project{child->plan, std::move(items)});
}

Resolver::Made Resolver::resolve(const u::SubqueryAlias& n, const u::Relation& whole) {
    NodePtr child = relation(n.child);
    if (!n.column_names.empty()) {
        const std::size_t width = child->plan.output().size();
        if (n.column_names.size() != width) {
            if (n.child.get_if<u::InlineTable>() != nullptr) {
                throw Error(ErrorClass::InvalidInlineTableNumColumnsMismatch,
                            {{"expectedNumCols", std::to_string(n.column_names.size())},
                             {"actualNumCols", std::to_string(width)},
                             {"rowIndex", "0"}},
                            whole.origin());
            }
            if (const auto* table = n.child.get_if<u::TableFunction>()) {
                throw Error(ErrorClass::NumTableValueAliases,
                            {{"funcName", quoted(table->name)},
                             {"aliasesNum", std::to_string(n.column_names.size())},
                             {"outColsNum", std::to_string(width)}},
                            whole.origin());
            }
            throw Error(ErrorClass::AssignmentArityMismatch,
                        {{"numExpr", std::to_string(n.column_names.size())},
                         {"numTarget", std::to_string(width)}},
                        whole.origin());
        }
        child = renamed(child, n.column_names);
    }
    // The parser names subqueries that have no alias, as Spark's does; the name qualifies nothing.
    if (n.alias.empty() || n.alias.back() == "__auto_generated_subquery_name") {
        return make(child->plan, scope_of(child->plan), {child}, Reach::Stops);
    }
    // Aliases of sources, and of such aliases, keep the source's metadata.
    const bool is_source = n.child.get_if<u::DataSource>() != nullptr || n.child.get_if<u::NamedTable>() != nullptr ||
                           n.child.get_if<u::IdentifierTable>() != nullptr || n.child.get_if<u::SubqueryAlias>() != nullptr;
    std::vector<ScopeColumn> metadata;
    if (is_source && n.column_names.empty()) metadata = metadata_of(child->scope, n.alias);
    return make(child->plan, scope_with_qualifier(child->plan, n.alias, std::move(metadata)), {child}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::ToDataFrame& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    if (n.names.size() != child->plan.output().size()) {
        throw Error(ErrorClass::AssignmentArityMismatch,
                    {{"numExpr", std::to_string(n.names.size())},
                     {"numTarget", std::to_string(child->plan.output().size())}},
                    whole.origin());
    }
    return renamed(child, n.names);
}

Resolver::Made Resolver::resolve(const u::WithColumns& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    std::vector<Item> added;
    std::set<std::string> seen;
    for (const u::Expr& e : n.aliases) {
        const auto* alias = e.get_if<u::Alias>();
        if (alias == nullptr || alias->names.size() != 1) {
            throw unsupported("withColumn with several names", whole.origin());
        }
        const std::string key = case_sensitive() ? alias->names[0] : catalog::lower(alias->names[0]);
        if (!seen.insert(key).second) {
            throw Error(ErrorClass::ColumnAlreadyExists, {{"columnName", quoted(key)}}, e.origin());
        }
        bind_item(e, names, added);
    }
    for (Item& item : added) item.aliased = false;  // all see the input row
    std::vector<Item> items;
    std::vector<bool> used(added.size(), false);
    for (const bound::Attribute& a : child->plan.output()) {
        std::size_t match = added.size();
        for (std::size_t i = 0; i < added.size(); ++i) {
            if (same_name(added[i].name, a.name, case_sensitive())) match = i;
        }
        if (match == added.size()) {
            items.push_back(attribute_item(a));
        } else {
            items.push_back(added[match]);
            if (used[match]) items.back().id = fresh();
            used[match] = true;
        }
    }
    for (std::size_t i = 0; i < added.size(); ++i) {
        if (!used[i]) items.push_back(added[i]);
    }
    const bool aggregates = std::any_of(added.begin(), added.end(),
                                        [](const Item& item) { return has_aggregate(item.expr); });
    if (aggregates) return aggregate_items(child, {}, std::nullopt, std::move(items));
    return project_items(child, std::move(items));
}

Resolver::Made Resolver::resolve(const u::WithColumnsRenamed& n, const u::Relation&) {
    const NodePtr child = relation(n.child);
    std::vector<bound::NamedExpr> items = as_items(child->plan.output());
    for (const auto& [from, to] : n.renames) {
        for (bound::NamedExpr& item : items) {
            if (!same_name(item.name, from, case_sensitive())) continue;
            item.name = to;
            const auto* ref = item.expr.get_if<bound::ColumnRef>();
            if (item.id == ref->id) item.id = fresh();
        }
    }
    return projected(child, bound::Project{child->plan, std::move(items)});
}

Resolver::Made Resolver::resolve(const u::Drop& n, const u::Relation&) {
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    std::set<std::uint64_t> dropped;
    for (const u::Expr& e : n.columns) {
        const auto* attribute = e.get_if<u::Attribute>();
        if (attribute == nullptr) continue;  // Spark drops columns only
        if (attribute->plan_id) {
            const bound::Expr column = bind(e, names);
            if (const auto* ref = column.get_if<bound::ColumnRef>()) dropped.insert(ref->id.value);
            continue;
        }
        std::set<std::uint64_t> named;
        for (const Match& m : child->scope.matches(attribute->parts, case_sensitive())) {
            if (m.parts == attribute->parts.size()) named.insert(m.column->attribute.id.value);
        }
        if (named.size() > 1) bind(e, names);  // says that it is ambiguous
        dropped.merge(named);
    }
    bound::Attributes kept;
    for (const bound::Attribute& a : child->plan.output()) {
        const bool by_name = std::any_of(n.names.begin(), n.names.end(), [&](const std::string& name) {
            return same_name(name, a.name, case_sensitive());
        });
        if (!by_name && !dropped.contains(a.id.value)) kept.push_back(a);
    }
    return project_attributes(child, kept);
}

// ---- ToSchema ------------------------------------------------------------------------------------

namespace {

/// Reorders, selects and up-casts by name, structs inside too.
class Reconcile {
  public:
    explicit Reconcile(Resolver& resolver) : resolver_(resolver) {}

    bound::Expr value(const bound::Expr& from, bool nullable, const DataType& to, bool to_nullable,
                      const NameParts& path) {
        if (nullable && !to_nullable) {
            throw Error(ErrorClass::NullableColumnOrField, {{"name", quoted(path)}});
        }
        const DataType& type = from.type();
        if (type.is(TypeKind::Struct) && to.is(TypeKind::Struct)) return structure(from, to, path);
        if (type.same_ignoring_nullability(to)) return from;
        Names none;
        if (!can_up_cast(type, to)) {
            throw Error(ErrorClass::InvalidColumnOrFieldType,
                        {{"name", quoted(path)},
                         {"type", quoted_sql_name(type)},
                         {"expectedType", quoted_sql_name(to)}});
        }
        return resolver_.cast(from, to);
    }

  private:
    /// As DataType.fromImplicit…: any atomic pair that a store assignment takes.
    bool can_up_cast(const DataType& from, const DataType& to) const {
        if (from.is(TypeKind::Null)) return true;
        if (from.is_numeric() && to.is_numeric()) return true;
        if (to.is_string_like()) return !from.is_nested();
        if (from.is_datetime() && to.is_datetime()) return true;
        if (from.is(TypeKind::Array) && to.is(TypeKind::Array)) {
            return can_up_cast(from.element(), to.element()) ||
                   from.element().same_ignoring_nullability(to.element());
        }
        return false;
    }

    bound::Expr structure(const bound::Expr& from, const DataType& to, const NameParts& path) {
        std::vector<bound::Expr> parts;
        const auto& fields = from.type().fields();
        for (const StructField& wanted : to.fields()) {
            NameParts inner = path;
            inner.push_back(wanted.name);
            parts.push_back(bound::Constant{Literal::string(wanted.name)});
            bool found = false;
            for (std::size_t i = 0; i < fields.size() && !found; ++i) {
                if (!same_name(fields[i].name, wanted.name, resolver_.case_sensitive())) continue;
                found = true;
                const bound::Expr field(bound::GetField{from, i, fields[i].type,
                                                        from.nullable() || fields[i].nullable});
                parts.push_back(value(field, fields[i].nullable, wanted.type, wanted.nullable, inner));
            }
            if (found) continue;
            if (!wanted.nullable) {
                throw Error(ErrorClass::UnresolvedFieldWithoutSuggestion,
                            {{"fieldName", quoted(wanted.name)}, {"columnPath", quoted(path)}});
            }
            parts.push_back(bound::Constant{Literal::null(wanted.type)});
        }
        bound::Expr made = resolver_.call("named_struct", std::move(parts));
        if (!from.nullable()) return made;
        bound::Expr null = bound::Constant{Literal::null(made.type())};
        return resolver_.call("if", {resolver_.call("isnull", {from}), std::move(null), std::move(made)});
    }

    Resolver& resolver_;
};

}  // namespace

Resolver::Made Resolver::resolve(const u::ToSchema& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    Reconcile reconcile(*this);
    std::vector<bound::NamedExpr> items;
    for (const StructField& wanted : n.schema.fields()) {
        std::vector<const bound::Attribute*> found;
        for (const bound::Attribute& a : child->plan.output()) {
            if (same_name(a.name, wanted.name, case_sensitive())) found.push_back(&a);
        }
        if (found.size() > 1) {
            const std::string name = quoted(wanted.name);
            throw Error(ErrorClass::AmbiguousReference,
                        {{"name", name}, {"referenceNames", "[" + name + ", " + name + "]"}},
                        whole.origin());
        }
        if (found.empty()) {
            if (!wanted.nullable) {
                Names names;
                names.inputs = {child};
                unresolved_column({wanted.name}, whole.origin(), names);
            }
            items.push_back({bound::Constant{Literal::null(wanted.type)}, fresh(), wanted.name,
                             wanted.metadata, false});
            continue;
        }
        const bound::Attribute& a = *found[0];
        bound::Expr e = reconcile.value(a.ref(), a.nullable, wanted.type, wanted.nullable, {wanted.name});
        const bool same = e.get_if<bound::ColumnRef>() != nullptr;
        const std::string& metadata = wanted.metadata.empty() ? a.metadata : wanted.metadata;
        items.push_back({std::move(e), same ? a.id : fresh(), wanted.name, metadata, false});
    }
    return projected(child, bound::Project{child->plan, std::move(items)});
}

// ---- DISTINCT ------------------------------------------------------------------------------------

void Resolver::check_comparable(const bound::Relation& plan, const Origin& origin) const {
    const std::function<bool(const DataType&, TypeKind)> holds = [&](const DataType& t,
                                                                     TypeKind kind) -> bool {
        if (t.is(kind)) return true;
        if (t.is(TypeKind::Array)) return holds(t.element(), kind);
        if (t.is(TypeKind::Map)) return holds(t.key(), kind) || holds(t.value(), kind);
        if (!t.is(TypeKind::Struct)) return false;
        return std::any_of(t.fields().begin(), t.fields().end(),
                           [&](const StructField& f) { return holds(f.type, kind); });
    };
    for (const bound::Attribute& a : plan.output()) {
        for (const auto& [kind, error] : {std::pair{TypeKind::Map, ErrorClass::SetOperationOnMap},
                                          std::pair{TypeKind::Variant, ErrorClass::SetOperationOnVariant}}) {
            if (!holds(a.type, kind)) continue;
            throw Error(error,
                        {{"colName", quoted(a.name)}, {"dataType", quoted_sql_name(a.type)}}, origin);
        }
    }
}

Resolver::Made Resolver::resolve(const u::Deduplicate& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    if (n.names.empty()) {
        check_comparable(child->plan, whole.origin());
        return make(bound::Distinct{child->plan}, child->scope, {child}, Reach::Stops);
    }
    bound::DistinctBy out{child->plan, {}};
    for (const std::string& name : n.names) {
        bool found = false;
        for (const bound::Attribute& a : child->plan.output()) {
            if (!same_name(a.name, name, case_sensitive())) continue;
            out.keys.push_back(a.ref());
            found = true;
        }
        if (!found) {
            Names names;
            names.inputs = {child};
            unresolved_column({name}, whole.origin(), names);
        }
    }
    return make(std::move(out), child->scope, {child}, Reach::Stops);
}

// ---- SQL pipe operators --------------------------------------------------------------------------

Resolver::Made Resolver::resolve(const u::PipeSet& n, const u::Relation& whole) {
    // Each assignment sees those before it.
    NodePtr child = relation(n.child);
    for (const auto& [name, value] : n.assignments) {
        const auto matches = child->scope.matches(name, case_sensitive());
        Names names;
        names.inputs = {child};
        if (matches.empty()) unresolved_column(name, whole.origin(), names);
        const AttributeId target = matches[0].column->attribute.id;
        const bound::Expr expr = bind(value, names);
        if (has_aggregate(expr)) {
            throw Error(ErrorClass::PipeContainsAggregate,
                        {{"expr", functions::pretty_name(expr)}, {"clause", "SET"}}, whole.origin());
        }
        std::vector<Item> items;
        for (const bound::Attribute& a : child->plan.output()) {
            items.push_back(attribute_item(a));
            if (a.id == target) {
                items.back().expr = expr;
                items.back().id = fresh();
                items.back().metadata = {};
            }
        }
        const Made made = project_items(child, std::move(items));
        // The columns stay those of their tables: t.a = … keeps t.b reachable.
        std::vector<ScopeColumn> columns;
        const auto& before = child->scope.columns();
        for (std::size_t i = 0; i < before.size(); ++i) {
            columns.push_back({made->plan.output()[i], before[i].qualifier});
        }
        made->scope = Scope(std::move(columns));
        child = made;
    }
    return passing(child, child->plan);
}

Resolver::Made Resolver::resolve(const u::PipeDrop& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    std::set<std::uint64_t> dropped;
    for (const NameParts& name : n.columns) {
        const auto matches = child->scope.matches(name, case_sensitive());
        if (matches.empty()) {
            Names names;
            names.inputs = {child};
            unresolved_column(name, whole.origin(), names);
        }
        for (const Match& m : matches) dropped.insert(m.column->attribute.id.value);
    }
    bound::Attributes kept;
    for (const bound::Attribute& a : child->plan.output()) {
        if (!dropped.contains(a.id.value)) kept.push_back(a);
    }
    return project_attributes(child, kept);
}

}  // namespace firesteel::analysis
