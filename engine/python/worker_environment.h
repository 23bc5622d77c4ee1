#pragma once
/// What a worker is bound to: interpreter, session code, process environment.

#include <compare>
#include <string>
#include <utility>
#include <vector>

namespace firesteel::python {

/// Workers are reused only where all of this is equal.
struct WorkerEnvironment {
    std::string interpreter;  // path, or a name found on PATH
    std::string session_directory;  // becomes working directory and first on sys.path; empty: none
    std::vector<std::string> extra_paths;  // behind it on sys.path
    /// Variables of the process, beside the engine's own: plain functions see timestamps in the engine's zone.
    std::vector<std::pair<std::string, std::string>> variables;
    bool has_pandas = false;  // forked from a template that has imported pandas and pyarrow

    auto operator<=>(const WorkerEnvironment&) const = default;
};

}  // namespace firesteel::python
