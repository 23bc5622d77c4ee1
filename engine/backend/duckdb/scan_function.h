#pragma once
/// Table functions by which DuckDB reads what the engine holds: "name(n)" scans item n of its operation.

#include "backend/duckdb/handles.h"
#include "backend/duckdb/kernels/registry.h"
#include "backend/duckdb/operation.h"

namespace firesteel::duckdb {

struct ScanFunction {
    const char* name = nullptr;
    duckdb_table_function_bind_t bind = nullptr;
    duckdb_table_function_init_t init = nullptr;
    duckdb_table_function_t run = nullptr;
    duckdb_table_function_init_t init_local = nullptr;  // absent: one thread scans
};

/// With projection pushdown; the functions find `registry` as their extra info.
void register_scan(duckdb_connection connection, KernelRegistry& registry, const ScanFunction& scan);

/// Calls `fill` and turns what it throws into the operation's error and the function's.
template <typename Fill>
void fill_or_fail(duckdb_function_info info, Operation& operation, const Fill& fill) {
    try {
        fill();
    } catch (const Error& error) {
        operation.raise(error);
        duckdb_function_set_error(info, error.what());
    } catch (const std::exception& error) {
        duckdb_function_set_error(info, error.what());
    }
}

}  // namespace firesteel::duckdb
