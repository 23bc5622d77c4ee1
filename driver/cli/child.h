#pragma once
/// Processes that the command line starts: fork, exec, wait by pidfd, and signals passed through.
/// The program has one thread whenever it starts one. Not thread-safe.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace firesteel::cli {

/// Owns one file descriptor.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int raw) : raw_(raw) {}
    Fd(Fd&& other) noexcept : raw_(std::exchange(other.raw_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(); }

    int get() const { return raw_; }
    explicit operator bool() const { return raw_ >= 0; }
    void reset();

  private:
    int raw_ = -1;
};

/// A wait status that knows how a parent should end likewise.
class ExitStatus {
  public:
    explicit ExitStatus(int wait_status) : wait_status_(wait_status) {}
    bool success() const { return wait_status_ == 0; }
    /// Exit code, or 128 + signal as a shell counts.
    int code() const;
    /// "exit code 3" or "signal 9 (Killed)".
    std::string text() const;
    /// Ends this process the same way: by the same signal or with the same code.
    [[noreturn]] void repeat() const;

  private:
    int wait_status_;
};

struct Launch {
    enum class Group { Same, Own };  // Own: a session of its own, out of Ctrl-C's reach
    enum class WhenWeDie {
        Nothing,
        Terminate
    };  // Terminate: it gets SIGTERM when we end in any way

    std::vector<std::string> arguments;    // [0] is looked up in PATH unless it has a slash
    std::vector<std::string> environment;  // "KEY=value", the whole of it
    Group group = Group::Same;
    WhenWeDie when_we_die = WhenWeDie::Nothing;
    int output = -1;     // descriptor for stdout and stderr; -1: ours. stdin is /dev/null then
    int inherited = -1;  // one more descriptor to hand down under its number
};

class Child {
  public:
    /// Throws std::system_error when the program cannot be executed.
    static Child start(const Launch& launch);
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;
    /// Kills what still runs.
    ~Child();

    pid_t pid() const { return pid_; }
    int pidfd() const { return pidfd_.get(); }  // readable once the process has ended
    void send(int signal) const;
    ExitStatus wait();
    /// Leaves the process to itself.
    void release() { pid_ = 0; }

  private:
    Child(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
    pid_t pid_ = 0;
    Fd pidfd_;
};

/// What a program prints, and whether it succeeded; why not, if it can't be run.
struct Answer {
    bool ok = false;
    std::string text;
};
Answer ask(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

/// True when `fd` became readable (or its peer closed) within the time; -1 waits for ever.
bool wait_readable(int fd, int timeout_ms);

/// Replaces this process. Returns only by throwing std::system_error.
[[noreturn]] void replace_process(const std::vector<std::string>& arguments,
                                  const std::vector<std::string>& environment);

}  // namespace firesteel::cli
