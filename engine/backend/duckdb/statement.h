#pragma once
/// One running SELECT: prepared, started, fetched chunk by chunk while DuckDB works ahead; ended
/// early when the stop token says so. Used by one thread at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "backend/duckdb/chunk_source.h"
#include "backend/duckdb/instance.h"
#include "backend/duckdb/operation.h"
#include "common/stop_token.h"

namespace firesteel::duckdb {

class Statement final : public ChunkSource {
  public:
    /// Binds and optimises; nothing runs yet.
    Statement(Instance& instance, std::shared_ptr<Operation> operation, const std::string& sql);

    ~Statement() override;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Throws what a kernel raised, or DuckDB's error.
    std::optional<Chunk> fetch() override;
    PlanMetrics metrics() const override { return metrics_; }
    std::size_t column_count() { return duckdb_prepared_statement_column_count(prepared_.get()); }

  private:
    void start();
    void tell_progress();
    [[noreturn]] void fail(duckdb_error_type known_type, const char* said);

    struct Interrupt {
        duckdb_connection connection;
        void operator()() const { duckdb_interrupt(connection); }
    };

    std::shared_ptr<Operation> operation_;
    Instance::Lease connection_;
    PreparedStatement prepared_;
    Result result_;
    std::optional<StopCallback<Interrupt>> interrupt_;
    std::optional<Progress::Running> running_;
    PlanMetrics metrics_;
    std::uint64_t rows_ = 0;
    bool started_ = false;
    bool done_ = false;
};

}  // namespace firesteel::duckdb
