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

/// A source of that name with these options, and its schema; none: there is no such source.
std::optional<analysis::PythonRead> make_python_read(
    Queries& queries, const std::string& format,
    const std::vector<std::pair<std::string, std::string>>& options, const std::vector<std::string>& paths,
    const std::optional<Schema>& schema);

/// A condition on a column as pyspark.sql.datasource names it; the values are constant expressions.
struct SourceFilter {
    std::string name;
    std::vector<std::string> path;  // the column, fields in it
    bool negated = false;
    std::vector<bound::Expr> values;

    bool same_test(const SourceFilter& o) const {
        return name == o.name && path == o.path && negated == o.negated && values.empty() && o.values.empty();
    }
};

struct PlannedRead {
    std::shared_ptr<const PythonFunction> reader;  // gets the partitions, one a row
    std::vector<std::string> partitions;
    std::vector<bool> pushed;  // per filter: the reader takes care of it
};

/// Asks a source for its reader and partitions. With `pushes` the reader is offered the filters.
PlannedRead plan_python_read(Queries& queries, const PythonFunction& source, bool pushes,
                             const std::vector<SourceFilter>& filters);

void write_python_source(Queries& queries, const unresolved::Write& command, const PythonFunction& source);

}  // namespace firesteel
