#pragma once
/// `firesteel kill`: ends what runs on an engine.

#include <string>
#include <vector>

namespace firesteel::cli {

struct KillOptions {
    std::string remote;            // sc:// URL; empty: the user's running engine
    std::vector<std::string> ids;  // of operations, or of sessions, which end with all that they run
    bool all = false;              // every operation
};

/// Exit code 1 where nothing has such an id, 3 where no engine runs.
int run_kill(const KillOptions& options);

}  // namespace firesteel::cli
