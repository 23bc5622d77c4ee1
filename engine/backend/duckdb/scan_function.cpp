#include "backend/duckdb/scan_function.h"

namespace firesteel::duckdb {

void register_scan(duckdb_connection connection, KernelRegistry& registry, const ScanFunction& scan) {
    const TableFunction function(duckdb_create_table_function());
    const LogicalType integer(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
    duckdb_table_function_set_name(function.get(), scan.name);
    duckdb_table_function_add_parameter(function.get(), integer.get());
    duckdb_table_function_set_extra_info(function.get(), &registry, nullptr);
    duckdb_table_function_set_bind(function.get(), scan.bind);
    duckdb_table_function_set_init(function.get(), scan.init);
    if (scan.init_local != nullptr) duckdb_table_function_set_local_init(function.get(), scan.init_local);
    duckdb_table_function_set_function(function.get(), scan.run);
    duckdb_table_function_supports_projection_pushdown(function.get(), true);
    FS_ASSERT(duckdb_register_table_function(connection, function.get()) == DuckDBSuccess);
}

}  // namespace firesteel::duckdb
