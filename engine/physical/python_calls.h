#pragma once
/// What cut_python() and python_stage() share: calls of Python in a plan, expressions that they add.

#include <cstdint>
#include <string_view>
#include <vector>

#include "functions/tables/tables.h"
#include "plan/bound.h"

namespace firesteel::physical {

/// Columns that are added have ids that analysis never reaches: one range for the plan that is cut, one
/// for the statements of stages, which never stand in one statement with each other's.
inline constexpr std::uint64_t kFirstCutId = std::uint64_t{1} << 62;
inline constexpr std::uint64_t kFirstStageId = std::uint64_t{1} << 61;
inline constexpr std::uint64_t kFirstSortId = std::uint64_t{1} << 60;

const FunctionRow* row_of(const FunctionTable& table, std::string_view name);
bound::Expr call_of(const FunctionTable& table, std::string_view name,
                    std::vector<bound::Expr> arguments, DataType type);

/// What one trip to a worker computes of each batch, where a PythonTable stands for that: its only
/// argument, a call with parts, each a column of the table. Else null.
const bound::PythonCall* trip_of(const bound::PythonTable& table);

/// Columns that go on as they are.
bound::NamedExpr same(const bound::Attribute& a);
std::vector<bound::NamedExpr> same(const bound::Attributes& columns);

/// The Python aggregate of an Aggregate's or Window's item, or null.
const bound::AggregateCall* python_aggregate(const bound::Expr& e);
const bound::WindowSpec& window_of(const bound::NamedExpr& item);

}  // namespace firesteel::physical
