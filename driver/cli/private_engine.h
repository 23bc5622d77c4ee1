#pragma once
/// An engine that lives as long as one command: started without waiting, gone when the command ends
/// in whatever way. It leaves nothing on disk: its port is told over a pipe, its log goes to memory.
/// Not thread-safe.

#include <optional>
#include <string>
#include <vector>

#include "cli/child.h"
#include "cli/environment.h"
#include "cli/state_file.h"

namespace firesteel::cli {

class PrivateEngine {
  public:
    struct Options {
        std::string master;              // empty: the engine's default
        std::vector<std::string> confs;  // "key=value"
        std::string log_file;            // empty: warnings only, kept in memory
    };

    static PrivateEngine start(const Options& options, Environment environment);

    /// Readable once state() can tell.
    int ready_fd() const { return ready_.get(); }
    int pidfd() const { return child_.pidfd(); }
    /// Waits until it listens; nothing if it ended instead.
    std::optional<EngineState> state();
    /// The last lines of what it wrote, for a message.
    std::string log_tail() const;
    /// Ordered stop, forced after a while.
    void stop();

  private:
    PrivateEngine(Child child, Fd ready, Fd log)
        : child_(std::move(child)), ready_(std::move(ready)), log_(std::move(log)) {}
    Child child_;
    Fd ready_;
    Fd log_;
};

}  // namespace firesteel::cli
