#pragma once
/// DuckDB's failures as Errors, by their type alone: DuckDB's texts never decide anything, and reach
/// users only inside INTERNAL_ERROR, where they show a defect of the lowering.

#include <string_view>

#include "backend/duckdb/handles.h"
#include "common/error.h"

namespace firesteel::duckdb {

Error error_of(duckdb_error_type type, std::string_view text);

}  // namespace firesteel::duckdb
