/// The command line: reads flags and hands over to one file per command. It links nothing heavy, so
/// that submit costs a script no time.

#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/completion.h"
#include "cli/doctor.h"
#include "cli/engine_commands.h"
#include "cli/environment.h"
#include "cli/flags.h"
#include "cli/shell.h"
#include "cli/submission.h"
#include "cli/submit.h"
#include "cli/submit_options.h"

namespace {

using namespace firesteel::cli;

constexpr std::array kClientCommands{"sql", "status", "workers", "kill", "conf"};

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
    auto* for_one = engine->add_subcommand("private", "");
    for_one->group("");  // for the Python package
    for_one->prefix_command();
    for_one->callback([for_one] { run_private_engine(for_one->remaining()); });
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

/// Commands whose words are read elsewhere, spark-submit's options among them.
template <typename Run>
void add_words(CLI::App& app, const std::string& name, const std::string& description, int& code,
               Run run) {
    auto* command = app.add_subcommand(name, description);
    command->set_help_flag();
    command->prefix_command();
    command->callback([command, &code, run] { code = run(command->remaining()); });
}

void add_shims(CLI::App& app, int& code) {
    auto* shims = app.add_subcommand(
        "shims", "Commands under Spark's names: pyspark, spark-submit, spark-sql; spark-shell says what to use instead");
    shims->require_subcommand(1);
    const auto add = [&](const char* name, const char* description,
                         int (*run)(const std::string&)) {
        auto* command = shims->add_subcommand(name, description);
        auto directory = std::make_shared<std::string>();
        command->add_option("directory", *directory, "A directory on PATH")->required();
        command->callback([directory, run, &code] { code = run(*directory); });
    };
    add("install", "Write them into a directory", &install_shims);
    add("remove", "Take them away again", &remove_shims);
}

void add_kernel(CLI::App& app, int& code) {
    auto* kernel = app.add_subcommand("kernel", "A Jupyter kernel with a session `spark`");
    kernel->require_subcommand(1);
    auto prefix = std::make_shared<std::string>();
    auto* install = kernel->add_subcommand("install", "Make it known to Jupyter");
    install->add_option("--prefix", *prefix, "An environment's directory; default: for this user");
    install->callback([prefix, &code] { code = install_kernel(*prefix); });
    auto file = std::make_shared<std::string>();
    auto* run = kernel->add_subcommand("run", "Started by Jupyter");
    run->add_option("connection_file", *file, "What Jupyter writes for it")->required();
    run->callback([file, &code] { code = run_kernel(*file); });
}

/// The scripts of shells, and what they ask.
void add_completion(CLI::App& app, int& code) {
    auto* completion =
        app.add_subcommand("completion", "The script that completes this command in a shell");
    completion->require_subcommand(1);
    for (const char* shell : {"bash", "zsh", "fish"}) {
        completion->add_subcommand(shell, std::string("Print it for ") + shell)->callback([shell] {
            std::cout << completion_script(shell);
        });
    }
    completion->footer(
        "  firesteel completion bash > ~/.local/share/bash-completion/completions/firesteel\n"
        "  firesteel completion zsh > \"${fpath[1]}/_firesteel\"\n"
        "  firesteel completion fish > ~/.config/fish/completions/firesteel.fish");
    add_words(app, "complete", "", code, [&app](const std::vector<std::string>& words) {
        const std::string first = words.size() > 1 ? words.front() : "";
        if (first == "submit" || first == "pyspark" || first == "spark-sql")
            return print_candidates(beginning_with(words.back(), submit_flags()));
        for (const char* command : kClientCommands) {
            if (first == command) run_client("complete", words);
        }
        return print_candidates(candidates(app, words));
    });
    app.get_subcommand("complete")->group("");  // ours alone
}

constexpr const char* kHelp =
    "Each command has its own --help.\n\n"
    "Environment:\n"
    "  PYSPARK_DRIVER_PYTHON, PYSPARK_PYTHON   the Python of scripts, and of their functions\n"
    "  SPARK_CONF_DIR, SPARK_HOME              where spark-defaults.conf is: the first itself, or "
    "conf in the second\n"
    "  SPARK_REMOTE                            sc:// URL of an engine or cluster to use\n"
    "  XDG_RUNTIME_DIR, XDG_STATE_HOME         where the running engine is noted: "
    "firesteel/engine.json in the first\n"
    "                                          that is set, else in ~/.local/state\n"
    "  XDG_CACHE_HOME                          where archives are unpacked: firesteel/archives "
    "there, else in ~/.cache\n"
    "  TMPDIR                                  where engines put what they spill and the files of "
    "their sessions\n\n"
    "Exit codes: 0; 1 what was asked failed; 2 a mistake in the command line; 3 no engine runs. "
    "submit ends as its "
    "script does.";

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Firesteel: PySpark's data flow without the JVM", "firesteel");
    app.require_subcommand(1);
    int code = 0;
    add_engine(app, code);
    add_words(app, "submit",
              "Run a PySpark script, unchanged: submit [OPTIONS] script.py [its arguments]", code,
              [](const auto& words) { return submit(words); });
    add_words(app, "pyspark", "An interactive Python with a session `spark`", code,
              [](const auto& words) { return run_shell(words); });
    add_words(app, "supervise", "", code, [](const auto& words) {
        return supervise(words.at(0), {words.begin() + 1, words.end()});
    });
    app.get_subcommand("supervise")->group("");  // ours alone
    add_words(app, "spark-shell", "", code, [](const auto&) { return refuse_spark_shell(); });
    app.get_subcommand("spark-shell")->group("");  // what the shim of that name calls
    add_shims(app, code);
    add_kernel(app, code);
    add_client(app, "sql", "Run SQL statements and print their rows");
    add_client(app, "spark-sql", "The same with the options and the output of Spark's spark-sql");
    add_client(app, "status", "The same as engine status");
    add_client(app, "workers", "List, warm up or restart the engine's Python workers");
    add_client(app, "kill", "End operations or sessions of an engine");
    add_client(app, "conf", "The settings of an engine, and what they mean");
    app.add_subcommand("doctor", "Check what scripts and engines need, and say what to do")
        ->callback([&code] { code = run_doctor(); });
    add_completion(app, code);
    app.footer(kHelp);
    return parse_and_run(app, argc, argv, code);
}
