#pragma once
/// A process started by the engine: posix_spawn, pidfd, reaped by its owner. The process must end
/// by itself when the engine does (it holds a socket to us, or asks for a parent-death signal:
/// spawn from a thread that lives as long as the child may).

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/fd.h"

namespace firesteel::io {

/// How a process ended.
struct ExitStatus {
    int code = 0;    // of exit(), when signal == 0
    int signal = 0;  // that killed it

    static ExitStatus from_wait(int status);
    /// "exit code 3", "signal 9 (Killed)"
    std::string text() const;
};

struct SpawnOptions {
    std::vector<std::string> arguments;  // the first names the program: a path, or found on PATH
    std::vector<std::pair<std::string, std::string>> environment;  // added to the engine's own
    std::string working_directory;                                 // empty: the engine's
    int input = -1;   // descriptors that become 0 and 1 and 2; -1 = /dev/null
    int output = -1;
    int error = -1;
    int passed = -1;  // descriptor that the child gets as kPassedDescriptor; -1: none
};

inline constexpr int kPassedDescriptor = 3;

class ChildProcess {
  public:
    /// Throws Error (the text says why: no such file, …).
    static ChildProcess spawn(const SpawnOptions& options);

    ChildProcess(ChildProcess&&) noexcept;
    ChildProcess& operator=(ChildProcess&&) noexcept;
    /// Kills and reaps.
    ~ChildProcess();

    pid_t pid() const { return pid_; }
    /// Readable for poll() when the process has ended.
    int pidfd() const { return pidfd_.get(); }
    void kill(int signal) const;
    /// Reaps the process if it ends within the time.
    std::optional<ExitStatus> wait(std::chrono::milliseconds timeout);

  private:
    ChildProcess(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
    void end();

    pid_t pid_ = 0;  // 0: reaped
    Fd pidfd_;
};

/// Sends a signal through a pidfd. False: the process is gone.
bool signal_process(const Fd& pidfd, int signal);

}  // namespace firesteel::io
