#include "exec/query.h"

#include "common/limits.h"
#include "exec/python_calls.h"

namespace firesteel::exec {

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
    : backend_(options), workers_(workers) {}

ResultOptions QueryEngine::with_python(const QueryOptions& options) {
    ResultOptions result = options.result;
    if (options.python_environment != nullptr) {
        result.python = python_calls(workers_, options.python_environment, options.python_conf);
    }
    return result;
}

QueryStream QueryEngine::run(const bound::Relation& plan, QueryOptions options, StopToken stop) {
    const ResultOptions result = with_python(options);
    return {plan.schema(), backend_.run(plan, result, std::move(stop)), options.result};
}

std::string QueryEngine::explain(const bound::Relation& plan, const QueryOptions& options) {
    return backend_.operators_text(plan, with_python(options));
}

}  // namespace firesteel::exec
