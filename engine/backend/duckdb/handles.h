#pragma once
/// Owners of DuckDB's C handles: each frees its handle once. Used inside backend/duckdb only.

#include <string>
#include <utility>

#include <duckdb.h>

namespace firesteel::duckdb {

template <typename Handle, void (*Destroy)(Handle*)>
class Owned {
  public:
    Owned() = default;
    explicit Owned(Handle handle) : handle_(handle) {}
    Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Owned& operator=(Owned&& other) noexcept {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    ~Owned() { reset(); }
    void reset() {
        if (handle_ != nullptr) Destroy(&handle_);
        handle_ = nullptr;
    }
    Handle get() const { return handle_; }
    Handle* out() { return &handle_; }
    explicit operator bool() const { return handle_ != nullptr; }

  private:
    Handle handle_ = nullptr;
};

using Database = Owned<duckdb_database, duckdb_close>;
using Config = Owned<duckdb_config, duckdb_destroy_config>;
using ConnectionHandle = Owned<duckdb_connection, duckdb_disconnect>;
using PreparedStatement = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using ExtractedStatements = Owned<duckdb_extracted_statements, duckdb_destroy_extracted>;
using PendingResult = Owned<duckdb_pending_result, duckdb_destroy_pending>;
using Chunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using LogicalType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using ScalarFunction = Owned<duckdb_scalar_function, duckdb_destroy_scalar_function>;
using TableFunction = Owned<duckdb_table_function, duckdb_destroy_table_function>;
using AggregateFunction = Owned<duckdb_aggregate_function, duckdb_destroy_aggregate_function>;
using DuckValue = Owned<duckdb_value, duckdb_destroy_value>;
using ClientContext = Owned<duckdb_client_context, duckdb_destroy_client_context>;
using ErrorData = Owned<duckdb_error_data, duckdb_destroy_error_data>;

/// A result; the C struct is a value, so it needs its own owner.
class Result {
  public:
    Result() = default;
    Result(Result&& other) noexcept : result_(std::exchange(other.result_, {})) {}
    Result& operator=(Result&& other) noexcept {
        std::swap(result_, other.result_);
        return *this;
    }
    ~Result() { duckdb_destroy_result(&result_); }
    duckdb_result& get() { return result_; }
    duckdb_result* out() { return &result_; }

  private:
    duckdb_result result_{};
};

}  // namespace firesteel::duckdb
