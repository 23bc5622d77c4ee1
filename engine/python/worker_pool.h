#pragma once
/// The Python workers of the engine: forked on demand, leased to one thread at a time, kept for the
/// next lease of the same environment, ended when idle for long. Thread-safe. Outlives its leases.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/stop_token.h"
#include "python/template_process.h"
#include "python/worker.h"
#include "python/worker_environment.h"

namespace firesteel::python {

struct PoolOptions {
    std::string package_directory;  // holds firesteel_worker/
    std::string fallback_path;      // a site-packages with pyspark, for interpreters without
    std::size_t workers_max = 16;
    std::chrono::milliseconds idle_timeout{60000};
    std::chrono::milliseconds start_timeout{30000};
    int nice = 5;
    bool reuse = true;
    unsigned cores = 0;  // 0: as many as the machine has
};

struct WorkerStatus {
    pid_t pid = 0;
    std::string interpreter;
    std::string session_directory;
    bool leased = false;
    std::string output;  // the end of what it printed
};

/// What a function has cost since the engine began, in all workers.
struct FunctionUse {
    std::string name;
    std::uint64_t calls = 0;  // trips to a worker
    std::uint64_t rows = 0;
    std::chrono::nanoseconds busy{0};
};

class WorkerPool;

/// A worker for one thread. Its end gives the worker back if the last exchange ended cleanly, else
/// kills it.
class WorkerLease {
  public:
    WorkerLease(WorkerLease&&) noexcept = default;
    WorkerLease& operator=(WorkerLease&&) = delete;
    ~WorkerLease();

    Worker& worker() const { return *worker_; }
    /// Cores are free: polling for an answer beats sleeping.
    io::DuplexPump::Spin spin() const;

  private:
    friend class WorkerPool;
    WorkerLease(WorkerPool& pool, std::shared_ptr<Worker> worker)
        : pool_(&pool), worker_(std::move(worker)) {}

    WorkerPool* pool_;
    std::shared_ptr<Worker> worker_;
};

class WorkerPool {
  public:
    explicit WorkerPool(PoolOptions options);
    /// Ends all workers. No lease may be left.
    ~WorkerPool();

    /// Waits, first come first served, while all workers are leased. Throws Error.
    WorkerLease acquire(const std::shared_ptr<const WorkerEnvironment>& environment,
                        const StopToken& stop);
    /// One more worker for who has one, if few are leased: never waits for others. Throws Error.
    std::optional<WorkerLease> acquire_spare(const std::shared_ptr<const WorkerEnvironment>& environment,
                                             const StopToken& stop);
    /// Starts the template of an interpreter, so that its first worker is there at once.
    void warm(const std::string& interpreter);
    /// Makes that many idle workers, as far as the pool allows. Waits. Throws Error.
    void warm(const std::shared_ptr<const WorkerEnvironment>& environment, std::size_t count, const StopToken& stop);
    /// Ends idle workers now, the others when their leases end.
    void restart();
    void note(const std::string& function, std::uint64_t rows, std::chrono::nanoseconds busy);
    std::vector<FunctionUse> functions() const;
    /// Ends idle workers of a session, whose directory goes away.
    void forget_session(const std::string& session_directory);

    std::vector<WorkerStatus> status() const;
    std::uint64_t started_total() const;
    /// Ids differ over all calls of the engine, so that no worker mixes two up.
    std::uint32_t next_call_id() { return ++last_call_id_; }

  private:
    friend class WorkerLease;
    struct Idle {
        std::shared_ptr<Worker> worker;
        std::chrono::steady_clock::time_point since;
    };

    WorkerLease lease(std::unique_lock<std::mutex> lock, const std::shared_ptr<const WorkerEnvironment>& environment,
                      const StopToken& stop);
    std::shared_ptr<Worker> take_idle(const WorkerEnvironment& environment);
    std::shared_ptr<Worker> start(const std::shared_ptr<const WorkerEnvironment>& environment,
                                  const StopToken& stop);
    std::shared_ptr<TemplateProcess> template_of(const std::string& interpreter, bool has_pandas);
    void give_back(std::shared_ptr<Worker> worker);
    void leave_queue(std::uint64_t ticket);
    void end_idle();

    const PoolOptions options_;
    std::atomic<std::uint32_t> last_call_id_{0};
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::uint64_t> queue_;  // tickets of acquire() calls that wait
    std::uint64_t next_ticket_ = 1;
    std::uint64_t started_ = 0;
    std::vector<Idle> idle_;  // most recently used last
    std::map<pid_t, std::shared_ptr<Worker>> leased_;
    std::set<pid_t> outdated_;  // leased when restart() was called
    std::map<std::string, FunctionUse> functions_;
    std::size_t starting_ = 0;
    std::map<std::pair<std::string, bool>, std::shared_ptr<TemplateProcess>> templates_;  // by has_pandas too
};

}  // namespace firesteel::python
