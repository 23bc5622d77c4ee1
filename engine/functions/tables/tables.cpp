#include "functions/tables/tables.h"

#include <array>

namespace firesteel::functions {
namespace {

constexpr auto kTables = std::to_array<const FunctionTable*>({
    &kOperatorFunctions, &kPredicateFunctions, &kConditionalFunctions, &kMathFunctions,
    &kBitwiseFunctions, &kStringFunctions, &kDatetimeFunctions, &kCollectionFunctions,
    &kLambdaFunctions, &kJsonFunctions, &kAggregateFunctions, &kWindowFunctions,
    &kGeneratorFunctions, &kHashFunctions, &kMiscFunctions, &kInternalFunctions,
});

}  // namespace

const std::span<const FunctionTable* const> kFunctionTables(kTables);

}  // namespace firesteel::functions
