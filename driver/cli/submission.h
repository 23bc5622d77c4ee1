#pragma once
/// Applications in the background (--deploy-mode cluster): a directory each under the state
/// directory, with the output, the process and how it ended. A supervising process of ours waits
/// for each and holds the lock of its directory.

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/submit_options.h"

namespace firesteel::cli {

/// Starts the supervisor and returns; prints the application's id.
int submit_in_background(const SubmitOptions& options, const Environment& environment);
/// The supervisor's whole life: runs `words` as `firesteel submit` does.
int supervise(const std::string& directory, const std::vector<std::string>& words);
/// Exit code 0 while it runs and once it succeeded, 1 otherwise. UsageError if there is none.
int print_submission(const Environment& environment, const std::string& id);
int kill_submission(const Environment& environment, const std::string& id);

}  // namespace firesteel::cli
