#pragma once
/// Constant expressions of conditions as literals, so that DuckDB uses statistics and indexes, and knows
/// that they can't raise. Called before lowering; pure functions but for `evaluate`.

#include <functional>
#include <optional>
#include <vector>

#include "plan/bound.h"

namespace firesteel::duckdb {

/// The values of constant expressions of one type, in order; none if one of them raises.
using Evaluate = std::function<std::optional<std::vector<Literal>>(const std::vector<bound::Expr>&)>;

/// The same rows. What raises stays as it is: it raises where Spark would evaluate it, if ever.
bound::Relation fold_conditions(const bound::Relation& plan, const Evaluate& evaluate);

}  // namespace firesteel::duckdb
