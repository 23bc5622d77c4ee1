// Python stages: mapInPandas and mapInArrow, applyInPandas, cogroups, table functions.
#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {
namespace {

const std::vector<StructField>& output_fields(const PythonFunction& f, const Origin& origin) {
    if (!f.output_type || !f.output_type->is(TypeKind::Struct)) {
        throw unsupported("a Python stage whose return type is no struct", origin);
    }
    return f.output_type->fields();
}

}  // namespace

bound::Attributes Resolver::python_columns(const PythonFunction& f, const Origin& origin) {
    bound::Attributes columns;
    for (const StructField& field : output_fields(f, origin)) {
        columns.push_back({fresh(), field.name, field.type, field.nullable, field.metadata});
    }
    return columns;
}

std::vector<bound::NamedExpr> Resolver::python_groups(const NodePtr& child,
                                                      const std::vector<u::Expr>& groups) {
    Names names;
    names.inputs = {child};
    std::vector<bound::NamedExpr> out;
    for (const Item& item : bind_items(groups, names)) {
        if (has_aggregate(item.expr)) {
            throw Error(ErrorClass::GroupByAggregate, {{"sqlExpr", functions::pretty_name(item.expr)}},
                        item.origin);
        }
        out.push_back(item.named());
    }
    return out;
}

Resolver::Made Resolver::resolve(const u::MapPartitions& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    bound::Relation plan =
        bound::MapPartitions{child->plan, n.function, python_columns(*n.function, whole.origin())};
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::GroupMap& n, const u::Relation& whole) {
    constexpr std::int32_t kStatefulFirst = 208;
    constexpr std::int32_t kStatefulKinds[] = {kStatefulFirst, 211, 212, 213, 214};
    for (const std::int32_t kind : kStatefulKinds) {
        if (n.function->eval_type == kind) throw unsupported("stateful Python stages", whole.origin());
    }
    const NodePtr child = relation(n.child);
    bound::Relation plan = bound::GroupMap{child->plan, python_groups(child, n.groups), n.function,
                                           python_columns(*n.function, whole.origin())};
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::CoGroupMap& n, const u::Relation& whole) {
    const NodePtr left = relation(n.left);
    const NodePtr right = relation(n.right);
    if (n.left_groups.size() != n.right_groups.size()) {
        throw unsupported("a cogroup whose sides have different numbers of keys", whole.origin());
    }
    bound::Relation plan = bound::CoGroupMap{left->plan,
                                             right->plan,
                                             python_groups(left, n.left_groups),
                                             python_groups(right, n.right_groups),
                                             n.function,
                                             python_columns(*n.function, whole.origin())};
    return make(plan, scope_of(plan), {left, right}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::PythonTableFunction& n, const u::Relation& whole) {
    Names names;
    const NodePtr one = make(bound::OneRow{}, Scope(), {}, Reach::Stops);
    return python_table(one, *n.function, n.arguments, false, names, whole.origin());
}

Resolver::Made Resolver::python_table(const NodePtr& child, const PythonFunction& function,
                                      const std::vector<u::Expr>& arguments, bool keep_child,
                                      Names& names, const Origin& origin) {
    for (const u::Expr& e : arguments) {
        const auto* subquery = e.get_if<u::Subquery>();
        if (subquery != nullptr && subquery->kind == SubqueryKind::TableArgument) {
            throw unsupported("TABLE arguments of Python table functions", origin);
        }
    }
    bound::PythonTable out{child->plan, std::make_shared<const PythonFunction>(function), {}, {}, {}, keep_child};
    for (functions::Argument& a : bind_arguments("", arguments, names)) {
        out.arguments.push_back(std::get<bound::Expr>(std::move(a.value)));
        out.argument_names.push_back(std::move(a.name));
    }
    if (function.output_type) {
        out.columns = python_columns(function, origin);
    } else if (context_.udtf_schema) {
        for (const StructField& f : context_.udtf_schema(function, out.arguments)) {
            out.columns.push_back({fresh(), f.name, f.type, f.nullable, f.metadata});
        }
    } else {
        throw unsupported("a Python table function with analyze()", origin);
    }
    bound::Relation plan(std::move(out));
    return make(plan, scope_of(plan, {child}), {child}, Reach::Stops);
}

}  // namespace firesteel::analysis
