#pragma once
/// `firesteel status`: whether the user's own engine runs, where, and what it does.

#include <string>

namespace firesteel::cli {

struct StatusOptions {
    std::string remote;  // sc:// URL; empty: the user's own engine
    bool json = false;
};

/// Exit code 0 if it runs, 3 if not, 1 if it runs and does not answer or has another version.
int run_status(const StatusOptions& options);

}  // namespace firesteel::cli
