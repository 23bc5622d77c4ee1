/// The command line: reads flags and hands over to one file per command.

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/engine_commands.h"
#include "cli/sql_command.h"
#include "cli/submit.h"

namespace {

using namespace firesteel::cli;

constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;

void check_confs(const std::vector<std::string>& confs) {
    for (const auto& conf : confs) {
        if (conf.find('=') == std::string::npos || conf.front() == '=') {
            throw CLI::ValidationError("--conf", "'" + conf + "' is not key=value");
        }
    }
}

void add_engine(CLI::App& app, int& code) {
    auto* engine = app.add_subcommand("engine", "The engine as a daemon of its own");
    engine->require_subcommand(1);
    auto* start = engine->add_subcommand(
        "start", "Start it in the background; flags are those of firesteel-engine");
    start->prefix_command();
    start->callback([start, &code] { code = start_engine(start->remaining()); });
    auto* run = engine->add_subcommand(
        "run", "Run it in the foreground; flags are those of firesteel-engine");
    run->prefix_command();
    run->callback([run, &code] { code = run_engine(run->remaining()); });
    engine->add_subcommand("stop", "Stop it, with what it runs")->callback([&code] {
        code = stop_engine();
    });
    engine->add_subcommand("status", "Say whether and where it runs")->callback([&code] {
        code = print_status();
    });
    auto* logs = engine->add_subcommand("logs", "Print the end of its log");
    auto lines = std::make_shared<int>(100);
    auto follow = std::make_shared<bool>(false);
    logs->add_option("-n,--lines", *lines, "How many lines")->capture_default_str();
    logs->add_flag("-f,--follow", *follow, "Go on with what is added");
    logs->callback(
        [lines, follow, &code] { code = print_logs(*lines, *follow ? Follow::Yes : Follow::No); });
}

void add_submit(CLI::App& app, int& code) {
    auto options = std::make_shared<SubmitOptions>();
    auto* command = app.add_subcommand(
        "submit", "Run a PySpark script, unchanged: submit [OPTIONS] script.py [its arguments]");
    command->add_option("--remote", options->remote, "sc:// URL of an engine or cluster to use");
    command->add_option("--master", options->master,
                        "local[N] or local[*]: an engine for this script alone (the default); "
                        "yarn, k8s://, spark://: Apache Spark's own spark-submit takes over");
    command->add_option("--name", options->name, "Application name");
    command->add_option("-c,--conf", options->confs, "key=value, repeatable")
        ->allow_extra_args(false);
    command->add_option("--engine-log", options->engine_log,
                        "File for the log of the script's own engine");
    command->prefix_command();
    command->callback([command, options, &code] {
        options->command = command->remaining();
        check_confs(options->confs);
        if (options->command.empty()) throw CLI::RequiredError("script.py");
        if (options->command[0].starts_with("-")) throw CLI::ExtrasError({options->command[0]});
        if (!options->remote.empty() && !options->master.empty()) {
            throw CLI::ExcludesError("--remote", "--master");
        }
        code = submit(*options);
    });
}

void add_sql(CLI::App& app, int& code) {
    auto options = std::make_shared<SqlOptions>();
    auto* command = app.add_subcommand("sql", "Run SQL statements and print their rows");
    command->add_option("statements", options->statements, "Statements, run in one session")
        ->required();
    command->add_option("--remote", options->remote,
                        "sc:// URL; default: $SPARK_REMOTE, else the running engine, else one for "
                        "this command alone");
    command->add_option("--master", options->master, "local[N]: an engine for this command alone");
    command->add_option("-c,--conf", options->confs, "key=value for that engine, repeatable")
        ->allow_extra_args(false);
    command->add_option("-n,--rows", options->rows_max, "Rows to print")->capture_default_str();
    command->add_option("--truncate", options->truncate, "Longest cell; 0 for whole cells")
        ->capture_default_str();
    command->add_flag("--vertical", options->vertical, "One line per cell");
    command->callback([options, &code] {
        check_confs(options->confs);
        code = run_sql(*options);
    });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Firesteel: PySpark's data flow without the JVM", "firesteel");
    app.require_subcommand(1);
    int code = 0;
    add_engine(app, code);
    add_submit(app, code);
    add_sql(app, code);
    app.add_subcommand("status", "The same as engine status")->callback([&code] {
        code = print_status();
    });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitUsage;
    } catch (const std::exception& error) {
        std::cerr << "firesteel: " << error.what() << "\n";
        return kExitFailure;
    }
    return code;
}
