#pragma once
/// Results as complete Arrow IPC streams, one record batch each, straight from DuckDB's chunks.
/// One per result; one thread.

#include <memory>
#include <string>
#include <vector>

#include <nanoarrow/nanoarrow.hpp>
#include <nanoarrow/nanoarrow_ipc.hpp>

#include "backend/backend.h"
#include "backend/duckdb/arrow/column_builder.h"

namespace firesteel::duckdb {

class BatchEncoder {
  public:
    BatchEncoder(const Schema& schema, const ResultOptions& options);

    /// Rows [start, …) of a chunk until the batch is full; returns how many were taken.
    idx_t append(duckdb_data_chunk chunk, idx_t start);
    bool full() const;
    std::int64_t rows() const { return rows_; }
    /// What was appended, and begins anew.
    ArrowBatch take();

  private:
    std::vector<ColumnBuilder> columns_;
    std::int64_t rows_ = 0;
    std::int64_t rows_max_;
    std::size_t bytes_max_;
    nanoarrow::UniqueSchema schema_;
    nanoarrow::UniqueArray array_;
    nanoarrow::UniqueArrayView view_;
    nanoarrow::ipc::UniqueEncoder encoder_;
    nanoarrow::UniqueBuffer body_;
    nanoarrow::UniqueBuffer message_;
    std::string head_;  // the schema message
};

}  // namespace firesteel::duckdb
