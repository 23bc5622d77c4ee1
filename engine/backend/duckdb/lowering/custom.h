#pragma once
/// Tables of special lowerings, and what they share. Used inside lowering/ only.

#include <span>
#include <string_view>

#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {

template <typename F>
struct CustomRowOf {
    std::string_view name;
    F lower;
};
using CustomRow = CustomRowOf<CustomLowering>;
using AggregateRow = CustomRowOf<CustomAggregate>;
template <typename F>
using CustomTableOf = std::span<const CustomRowOf<F>>;
using CustomTable = CustomTableOf<CustomLowering>;
using AggregateTable = CustomTableOf<CustomAggregate>;

CustomTable operator_lowerings();
CustomTable conditional_lowerings();
CustomTable collection_lowerings();
CustomTable datetime_lowerings();
CustomTable generator_lowerings();
CustomTable lambda_lowerings();
CustomTable misc_lowerings();
AggregateTable aggregate_lowerings();
AggregateTable window_lowerings();

/// A call of the kernel `name` with the call's arguments, mode and result.
void lower_kernel(Lowering& to, std::string_view name, const bound::Call& call,
                  const Origin& origin);
void lower_kernel(Lowering& to, std::string_view name, const bound::Call& call,
                  const std::vector<bound::Expr>& arguments, const Origin& origin);
/// A template, cast to the call's type.
void lower_text(Lowering& to, std::string_view text, const bound::Call& call);

}  // namespace firesteel::duckdb
