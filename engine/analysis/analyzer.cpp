#include "analysis/analyzer.h"

#include "analysis/input_files.h"
#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_parts.h"

namespace firesteel::analysis {

Resolver::Resolver(AnalysisContext& context)
    : context_(context),
      settings_(context.settings),
      current_catalog_(context.catalog.current_catalog()),
      current_database_(context.catalog.current_database()) {}

NodePtr Resolver::relation(const u::Relation& relation) {
    const Depth guard(*this);
    Made made = relation.visit([&](const auto& node) { return resolve(node, relation); });
    if (!relation.plan_id()) return made;
    // Two client nodes can end in one of ours: each keeps a node to be found by its id.
    if (made->plan_id) {
        Made outer = passing(made, made->plan);
        made = std::move(outer);
    }
    made->plan_id = relation.plan_id();
    return made;
}

Resolver::Made Resolver::make(bound::Relation plan, Scope scope, std::vector<NodePtr> inputs,
                              Reach reach) {
    return std::make_shared<Node>(
        Node{std::move(plan), std::move(scope), std::move(inputs), {}, reach, nullptr});
}

Resolver::Made Resolver::passing(const NodePtr& child, bound::Relation plan) {
    Made out = make(std::move(plan), child->scope, {child}, Reach::Through);
    out->aggregate = child->aggregate;
    return out;
}

Resolver::Made Resolver::projected(const NodePtr& child, bound::Relation plan) {
    Scope scope = scope_of(plan, {child});
    // Keys hidden by USING stay reachable by their qualifier.
    std::vector<ScopeColumn> hidden = child->scope.hidden();
    return make(std::move(plan), Scope(scope.columns(), std::move(hidden)), {child},
                Reach::Through);
}

bound::Relation analyze(const unresolved::Relation& relation, AnalysisContext& context) {
    Resolver resolver(context);
    const bound::Relation plan = with_input_files(resolver.relation(relation)->plan, resolver);
    for (const bound::Attribute& column : plan.output()) {
        if (!resolver.settings().time_type && any_part(column.type, [](const DataType& t) { return t.is(TypeKind::Time); })) {
            throw Error(ErrorClass::UnsupportedTimeType);
        }
    }
    return plan;
}

bound::Expr analyze_expression(const unresolved::Expr& expr, AnalysisContext& context) {
    Resolver resolver(context);
    Names names;
    return resolver.bind(expr, names);
}

// ---- predicates over bound expressions ---------------------------------------------------------

bool is_aggregate(const bound::Expr& e) { return e.get_if<bound::AggregateCall>() != nullptr; }
bool is_window(const bound::Expr& e) { return e.get_if<bound::WindowCall>() != nullptr; }

bool is_generator(const bound::Expr& e) {
    const auto* call = e.get_if<bound::Call>();
    return call != nullptr && call->function != nullptr &&
           call->function->traits.kind == FunctionKind::Generator;
}

bool has_aggregate(const bound::Expr& e) {
    if (is_aggregate(e)) return true;
    bool found = false;
    if (const auto* window = e.get_if<bound::WindowCall>()) {
        const bool is_own = is_aggregate(window->function);
        bound::for_each_child(e, [&](const bound::Expr& child) {
            if (is_own && child.address() == window->function.address()) {
                bound::for_each_child(child, [&](const bound::Expr& inner) {
                    found = found || has_aggregate(inner);
                });
            } else {
                found = found || has_aggregate(child);
            }
        });
        return found;
    }
    bound::for_each_child(e, [&](const bound::Expr& child) { found = found || has_aggregate(child); });
    return found;
}

bool has_window(const bound::Expr& e) { return bound::any_of(e, is_window); }
bool has_generator(const bound::Expr& e) { return bound::any_of(e, is_generator); }

const bound::Call* as_call(const bound::Expr& e, std::string_view name) {
    const auto* call = e.get_if<bound::Call>();
    const bool same = call != nullptr && call->function != nullptr && call->function->name() == name;
    return same ? call : nullptr;
}

const std::vector<StructField>& generator_columns(const bound::Expr& generator) {
    return generator.type().element().fields();
}

}  // namespace firesteel::analysis
