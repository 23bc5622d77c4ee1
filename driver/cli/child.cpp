#include "cli/child.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace firesteel::cli {
namespace {

[[noreturn]] void raise_errno(const std::string& what, int error = errno) {
    throw std::system_error(error, std::generic_category(), what);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (const auto& text : strings) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

void keep_over_exec(int fd) { ::fcntl(fd, F_SETFD, ::fcntl(fd, F_GETFD) & ~FD_CLOEXEC); }

void redirect_output(int output) {
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
}

/// In the new process, up to exec. Writes errno to `report` if it gets nowhere.
[[noreturn]] void become(const Launch& launch, char** arguments, char** environment, pid_t parent,
                         int report) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (launch.group == Launch::Group::Own) ::setsid();
    if (launch.when_we_die == Launch::WhenWeDie::Terminate) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) ::_exit(1);  // it died before the line above
    }
    if (launch.output >= 0) redirect_output(launch.output);
    if (launch.inherited >= 0) keep_over_exec(launch.inherited);
    ::execvpe(arguments[0], arguments, environment);
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof error);
    ::_exit(127);
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        reset();
        raw_ = std::exchange(other.raw_, -1);
    }
    return *this;
}

void Fd::reset() {
    if (raw_ >= 0) ::close(std::exchange(raw_, -1));
}

int ExitStatus::code() const {
    return WIFSIGNALED(wait_status_) ? 128 + WTERMSIG(wait_status_) : WEXITSTATUS(wait_status_);
}

std::string ExitStatus::text() const {
    if (!WIFSIGNALED(wait_status_)) return "exit code " + std::to_string(WEXITSTATUS(wait_status_));
    const int signal = WTERMSIG(wait_status_);
    return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

void ExitStatus::repeat() const {
    if (WIFSIGNALED(wait_status_)) {
        const int signal = WTERMSIG(wait_status_);
        const rlimit no_core{0, 0};  // the child has left its own, if any
        ::setrlimit(RLIMIT_CORE, &no_core);
        ::signal(signal, SIG_DFL);
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, signal);
        ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
        ::raise(signal);
    }
    std::exit(code());
}

Child Child::start(const Launch& launch) {
    int report[2];
    if (::pipe2(report, O_CLOEXEC) != 0) raise_errno("pipe");
    const Fd reader(report[0]);
    Fd writer(report[1]);
    auto arguments = pointers(launch.arguments);
    auto environment = pointers(launch.environment);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) raise_errno("fork");
    if (pid == 0) {
        become(launch, arguments.data(), environment.data(), parent, writer.get());
    }
    writer.reset();
    int error = 0;
    if (::read(reader.get(), &error, sizeof error) == static_cast<ssize_t>(sizeof error)) {
        ::waitpid(pid, nullptr, 0);
        raise_errno(launch.arguments[0], error);
    }
    Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd) raise_errno("pidfd_open");
    return Child(pid, std::move(pidfd));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), pidfd_(std::move(other.pidfd_)) {}

Child::~Child() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Child::send(int signal) const {
    if (pid_ != 0) ::kill(pid_, signal);
}

ExitStatus Child::wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return ExitStatus(status);
}

Answer ask(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
    constexpr std::size_t kBytesMax = std::size_t{1} << 16;
    const Fd output(::memfd_create("firesteel-answer", MFD_CLOEXEC));
    try {
        Child child = Child::start(
            {.arguments = arguments, .environment = environment, .output = output.get()});
        const bool ok = child.wait().success();
        std::string text(kBytesMax, '\0');
        const auto size = ::pread(output.get(), text.data(), text.size(), 0);
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return {ok, text};
    } catch (const std::system_error& error) {
        return {false, error.what()};
    }
}

bool wait_readable(int fd, int timeout_ms) {
    pollfd waiting{fd, POLLIN, 0};
    int ready = 0;
    do {
        ready = ::poll(&waiting, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

void replace_process(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& environment) {
    auto argv = pointers(arguments);
    auto envp = pointers(environment);
    ::execvpe(argv[0], argv.data(), envp.data());
    raise_errno(arguments[0]);
}

}  // namespace firesteel::cli
