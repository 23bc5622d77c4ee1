#pragma once
/// The columns of Parquet files in Spark's types: from the schema that Spark (or we) wrote into the
/// footer, else from Parquet's own types by Spark's rules.

#include <string>
#include <vector>

#include "backend/duckdb/instance.h"
#include "types/data_type.h"

namespace firesteel::duckdb {

/// Of one file.
Schema parquet_schema(Instance& instance, const std::string& file);

/// The footer's key that holds the schema as JSON.
inline constexpr const char* kSparkSchemaKey = "org.apache.spark.sql.parquet.row.metadata";

}  // namespace firesteel::duckdb
