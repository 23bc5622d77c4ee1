#include "cli/reach_engine.h"

#include <iostream>
#include <stdexcept>

#include "cli/application.h"
#include "cli/environment.h"
#include "cli/exit_codes.h"
#include "cli/state_file.h"

namespace firesteel::cli {
namespace {

PrivateEngine start_for_command(const Application& defaults, const EngineChoice& choice,
                                Environment environment) {
    std::vector<std::string> confs = defaults.confs();
    confs.insert(confs.end(), choice.confs.begin(), choice.confs.end());
    const std::string usual = defaults.is_local() ? defaults.master : "";
    environment.set_if_absent("PYSPARK_PYTHON",
                              defaults.is_local() ? defaults.driver_python : "python3");
    PrivateEngine engine = PrivateEngine::start(
        {.master = choice.master.empty() ? usual : choice.master, .confs = confs, .log_file = ""},
        std::move(environment));
    if (!engine.wait_until_ready()) {
        throw std::runtime_error("the engine did not start: " + reason_in(engine.log_tail()));
    }
    return engine;
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

ReachedEngine::ReachedEngine(const EngineChoice& choice) {
    const Environment environment = Environment::current();
    const Application defaults = make_application(SubmitOptions(), environment);
    if (choice.master.empty() && choice.confs.empty()) {
        const auto found = find_engine(choice.remote.empty() ? defaults.remote : choice.remote);
        if (found) {
            connection_ = *found;
            return;
        }
    } else if (!choice.remote.empty()) {
        connection_ = client::parse_connect_url(choice.remote);
        return;
    }
    engine_.emplace(start_for_command(defaults, choice, environment));
    connection_ = client::parse_connect_url(engine_->url());
}

ReachedEngine::~ReachedEngine() {
    if (engine_) engine_->stop();
}

}  // namespace firesteel::cli
