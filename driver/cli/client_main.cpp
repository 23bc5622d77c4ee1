/// The commands that speak to an engine. Started by `firesteel`, with the same words.

#include <memory>
#include <string>
#include <vector>

#include "cli/completion.h"
#include "cli/conf_command.h"
#include "cli/flags.h"
#include "cli/kill_command.h"
#include "cli/spark_sql.h"
#include "cli/sql_command.h"
#include "cli/status_command.h"
#include "cli/workers_command.h"

namespace {

using namespace firesteel::cli;

constexpr const char* kRemote = "sc:// URL of an engine; default: the running one";
constexpr const char* kSqlHelp =
    "Without statements, at a terminal: a shell, with history "
    "(~/.local/state/firesteel/sql_history) and\n"
    "completion; keys are those of ~/.editrc. From a pipe: the statements that come through it.\n"
    "The engine is --remote, $SPARK_REMOTE, spark.remote of spark-defaults.conf, the one that "
    "runs, or one\n"
    "for this command alone; --master or --conf ask for the latter.\n\n"
    "  firesteel sql \"SELECT 1; SELECT 2\"\n"
    "  firesteel sql -f report.sql --format csv > report.csv\n\n"
    "Exit codes: 0; 1 a statement failed or no engine answers; 2 a mistake in the command line.";

void add_sql(CLI::App& app, int& code) {
    auto options = std::make_shared<SqlOptions>();
    auto* command = app.add_subcommand("sql", "Run SQL statements and print their rows");
    command->add_option("statements", options->texts,
                        "Statements, run in one session; separated by semicolons");
    command->add_option("-e,--execute", options->texts, "The same, repeatable")
        ->allow_extra_args(false);
    command
        ->add_option("-f,--file", options->files,
                     "File of statements, repeatable; -: standard input")
        ->allow_extra_args(false);
    command->add_option("--remote", options->remote, "sc:// URL of an engine or cluster");
    command->add_option("--master", options->master, "local[N]: an engine for this command alone");
    command
        ->add_option("-c,--conf", options->confs,
                     "key=value for that engine, or for the session with --remote; repeatable")
        ->allow_extra_args(false);
    command->add_option("--format", options->format, "How rows are printed")
        ->check(CLI::IsMember(kSqlFormats))
        ->capture_default_str();
    command->add_option("-n,--rows", options->rows_max, "Rows of a table to print")
        ->capture_default_str();
    command
        ->add_option("--truncate", options->truncate, "Longest cell of a table; 0 for whole cells")
        ->capture_default_str();
    command->add_flag_callback(
        "--vertical", [options] { options->format = "vertical"; }, "One line per cell");
    command->add_flag("--timing", options->timing, "Print how long each statement took");
    command->footer(kSqlHelp);
    command->callback([options, &code] {
        check_confs(options->confs);
        code = run_sql(*options);
    });
}

void add_spark_sql(CLI::App& app, int& code) {
    auto* command = app.add_subcommand("spark-sql", "Spark's own command line for SQL");
    command->set_help_flag();
    command->prefix_command();
    command->callback([command, &code] { code = run_spark_sql(command->remaining()); });
}

void add_workers(CLI::App& app, int& code) {
    auto options = std::make_shared<WorkersOptions>();
    auto* command = app.add_subcommand(
        "workers", "List the engine's Python workers and what their functions cost");
    command->add_option("--warm", options->warm, "Start that many idle workers first")
        ->check(CLI::PositiveNumber);
    command->add_option("--python", options->python, "Interpreter of the workers to start");
    command->add_flag("--restart", options->restart,
                      "End idle workers now, busy ones after their work");
    command->add_flag("--json", options->json, "Print one JSON document");
    command->footer(
        "Exit codes: 0; 1 it does not answer; 2 a mistake in the command line; 3 no engine runs.");
    command->callback([options, &code] { code = run_workers(*options); });
}

void add_kill(CLI::App& app, int& code) {
    auto options = std::make_shared<KillOptions>();
    auto* command = app.add_subcommand("kill", "End operations or sessions of an engine");
    command->add_option("ids", options->ids, "As firesteel status prints them");
    command->add_flag("--all", options->all, "All operations");
    command->add_option("--remote", options->remote, kRemote);
    command->footer(
        "Exit codes: 0; 1 nothing has such an id; 2 a mistake in the command line; 3 no engine "
        "runs.");
    command->callback([options, &code] { code = run_kill(*options); });
}

void add_status(CLI::App& app, int& code) {
    auto options = std::make_shared<StatusOptions>();
    auto* command = app.add_subcommand(
        "status",
        "Say whether and where the engine runs, with its sessions, operations and workers");
    command->add_option("--remote", options->remote, kRemote);
    command->add_flag("--json", options->json, "Print one JSON document");
    command->footer(
        "Exit codes: 0 it runs; 1 it does not answer, or has another version; 2 a mistake in the "
        "command line; 3 no "
        "engine runs.");
    command->callback([options, &code] { code = run_status(*options); });
}

void add_conf(CLI::App& app, int& code) {
    auto options = std::make_shared<ConfOptions>();
    auto* command = app.add_subcommand("conf",
                                       "The settings of the running engine, or else those that a "
                                       "new one begins with, and what they mean");
    command->add_option("part", options->part, "Only those whose names have this in them");
    command->add_option("--remote", options->remote, kRemote);
    command
        ->add_option("--format", options->format, "text, json, or markdown for a table of defaults")
        ->check(CLI::IsMember(std::vector<std::string>{"text", "json", "markdown"}))
        ->capture_default_str();
    command->footer(
        "Exit codes: 0; 1 nothing has such a name, or no engine answers; 2 a mistake in the "
        "command line.");
    command->callback([options, &code] { code = run_conf(*options); });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Firesteel: PySpark's data flow without the JVM", "firesteel");
    app.require_subcommand(1);
    int code = 0;
    add_sql(app, code);
    add_spark_sql(app, code);
    add_kill(app, code);
    add_status(app, code);
    add_workers(app, code);
    add_conf(app, code);
    auto* complete = app.add_subcommand("complete", "")->group("");
    complete->prefix_command();
    complete->callback([&] { code = print_candidates(candidates(app, complete->remaining())); });
    return parse_and_run(app, argc, argv, code);
}
