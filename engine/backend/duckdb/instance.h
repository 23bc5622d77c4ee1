#pragma once
/// The one DuckDB of an engine: its settings, its pool of connections, the kernels registered in it.
/// Nothing that a Spark session can see lives in it: no views, settings or zones. Thread-safe.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "backend/backend.h"
#include "backend/duckdb/handles.h"
#include "backend/duckdb/kernels/registry.h"

namespace firesteel::duckdb {

class Operation;

class Instance {
  public:
    explicit Instance(const BackendOptions& options);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    KernelRegistry& kernels() { return *kernels_; }

    /// A statement without rows and without kernels.
    void execute(const std::string& sql);
    /// A name, with its database's, that no table had yet: for rows that are kept.
    std::string new_table_name();

    /// A connection for one operation; callbacks on it find the operation. Goes back when destroyed.
    class Lease {
      public:
        Lease(Instance& instance, std::shared_ptr<Operation> operation);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        duckdb_connection get() const { return connection_.get(); }

      private:
        Instance& instance_;
        ConnectionHandle connection_;
        idx_t id_ = 0;
    };

  private:
    ConnectionHandle take_connection();
    void give_back(ConnectionHandle connection);
    std::shared_ptr<Operation> operation_of(idx_t connection_id);

    Database database_;
    std::atomic<std::uint64_t> tables_made_{0};
    ConnectionHandle registering_;
    std::mutex mutex_;
    std::vector<ConnectionHandle> idle_;
    std::unordered_map<idx_t, std::shared_ptr<Operation>> operations_;
    std::unique_ptr<KernelRegistry> kernels_;
};

}  // namespace firesteel::duckdb
