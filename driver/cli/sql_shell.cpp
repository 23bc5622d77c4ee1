#include "cli/sql_shell.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/line_editor.h"
#include "cli/statements.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

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

class Shell {
  public:
    Shell(const SqlRun& sql, const Interrupts& interrupts, std::function<Prompts()> prompts)
        : sql_(sql),
          interrupts_(interrupts),
          prompts_(std::move(prompts)),
          vocabulary_(sql),
          editor_(interrupts, history_file(Environment::current()),
                  [this] { return vocabulary_.words(); }) {}

    int run() {
        Prompts prompts;
        while (!ended_) {
            if (typed_.empty()) prompts = prompts_();
            const auto line = editor_.read(typed_.empty() ? prompts.first : prompts.more);
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
        if (typed_.empty() && is_end(line)) {  // though no semicolon follows
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

    void run_all(const std::string& text) {
        const Interrupts::Watch watch(interrupts_, [this] { interrupt(); });
        try {
            ended_ = sql_.run_all(text) == SqlRun::Next::End;
        } catch (const client::ConnectionError& error) {
            std::cerr << "firesteel sql: " << error.what() << "\n";
            ended_ = true;
            code_ = 1;
        } catch (const std::exception& error) {  // of a query, or of a file that can't be read
            std::cerr << error.what() << "\n";
        }
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
    const std::function<Prompts()> prompts_;
    Vocabulary vocabulary_;
    LineEditor editor_;
    std::string typed_;  // lines of a statement that goes on
    bool ended_ = false;
    int code_ = 0;
};

}  // namespace

int run_sql_shell(const SqlRun& sql, const Interrupts& interrupts, std::function<Prompts()> prompts) {
    return Shell(sql, interrupts, std::move(prompts)).run();
}

}  // namespace firesteel::cli
