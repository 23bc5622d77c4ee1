#include "exec/query.h"

#include "common/limits.h"
#include "exec/python_stage.h"
#include "physical/python_stages.h"

namespace firesteel::exec {
namespace {

/// Of an engine without a limit of its memory.
constexpr std::size_t kGroupedBytesMax = std::size_t{512} << 20;

}  // namespace

std::vector<ValueList> QueryStream::all_rows(std::size_t rows_max) {
    std::vector<ValueList> all;
    while (true) {
        std::vector<ValueList> rows = next_rows();
        if (rows.empty()) return all;
        if (all.size() + rows.size() > rows_max) {
            throw Error(ErrorClass::InternalErrorMemory,
                        {{"message", "more than " + std::to_string(rows_max) +
                                         " rows where a few were expected"}});
        }
        for (ValueList& row : rows) all.push_back(std::move(row));
    }
}

QueryEngine::QueryEngine(const BackendOptions& options, python::WorkerPool& workers)
    : workers_(workers),
      slots_(options.threads),
      grouped_bytes_max_(options.memory_bytes_max == 0 ? kGroupedBytesMax : options.memory_bytes_max / 8),
      backend_(options),
      stage_threads_({"python-stage", kStageThreadsMax, 0, limits::kPlanStackBytes}) {}

ResultOptions QueryEngine::with_python(const QueryOptions& options) {
    ResultOptions result = options.result;
    if (!options.python) return result;
    const auto batch_rows_max = static_cast<std::size_t>(options.result.batch_rows_max);
    result.python.function = python_calls(workers_, options.python, batch_rows_max);
    StageContext context{
        .workers = workers_,
        .python = options.python,
        .batch_rows_max = batch_rows_max,
        .lanes_max = slots_,
        .grouped_bytes_max = grouped_bytes_max_,
        .run = [this, options](const bound::Relation& plan, StopToken stop, std::shared_ptr<const RowSource> leaf) {
            ResultOptions of_stage = with_python(options);
            if (leaf) of_stage.python.stage = [leaf = std::move(leaf)](const bound::Relation&) { return leaf; };
            return backend_.run(plan, of_stage, std::move(stop));
        },
        .start = [this](std::function<void()> task) { return stage_threads_.try_run(std::move(task)); },
    };
    result.python.stage = [context = std::move(context)](const bound::Relation& relation) {
        return python_rows(context, relation);
    };
    return result;
}

QueryStream QueryEngine::run(const bound::Relation& plan, QueryOptions options, StopToken stop) {
    const ResultOptions result = with_python(options);
    std::vector<ObservedMetrics> metrics;
    const bound::Relation ready = observed(plan, result, stop, metrics);
    return {plan.schema(), backend_.run(physical::cut_python(ready), result, std::move(stop)), options.result,
            std::move(metrics)};
}

bound::Relation QueryEngine::observed(const bound::Relation& plan, const ResultOptions& options,
                                      const StopToken& stop, std::vector<ObservedMetrics>& out) {
    Observer observer;
    observer.store = [&](const bound::Relation& rows) {
        return backend_.store(physical::cut_python(rows), options, stop);
    };
    observer.only_row = [&](const bound::Relation& query) {
        std::vector<ValueList> rows = backend_.run(physical::cut_python(query), options, stop)->next_rows();
        FS_ASSERT(rows.size() == 1);
        return std::move(rows[0]);
    };
    return without_metrics(plan, observer, out);
}

std::shared_ptr<const bound::StoredRows> QueryEngine::store(const bound::Relation& plan,
                                                            const QueryOptions& options,
                                                            const StopToken& stop) {
    const ResultOptions result = with_python(options);
    std::vector<ObservedMetrics> metrics;
    return backend_.store(physical::cut_python(observed(plan, result, stop, metrics)), result, stop);
}

std::vector<ObservedMetrics> QueryEngine::write(const bound::Relation& plan, const FileOutput& output,
                                                const QueryOptions& options, const StopToken& stop) {
    const ResultOptions result = with_python(options);
    std::vector<ObservedMetrics> metrics;
    backend_.write(physical::cut_python(observed(plan, result, stop, metrics)), output, result, stop);
    return metrics;
}

std::string QueryEngine::explain(const bound::Relation& plan, const QueryOptions& options) {
    return backend_.operators_text(physical::cut_python(plan), with_python(options));
}

}  // namespace firesteel::exec
