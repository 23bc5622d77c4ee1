#pragma once
/// What strings with a collation are compared by: their sort keys, which the kernel "collation_key" makes.

#include "plan/bound.h"

namespace firesteel::duckdb {

/// Whether strings in it compare by a collation.
bool holds_collation(const DataType& type);
bool holds_collation(const bound::Attributes& columns);
/// The type of its collation key: strings as binaries.
DataType collation_key_type(const DataType& type);

}  // namespace firesteel::duckdb
