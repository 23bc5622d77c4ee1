#include "session/spark_context.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "common/config_keys.h"
#include "common/error.h"
#include "common/limits.h"
#include "common/log.h"
#include "session/worker_files.h"
#include "types/time_zone.h"

namespace firesteel {
namespace {

constexpr log::Channel kLog{"session"};
constexpr std::string_view kSparkVersion = "4.1.1";
constexpr std::chrono::milliseconds kHousekeepingMax{1000};

[[noreturn]] void fail(ErrorClass error, const SessionKey& key) {
    throw Error(error, {{"handle", key.session.text()}});
}

ApplicationFacts facts_of(const SparkContext::Options& options) {
    ApplicationFacts facts;
    facts.started_at = std::chrono::system_clock::now();
    const auto started_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(facts.started_at.time_since_epoch());
    facts.id = "local-" + std::to_string(started_ms.count());
    facts.name = options.conf.find("spark.app.name").value_or("Firesteel");
    facts.master = options.master;
    facts.default_parallelism = options.default_parallelism;
    facts.version = options.version;
    facts.spark_version = kSparkVersion;
    facts.user = options.user;
    return facts;
}

/// Sessions see the application's identity among their settings.
Config with_facts(const Config& conf, const ApplicationFacts& facts) {
    const auto started_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(facts.started_at.time_since_epoch());
    ConfigMap settings = conf.settings();
    for (const auto& [name, value] : settings) check_setting(name, value);
    settings.insert_or_assign("spark.app.id", facts.id);
    settings.insert_or_assign("spark.app.name", facts.name);
    settings.insert_or_assign("spark.app.startTime", std::to_string(started_ms.count()));
    settings.insert_or_assign("spark.master", facts.master);
    settings.insert_or_assign("firesteel.version", facts.version);
    return conf.with_settings(std::move(settings));
}

/// A bare number counts in MiB, as Spark has it here.
std::int64_t mebibytes(const std::string& text) {
    const bool is_bare = text.find_first_not_of("0123456789") == std::string::npos;
    const auto bytes = parse_bytes(is_bare ? text + "m" : text);
    if (!bytes) {
        throw Error(ErrorClass::IllegalArgument, {{"message", "spark.executor.pyspark.memory is no size: " + text}});
    }
    return std::max<std::int64_t>(*bytes >> 20, 1);
}

}  // namespace

void check_setting(std::string_view name, const std::string& value) {
    if (name == keys::kSessionTimeZone.name && !TimeZone::find(value)) {
        throw Error(ErrorClass::InvalidConfValueTimeZone, {{"confName", std::string(name)}, {"confValue", value}});
    }
}

SparkContext::SparkContext(Options options)
    : facts_(facts_of(options)),
      conf_(with_facts(options.conf, facts_)),
      work_directory_(std::move(options.work_directory)),
      python_(std::move(options.python)),
      metastore_(std::make_shared<catalog::Metastore>(conf_.get(keys::kWarehouseDir))),
      engine_parts_(std::async(std::launch::async, [backend = options.backend, workers = options.workers,
                                                    interpreter = early_interpreter(conf_, python_)] {
          auto parts = std::make_shared<EngineParts>(backend, workers);
          if (!interpreter.empty()) parts->workers.warm(interpreter);
          return parts;
      })),
      analyses_({"analysis", limits::kAnalysisThreadsMax, limits::kAnalysisQueueMax,
                 limits::kPlanStackBytes}),
      operations_({"operation", static_cast<std::size_t>(conf_.get(keys::kOperationsMax)), 0,
                   limits::kPlanStackBytes}),
      housekeeper_([this](const std::stop_token& stop) { keep_house(stop); }) {}

SparkContext::~SparkContext() {
    housekeeper_.request_stop();
    housekeeper_.join();
    {
        const std::lock_guard lock(mutex_);
        sessions_.clear();
    }
    std::error_code ec;
    std::filesystem::remove_all(work_directory_, ec);
}

std::shared_ptr<Session> SparkContext::checked(std::shared_ptr<Session> session,
                                               const SessionKey& key,
                                               const ServerSessionId& observed) const {
    if (!observed.empty() && (!session || session->server_id() != observed)) {
        fail(ErrorClass::InvalidHandleSessionChanged, key);
    }
    if (session) session->touch();
    return session;
}

std::shared_ptr<Session> SparkContext::session(const SessionKey& key,
                                               const ServerSessionId& observed) {
    if (!is_uuid(key.session.text())) fail(ErrorClass::InvalidHandleFormat, key);
    const std::lock_guard lock(mutex_);
    if (closed_.contains(key)) fail(ErrorClass::InvalidHandleSessionClosed, key);
    const auto found = sessions_.find(key);
    auto session = checked(found == sessions_.end() ? nullptr : found->second, key, observed);
    if (session) return session;
    if (stopping_) throw Error(ErrorClass::NoCondition, {{"message", "The engine is stopping."}});
    if (sessions_.size() >= static_cast<std::size_t>(conf_.get(keys::kSessionsMax))) {
        throw Error(ErrorClass::EngineBusy, {{"what", "too many sessions are open"}});
    }
    session = std::make_shared<Session>(*this, key);
    sessions_.emplace(key, session);
    kLog.info("session started", {{"session", key.session.text()}, {"sessions", sessions_.size()}});
    return session;
}

std::shared_ptr<Session> SparkContext::find_session(const SessionKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(key);
    return found == sessions_.end() ? nullptr : found->second;
}

std::shared_ptr<Session> SparkContext::existing_session(const SessionKey& key,
                                                        const ServerSessionId& observed) {
    if (!is_uuid(key.session.text())) fail(ErrorClass::InvalidHandleFormat, key);
    const std::lock_guard lock(mutex_);
    if (closed_.contains(key)) fail(ErrorClass::InvalidHandleSessionClosed, key);
    const auto found = sessions_.find(key);
    if (found == sessions_.end()) {
        if (!observed.empty()) fail(ErrorClass::InvalidHandleSessionChanged, key);
        fail(ErrorClass::InvalidHandleSessionNotFound, key);
    }
    return checked(found->second, key, observed);
}

ServerSessionId SparkContext::release_session(const SessionKey& key, bool allow_reconnect) {
    if (!is_uuid(key.session.text())) fail(ErrorClass::InvalidHandleFormat, key);
    std::shared_ptr<Session> session;
    {
        const std::lock_guard lock(mutex_);
        const auto found = sessions_.find(key);
        if (found != sessions_.end()) {
            session = std::move(found->second);
            sessions_.erase(found);
        }
        if (!allow_reconnect) remember_closed(key);
    }
    if (!session) return {};
    session->close(StopReason::SessionClosed);
    kLog.info("session released", {{"session", key.session.text()}});
    return session->server_id();
}

/// With the lock held.
void SparkContext::remember_closed(const SessionKey& key) {
    if (!closed_.emplace(key, true).second) return;
    closed_order_.push_back(key);
    if (closed_order_.size() > limits::kClosedIdsKept) {
        closed_.erase(closed_order_.front());
        closed_order_.pop_front();
    }
}

std::shared_ptr<Session> SparkContext::clone_session(const std::shared_ptr<Session>& source,
                                                     SessionId target) {
    if (target.empty()) target = SessionId(random_uuid());
    const ErrorParameters parameters = {{"targetSessionId", target.text()}};
    if (!is_uuid(target.text())) throw Error(ErrorClass::InvalidCloneTargetFormat, parameters);
    const SessionKey key{source->key().user, target};
    {
        const std::lock_guard lock(mutex_);
        if (closed_.contains(key)) throw Error(ErrorClass::InvalidCloneTargetClosed, parameters);
        if (sessions_.contains(key)) throw Error(ErrorClass::InvalidCloneTargetExists, parameters);
    }
    auto clone = std::make_shared<Session>(*this, key, *source);
    const std::lock_guard lock(mutex_);
    if (!sessions_.emplace(key, clone).second) {
        throw Error(ErrorClass::InvalidCloneTargetExists, parameters);
    }
    return clone;
}

std::vector<std::shared_ptr<Session>> SparkContext::sessions() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Session>> out;
    out.reserve(sessions_.size());
    for (const auto& [key, session] : sessions_) out.push_back(session);
    return out;
}

bool SparkContext::run_operation(ThreadPool::Task task) {
    {
        const std::lock_guard lock(running_mutex_);
        ++running_;
    }
    const auto ended = [this] {
        {
            const std::lock_guard lock(running_mutex_);
            --running_;
        }
        running_changed_.notify_all();
    };
    const bool taken = operations_.try_run([work = std::move(task), ended] {
        work();
        ended();
    });
    if (!taken) ended();
    return taken;
}

bool SparkContext::stop(std::chrono::milliseconds timeout) {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    for (const auto& session : sessions()) session->close(StopReason::Shutdown);
    std::unique_lock lock(running_mutex_);
    return running_changed_.wait_for(lock, timeout, [&] { return running_ == 0; });
}

void SparkContext::keep_house(const std::stop_token& stop) {
    const auto shortest = std::min(conf_.get(keys::kSessionIdleTimeout),
                                   conf_.get(keys::kOperationAbandonedTimeout));
    const auto interval = std::clamp(std::chrono::milliseconds(shortest / 4),
                                     std::chrono::milliseconds(10), kHousekeepingMax);
    std::mutex idle;
    std::unique_lock lock(idle);
    while (!stop.stop_requested()) {
        tick_.wait_for(lock, stop, interval, [] { return false; });
        if (!stop.stop_requested()) expire();
    }
}

void SparkContext::expire() {
    const std::chrono::milliseconds idle(conf_.get(keys::kSessionIdleTimeout));
    const std::chrono::milliseconds unread(conf_.get(keys::kOperationAbandonedTimeout));
    for (const auto& session : sessions()) {
        session->end_abandoned(unread);
        if (Session::Clock::now() - session->last_used() >= idle && session->is_idle()) {
            kLog.info("session expired", {{"session", session->key().session.text()}});
            release_session(session->key(), /*allow_reconnect=*/false);
        }
    }
}

std::shared_ptr<python::WorkerEnvironment> SparkContext::worker_environment(const Config& config) const {
    auto out = std::make_shared<python::WorkerEnvironment>();
    out->interpreter = config.find("spark.pyspark.python").value_or(python_);
    if (const auto limit = config.find("spark.executor.pyspark.memory")) {
        out->variables.emplace_back("PYSPARK_EXECUTOR_MEMORY_MB", std::to_string(mebibytes(*limit)));
    }
    return out;
}

}  // namespace firesteel
