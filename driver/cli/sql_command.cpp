#include "cli/sql_command.h"

#include <iostream>

#include <unistd.h>

#include "cli/interrupts.h"
#include "cli/reach_engine.h"
#include "cli/sql_run.h"
#include "cli/sql_shell.h"
#include "cli/submit_options.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

bool is_interactive(const SqlOptions& options) {
    return options.texts.empty() && options.files.empty() && ::isatty(STDIN_FILENO) != 0 &&
           ::isatty(STDOUT_FILENO) != 0;
}

/// Standard input counts where nothing else is given and it is no terminal.
std::vector<std::string> texts_of(const SqlOptions& options) {
    std::vector<std::string> texts = options.texts;
    for (const auto& file : options.files) texts.push_back(read_statements(file));
    if (!texts.empty()) return texts;
    if (::isatty(STDIN_FILENO) != 0)
        throw UsageError("there is no statement; see firesteel sql --help");
    return {read_statements("-")};
}

SubmitOptions place_of(const SqlOptions& options) {
    SubmitOptions out;
    if (!options.remote.empty()) out.flags["--remote"] = options.remote;
    if (!options.master.empty()) out.flags["--master"] = options.master;
    for (const auto& conf : options.confs) {
        const auto equals = conf.find('=');
        out.confs.emplace_back(conf.substr(0, equals), conf.substr(equals + 1));
    }
    return out;
}

int run_all(const SqlRun& sql, const std::vector<std::string>& texts) {
    try {
        for (const auto& text : texts) {
            if (sql.run_all(text) == SqlRun::Next::End) break;
        }
        sql.session().stop();
        return 0;
    } catch (const client::QueryError& error) {
        std::cerr << error.what() << "\n";
        sql.session().stop();
        return 1;
    }
}

int run_shell(const client::Session& session, SqlOptions options, const Interrupts& interrupts) {
    options.timing = true;
    std::cout << "Apache Spark " << session.spark_version() << " is spoken here. ";
    std::cout
        << "Statements end with a semicolon. Tab completes, Ctrl-C ends a statement that runs,\n"
           "source FILE; runs a file, quit or Ctrl-D ends the shell.\n";
    const auto prompts = [] { return Prompts{"firesteel> ", "        -> "}; };
    const int code = run_sql_shell(SqlRun(session, options), interrupts, prompts);
    if (code == 0) session.stop();
    return code;
}

}  // namespace

int run_sql(const SqlOptions& options) {
    const bool interactive = is_interactive(options);
    std::vector<std::string> texts;
    if (!interactive) texts = texts_of(options);  // before an engine starts for nothing
    const ReachedEngine engine(place_of(options));
    try {
        if (!interactive) return run_all(SqlRun(open_session(engine), options), texts);
        const Interrupts interrupts;  // before the client has threads
        return run_shell(open_session(engine), options, interrupts);
    } catch (const client::ClientError& error) {
        std::cerr << "firesteel sql: " << error.what() << "\n";
        return 1;
    }
}

}  // namespace firesteel::cli
