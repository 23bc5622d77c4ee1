#include "functions/rewrite.h"

#include <algorithm>

#include "functions/resolution.h"
#include "plan/bound_traverse.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

/// Nodes that may be written down again: what people write by hand stays in the open, where DuckDB's
/// optimizer sees it.
constexpr std::size_t kRepeatedNodesMax = 32;

bool is_run_apart(const Expr& e) {
    return e.get_if<bound::Subquery>() != nullptr || e.get_if<bound::PythonCall>() != nullptr;
}

}  // namespace

bool is_within(const Expr& expr, std::size_t nodes_max) {
    std::size_t count = 0;
    return !bound::any_of(expr, [&](const Expr&) { return ++count > nodes_max; });
}

bool is_repeatable(const Expr& expr) {
    return is_within(expr, kRepeatedNodesMax) && is_deterministic(expr) && !bound::any_of(expr, is_run_apart);
}

Expr rewritten(const std::vector<Expr>& arguments, const CallContext& context, const Rewriting& make) {
    if (std::all_of(arguments.begin(), arguments.end(), is_repeatable)) return make(arguments);
    std::vector<bound::LambdaParameter> parameters;
    std::vector<Expr> named;
    for (const Expr& argument : arguments) {
        parameters.push_back({context.next_id(), std::string(kLambdaVariableMark), argument.type(), argument.nullable()});
        const bound::LambdaParameter& p = parameters.back();
        named.push_back(is_repeatable(argument)
                            ? argument
                            : Expr(bound::ColumnRef{p.id, p.type, p.nullable, p.name}, argument.origin()));
    }
    try {
        return bound::Lambda{std::move(parameters), make(named)};
    } catch (const Error&) {
        make(arguments);  // the error that shows what was written
        throw;
    }
}

void rewrite(Resolution& r, const Rewriting& make) {
    r.replacement = rewritten(r.arguments, r.context, make);
    r.type = r.replacement->type();
    r.nullable = r.replacement->nullable();
}

Expr with_unused_first(bound::Lambda lambda, std::size_t count, AttributeId id) {
    lambda.parameters.resize(count);
    lambda.parameters.insert(lambda.parameters.begin(), {id, {}, DataType::string(), false});
    return lambda;
}

Expr applied(const bound::Lambda& lambda, const std::vector<Expr>& arguments) {
    return bound::rewrite_top_down(lambda.body, [&](const Expr& e) -> bound::MaybeExpr {
        const auto* column = e.get_if<bound::ColumnRef>();
        if (column == nullptr) return std::nullopt;
        for (std::size_t i = 0; i < lambda.parameters.size(); ++i) {
            if (lambda.parameters[i].id == column->id) return arguments[i];
        }
        return std::nullopt;
    });
}

}  // namespace firesteel::functions
