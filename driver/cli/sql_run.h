#pragma once
/// One session that runs statements and prints their rows as the options say. Not thread-safe.

#include <string>
#include <vector>

#include "cli/sql_command.h"
#include "client/session.h"

namespace firesteel::cli {

class SqlRun {
  public:
    SqlRun(client::Session session, SqlOptions options)
        : session_(std::move(session)), options_(std::move(options)) {}

    const client::Session& session() const { return session_; }
    /// Throws client::ClientError.
    void run(const std::string& statement) const;
    /// What the first column of a statement's rows holds, where it is text.
    std::vector<std::string> texts(const std::string& statement, int column) const;

  private:
    void print(const client::DataFrame& rows) const;
    client::Session session_;
    SqlOptions options_;
};

/// Throws UsageError where it can't be read; "-": standard input.
std::string read_statements(const std::string& file);

}  // namespace firesteel::cli
