#pragma once
/// The type that holds what two records of a semi-structured format hold at one place: what schema inference and
/// schema_of_variant merge by. Pure functions.

#include "types/data_type.h"

namespace firesteel {

/// Structs and arrays merge by parts (a struct's fields are in order of names), numbers widen; `otherwise` where nothing
/// holds both.
DataType merged_type(const DataType& a, const DataType& b, const DataType& otherwise);

}  // namespace firesteel
