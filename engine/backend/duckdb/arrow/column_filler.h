#pragma once
/// One Arrow column into a DuckDB vector: the way in for clients' rows and Python's results.

#include <nanoarrow/nanoarrow.h>

#include "backend/duckdb/handles.h"
#include "types/data_type.h"

namespace firesteel::duckdb {

/// Copies rows [start, start + count) of an Arrow column of that Spark type to the vector's rows
/// [at, at + count).
void fill_vector(const ArrowArrayView& from, const DataType& type, std::int64_t start,
                 std::int64_t count, duckdb_vector to, idx_t at);

}  // namespace firesteel::duckdb
