#pragma once
/// Generic walks over the bound tree: children of an expression, expressions and inputs of a
/// relation, rewriting with sharing (an unchanged part is the same node), and copying a plan under
/// fresh column ids. Used by analysis and physical. Pure functions.

#include <functional>
#include <unordered_map>

#include "plan/bound.h"

namespace firesteel::bound {

using ExprMap = std::function<Expr(const Expr&)>;
using ExprVisit = std::function<void(const Expr&)>;
using RelationMap = std::function<Relation(const Relation&)>;

/// Calls f for each direct child expression; a Subquery's are its values, not its query.
void for_each_child(const Expr& expr, const ExprVisit& f);
/// The expression with each direct child replaced by f's answer.
Expr map_children(const Expr& expr, const ExprMap& f);
/// f(node) first: an answer replaces the node and is not entered; none: the children are rewritten.
Expr rewrite_top_down(const Expr& expr, const std::function<MaybeExpr(const Expr&)>& f);
/// True if f holds for the expression or anything below it (queries of Subqueries excluded).
bool any_of(const Expr& expr, const std::function<bool(const Expr&)>& f);

/// Calls f for each expression that the node itself holds.
void for_each_expression(const Relation& relation, const ExprVisit& f);
void for_each_input(const Relation& relation, const std::function<void(const Relation&)>& f);
/// The relation with its own expressions and its inputs replaced; ids of outputs go through `ids`.
struct RelationRewrite {
    ExprMap expression;
    RelationMap input;
    std::function<AttributeId(AttributeId)> id;
};
Relation rewrite(const Relation& relation, const RelationRewrite& by);

/// A copy of the plan in which every column it makes has a fresh id. Ids from outside stay.
Relation with_fresh_ids(const Relation& relation, const std::function<AttributeId()>& next_id);

}  // namespace firesteel::bound
