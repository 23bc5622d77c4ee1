#pragma once
/// One client's state: configuration, current catalog and database, artifacts, errors to be fetched,
/// and its operations. Made by SparkContext at the first call with a new id; ends by ReleaseSession,
/// by idling, or with the engine. Thread-safe.

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/session_catalog.h"
#include "common/config.h"
#include "common/ids.h"
#include "common/thread_pool.h"
#include "python/profiles.h"
#include "session/artifacts.h"
#include "session/error_cache.h"
#include "session/operation.h"
#include "session/plan_cache.h"
#include "session/python_sources.h"

namespace firesteel {

class SparkContext;

struct OperationFacts {
    OperationId id;
    OperationState state = OperationState::Running;
    std::vector<std::string> tags;
    Operation::WallClock::time_point started_at;
};

class Session : public std::enable_shared_from_this<Session> {
  public:
    using Clock = std::chrono::steady_clock;

    /// With the application's settings and an empty catalog, or as a copy of `source`.
    Session(SparkContext& context, SessionKey key);
    Session(SparkContext& context, SessionKey key, Session& source);

    const SessionKey& key() const { return key_; }
    const ServerSessionId& server_id() const { return server_id_; }
    SparkContext& context() { return context_; }
    ConfigStore& conf() { return conf_; }
    /// conf().set() with the checks that need more than the value's text: time zones.
    void set_config(const std::string& name, std::string value);
    /// RESET: the application's settings again.
    void reset_config();
    Artifacts& artifacts() { return artifacts_; }
    ErrorCache& errors() { return errors_; }
    catalog::SessionCatalog& catalog() { return catalog_; }
    PlanCache& plan_cache() { return plan_cache_; }
    PythonSources& python_sources() { return python_sources_; }
    const std::shared_ptr<python::Profiles>& profiles() const { return profiles_; }

    // ---- checkpointed relations ----------------------------------------------------------------
    std::string add_checkpoint(std::shared_ptr<const bound::Relation> plan);
    std::shared_ptr<const bound::Relation> checkpoint(const std::string& id) const;
    void remove_checkpoint(const std::string& id);

    /// Whether the request of this plan, which makes a table, ran: clients run it with each use of its answer.
    bool has_created(const std::optional<PlanId>& plan) const;
    void note_creation(const std::optional<PlanId>& plan);

    // ---- operations ---------------------------------------------------------------------------
    struct Started {
        std::shared_ptr<Operation> operation;
        bool is_new = true;  // false: the same request was started before
    };
    /// Starts an operation on a thread of its own, or finds the one that the same request started.
    /// EngineBusy when too many run.
    Started start(OperationRequest request, Operation::Body body);
    /// OPERATION_NOT_FOUND, or OPERATION_ABANDONED if it was released.
    std::shared_ptr<Operation> operation(const OperationId& id) const;
    std::shared_ptr<Operation> find_operation(const OperationId& id) const;
    /// Forgets an operation, ending it if it still runs.
    void release_operation(const OperationId& id);

    std::vector<OperationId> interrupt_all(StopReason reason);
    std::vector<OperationId> interrupt_tag(std::string_view tag);
    std::vector<OperationId> interrupt_operation(const OperationId& id);

    std::vector<OperationFacts> operations() const;
    /// The state of a known operation, ended and released ones included.
    std::optional<OperationState> operation_state(const OperationId& id) const;

    // ---- life -----------------------------------------------------------------------------------
    void touch() { last_used_ = Clock::now(); }
    Clock::time_point last_used() const { return last_used_.load(); }
    Operation::WallClock::time_point started_at() const { return started_at_; }
    bool is_idle() const;
    /// Ends all operations; no new ones start.
    void close(StopReason reason);
    /// Ends operations that nobody has read for `timeout`.
    void end_abandoned(std::chrono::milliseconds timeout);

  private:
    friend class SparkContext;
    Session(SparkContext& context, SessionKey key, Config conf, const catalog::SessionCatalog& names);
    template <typename Wanted>
    std::vector<OperationId> interrupt_where(Wanted wanted, StopReason reason);
    void remember_released(const std::shared_ptr<Operation>& operation);
    [[noreturn]] void fail_not_found(const OperationId& id) const;

    SparkContext& context_;
    const SessionKey key_;
    const ServerSessionId server_id_;
    const Operation::WallClock::time_point started_at_ = Operation::WallClock::now();
    ConfigStore conf_;
    catalog::SessionCatalog catalog_;
    Artifacts artifacts_;
    ErrorCache errors_;
    PlanCache plan_cache_;
    PythonSources python_sources_;
    const std::shared_ptr<python::Profiles> profiles_ = std::make_shared<python::Profiles>();
    std::atomic<Clock::time_point> last_used_{Clock::now()};

    mutable std::mutex mutex_;
    std::map<OperationId, std::shared_ptr<Operation>> operations_;
    std::map<OperationId, Operation::StateCell> released_;  // bounded by released_order_
    std::deque<OperationId> released_order_;
    std::map<std::string, std::shared_ptr<const bound::Relation>> checkpoints_;
    std::set<PlanId> creations_;
    bool closed_ = false;
};

}  // namespace firesteel
