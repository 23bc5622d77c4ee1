#pragma once
/// `firesteel workers`: the running engine's Python processes.

#include <cstdint>
#include <string>

namespace firesteel::cli {

struct WorkersOptions {
    std::int32_t warm = 0;  // idle workers to start; 0: none
    std::string python;     // their interpreter
    bool restart = false;
    bool json = false;
};

/// Exit code: 3 if no engine runs, 1 if it does not answer.
int run_workers(const WorkersOptions& options);

}  // namespace firesteel::cli
