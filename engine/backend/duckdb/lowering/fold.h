#pragma once
/// Constant expressions of conditions as literals, so that DuckDB uses statistics and indexes, and knows
/// that they can't raise. Called before lowering; pure functions but for `evaluate`.
/// As Spark's optimizer does, a constant that raises fails the query, whatever rows there are, save in a
/// branch that may not be reached: of CASE, IF and COALESCE (golden case traps/0aa77a17).

#include <functional>
#include <vector>

#include "backend/duckdb/lowering/constant_cast.h"
#include "plan/bound.h"

namespace firesteel::duckdb {

/// The values of constant expressions of one type, in order; throws what one of them raises.
using Evaluate = std::function<std::vector<Literal>(const std::vector<bound::Expr>&)>;

/// The same rows.
bound::Relation fold_conditions(const bound::Relation& plan, ConstantCasts& casts, const Evaluate& evaluate);

}  // namespace firesteel::duckdb
