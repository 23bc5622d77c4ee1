#include "cli/interrupts.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace firesteel::cli {

namespace {
constexpr int kAgainMs = 100;
}  // namespace

Interrupts::Interrupts() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) throw std::system_error(errno, std::generic_category(), "signalfd");
}

bool Interrupts::take() const {
    signalfd_siginfo info{};
    return ::read(signals_.get(), &info, sizeof info) == sizeof info;
}

Interrupts::Watch::Watch(const Interrupts& interrupts, std::function<void()> react)
    : end_(::eventfd(0, EFD_CLOEXEC)), thread_([this, &interrupts, react = std::move(react)] {
          std::array<pollfd, 2> events{
              {{end_.get(), POLLIN, 0}, {interrupts.fd(), POLLIN, 0}}
          };
          bool wanted = false;
          while (true) {
              const int ready = ::poll(events.data(), events.size(), wanted ? kAgainMs : -1);
              if (ready < 0 && errno != EINTR) return;
              if (ready <= 0) events[0].revents = events[1].revents = 0;
              if (events[0].revents != 0) return;
              wanted = wanted || (events[1].revents != 0 && interrupts.take());
              if (wanted) react();
          }
      }) {}

Interrupts::Watch::~Watch() {
    ::eventfd_write(end_.get(), 1);
    thread_.join();
}

}  // namespace firesteel::cli
