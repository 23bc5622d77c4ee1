#include "cli/status_command.h"

#include <iostream>

#include "cli/environment.h"
#include "cli/state_file.h"
#include "client/errors.h"
#include "client/session.h"

namespace firesteel::cli {
namespace {

constexpr int kExitNotRunning = 3;  // as init scripts say it

}  // namespace

int print_status() {
    const auto state = running_engine(state_directory(Environment::current()) / "engine.json");
    if (!state) {
        std::cout << "no engine is running\n";
        return kExitNotRunning;
    }
    std::cout << "url:      " << state->url() << "\npid:      " << state->pid
              << "\nstarted:  " << state->started << "\n";
    auto options = client::parse_connect_url(state->url());
    options.token = state->token;
    try {
        const auto session = client::Session::connect(options);
        std::cout << "spark:    " << session.spark_version() << "\n";
        session.stop();
    } catch (const client::ClientError& error) {
        std::cout << "answers:  no (" << error.what() << ")\n";
        return 1;
    }
    return 0;
}

}  // namespace firesteel::cli
