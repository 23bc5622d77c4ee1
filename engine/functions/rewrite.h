#pragma once
/// Calls that other expressions compute, where an argument may be wanted several times: without copies
/// of large ones, so nothing grows with the depth of nesting. The lambda that such a replacement may be
/// is applied by the lowering, which computes each of its arguments once.

#include <cstddef>
#include <functional>
#include <vector>

#include "functions/resolve.h"

namespace firesteel::functions {

struct Resolution;

/// Whether an expression has at most so many nodes, each counted as often as it stands in it.
bool is_within(const bound::Expr& expr, std::size_t nodes_max);
/// Whether an expression may be written down wherever it is wanted: small, and the same each time.
bool is_repeatable(const bound::Expr& expr);

using Rewriting = std::function<bound::Expr(const std::vector<bound::Expr>&)>;
/// What `make` makes of the arguments, as a call's replacement: those that aren't repeatable become
/// parameters of a lambda, which has one for each argument.
bound::Expr rewritten(const std::vector<bound::Expr>& arguments, const CallContext& context,
                      const Rewriting& make);
/// Lets what `make` makes of the call's arguments compute it; its type and nullability become the call's.
void rewrite(Resolution& r, const Rewriting& make);

/// The lambda over its first `count` parameters, behind one for a text that stands first among the arguments.
bound::Expr with_unused_first(bound::Lambda lambda, std::size_t count, AttributeId id);
/// The lambda's body with the arguments in place of its parameters.
bound::Expr applied(const bound::Lambda& lambda, const std::vector<bound::Expr>& arguments);

}  // namespace firesteel::functions
