#pragma once
/// Kernels over whole values of any type: one way for all element types, where a typed loop would need
/// one version per type. Also what Spark means by equal, smaller and the same key.

#include <functional>

#include "backend/duckdb/kernels/kernel.h"
#include "types/literal.h"

namespace firesteel::duckdb {

enum class OnNull : std::uint8_t { ResultIsNull, Call };

/// A body that reads each row's arguments as Values and writes the function's Value.
KernelBody values(OnNull on_null, std::function<Value(const KernelSite&, const ValueList&)> fn);

/// Negative, zero or positive. NULLs come first, NaN is the greatest number and equals itself, -0.0
/// equals 0.0, strings compare by bytes.
int compare_values(const DataType& type, const Value& a, const Value& b);
inline bool equal_values(const DataType& type, const Value& a, const Value& b) {
    return compare_values(type, a, b) == 0;
}
/// -0.0 becomes 0.0, as in map keys.
Value normalized_key(const DataType& type, Value key);

}  // namespace firesteel::duckdb
