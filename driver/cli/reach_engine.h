#pragma once
/// Which engine a command speaks to: the one that it names, the user's running one, or one that
/// lives as long as the command. Not thread-safe.

#include <optional>
#include <string>
#include <vector>

#include "cli/private_engine.h"
#include "client/connect_url.h"

namespace firesteel::cli {

/// The engine at `remote`, else the user's running one; nothing if none runs. Throws
/// std::runtime_error where that one has another version than we.
std::optional<client::ConnectOptions> find_engine(const std::string& remote);

/// "no engine is running", and the exit code for it.
int report_no_engine();

struct EngineChoice {
    std::string remote;              // sc:// URL
    std::string master;              // with it, or with confs, an engine for this command is meant
    std::vector<std::string> confs;  // "key=value"
};

class ReachedEngine {
  public:
    /// Starts an engine where none is named and none runs; spark-defaults.conf counts as for
    /// submit.
    explicit ReachedEngine(const EngineChoice& choice);
    ReachedEngine(const ReachedEngine&) = delete;
    ReachedEngine& operator=(const ReachedEngine&) = delete;
    ~ReachedEngine();

    const client::ConnectOptions& connection() const { return connection_; }

  private:
    std::optional<PrivateEngine> engine_;
    client::ConnectOptions connection_;
};

}  // namespace firesteel::cli
