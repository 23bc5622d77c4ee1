#include "cli/status_command.h"

#include <iomanip>
#include <iostream>
#include <string>

#include "cli/environment.h"
#include "cli/flags.h"
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

}  // namespace

int print_status() {
    const auto state = running_engine(state_directory(Environment::current()) / "engine.json");
    if (!state) {
        std::cout << "no engine is running\n";
        return kExitNotRunning;
    }
    print("url", state->url());
    print("pid", state->pid);
    print("started", state->started);
    auto options = client::parse_connect_url(state->url());
    options.token = state->token;
    try {
        const client::EngineService service(std::move(options));
        const client::EngineContext context = service.context();
        const client::EngineStatus status = service.status();
        print("version", context.version + " (Spark " + context.spark_version + ")");
        print("application", context.app_name + ", " + context.application_id);
        print("master", context.master);
        print("sessions", status.sessions);
        print("operations", status.operations_running);
        print("workers", status.workers);
        print("memory", std::to_string(status.resident_bytes >> 20) + " MiB");
        for (const auto& session : service.sessions()) {
            print("session", session.session_id + ", " + session.user_id + ", idle " +
                                 std::to_string(session.idle_ms / 1000) + " s");
        }
        for (const auto& operation : service.operations()) {
            if (operation.running) {
                print("operation", operation.operation_id + " of session " + operation.session_id);
            }
        }
    } catch (const client::ClientError& error) {
        print("answers", std::string("no: ") + error.what());
        return 1;
    }
    return 0;
}

}  // namespace firesteel::cli
