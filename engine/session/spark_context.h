#pragma once
/// The application: what one engine process owns. Its settings and identity, the sessions with
/// their limits and expiry, and the threads that operations and analyses run on. One per engine,
/// made by main(). Thread-safe.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/config.h"
#include "common/ids.h"
#include "common/thread_pool.h"
#include "common/ticker.h"
#include "exec/query.h"
#include "functions/registry.h"
#include "python/worker_pool.h"
#include "session/session.h"

namespace firesteel {

struct ApplicationFacts {
    std::string id;
    std::string name;
    std::string master;
    unsigned default_parallelism = 1;
    std::chrono::system_clock::time_point started_at;
    std::string version;        // ours
    std::string spark_version;  // whose behaviour is our specification
    std::string user;           // whom the engine runs as: current_user()
};

/// What a setting's row can't say: whether a time zone is known. Throws.
void check_setting(std::string_view name, const std::string& value);

class SparkContext {
  public:
    struct Options {
        Config conf;
        std::string master = "local[*]";
        unsigned default_parallelism = 1;
        std::filesystem::path work_directory;  // ours alone; removed at the end
        std::string version;
        std::string user;
        BackendOptions backend;
        python::PoolOptions workers;
        std::string python;  // of sessions that name none
    };

    explicit SparkContext(Options options);
    ~SparkContext();
    SparkContext(const SparkContext&) = delete;
    SparkContext& operator=(const SparkContext&) = delete;

    const ApplicationFacts& facts() const { return facts_; }
    /// The engine's settings; sessions begin with them.
    const Config& conf() const { return conf_; }
    std::filesystem::path artifact_directory() const { return work_directory_ / "sessions"; }

    /// Temporary views that all sessions share.
    const std::shared_ptr<catalog::ViewMap>& global_views() const { return global_views_; }
    /// Databases and what they hold.
    const std::shared_ptr<catalog::Metastore>& metastore() const { return metastore_; }

    // ---- what runs plans --------------------------------------------------------------------------
    const functions::Registry& registry() const { return engine_parts().registry; }
    exec::QueryEngine& queries() { return engine_parts().queries; }
    python::WorkerPool& workers() { return engine_parts().workers; }
    const std::string& python() const { return python_; }
    /// Where Python runs under these settings, for a session without files of its own.
    std::shared_ptr<python::WorkerEnvironment> worker_environment(const Config& config) const;
    /// True once.
    bool is_first_old_client() { return !old_client_seen_.exchange(true); }
    AttributeId next_attribute_id() { return {next_attribute_id_.fetch_add(1)}; }

    // ---- sessions -------------------------------------------------------------------------------
    /// The session of this key, made if it is new. INVALID_HANDLE.{FORMAT, SESSION_CLOSED,
    /// SESSION_CHANGED}; `observed` is the server id that the client saw before, or empty.
    std::shared_ptr<Session> session(const SessionKey& key, const ServerSessionId& observed);
    /// The same without making one: INVALID_HANDLE.SESSION_NOT_FOUND.
    std::shared_ptr<Session> existing_session(const SessionKey& key, const ServerSessionId& observed);
    std::shared_ptr<Session> find_session(const SessionKey& key) const;
    /// The server id of the session that was ended; empty if there was none. Without
    /// `allow_reconnect` the key can't be used again.
    ServerSessionId release_session(const SessionKey& key, bool allow_reconnect);
    /// A copy under another id (empty: one is made).
    std::shared_ptr<Session> clone_session(const std::shared_ptr<Session>& source, SessionId target);
    std::vector<std::shared_ptr<Session>> sessions() const;

    // ---- threads --------------------------------------------------------------------------------
    /// Both have stacks for the deepest plan. False: too many run.
    bool run_operation(ThreadPool::Task task);
    bool run_analysis(ThreadPool::Task task) { return analyses_.try_run(std::move(task)); }
    Ticker& ticker() { return ticker_; }

    /// Refuses new sessions, ends all operations and waits for them; false if some still run.
    bool stop(std::chrono::milliseconds timeout);

  private:
    /// Made on a thread of their own while the engine starts to listen; the first user waits.
    struct EngineParts {
        EngineParts(const BackendOptions& backend, const python::PoolOptions& pool)
            : workers(pool), queries(backend, workers) {}
        functions::Registry registry;
        python::WorkerPool workers;
        exec::QueryEngine queries;
    };
    EngineParts& engine_parts() const { return *engine_parts_.get(); }

    std::shared_ptr<Session> checked(std::shared_ptr<Session> session, const SessionKey& key,
                                     const ServerSessionId& observed) const;
    void remember_closed(const SessionKey& key);
    void keep_house(const std::stop_token& stop);
    void expire();

    const ApplicationFacts facts_;
    const Config conf_;
    const std::filesystem::path work_directory_;
    const std::string python_;
    const std::shared_ptr<catalog::ViewMap> global_views_ = std::make_shared<catalog::ViewMap>();
    const std::shared_ptr<catalog::Metastore> metastore_;

    const std::shared_future<std::shared_ptr<EngineParts>> engine_parts_;
    std::atomic<std::uint64_t> next_attribute_id_{1};
    std::atomic<bool> old_client_seen_ = false;

    mutable std::mutex mutex_;
    std::map<SessionKey, std::shared_ptr<Session>> sessions_;
    std::map<SessionKey, bool> closed_;
    std::deque<SessionKey> closed_order_;
    bool stopping_ = false;

    std::mutex running_mutex_;
    std::condition_variable running_changed_;
    std::size_t running_ = 0;

    Ticker ticker_;  // operations use it
    ThreadPool analyses_;
    ThreadPool operations_;
    std::condition_variable_any tick_;
    std::jthread housekeeper_;
};

}  // namespace firesteel
