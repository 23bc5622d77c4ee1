#include "cli/sql_shell.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/line_editor.h"
#include "cli/statements.h"
#include "cli/submit_options.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

constexpr const char* kPrompt = "firesteel> ";
constexpr const char* kMore = "        -> ";

/// What statements are mostly made of.
constexpr auto kKeywords = std::to_array<const char*>(
    {"ALTER",     "ALL",         "ANALYZE",  "AND",       "ANTI",      "AS",        "ASC",
     "BEGIN",     "BETWEEN",     "BY",       "CACHE",     "CASE",      "CAST",      "CLUSTER",
     "COLUMN",    "COLUMNS",     "COMMENT",  "CREATE",    "CROSS",     "CUBE",      "CURRENT",
     "DATABASE",  "DATABASES",   "DECLARE",  "DEFAULT",   "DELETE",    "DESC",      "DESCRIBE",
     "DISTINCT",  "DISTRIBUTE",  "DROP",     "ELSE",      "END",       "EXCEPT",    "EXECUTE",
     "EXISTS",    "EXPLAIN",     "EXTENDED", "FALSE",     "FILTER",    "FOLLOWING", "FORMATTED",
     "FROM",      "FULL",        "FUNCTION", "FUNCTIONS", "GLOBAL",    "GROUP",     "GROUPING",
     "HAVING",    "IMMEDIATE",   "INNER",    "INSERT",    "INTERSECT", "INTERVAL",  "INTO",
     "JOIN",      "LATERAL",     "LEFT",     "LIKE",      "LIMIT",     "MERGE",     "NATURAL",
     "NOT",       "NULL",        "NULLS",    "OFFSET",    "ORDER",     "OUTER",     "OVERWRITE",
     "PARTITION", "PARTITIONED", "PIVOT",    "PRECEDING", "QUALIFY",   "RECURSIVE", "REFRESH",
     "REPLACE",   "RESET",       "RIGHT",    "ROLLUP",    "ROWS",      "SCHEMA",    "SELECT",
     "SEMI",      "SETS",        "SHOW",     "SORT",      "TABLE",     "TABLES",    "TABLESAMPLE",
     "TEMPORARY", "THEN",        "TRUE",     "TRUNCATE",  "UNBOUNDED", "UNCACHE",   "UNION",
     "UNPIVOT",   "UPDATE",      "USING",    "VALUES",    "VARIABLE",  "VIEW",      "VIEWS",
     "WHEN",      "WHERE",       "WINDOW",   "WITH"});

/// What may be typed: keywords and functions, asked once, and the tables of this moment.
class Vocabulary {
  public:
    explicit Vocabulary(const SqlRun& sql) : sql_(sql) {}

    std::vector<std::string> words() {
        if (!fixed_) {
            fixed_ = asked("SHOW FUNCTIONS", 0);
            fixed_->insert(fixed_->end(), kKeywords.begin(), kKeywords.end());
        }
        std::vector<std::string> out = asked("SHOW TABLES", 1);
        out.insert(out.end(), fixed_->begin(), fixed_->end());
        return out;
    }

  private:
    /// A server that has no answer completes nothing.
    std::vector<std::string> asked(const std::string& statement, int column) const {
        try {
            return sql_.texts(statement, column);
        } catch (const client::ClientError&) {
            return {};
        }
    }

    const SqlRun& sql_;
    std::optional<std::vector<std::string>> fixed_;  // keywords and functions
};

/// A statement as one line of the history, where that is the same statement.
void remember(const std::string& text, LineEditor& editor) {
    if (text.find("--") != text.npos) {
        std::size_t begin = 0;
        while (begin < text.size()) {
            const auto end = std::min(text.find('\n', begin), text.size());
            if (end > begin) editor.remember(text.substr(begin, end - begin));
            begin = end + 1;
        }
        return;
    }
    std::string line = text;
    std::replace(line.begin(), line.end(), '\n', ' ');
    editor.remember(line);
}

/// The first word in lower case, and what follows it.
std::pair<std::string, std::string> first_word(const std::string& statement) {
    const auto end = std::min(statement.find_first_of(" \t\n"), statement.size());
    std::string word = statement.substr(0, end);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto rest = statement.find_first_not_of(" \t\n", end);
    return {word, rest == statement.npos ? "" : statement.substr(rest)};
}

class Shell {
  public:
    Shell(const SqlRun& sql, const Interrupts& interrupts)
        : sql_(sql),
          interrupts_(interrupts),
          vocabulary_(sql),
          editor_(interrupts, history_file(Environment::current()),
                  [this] { return vocabulary_.words(); }) {}

    int run() {
        while (!ended_) {
            const auto line = editor_.read(typed_.empty() ? kPrompt : kMore);
            if (line.end == LineEditor::End::Input) {
                std::cout << "\n";
                break;
            }
            if (line.end == LineEditor::End::Interrupt) {
                typed_.clear();
            } else {
                take(line.text);
            }
        }
        return code_;
    }

  private:
    void take(const std::string& line) {
        if (typed_.empty() && is_end(line)) {
            ended_ = true;
            return;
        }
        typed_ += (typed_.empty() ? "" : "\n") + line;
        if (typed_.find_first_not_of(" \t\n") == typed_.npos) typed_.clear();
        if (typed_.empty() || ends_open(typed_)) return;
        const std::string text = std::exchange(typed_, "");
        remember(text, editor_);
        run_all(text);
    }

    static bool is_end(const std::string& line) {
        const auto statements = split_statements(line);
        if (statements.size() != 1) return false;
        const auto [word, rest] = first_word(statements[0]);
        return rest.empty() && (word == "quit" || word == "exit");
    }

    void run_all(const std::string& text) {
        const Interrupts::Watch watch(interrupts_, [this] { interrupt(); });
        try {
            for (const auto& statement : split_statements(text)) run_one(statement);
        } catch (const client::ConnectionError& error) {
            std::cerr << "firesteel sql: " << error.what() << "\n";
            ended_ = true;
            code_ = 1;
        } catch (const std::exception& error) {  // of a query, or of a file that can't be read
            std::cerr << error.what() << "\n";
        }
    }

    void run_one(const std::string& statement) {
        const auto [word, rest] = first_word(statement);
        if (word != "source") return sql_.run(statement);
        for (const auto& one : split_statements(read_statements(rest))) sql_.run(one);
    }

    /// On the thread of the watch.
    void interrupt() const {
        try {
            sql_.session().interrupt_all();
        } catch (const client::ClientError& error) {
            std::cerr << "firesteel sql: " << error.what() << "\n";
        }
    }

    const SqlRun& sql_;
    const Interrupts& interrupts_;
    Vocabulary vocabulary_;
    LineEditor editor_;
    std::string typed_;  // lines of a statement that goes on
    bool ended_ = false;
    int code_ = 0;
};

}  // namespace

int run_sql_shell(const SqlRun& sql, const Interrupts& interrupts) {
    std::cout
        << "Statements end with a semicolon. Tab completes, Ctrl-C ends a statement that runs,\n"
           "source FILE; runs a file, quit or Ctrl-D ends the shell.\n";
    return Shell(sql, interrupts).run();
}

}  // namespace firesteel::cli
