#pragma once
/// Runs bound plans: the database for what it can do, worker processes for Python. Called by
/// session's operation threads, whose stacks are sized for deep plans: lowering and binding happen on
/// the caller's thread. Thread-safe; a QueryStream belongs to one thread at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/backend.h"
#include "common/stop_token.h"
#include "common/thread_pool.h"
#include "exec/observe.h"
#include "exec/python_calls.h"
#include "plan/bound.h"
#include "python/worker_pool.h"

namespace firesteel::exec {

struct QueryOptions {
    ResultOptions result;
    PythonContextSource python;  // without it, plans with Python in them don't run
};

/// The rows of one query, computed as they are read. Its end, or the stop token, ends the query.
class QueryStream {
  public:
    QueryStream(Schema schema, std::unique_ptr<ResultStream> stream, ResultOptions options,
                std::vector<ObservedMetrics> observed)
        : schema_(std::move(schema)), stream_(std::move(stream)), options_(std::move(options)),
          observed_(std::move(observed)) {}

    const Schema& schema() const { return schema_; }
    /// A complete Arrow IPC stream of some rows; none at the end. A result without rows gives no batch.
    std::optional<ArrowBatch> next_batch() { return stream_->next_batch(); }
    /// Some rows as values; empty at the end. Not mixed with next_batch.
    std::vector<ValueList> next_rows() { return stream_->next_rows(); }
    /// All rows; throws if there are more than `rows_max`.
    std::vector<ValueList> all_rows(std::size_t rows_max);
    /// What the plan's operators did, once there are no more rows.
    PlanMetrics metrics() const { return stream_->metrics(); }
    /// What the plan's df.observe() asked for.
    const std::vector<ObservedMetrics>& observed() const { return observed_; }
    /// A batch without rows, for clients that want the schema in Arrow.
    ArrowBatch empty_batch() const { return firesteel::empty_batch(schema_, options_); }

  private:
    Schema schema_;
    std::unique_ptr<ResultStream> stream_;
    ResultOptions options_;
    std::vector<ObservedMetrics> observed_;
};

class QueryEngine {
  public:
    /// The pool must outlive the engine.
    QueryEngine(const BackendOptions& options, python::WorkerPool& workers);

    QueryStream run(const bound::Relation& plan, QueryOptions options, StopToken stop);
    /// Computes the plan and keeps its rows until the last owner lets go.
    std::shared_ptr<const bound::StoredRows> store(const bound::Relation& plan, const QueryOptions& options,
                                                   const StopToken& stop);
    /// Computes the plan and writes its rows as files; the metrics that were observed on the way.
    std::vector<ObservedMetrics> write(const bound::Relation& plan, const FileOutput& output,
                                       const QueryOptions& options, const StopToken& stop);
    Schema parquet_schema(const std::string& file) { return backend_.parquet_schema(file); }
    /// The database's operators for a plan: the lower half of EXPLAIN.
    std::string explain(const bound::Relation& plan, const QueryOptions& options);

  private:
    ResultOptions with_python(const QueryOptions& options);
    /// The plan as the backend runs it.
    bound::Relation observed(const bound::Relation& plan, const ResultOptions& options, const StopToken& stop,
                             std::vector<ObservedMetrics>& out);

    python::WorkerPool& workers_;
    const std::size_t slots_;
    const std::size_t grouped_bytes_max_;
    Backend backend_;
    ThreadPool stage_threads_;  // ends first: its tasks use the others
};

}  // namespace firesteel::exec
