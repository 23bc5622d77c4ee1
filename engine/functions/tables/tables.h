#pragma once
/// The families of function rows, one per file. A new family = one file, one line here and in tables.cpp.

#include <span>

#include "functions/function_row.h"

namespace firesteel::functions {

/// Rows that users can't write: what operators and other rows go on as.
inline constexpr std::string_view kInternalGroup = "internal";

extern const FunctionTable kOperatorFunctions;
extern const FunctionTable kPredicateFunctions;
extern const FunctionTable kConditionalFunctions;
extern const FunctionTable kMathFunctions;
extern const FunctionTable kBitwiseFunctions;
extern const FunctionTable kStringFunctions;
extern const FunctionTable kDatetimeFunctions;
extern const FunctionTable kCollectionFunctions;
extern const FunctionTable kLambdaFunctions;
extern const FunctionTable kJsonFunctions;
extern const FunctionTable kAggregateFunctions;
extern const FunctionTable kWindowFunctions;
extern const FunctionTable kGeneratorFunctions;
extern const FunctionTable kHashFunctions;
extern const FunctionTable kMiscFunctions;
extern const FunctionTable kInternalFunctions;

extern const std::span<const FunctionTable* const> kFunctionTables;

/// The first row of that name in a family, which must have one: for plans that are made without a registry.
const FunctionRow& row_of(const FunctionTable& table, std::string_view name);

}  // namespace firesteel::functions
