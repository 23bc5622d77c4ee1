#pragma once
/// Collects one result column from DuckDB's vectors into Arrow buffers. Reused from batch to batch;
/// one thread.

#include <cstdint>
#include <memory>
#include <vector>

#include <nanoarrow/nanoarrow.h>

#include "backend/duckdb/handles.h"
#include "types/data_type.h"

namespace firesteel::duckdb {

class ColumnBuilder {
  public:
    ColumnBuilder(const DataType& type, bool large_var_types);

    /// Appends rows [start, start + count) of a flat vector.
    void append(duckdb_vector vector, idx_t start, idx_t count);
    std::size_t bytes() const;
    /// Points the view (made from the column's schema) at the buffers; valid until clear().
    void show(ArrowArrayView* view) const;
    void clear();

  private:
    enum class Layout : std::uint8_t {
        Null, Bits, Fixed, Decimal, Bytes, LargeBytes, Interval, List, Struct,
    };
    void append_validity(const std::uint64_t* mask, idx_t start, idx_t count);
    void append_bits(const bool* values, idx_t count);
    template <typename Narrow>
    void append_decimals(const void* data, idx_t start, idx_t count);
    template <typename Offset>
    void append_bytes(const duckdb_string_t* values, const std::uint64_t* mask, idx_t start,
                      idx_t count);
    void append_intervals(duckdb_vector vector, idx_t start, idx_t count);
    void append_lists(duckdb_vector vector, const std::uint64_t* mask, idx_t start, idx_t count);

    Layout layout_ = Layout::Fixed;
    int width_ = 0;  // of a value in DuckDB
    std::int64_t length_ = 0;
    std::int64_t nulls_ = 0;
    std::vector<std::uint8_t> validity_;  // empty while there is no NULL
    std::vector<std::uint8_t> values_;
    std::vector<std::uint8_t> offsets_;
    std::vector<std::unique_ptr<ColumnBuilder>> children_;
};

}  // namespace firesteel::duckdb
