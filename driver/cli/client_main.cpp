/// The commands that speak to an engine. Started by `firesteel`, with the same words.

#include <memory>
#include <string>
#include <vector>

#include "cli/flags.h"
#include "cli/sql_command.h"
#include "cli/status_command.h"
#include "cli/workers_command.h"

namespace {

using namespace firesteel::cli;

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

void add_workers(CLI::App& app, int& code) {
    auto options = std::make_shared<WorkersOptions>();
    auto* command = app.add_subcommand("workers", "List the engine's Python workers and what their functions cost");
    command->add_option("--warm", options->warm, "Start that many idle workers first")->check(CLI::PositiveNumber);
    command->add_option("--python", options->python, "Interpreter of the workers to start");
    command->add_flag("--restart", options->restart, "End idle workers now, busy ones after their work");
    command->add_flag("--json", options->json, "Print one JSON document");
    command->callback([options, &code] { code = run_workers(*options); });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Firesteel: PySpark's data flow without the JVM", "firesteel");
    app.require_subcommand(1);
    int code = 0;
    add_sql(app, code);
    app.add_subcommand("status", "Say whether and where the engine runs, and what it does")
        ->callback([&code] { code = print_status(); });
    add_workers(app, code);
    return parse_and_run(app, argc, argv, code);
}
