#pragma once
/// Binds the Python calls of a plan to the worker pool: what the backend calls per chunk.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/batch_function.h"
#include "python/profiles.h"
#include "python/setup.h"
#include "python/worker_pool.h"

namespace firesteel::exec {

/// Where Python functions of a query run, and the settings that their workers see.
struct PythonContext {
    std::shared_ptr<const python::WorkerEnvironment> environment;
    std::vector<std::pair<std::string, std::string>> conf;
    std::shared_ptr<python::Profiles> profiles;  // null: nothing is profiled
};
/// Asked only by plans that call Python, since it looks at files; from any thread of the query.
using PythonContextSource = std::function<std::shared_ptr<const PythonContext>()>;

/// Where functions of this kind, pickled by this version, run: an environment that names no interpreter
/// gets the "pythonX.Y" of that version, and kinds of batches the workers that have pandas.
std::shared_ptr<const python::WorkerEnvironment> environment_for(
    const std::shared_ptr<const python::WorkerEnvironment>& environment,
    const python::CallSpec& spec);

/// Functions of one query; those of batches see at most `batch_rows_max` rows. The pool must outlive them.
MakeBatchFunction python_calls(python::WorkerPool& workers, PythonContextSource python,
                               std::size_t batch_rows_max);

}  // namespace firesteel::exec
