#pragma once
/// A row source as a table: "fs_stage(n)" reads source n of the operation.

#include "backend/duckdb/kernels/registry.h"

namespace firesteel::duckdb {

void register_stage_scan(duckdb_connection connection, KernelRegistry& registry);

}  // namespace firesteel::duckdb
