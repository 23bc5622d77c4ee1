#include "cli/sql_command.h"

#include <iostream>
#include <optional>

#include "cli/environment.h"
#include "cli/private_engine.h"
#include "cli/state_file.h"
#include "client/errors.h"
#include "client/session.h"

namespace firesteel::cli {
namespace {

/// The engine that the options mean; starts `engine` where none is named and none runs.
std::string find_engine(const SqlOptions& options, std::optional<PrivateEngine>& engine) {
    const Environment environment = Environment::current();
    if (!options.remote.empty()) return options.remote;
    if (options.master.empty() && options.confs.empty()) {
        if (auto remote = environment.get("SPARK_REMOTE")) return *remote;
        if (auto state = running_engine(state_directory(environment) / "engine.json")) {
            return state->url();
        }
    }
    engine.emplace(
        PrivateEngine::start({.master = options.master, .confs = options.confs}, environment));
    if (!engine->wait_until_ready()) {
        throw std::runtime_error("the engine did not start\n" + engine->log_tail());
    }
    return engine->url();
}

void print_rows(const client::DataFrame& rows, const SqlOptions& options) {
    if (rows.schema().empty()) return;  // a command that has nothing to say
    using Layout = client::DataFrame::Layout;
    std::cout << rows.show_string(options.rows_max, options.truncate,
                                  options.vertical ? Layout::Vertical : Layout::Table)
              << "\n"
              << std::flush;
}

int run_statements(const std::string& url, const SqlOptions& options) {
    const auto session = client::Session::connect(client::parse_connect_url(url));
    try {
        for (const auto& statement : options.statements) {
            print_rows(session.sql(statement), options);
        }
        session.stop();
        return 0;
    } catch (const client::QueryError& error) {
        std::cerr << error.what() << "\n";
        session.stop();
    } catch (const client::ClientError& error) {
        std::cerr << "firesteel sql: " << error.what() << "\n";
    }
    return 1;
}

}  // namespace

int run_sql(const SqlOptions& options) {
    std::optional<PrivateEngine> engine;
    const int code = run_statements(find_engine(options, engine), options);
    if (engine) engine->stop();
    return code;
}

}  // namespace firesteel::cli
