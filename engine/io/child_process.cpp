#include "io/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "common/error.h"

namespace firesteel::io {

namespace {

void check(int error, const char* what) {
    if (error == 0) return;
    errno = error;
    throw_errno(what);
}

class FileActions {
  public:
    FileActions() { check(::posix_spawn_file_actions_init(&raw_), "posix_spawn"); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { ::posix_spawn_file_actions_destroy(&raw_); }

    void connect(int from, int to, int open_flags) {
        if (from >= 0) {
            check(::posix_spawn_file_actions_adddup2(&raw_, from, to), "posix_spawn");
        } else {
            check(::posix_spawn_file_actions_addopen(&raw_, to, "/dev/null", open_flags, 0),
                  "posix_spawn");
        }
    }
    void change_directory(const std::string& path) {
        check(::posix_spawn_file_actions_addchdir_np(&raw_, path.c_str()), "posix_spawn");
    }
    const posix_spawn_file_actions_t* get() const { return &raw_; }

  private:
    posix_spawn_file_actions_t raw_{};
};

class Attributes {
  public:
    Attributes() {
        check(::posix_spawnattr_init(&raw_), "posix_spawn");
        sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&raw_, &signals);
        ::sigaddset(&signals, SIGPIPE);
        ::sigaddset(&signals, SIGINT);
        ::sigaddset(&signals, SIGTERM);
        ::posix_spawnattr_setsigdefault(&raw_, &signals);
        // A group of its own: Ctrl-C in the engine's terminal is the engine's to handle.
        ::posix_spawnattr_setpgroup(&raw_, 0);
        ::posix_spawnattr_setflags(
            &raw_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { ::posix_spawnattr_destroy(&raw_); }
    const posix_spawnattr_t* get() const { return &raw_; }

  private:
    posix_spawnattr_t raw_{};
};

std::vector<std::string> merged_environment(
    const std::vector<std::pair<std::string, std::string>>& added) {
    std::map<std::string, std::string> merged;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string::npos) merged[text.substr(0, equals)] = text.substr(equals + 1);
    }
    for (const auto& [name, value] : added) merged[name] = value;
    std::vector<std::string> result;
    result.reserve(merged.size());
    for (const auto& [name, value] : merged) result.push_back(name + "=" + value);
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

ExitStatus ExitStatus::from_wait(int status) {
    if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

std::string ExitStatus::text() const {
    if (signal == 0) return "exit code " + std::to_string(code);
    const char* name = ::sigdescr_np(signal);
    const std::string text = "signal " + std::to_string(signal);
    return name != nullptr ? text + " (" + name + ")" : text;
}

ChildProcess ChildProcess::spawn(const SpawnOptions& options) {
    FS_ASSERT(!options.arguments.empty());
    FileActions actions;
    actions.connect(options.input, 0, O_RDONLY);
    actions.connect(options.output, 1, O_WRONLY);
    actions.connect(options.error, 2, O_WRONLY);
    if (options.passed >= 0) actions.connect(options.passed, kPassedDescriptor, 0);
    if (!options.working_directory.empty()) actions.change_directory(options.working_directory);
    const Attributes attributes;
    std::vector<std::string> arguments = options.arguments;
    std::vector<std::string> environment = merged_environment(options.environment);
    const std::vector<char*> argv = pointers(arguments);
    const std::vector<char*> envp = pointers(environment);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, argv[0], actions.get(), attributes.get(), argv.data(),
                                     envp.data());
    if (error != 0) {
        errno = error;
        throw_errno(("can't run " + arguments[0]).c_str());
    }
    // Not reaped yet, so the pid is this child's.
    ChildProcess child(pid, Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
    if (!child.pidfd_.open()) throw_errno("pidfd_open");
    ::fcntl(child.pidfd_.get(), F_SETFD, FD_CLOEXEC);
    return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), pidfd_(std::move(other.pidfd_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    if (this != &other) {
        end();
        pid_ = std::exchange(other.pid_, 0);
        pidfd_ = std::move(other.pidfd_);
    }
    return *this;
}

ChildProcess::~ChildProcess() { end(); }

void ChildProcess::end() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
}

void ChildProcess::kill(int signal) const {
    if (pid_ != 0) ::kill(pid_, signal);
}

std::optional<ExitStatus> ChildProcess::wait(std::chrono::milliseconds timeout) {
    FS_ASSERT(pid_ != 0);
    pollfd waited{pidfd_.get(), POLLIN, 0};
    if (::poll(&waited, 1, static_cast<int>(timeout.count())) <= 0) return std::nullopt;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = 0;
    return ExitStatus::from_wait(status);
}

bool signal_process(const Fd& pidfd, int signal) {
    return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

}  // namespace firesteel::io
