/// The command line: reads flags and hands over to one file per command. It links nothing heavy, so
/// that submit costs a script no time.

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/engine_commands.h"
#include "cli/flags.h"
#include "cli/submit.h"

namespace {

using namespace firesteel::cli;

/// What speaks to an engine is a program of its own, since loading gRPC takes longer than all that
/// submit does; its flags are read there.
void add_client(CLI::App& app, const std::string& name, const std::string& description) {
    auto* command = app.add_subcommand(name, description);
    command->set_help_flag();
    command->prefix_command();
    command->callback([command, name] { run_client(name, command->remaining()); });
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
    add_client(*engine, "status", "Say whether and where it runs, and what it does");
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

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Firesteel: PySpark's data flow without the JVM", "firesteel");
    app.require_subcommand(1);
    int code = 0;
    add_engine(app, code);
    add_submit(app, code);
    add_client(app, "sql", "Run SQL statements and print their rows");
    add_client(app, "status", "The same as engine status");
    return parse_and_run(app, argc, argv, code);
}
