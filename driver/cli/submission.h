#pragma once
/// Applications in the background (--deploy-mode cluster): a directory each under the state
/// directory, with the output, the process and how it ended. A supervising process of ours waits
/// for each and holds the lock of its directory.

#include <filesystem>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/submit_options.h"

namespace firesteel::cli {

/// The place of an application that is about to run in the background; gone again unless it starts.
/// Places of applications that ended long ago are removed when a new one is made.
class Submission {
  public:
    explicit Submission(const Environment& environment);
    ~Submission();
    Submission(const Submission&) = delete;
    Submission& operator=(const Submission&) = delete;

    /// A directory that exists as long as the application runs.
    std::filesystem::path running() const;
    /// Starts the supervisor, with this environment and Python for the script, and returns; prints
    /// the application's id.
    void start(const SubmitOptions& options, const std::string& driver_python,
               const Environment& environment);

  private:
    std::filesystem::path directory_;
    bool started_ = false;
};
/// The supervisor's whole life: runs `words` as `firesteel submit` does.
int supervise(const std::string& directory, const std::vector<std::string>& words);
/// Exit code 0 while it runs and once it succeeded, 1 otherwise. UsageError if there is none.
int print_submission(const Environment& environment, const std::string& id);
int kill_submission(const Environment& environment, const std::string& id);

}  // namespace firesteel::cli
