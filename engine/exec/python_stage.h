#pragma once
/// A Python stage as rows that the database reads: a thread of its own runs the stage's input, feeds
/// a worker and keeps what comes back until it is read. The database's threads only wait for that
/// thread, which never waits for them but where its results pile up.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/backend.h"
#include "exec/python_calls.h"
#include "plan/bound.h"
#include "python/worker_pool.h"

namespace firesteel::exec {

inline constexpr std::size_t kStageThreadsMax = 256;

struct StageContext {
    python::WorkerPool& workers;
    PythonContextSource python;
    std::size_t batch_rows_max = 0;     // rows of a batch as functions see it
    std::size_t lanes_max = 1;          // workers that share a stage
    std::size_t grouped_bytes_max = 0;  // of an input whose groups are made in memory
    /// Runs a plan; its Python relations' rows are those of the source, if one is given.
    std::function<std::unique_ptr<ResultStream>(const bound::Relation&, StopToken, std::shared_ptr<const RowSource>)>
        run;
    std::function<bool(std::function<void()>)> start;  // a task on a thread with a plan's stack
};

/// The rows of a relation that Python computes, of a plan that was cut. What the context refers to
/// must outlive the source.
std::shared_ptr<const RowSource> python_rows(const StageContext& context,
                                             const bound::Relation& relation);

}  // namespace firesteel::exec
