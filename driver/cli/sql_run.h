#pragma once
/// One session that runs statements and prints their rows as the options say. Not thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/reach_engine.h"
#include "cli/sql_command.h"
#include "client/session.h"

namespace firesteel::cli {

class SqlRun {
  public:
    SqlRun(client::Session session, SqlOptions options)
        : session_(std::move(session)), options_(std::move(options)) {}

    const client::Session& session() const { return session_; }
    enum class Next { GoOn, End };
    /// Statements, and what is not SQL: quit and exit, source FILE, ! where the options have it.
    /// Throws client::ClientError, UsageError where a file can't be read.
    Next run_all(std::string_view text) const { return run_all(text, 0); }
    /// One statement. Throws client::ClientError.
    void run(const std::string& statement) const;
    /// What the first column of a statement's rows holds, where it is text.
    std::vector<std::string> texts(const std::string& statement, int column) const;

  private:
    Next run_all(std::string_view text, int depth) const;
    /// The number of rows, where it was seen.
    std::optional<std::int64_t> print(const std::string& statement, const client::DataFrame& rows) const;
    std::int64_t print_tabs(const std::string& statement, const client::DataFrame& rows,
                            const std::vector<client::DataFrame::Field>& fields) const;
    client::Session session_;
    SqlOptions options_;
};

/// A session with what the command line says for it.
client::Session open_session(const ReachedEngine& engine);

/// Throws UsageError where it can't be read; "-": standard input.
std::string read_statements(const std::string& file);

}  // namespace firesteel::cli
