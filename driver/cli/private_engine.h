#pragma once
/// An engine that lives as long as one command: started without waiting, gone when the command ends
/// in whatever way. It leaves nothing on disk: its log goes to memory, and its port is reserved
/// before it starts, so that others can be told the URL at once and it comes up beside them. Not
/// thread-safe.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/child.h"
#include "cli/environment.h"

namespace firesteel::cli {

/// What an engine is told where its log goes to memory: little, and not for ever.
inline constexpr std::array kLogInMemory{"firesteel.log.level=warn", "firesteel.log.fileBytesMax=1m"};

/// Why an engine ended at once: the last line of what it wrote, without its name.
std::string reason_in(std::string output);

class PrivateEngine {
  public:
    struct Options {
        std::string master;              // empty: the engine's default
        std::vector<std::string> confs;  // "key=value"
        std::string log_file;            // empty: warnings only, kept in memory
    };

    static PrivateEngine start(const Options& options, Environment environment);

    std::string url() const { return "sc://" + host_ + ":" + std::to_string(port_); }
    int pidfd() const { return child_.pidfd(); }
    /// Readable once wait_until_ready() need not wait.
    int ready_fd() const { return ready_.get(); }
    /// False if it ended before it listened.
    bool wait_until_ready();
    /// The last lines of what it wrote, for a message.
    std::string log_tail() const;
    /// Ordered stop, forced after a while.
    void stop();

  private:
    PrivateEngine(Child child, std::string host, std::uint16_t port, Fd reserved, Fd ready, Fd log)
        : child_(std::move(child)),
          host_(std::move(host)),
          port_(port),
          reserved_(std::move(reserved)),
          ready_(std::move(ready)),
          log_(std::move(log)) {}
    Child child_;
    std::string host_;
    std::uint16_t port_;
    Fd reserved_;
    Fd ready_;
    Fd log_;
};

}  // namespace firesteel::cli
