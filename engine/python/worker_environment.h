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
    /// Variables of the process. TZ is the zone in which plain functions see timestamps (a name of
    /// the tz database, or POSIX text; see posix_time_zone).
    std::vector<std::pair<std::string, std::string>> variables;
    bool has_pandas = false;  // forked from a template that has imported pandas and pyarrow

    auto operator<=>(const WorkerEnvironment&) const = default;
};

/// A session time zone as the TZ variable wants it: "+05:30" turns into "<+0530>-05:30", names stay.
std::string posix_time_zone(const std::string& zone);

}  // namespace firesteel::python
