#pragma once
/// Runs bound plans on the embedded database. Called by exec; nothing above sees DuckDB. Thread-safe;
/// a ResultStream belongs to one thread at a time.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/batch_function.h"
#include "backend/file_output.h"
#include "backend/operator_metrics.h"
#include "backend/row_source.h"
#include "common/progress.h"
#include "common/stop_token.h"
#include "plan/bound.h"

namespace firesteel {

struct BackendOptions {
    unsigned threads = 1;
    std::size_t memory_bytes_max = 0;  // 0: the database's own choice
    std::string temp_directory;        // where it spills; empty: it doesn't
};

/// How the plan's Python runs; absent ones are refused where a plan needs them.
struct PythonHooks {
    MakeBatchFunction function;
    MakeRowSource stage;
};

struct ResultOptions {
    std::string time_zone = "UTC";
    std::int64_t batch_rows_max = 10000;
    std::size_t batch_bytes_max = 2936012;  // 4 MiB * 0.7
    bool large_var_types = false;
    PythonHooks python;  // for plans with Python in them
    std::shared_ptr<Progress> progress;  // told how far statements are; may be null
    /// When the query began: its parts have one current_timestamp().
    std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
};

/// A complete Arrow IPC stream: schema, one record batch, end.
struct ArrowBatch {
    std::string ipc;
    std::int64_t rows = 0;
};

class ResultStream {
  public:
    virtual ~ResultStream() = default;
    /// The next rows; none at the end.
    virtual std::optional<ArrowBatch> next_batch() = 0;
    /// The next rows as values, some at a time; empty at the end. Not mixed with next_batch.
    virtual std::vector<ValueList> next_rows() = 0;
    /// The next rows as columns; none at the end. Not mixed with the others.
    virtual std::optional<ColumnBatch> next_columns() = 0;
    /// What the plan's operators did, once there are no more rows.
    virtual PlanMetrics metrics() const = 0;
};

class Backend {
  public:
    explicit Backend(const BackendOptions& options);
    ~Backend();
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    /// Lowers and binds the plan; rows are computed as the stream is read.
    std::unique_ptr<ResultStream> run(const bound::Relation& plan, const ResultOptions& options,
                                      StopToken stop);
    /// Computes the plan and keeps its rows, for a bound::StoredScan.
    std::shared_ptr<const bound::StoredRows> store(const bound::Relation& plan, const ResultOptions& options,
                                                   StopToken stop);
    /// Computes the plan and writes its rows as files.
    void write(const bound::Relation& plan, const FileOutput& output, const ResultOptions& options, StopToken stop);
    /// The columns of a Parquet file.
    Schema parquet_schema(const std::string& file);
    /// The database's operators for a plan, for EXPLAIN.
    std::string operators_text(const bound::Relation& plan, const ResultOptions& options);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Whether a whole text matches a regular expression of Java's syntax; throws for what is none.
bool matches_java_pattern(std::string_view pattern, std::string_view text, bool ignores_case);
/// The schema message of an Arrow IPC stream as Spark types; throws for what is no such stream.
Schema arrow_schema(std::string_view ipc_stream);
/// An empty batch of this schema: what an empty result is sent as.
ArrowBatch empty_batch(const Schema& schema, const ResultOptions& options);

}  // namespace firesteel
