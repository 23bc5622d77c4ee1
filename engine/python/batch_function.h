#pragma once
/// Functions that turn a batch of columns into as many rows of result columns: what the backend
/// calls inside its own scalar functions. Row counts stay, order stays, every row is one call.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/stop_token.h"
#include "python/column_view.h"
#include "python/setup.h"
#include "python/worker_pool.h"

namespace firesteel::python {

/// A part of the results: rows [first_row, first_row + rows) of the batch.
struct ResultBatch {
    std::size_t first_row = 0;
    std::size_t rows = 0;
    std::span<const ResultColumn> columns;  // one per function of the call
};

/// Receives the parts of one batch in order, nearly always a single one; the columns live until it
/// returns.
class ResultReader {
  public:
    virtual ~ResultReader() = default;
    virtual void read(const ResultBatch& batch) = 0;
};

/// Thread-safe: each run leases a worker of its own. The pool must outlive it. One per query: what
/// functions keep in their closures ends with it.
class BatchFunction {
  public:
    /// Throws Error for kinds that aren't calls of rows or batches of rows.
    BatchFunction(WorkerPool& pool, std::shared_ptr<const WorkerEnvironment> environment,
                  CallSpec spec);

    const CallSpec& spec() const { return spec_; }
    /// Throws Error: the function raised, the worker died, stopped.
    void run(std::span<const ColumnView> inputs, std::size_t rows, const StopToken& stop,
             ResultReader& reader) const;
    template <typename Reader>
    void run(std::span<const ColumnView> inputs, std::size_t rows, const StopToken& stop,
             Reader&& reader) const {
        struct Adapter final : ResultReader {
            explicit Adapter(Reader& callable) : callable_(callable) {}
            void read(const ResultBatch& batch) override { callable_(batch); }
            Reader& callable_;
        } adapter(reader);
        run(inputs, rows, stop, static_cast<ResultReader&>(adapter));
    }

  private:
    void read_results(const WorkerLease& lease, std::size_t first, std::size_t rows,
                      const StopToken& stop, ResultReader& reader) const;

    WorkerPool* pool_;
    std::shared_ptr<const WorkerEnvironment> environment_;
    CallSpec spec_;
    std::vector<DataType> result_types_;
    std::shared_ptr<const CallSetup> setup_;
};

/// The set-up of a call under an id of its own.
std::shared_ptr<const CallSetup> make_setup(WorkerPool& pool, const CallSpec& spec);

/// What an ERROR frame says, as the engine's Error.
Error error_of(std::span<const std::byte> payload);

}  // namespace firesteel::python
