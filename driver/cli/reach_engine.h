#pragma once
/// Which engine a command speaks to: the one that it names, the user's running one, or one that
/// lives as long as the command. Not thread-safe.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/private_engine.h"
#include "cli/submit_options.h"
#include "client/connect_url.h"

namespace firesteel::cli {

/// The engine at `remote`, else the user's running one; nothing if none runs. Throws
/// std::runtime_error where that one has another version than we.
std::optional<client::ConnectOptions> find_engine(const std::string& remote);

/// "no engine is running", and the exit code for it.
int report_no_engine();

class ReachedEngine {
  public:
    /// Starts an engine where none is named and none runs, or where settings are given that only a
    /// new one can take; spark-defaults.conf counts as for submit.
    explicit ReachedEngine(const SubmitOptions& options);
    ReachedEngine(const ReachedEngine&) = delete;
    ReachedEngine& operator=(const ReachedEngine&) = delete;
    ~ReachedEngine();

    const client::ConnectOptions& connection() const { return connection_; }
    /// What --conf said and the engine does not know from its start: for the session.
    const std::vector<std::pair<std::string, std::string>>& session_confs() const { return session_confs_; }

  private:
    std::optional<PrivateEngine> engine_;
    client::ConnectOptions connection_;
    std::vector<std::pair<std::string, std::string>> session_confs_;
};

}  // namespace firesteel::cli
