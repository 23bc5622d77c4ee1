#pragma once
/// Rows that a client sent as Arrow IPC streams (LocalRelation), as a table that DuckDB scans without
/// a copy of the whole: "fs_local(n)" reads rows n of the operation. Foreign bytes: everything is
/// validated when they are opened.

#include <memory>
#include <string>
#include <vector>

#include <nanoarrow/nanoarrow.hpp>

#include "backend/duckdb/kernels/registry.h"
#include "types/data_type.h"

namespace firesteel::duckdb {

class LocalRows {
  public:
    /// Throws for bytes that are no Arrow IPC stream, types that Spark doesn't take, invalid UTF-8
    /// and streams of unlike schemas.
    explicit LocalRows(std::vector<std::shared_ptr<const std::string>> streams);

    const Schema& schema() const { return schema_; }
    struct Batch {
        nanoarrow::UniqueArray array;
        nanoarrow::UniqueArrayView view;
        std::int64_t first_row = 0;
    };
    const std::vector<Batch>& batches() const { return batches_; }
    std::int64_t rows() const { return rows_; }

  private:
    void read(const std::shared_ptr<const std::string>& stream);
    std::vector<std::shared_ptr<const std::string>> streams_;
    Schema schema_;
    bool has_schema_ = false;
    std::vector<Batch> batches_;
    std::int64_t rows_ = 0;
};

void register_local_scan(duckdb_connection connection, KernelRegistry& registry);

}  // namespace firesteel::duckdb
