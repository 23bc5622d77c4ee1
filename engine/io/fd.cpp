#include "io/fd.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "common/error.h"

namespace firesteel::io {

void throw_errno(const char* what) {
    const std::string text = std::generic_category().message(errno);
    throw Error(ErrorClass::NoCondition, {{"message", std::string(what) + ": " + text}});
}

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

Pipe make_pipe(int buffer_bytes) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) throw_errno("can't make a pipe");
    Pipe pipe{Fd(ends[0]), Fd(ends[1])};
    // Unprivileged users have a budget for large pipes: past it the default size has to do.
    ::fcntl(ends[1], F_SETPIPE_SZ, buffer_bytes);
    return pipe;
}

void set_non_blocking(const Fd& fd) {
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) < 0) {
        throw_errno("can't make a descriptor non-blocking");
    }
}

Event::Event() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!fd_.open()) throw_errno("can't make an eventfd");
}

void Event::set() const {
    const std::uint64_t one = 1;
    // Fails only when the counter is full, that is when the flag is set anyway.
    [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
}

void Event::clear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(fd_.get(), &count, sizeof count);
}

}  // namespace firesteel::io
