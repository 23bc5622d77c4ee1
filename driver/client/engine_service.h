#pragma once
/// The engine's own service, for what Spark Connect has no words: who it is and what it does.
/// Only Firesteel engines have it. Calls block. Thread-safe.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/connect_url.h"

namespace firesteel::client {

struct EngineContext {
    std::string application_id;
    std::string app_name;
    std::string master;
    std::int32_t default_parallelism = 0;
    std::string version;
    std::string spark_version;
};

struct EngineStatus {
    std::int32_t sessions = 0;
    std::int32_t operations_running = 0;
    std::int32_t workers = 0;
    std::int64_t resident_bytes = 0;
};

struct WorkerFacts {
    std::int64_t pid = 0;
    std::string python;
    std::string session;  // whose files it sees; may be empty
    std::int64_t resident_bytes = 0;
    bool busy = false;
    std::string output;
};

struct FunctionFacts {
    std::string name;
    std::int64_t calls = 0;
    std::int64_t rows = 0;
    std::int64_t busy_us = 0;
};

struct EngineWorkers {
    std::vector<WorkerFacts> workers;
    std::vector<FunctionFacts> functions;
    std::int64_t started = 0;
};

struct SessionFacts {
    std::string user_id;
    std::string session_id;
    std::int32_t operations = 0;
    std::int64_t idle_ms = 0;
    std::int32_t caches = 0;  // plans that it cached
};

struct SettingFacts {
    std::string name;
    std::optional<std::string> value;     // what new sessions begin with
    std::optional<std::string> fallback;  // without being set
    bool is_set = false;
    bool any_session = false;  // may change it
    std::string options;       // "A|B"; empty: others
    std::string doc;           // empty where nothing acts on it
};

struct OperationFacts {
    std::string operation_id;
    std::string session_id;
    std::string user_id;
    bool running = false;
};

class EngineService {
  public:
    explicit EngineService(ConnectOptions options);
    ~EngineService();

    /// Throw ConnectionError where nobody answers, QueryError where the server has no such service.
    EngineContext context() const;
    EngineStatus status() const;
    EngineWorkers workers() const;
    /// `python`: an interpreter; empty: the engine's choice.
    void warm_workers(std::int32_t count, const std::string& python) const;
    void restart_workers() const;
    std::vector<SessionFacts> sessions() const;
    std::vector<OperationFacts> operations() const;
    /// Those with `part` in their names.
    std::vector<SettingFacts> settings(const std::string& part) const;

  private:
    struct Channel;
    std::unique_ptr<Channel> channel_;
};

}  // namespace firesteel::client
