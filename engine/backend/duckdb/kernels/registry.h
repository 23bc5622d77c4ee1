#pragma once
/// Makes kernels known to DuckDB, one function per kernel, result type and volatility, when the
/// lowering first needs it (a function of the C API has a fixed result type). Thread-safe.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "backend/duckdb/handles.h"
#include "backend/duckdb/kernels/site.h"

namespace firesteel::duckdb {

class Operation;

class KernelRegistry {
  public:
    using FindOperation = std::function<std::shared_ptr<Operation>(idx_t connection_id)>;
    KernelRegistry(duckdb_connection connection, FindOperation find_operation)
        : connection_(connection), find_operation_(std::move(find_operation)) {}

    /// The name of the DuckDB function that computes the site's kernel.
    std::string function_for(const KernelSite& site);
    std::shared_ptr<Operation> operation_of(duckdb_bind_info info) const;
    std::shared_ptr<Operation> find(idx_t connection_id) const { return find_operation_(connection_id); }

  private:
    void register_function(const std::string& name, const KernelSite& site);
    duckdb_connection connection_;
    FindOperation find_operation_;
    std::mutex mutex_;
    std::unordered_set<std::string> names_;
};

}  // namespace firesteel::duckdb
