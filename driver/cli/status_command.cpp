#include "cli/status_command.h"

#include <iomanip>
#include <iostream>
#include <optional>
#include <vector>

#include "cli/environment.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/reach_engine.h"
#include "cli/state_file.h"
#include "client/engine_service.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

constexpr int kLabelWidth = 13;

template <typename Value>
void print(const std::string& label, const Value& value) {
    std::cout << std::left << std::setw(kLabelWidth) << label + ":" << value << "\n";
}

/// All that is said of an engine that answers.
struct Facts {
    client::EngineContext context;
    client::EngineStatus status;
    std::vector<client::SessionFacts> sessions;
    std::vector<client::OperationFacts> operations;  // that run
    std::vector<client::WorkerFacts> workers;
};

Facts ask(const client::ConnectOptions& connection) {
    const client::EngineService service(connection);
    Facts facts{
        service.context(), service.status(), service.sessions(), {}, service.workers().workers};
    for (auto& operation : service.operations()) {
        if (operation.running) facts.operations.push_back(std::move(operation));
    }
    return facts;
}

void print_text(const Facts& facts) {
    print("version", facts.context.version + " (Spark " + facts.context.spark_version + ")");
    print("application", facts.context.app_name + ", " + facts.context.application_id);
    print("master", facts.context.master);
    print("sessions", facts.status.sessions);
    print("operations", facts.status.operations_running);
    print("workers", facts.status.workers);
    print("memory", std::to_string(facts.status.resident_bytes >> 20) + " MiB");
    for (const auto& session : facts.sessions) {
        const std::string caches = session.caches == 0 ? "" : ", caches " + std::to_string(session.caches);
        print("session", session.session_id + ", " + session.user_id + ", idle " +
                             std::to_string(session.idle_ms / 1000) + " s" + caches);
    }
    for (const auto& operation : facts.operations)
        print("operation", operation.operation_id + " of session " + operation.session_id);
    for (const auto& worker : facts.workers) {
        print("worker", std::to_string(worker.pid) + ", " + worker.python +
                            (worker.busy ? ", busy" : ", idle"));
    }
}

class JsonList {
  public:
    explicit JsonList(const char* name) { std::cout << "," << json_quoted(name) << ":["; }
    ~JsonList() { std::cout << "]"; }
    JsonList(const JsonList&) = delete;
    JsonList& operator=(const JsonList&) = delete;
    std::ostream& next() { return std::cout << std::exchange(separator_, ","); }

  private:
    const char* separator_ = "";
};

void print_json(const std::string& url, const std::optional<EngineState>& state,
                const Facts& facts) {
    std::cout << "{\"running\":true,\"url\":" << json_quoted(url);
    if (state)
        std::cout << ",\"pid\":" << state->pid << ",\"started\":" << json_quoted(state->started);
    std::cout << ",\"version\":" << json_quoted(facts.context.version)
              << ",\"sparkVersion\":" << json_quoted(facts.context.spark_version)
              << ",\"appName\":" << json_quoted(facts.context.app_name)
              << ",\"applicationId\":" << json_quoted(facts.context.application_id)
              << ",\"master\":" << json_quoted(facts.context.master)
              << ",\"residentBytes\":" << facts.status.resident_bytes;
    {
        JsonList list("sessions");
        for (const auto& one : facts.sessions) {
            list.next() << "{\"id\":" << json_quoted(one.session_id)
                        << ",\"user\":" << json_quoted(one.user_id)
                        << ",\"idleMillis\":" << one.idle_ms << ",\"operations\":" << one.operations
                        << ",\"caches\":" << one.caches << "}";
        }
    }
    {
        JsonList list("operations");
        for (const auto& one : facts.operations) {
            list.next() << "{\"id\":" << json_quoted(one.operation_id)
                        << ",\"session\":" << json_quoted(one.session_id)
                        << ",\"user\":" << json_quoted(one.user_id) << "}";
        }
    }
    {
        JsonList list("workers");
        for (const auto& one : facts.workers) {
            list.next() << "{\"pid\":" << one.pid << ",\"python\":" << json_quoted(one.python)
                        << ",\"session\":" << json_quoted(one.session)
                        << ",\"residentBytes\":" << one.resident_bytes
                        << ",\"busy\":" << (one.busy ? "true" : "false") << "}";
        }
    }
    std::cout << "}\n";
}

int report(const client::ConnectOptions& connection, const std::optional<EngineState>& state,
           const StatusOptions& options) {
    const std::string url = "sc://" + connection.target();
    if (!options.json) {
        print("url", url);
        if (state) print("pid", state->pid);
        if (state) print("started", state->started);
    }
    try {
        const Facts facts = ask(connection);
        options.json ? print_json(url, state, facts) : print_text(facts);
        return 0;
    } catch (const client::ClientError& error) {
        std::cerr << "firesteel status: " << error.what() << "\n";
        return kExitFailure;
    }
}

}  // namespace

int run_status(const StatusOptions& options) {
    if (!options.remote.empty())
        return report(client::parse_connect_url(options.remote), {}, options);
    const auto state = running_engine(state_directory(Environment::current()) / "engine.json");
    if (!state) {
        if (!options.json) return report_no_engine();
        std::cout << "{\"running\":false}\n";
        return kExitNotRunning;
    }
    auto connection = client::parse_connect_url(state->url());
    connection.token = state->token;
    const int code = report(connection, state, options);
    if (const std::string advice = version_advice(*state); !advice.empty()) {
        std::cerr << "firesteel: " << advice << "\n";
        return kExitFailure;
    }
    return code;
}

}  // namespace firesteel::cli
