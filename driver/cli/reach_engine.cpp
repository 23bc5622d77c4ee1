#include "cli/reach_engine.h"

#include <iostream>
#include <stdexcept>

#include "cli/application.h"
#include "cli/environment.h"
#include "cli/exit_codes.h"
#include "cli/state_file.h"

namespace firesteel::cli {
namespace {

PrivateEngine start_for_command(const Application& application, Environment environment) {
    environment.set_if_absent("PYSPARK_PYTHON", application.driver_python);
    PrivateEngine engine = PrivateEngine::start(
        {.master = application.master, .confs = application.confs(), .log_file = ""},
        std::move(environment));
    if (!engine.wait_until_ready()) {
        throw std::runtime_error("the engine did not start: " + reason_in(engine.log_tail()));
    }
    return engine;
}

/// A file may name a cluster for scripts; a command without a place of its own is not meant.
Application application_of(const SubmitOptions& options, const Environment& environment) {
    Application out = make_application(options, environment);
    if (out.is_local()) return out;
    if (options.has("--master") || environment.get("MASTER")) {
        throw UsageError("statements run on this machine; for the cluster " + out.master +
                         " use --remote, or Apache Spark's own spark-sql");
    }
    out.master.clear();
    out.driver_python = "python3";
    return out;
}

}  // namespace

std::optional<client::ConnectOptions> find_engine(const std::string& remote) {
    if (!remote.empty()) return client::parse_connect_url(remote);
    const auto state = running_engine(state_directory(Environment::current()) / "engine.json");
    if (!state) return std::nullopt;
    if (const std::string advice = version_advice(*state); !advice.empty())
        throw std::runtime_error(advice);
    auto found = client::parse_connect_url(state->url());
    found.token = state->token;
    return found;
}

int report_no_engine() {
    std::cout << "no engine is running; firesteel engine start starts one\n";
    return kExitNotRunning;
}

ReachedEngine::ReachedEngine(const SubmitOptions& options) {
    const Environment environment = Environment::current();
    const Application application = application_of(options, environment);
    const bool is_named = options.has("--remote");
    const bool wants_own = !is_named && (!options.confs.empty() || !flag_settings(options).empty());
    if (is_named) session_confs_ = options.confs;
    if (const auto found = wants_own ? std::nullopt : find_engine(application.remote)) {
        connection_ = *found;
        return;
    }
    engine_.emplace(start_for_command(application, environment));
    connection_ = client::parse_connect_url(engine_->url());
}

ReachedEngine::~ReachedEngine() {
    if (engine_) engine_->stop();
}

}  // namespace firesteel::cli
