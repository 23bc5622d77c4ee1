#pragma once
/// DuckDB's failures as Errors, by their type alone: DuckDB's texts never decide anything, and reach
/// users only inside INTERNAL_ERROR, where they show a defect of the lowering.

#include <string>
#include <string_view>

#include "backend/duckdb/handles.h"
#include "common/error.h"

namespace firesteel::duckdb {

Error error_of(duckdb_error_type type, std::string_view text);

/// A failure as a connection with errors_as_json says it: where the C interface gives no type (of a
/// pending result), it is in the JSON.
struct Failure {
    duckdb_error_type type = DUCKDB_ERROR_INVALID;
    std::string text;
};
Failure read_failure(duckdb_error_type type, const char* said);

}  // namespace firesteel::duckdb
