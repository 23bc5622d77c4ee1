#pragma once
/// Bound plans as text, one line per relation, inputs indented below: for EXPLAIN, logs and tests.
///   Project [id#1, (id#1 + 1) AS b#2]
///   +- Range (0, 10, step=1, splits=2)
/// Pure functions.

#include <string>

#include "plan/bound.h"

namespace firesteel::analysis {

std::string to_text(const bound::Expr& expr);
/// Ends with a newline.
std::string to_text(const bound::Relation& relation);

}  // namespace firesteel::analysis
