#pragma once
/// Files of CSV, JSON or XML records as a table that DuckDB scans: "fs_records(n)" reads scan n of the operation and gives
/// file_index BIGINT and the columns "c0", "c1" …. Only the columns that a query needs are parsed, and only they can make a
/// record malformed, as in Spark. Several threads may read one scan: a thread takes a block of records, then parses it.

#include <string>
#include <utility>
#include <vector>

#include "backend/duckdb/kernels/registry.h"
#include "types/data_type.h"

namespace firesteel::duckdb {

struct RecordScan {
    std::string format;  // "csv", "json", "xml"
    std::vector<std::string> files;
    std::vector<std::pair<std::string, std::string>> options;
    Schema columns;
};

void register_record_scan(duckdb_connection connection, KernelRegistry& registry);

}  // namespace firesteel::duckdb
