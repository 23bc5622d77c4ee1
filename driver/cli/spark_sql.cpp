#include "cli/spark_sql.h"

#include <iostream>
#include <sstream>

#include <unistd.h>

#include "cli/interrupts.h"
#include "cli/spark_sql_options.h"
#include "cli/sql_run.h"
#include "cli/sql_shell.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

/// Without lines that are comments as a whole, as Hive reads files.
std::string read_script(const std::string& file) {
    std::istringstream lines(read_statements(file));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("--")) text += line + "\n";
    }
    return text;
}

SqlOptions printing(const SparkSqlOptions& options) {
    SqlOptions out;
    out.format = "tabs";
    out.timing = true;
    out.echo = options.verbose;
    out.system_commands = true;
    for (const auto& [key, value] : options.hive_confs) {
        if (key == "hive.cli.print.header") out.header = value == "true";
    }
    return out;
}

class SparkSql {
  public:
    SparkSql(const SqlRun& sql, const SparkSqlOptions& options) : sql_(sql), options_(options) {}

    void prepare(const std::vector<std::string>& init_texts) const {
        const client::Session& session = sql_.session();
        for (const auto& pairs : {options_.hive_confs, options_.variables}) {
            for (const auto& [key, value] : pairs) session.set_conf(key, value);
        }
        if (!options_.database.empty()) session.sql("USE " + options_.database);
        for (const auto& text : init_texts) sql_.run_all(text);
        if (!options_.silent) {
            std::cerr << "Spark master: " << session.conf("spark.master")
                      << ", Application Id: " << session.conf("spark.app.id") << "\n";
        }
    }

    int run(std::string_view text) const {
        try {
            sql_.run_all(text);
            return 0;
        } catch (const client::QueryError& error) {
            std::cerr << error.what() << "\n";
            return 1;
        }
    }

    /// Lines of a pipe: prompts and lines are printed too, an error ends its statement alone.
    int run_lines() const {
        int code = 0;
        std::string typed;
        Prompts prompts = this->prompts();
        std::cout << prompts.first << std::flush;
        for (std::string line; std::getline(std::cin, line);) {
            std::cout << line << "\n" << std::flush;
            if (!line.starts_with("--")) {
                typed += (typed.empty() ? "" : "\n") + line;
                const auto last = line.find_last_not_of(" \t\r");
                if (last != line.npos && line[last] == ';') {
                    if (is_end_of_all(typed, code)) return code;
                    typed.clear();
                    prompts = this->prompts();
                }
            }
            std::cout << (typed.empty() ? prompts.first : prompts.more) << std::flush;
        }
        return code;
    }

    Prompts prompts() const {
        const std::string name = sql_.texts("SELECT current_database()", 0).at(0);
        const std::string prompt = "spark-sql (" + name + ")> ";
        return {prompt, std::string(prompt.size() - 2, ' ') + "> "};
    }

  private:
    bool is_end_of_all(const std::string& typed, int& code) const {
        try {
            code = 0;
            return sql_.run_all(typed) == SqlRun::Next::End;
        } catch (const client::ConnectionError&) {
            throw;
        } catch (const std::exception& error) {  // of a query, or of a file that can't be read
            std::cerr << error.what() << "\n";
            code = 1;
            return false;
        }
    }

    const SqlRun& sql_;
    const SparkSqlOptions& options_;
};

int run_parsed(const SparkSqlOptions& options) {
    std::vector<std::string> init_texts;
    for (const auto& file : options.init_files) init_texts.push_back(read_script(file));
    const std::string script = options.file ? read_script(*options.file) : "";
    const ReachedEngine engine(options.submit);
    const bool is_terminal = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
    const bool is_interactive = !options.text && !options.file && is_terminal;
    std::optional<Interrupts> interrupts;
    if (is_interactive) interrupts.emplace();  // before the client has threads
    const SqlRun sql(open_session(engine), printing(options));
    const SparkSql run(sql, options);
    run.prepare(init_texts);
    int code = 0;
    if (options.text || options.file) {
        code = run.run(options.text ? *options.text : script);
    } else if (is_interactive) {
        code = run_sql_shell(sql, *interrupts, [&run] { return run.prompts(); });
    } else {
        code = run.run_lines();
    }
    sql.session().stop();
    return code;
}

}  // namespace

int run_spark_sql(const std::vector<std::string>& words) {
    const SparkSqlOptions options = parse_spark_sql(words);
    if (options.submit.has("--help")) {
        std::cout << submit_usage("spark-sql", hive_usage());
        return 0;
    }
    if (options.submit.has("--version")) {
        std::cout << version_text();
        return 0;
    }
    try {
        return run_parsed(options);
    } catch (const client::QueryError& error) {
        std::cerr << error.what() << "\n";
    } catch (const client::ClientError& error) {
        std::cerr << "firesteel spark-sql: " << error.what() << "\n";
    }
    return 1;
}

}  // namespace firesteel::cli
