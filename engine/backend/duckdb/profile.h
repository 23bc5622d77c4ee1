#pragma once
/// What DuckDB measured of a connection's last query, as metrics of Spark's operators.

#include <cstdint>

#include "backend/duckdb/handles.h"
#include "backend/operator_metrics.h"

namespace firesteel::duckdb {

/// Makes a connection measure its queries: rows and time of each operator.
inline constexpr const char* kMeasure[] = {
    "SET enable_profiling = 'no_output'",
    R"(SET custom_profiling_settings = '{"OPERATOR_TYPE": "true", "OPERATOR_NAME": "true", "OPERATOR_CARDINALITY": "true", "OPERATOR_TIMING": "true"}')",
};

/// Of a query that has ended, before the connection's next one; it gave `rows`.
PlanMetrics read_profile(duckdb_connection connection, std::uint64_t rows);

}  // namespace firesteel::duckdb
