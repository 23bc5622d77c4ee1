#pragma once
/// Text files as a table that DuckDB scans: "fs_text(n)" reads scan n of the operation and gives
/// (value VARCHAR, file_index BIGINT), files and records in order.

#include <string>
#include <vector>

#include "backend/duckdb/kernels/registry.h"
#include "backend/files/text_records.h"

namespace firesteel::duckdb {

struct TextScan {
    std::vector<std::string> files;
    firesteel::files::TextFormat format;
};

void register_text_scan(duckdb_connection connection, KernelRegistry& registry);

}  // namespace firesteel::duckdb
