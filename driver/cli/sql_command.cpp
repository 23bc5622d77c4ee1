#include "cli/sql_command.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <optional>

#include <unistd.h>

#include "cli/environment.h"
#include "cli/private_engine.h"
#include "cli/state_file.h"
#include "cli/statements.h"
#include "cli/submit_options.h"
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

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == text.npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

void print_csv(const client::DataFrame& rows, const std::vector<client::DataFrame::Field>& fields) {
    std::string header;
    for (const auto& field : fields)
        header += (&field == fields.data() ? "" : ",") + csv_cell(field.name);
    std::cout << header << "\n";
    rows.each_as_csv([](std::string_view line) { std::cout << line << "\n"; });
}

void print_rows(const client::DataFrame& rows, const SqlOptions& options) {
    const auto fields = rows.schema();
    if (fields.empty()) return;  // a command that has nothing to say
    using Layout = client::DataFrame::Layout;
    if (options.format == "csv") {
        print_csv(rows, fields);
    } else if (options.format == "json") {
        rows.each_as_json([](std::string_view line) { std::cout << line << "\n"; });
    } else {
        const Layout layout = options.format == "vertical" ? Layout::Vertical : Layout::Table;
        std::cout << rows.show_string(options.rows_max, options.truncate, layout) << "\n";
    }
    std::cout << std::flush;
}

std::string read_text(const std::string& file) {
    std::ifstream in;
    if (file != "-") in.open(file);
    std::istream& stream = file == "-" ? std::cin : in;
    std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (file != "-" && (!in || std::filesystem::is_directory(file))) {
        throw UsageError("the file " + file + " can't be read");
    }
    return text;
}

/// Standard input counts where nothing else is given and it is no terminal.
std::vector<std::string> statements_of(const SqlOptions& options) {
    std::vector<std::string> texts = options.texts;
    for (const auto& file : options.files) texts.push_back(read_text(file));
    if (texts.empty()) {
        if (::isatty(STDIN_FILENO) != 0)
            throw UsageError("there is no statement; see firesteel sql --help");
        texts.push_back(read_text("-"));
    }
    std::vector<std::string> statements;
    for (const auto& text : texts) {
        for (auto& statement : split_statements(text)) statements.push_back(std::move(statement));
    }
    return statements;
}

void run_statement(const client::Session& session, const std::string& statement,
                   const SqlOptions& options) {
    const auto started = std::chrono::steady_clock::now();
    print_rows(session.sql(statement), options);
    if (!options.timing) return;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    std::cerr << "Time taken: " << std::fixed << std::setprecision(3) << took.count() << " s\n";
}

int run_statements(const std::string& url, const std::vector<std::string>& statements,
                   const SqlOptions& options) {
    const auto session = client::Session::connect(client::parse_connect_url(url));
    try {
        for (const auto& statement : statements) run_statement(session, statement, options);
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
    const auto statements = statements_of(options);  // before an engine starts for nothing
    std::optional<PrivateEngine> engine;
    const int code = run_statements(find_engine(options, engine), statements, options);
    if (engine) engine->stop();
    return code;
}

}  // namespace firesteel::cli
