#pragma once
/// One cell of a DuckDB vector as a Value: for rows that leave as values, and for kernels over nested
/// types, where speed matters less than having one way.

#include "backend/duckdb/handles.h"
#include "types/literal.h"

namespace firesteel::duckdb {

Value read_value(duckdb_vector vector, const DataType& type, idx_t row);
/// Writes a cell; lists grow their child vectors, so rows are written in order.
void write_value(duckdb_vector vector, const DataType& type, idx_t row, const Value& value);

}  // namespace firesteel::duckdb
