#pragma once
/// DuckDB's vectors as column views without a copy, and result columns into vectors: the two ends of
/// a Python call.

#include "backend/duckdb/handles.h"
#include "types/column_view.h"

namespace firesteel::duckdb {

/// Borrows the vector's memory.
ColumnView view_of_vector(duckdb_vector vector, const DataType& type, std::size_t rows);
/// Writes the column's rows to the vector's rows [at, …).
void fill_from_result(const ResultColumn& column, const DataType& type, duckdb_vector to, idx_t at);
/// The same for rows [first, first + rows) of the column.
void fill_from_result(const ResultColumn& column, std::size_t first, std::size_t rows,
                      const DataType& type, duckdb_vector to, idx_t at);

}  // namespace firesteel::duckdb
