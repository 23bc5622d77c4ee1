#pragma once
/// Writes a kernel's result that is a list of strings, row by row.

#include <string_view>

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

class StringListWriter {
  public:
    explicit StringListWriter(duckdb_vector result)
        : result_(result),
          child_(duckdb_list_vector_get_child(result)),
          entries_(static_cast<duckdb_list_entry*>(duckdb_vector_get_data(result))) {}

    void begin(idx_t row) { entries_[row] = {used_, 0}; }
    void append(idx_t row, std::string_view text) {
        reserve();
        duckdb_unsafe_vector_assign_string_element_len(child_, used_++, text.data(), text.size());
        ++entries_[row].length;
    }
    void append_null(idx_t row) {
        reserve();
        duckdb_vector_ensure_validity_writable(child_);
        duckdb_validity_set_row_invalid(duckdb_vector_get_validity(child_), used_++);
        ++entries_[row].length;
    }
    void set_null(idx_t row) {
        entries_[row] = {used_, 0};
        duckdb_vector_ensure_validity_writable(result_);
        duckdb_validity_set_row_invalid(duckdb_vector_get_validity(result_), row);
    }
    /// To be called after the last row.
    void finish() { duckdb_list_vector_set_size(result_, used_); }

  private:
    void reserve() {
        if (used_ < capacity_) return;
        capacity_ = capacity_ == 0 ? 2048 : capacity_ * 2;
        duckdb_list_vector_reserve(result_, capacity_);
        duckdb_list_vector_set_size(result_, used_);
        child_ = duckdb_list_vector_get_child(result_);
    }
    duckdb_vector result_;
    duckdb_vector child_;
    duckdb_list_entry* entries_;
    idx_t used_ = 0;
    idx_t capacity_ = 0;
};

}  // namespace firesteel::duckdb
