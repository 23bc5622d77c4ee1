#include "functions/tables/tables.h"

#include <algorithm>
#include <array>

#include "common/error.h"

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

const FunctionRow& row_of(const FunctionTable& table, std::string_view name) {
    const auto row = std::ranges::find(table.rows, name, &FunctionRow::name);
    FS_ASSERT(row != table.rows.end());
    return *row;
}

}  // namespace firesteel::functions
