#include "io/duplex_pump.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/error.h"

namespace firesteel::io {

namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 18;
constexpr std::chrono::microseconds kSpinTime{50};

int poll_timeout(Deadline deadline) {
    if (deadline == kNoDeadline) return -1;
    const auto now = std::chrono::steady_clock::now();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1 << 30));
}

}  // namespace

void ReceiveBuffer::consume(std::size_t count) {
    FS_ASSERT(count <= size());
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
}

void ReceiveBuffer::compact() {
    if (begin_ == 0) return;
    std::memmove(bytes_.get(), bytes_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
}

std::span<std::byte> ReceiveBuffer::room(std::size_t bytes) {
    if (capacity_ - end_ < bytes) compact();
    if (capacity_ - end_ < bytes) {
        const std::size_t capacity = std::max(end_ + bytes, capacity_ * 2);
        // Not value-initialized: it is about to be read into.
        std::unique_ptr<std::byte[]> bigger(new std::byte[capacity]);
        if (end_ != 0) std::memcpy(bigger.get(), bytes_.get(), end_);
        bytes_ = std::move(bigger);
        capacity_ = capacity;
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void ReceiveBuffer::shrink(std::size_t keep) {
    if (size() != 0 || capacity_ <= keep) return;
    bytes_.reset();
    capacity_ = begin_ = end_ = 0;
}

DuplexPump::DuplexPump(Fd to_peer, Fd from_peer, int peer_exit)
    : to_peer_(std::move(to_peer)), from_peer_(std::move(from_peer)), peer_exit_(peer_exit) {
    // Writing to a process that ended must be an error here, never the engine's end.
    ::signal(SIGPIPE, SIG_IGN);
    set_non_blocking(to_peer_);
    set_non_blocking(from_peer_);
}

void DuplexPump::close() {
    to_peer_.reset();
    from_peer_.reset();
}

DuplexPump::Io DuplexPump::write_some(std::span<const std::byte>& out) {
    while (true) {
        const ssize_t count = ::write(to_peer_.get(), out.data(), out.size());
        if (count > 0) {
            out = out.subspan(static_cast<std::size_t>(count));
            return Io::Moved;
        }
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return Io::Blocked;
        writable_ = false;  // the peer may have said why before it closed: keep reading
        return Io::Ended;
    }
}

DuplexPump::Io DuplexPump::read_some(ReceiveBuffer& in) {
    const std::span<std::byte> room = in.room(kReadBytes);
    while (true) {
        const ssize_t count = ::read(from_peer_.get(), room.data(), room.size());
        if (count > 0) {
            in.filled(static_cast<std::size_t>(count));
            return Io::Moved;
        }
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return Io::Blocked;
        return Io::Ended;
    }
}

DuplexPump::Io DuplexPump::spin_read(ReceiveBuffer& in, const StopToken& stop) {
    const Deadline until = std::chrono::steady_clock::now() + kSpinTime;
    Io got = Io::Blocked;
    while (got == Io::Blocked && !stop.stopped() && std::chrono::steady_clock::now() < until) {
        got = read_some(in);
    }
    return got;
}

PumpResult DuplexPump::wait(bool want_write, const StopToken& stop, Deadline deadline) {
    const auto wake = [this] { stop_event_.set(); };
    const StopCallback<decltype(wake)> callback(stop, wake);
    std::array<pollfd, 4> waited{{{from_peer_.get(), POLLIN, 0},
                                  {stop_event_.fd(), POLLIN, 0},
                                  {peer_exit_, POLLIN, 0},
                                  {to_peer_.get(), POLLOUT, 0}}};
    const int count = ::poll(waited.data(), want_write ? 4 : 3, poll_timeout(deadline));
    if (count < 0 && errno != EINTR) throw_errno("poll");
    if (stop.stopped()) {
        stop_event_.clear();
        return PumpResult::Stopped;
    }
    if (count == 0) return PumpResult::TimedOut;
    // What a process wrote before its end is still in the pipe.
    if (count > 0 && (waited[2].revents & POLLIN) != 0) peer_ended_ = true;
    return PumpResult::Moved;
}

PumpResult DuplexPump::step(std::span<const std::byte>& out, ReceiveBuffer& in,
                            const StopToken& stop, Deadline deadline, Spin spin) {
    while (true) {
        const bool wants_write = !out.empty() && writable_;
        if (wants_write && write_some(out) == Io::Moved) return PumpResult::Moved;
        Io got = read_some(in);
        if (got == Io::Blocked && spin == Spin::Briefly && !wants_write) got = spin_read(in, stop);
        if (got == Io::Moved) return PumpResult::Moved;
        if (got == Io::Ended || peer_ended_) return PumpResult::PeerClosed;
        const PumpResult waited = wait(wants_write && writable_, stop, deadline);
        if (waited != PumpResult::Moved) return waited;
    }
}

}  // namespace firesteel::io
