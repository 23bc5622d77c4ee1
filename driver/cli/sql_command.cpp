#include "cli/sql_command.h"

#include <iostream>

#include <unistd.h>

#include "cli/interrupts.h"
#include "cli/reach_engine.h"
#include "cli/sql_run.h"
#include "cli/sql_shell.h"
#include "cli/statements.h"
#include "cli/submit_options.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

bool is_interactive(const SqlOptions& options) {
    return options.texts.empty() && options.files.empty() && ::isatty(STDIN_FILENO) != 0 &&
           ::isatty(STDOUT_FILENO) != 0;
}

/// Standard input counts where nothing else is given and it is no terminal.
std::vector<std::string> statements_of(const SqlOptions& options) {
    std::vector<std::string> texts = options.texts;
    for (const auto& file : options.files) texts.push_back(read_statements(file));
    if (texts.empty()) {
        if (::isatty(STDIN_FILENO) != 0)
            throw UsageError("there is no statement; see firesteel sql --help");
        texts.push_back(read_statements("-"));
    }
    std::vector<std::string> statements;
    for (const auto& text : texts) {
        for (auto& statement : split_statements(text)) statements.push_back(std::move(statement));
    }
    return statements;
}

client::Session open_session(const ReachedEngine& engine, const SqlOptions& options) {
    auto session = client::Session::connect(engine.connection());
    if (options.remote.empty()) return session;  // the engine began with them
    for (const auto& conf : options.confs) {
        const auto equals = conf.find('=');
        session.set_conf(conf.substr(0, equals), conf.substr(equals + 1));
    }
    return session;
}

int run_all(const SqlRun& sql, const std::vector<std::string>& statements) {
    try {
        for (const auto& statement : statements) sql.run(statement);
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
    const int code = run_sql_shell(SqlRun(session, options), interrupts);
    if (code == 0) session.stop();
    return code;
}

}  // namespace

int run_sql(const SqlOptions& options) {
    const bool interactive = is_interactive(options);
    std::vector<std::string> statements;
    if (!interactive) statements = statements_of(options);  // before an engine starts for nothing
    const ReachedEngine engine({options.remote, options.master, options.confs});
    try {
        if (!interactive) return run_all(SqlRun(open_session(engine, options), options), statements);
        const Interrupts interrupts;  // before the client has threads
        return run_shell(open_session(engine, options), options, interrupts);
    } catch (const client::ClientError& error) {
        std::cerr << "firesteel sql: " << error.what() << "\n";
        return 1;
    }
}

}  // namespace firesteel::cli
