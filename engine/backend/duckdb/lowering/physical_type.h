#pragma once
/// How each Spark type is carried in DuckDB (DECISIONS.md, "Carried types"). Struct fields are named
/// f0, f1, … by position, since Spark's names may repeat or differ in case only.

#include <cstddef>
#include <string>

#include "backend/duckdb/handles.h"
#include "types/data_type.h"

namespace firesteel::duckdb {

/// As SQL text.
std::string physical_type(const DataType& type);
/// As a handle.
LogicalType logical_type(const DataType& type);
/// The name of a struct's field.
std::string field_name(std::size_t index);
/// Whether two Spark types are carried alike.
bool same_carrier(const DataType& a, const DataType& b);
/// A UDT's carrier; others are themselves.
const DataType& carried(const DataType& type);

}  // namespace firesteel::duckdb
