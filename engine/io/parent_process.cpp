#include "io/parent_process.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <string>

#include "common/error.h"

namespace firesteel::io {

ParentProcess::ParentProcess(pid_t pid)
    : pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {
    // Asked after opening: while it is our parent, its number means no other process.
    if (!pidfd_.open() || ::getppid() != pid) {
        throw Error(ErrorClass::NoCondition,
                    {{"message", "process " + std::to_string(pid) + " did not start this engine, or has ended"}});
    }
}

int wait_for_signal(const sigset_t& signals, const ParentProcess* parent) {
    const Fd arrived(::signalfd(-1, &signals, SFD_CLOEXEC));
    if (!arrived.open()) throw_errno("signalfd");
    std::array<pollfd, 2> events{
        {{arrived.get(), POLLIN, 0}, {parent == nullptr ? -1 : parent->pidfd(), POLLIN, 0}}
    };
    while (true) {
        if (::poll(events.data(), events.size(), -1) < 0) continue;  // EINTR
        signalfd_siginfo info{};
        if (events[0].revents != 0 && ::read(arrived.get(), &info, sizeof info) == sizeof info) {
            return static_cast<int>(info.ssi_signo);
        }
        if (events[1].revents != 0) return 0;
    }
}

}  // namespace firesteel::io
