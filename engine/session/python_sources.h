#pragma once
/// Data sources that are written in Python: a session's own, by name, and what reads and writes do
/// with them. Their methods run in workers.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/analyzer.h"

namespace firesteel {

class Queries;
namespace unresolved {
struct Write;
}

/// Names in any case. Thread-safe.
class PythonSources {
  public:
    PythonSources() = default;
    void put(const std::string& name, std::shared_ptr<const PythonFunction> source);
    std::shared_ptr<const PythonFunction> find(const std::string& name) const;
    /// A cloned session knows the same.
    void copy_from(const PythonSources& other);

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const PythonFunction>> sources_;
};

std::optional<analysis::PythonRead> plan_python_read(
    Queries& queries, const std::string& format,
    const std::vector<std::pair<std::string, std::string>>& options, const std::vector<std::string>& paths,
    const std::optional<Schema>& schema);

void write_python_source(Queries& queries, const unresolved::Write& command, const PythonFunction& source);

}  // namespace firesteel
