#include "pipes.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace fsw {

namespace {

constexpr std::size_t kInputBytes = std::size_t{1} << 18;
constexpr std::size_t kInputBytesKept = std::size_t{1} << 22;
constexpr std::int64_t kSpinNanos = 50000;
constexpr std::size_t kPartsPerWrite = 512;

std::int64_t now_nanos() {
    std::timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * std::int64_t{1000000000} + now.tv_nsec;
}

ssize_t read_again(int fd, void* to, std::size_t room) {
    ssize_t count = 0;
    do {
        count = ::read(fd, to, room);
    } while (count < 0 && errno == EINTR);
    return count;
}

}  // namespace

Pipes::Pipes(int in, int out) : in_(in), out_(out), owner_(getpid()) {
    ::fcntl(in_, F_SETFL, ::fcntl(in_, F_GETFL) | O_NONBLOCK);
    input_.reserve(kInputBytes);
}

void Pipes::shrink() {
    if (begin_ == end_) input_.shrink(kInputBytesKept);
    input_.reserve(kInputBytes);
}

/// Blocks until there is something to read. 0 at the end, < 0 on error.
ssize_t Pipes::wait_and_read(void* to, std::size_t room) {
    ssize_t count = read_again(in_, to, room);
    if (count >= 0 || errno != EAGAIN) return count;
    PyThreadState* state = PyEval_SaveThread();
    if (spin_) {
        const std::int64_t until = now_nanos() + kSpinNanos;
        do {
            count = read_again(in_, to, room);
        } while (count < 0 && errno == EAGAIN && now_nanos() < until);
    }
    while (count < 0 && errno == EAGAIN) {
        pollfd waited{in_, POLLIN, 0};
        if (::poll(&waited, 1, -1) < 0 && errno != EINTR) break;
        count = read_again(in_, to, room);
    }
    const int saved = errno;
    PyEval_RestoreThread(state);
    errno = saved;
    return count;
}

bool Pipes::fill(std::size_t need) {
    if (begin_ != 0 && begin_ + need > input_.capacity()) {
        std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (need > input_.capacity()) {
        Buffer bigger;
        bigger.reserve(need);
        std::memcpy(bigger.data(), input_.data(), end_);
        input_.swap(bigger);
    }
    while (end_ - begin_ < need) {
        const ssize_t count =
            wait_and_read(input_.data() + end_, input_.capacity() - end_);
        if (count <= 0) return false;
        end_ += static_cast<std::size_t>(count);
    }
    return true;
}

Pipes::Read Pipes::read(Frame& frame) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (!fill(FS_FRAME_HEADER_BYTES)) return Read::Closed;
    std::memcpy(&frame.header, input_.data() + begin_, FS_FRAME_HEADER_BYTES);
    const std::size_t payload = frame.header.payload_bytes;
    if (payload > FS_FRAME_PAYLOAD_BYTES_MAX || payload % 8 != 0) return Read::Closed;
    if (!fill(FS_FRAME_HEADER_BYTES + payload)) return Read::Closed;
    frame.payload = input_.data() + begin_ + FS_FRAME_HEADER_BYTES;
    begin_ += FS_FRAME_HEADER_BYTES + payload;
    return Read::Frame;
}

bool Pipes::flush(iovec* parts, std::size_t count) {
    while (count != 0) {
        ssize_t written =
            ::writev(out_, parts, static_cast<int>(std::min(count, kPartsPerWrite)));
        if (written < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        while (count != 0 && static_cast<std::size_t>(written) >= parts->iov_len) {
            written -= static_cast<ssize_t>(parts->iov_len);
            ++parts;
            --count;
        }
        if (count != 0) {
            parts->iov_base = static_cast<char*>(parts->iov_base) + written;
            parts->iov_len -= static_cast<std::size_t>(written);
        }
    }
    return true;
}

bool Pipes::write(fs_frame_header header, std::vector<iovec>& parts) {
    if (getpid() != owner_) _exit(0);
    std::size_t bytes = 0;
    for (const iovec& part : parts) bytes += part.iov_len;
    header.payload_bytes = static_cast<std::uint32_t>(bytes);
    parts.insert(parts.begin(), iovec{&header, sizeof header});
    PyThreadState* state = PyEval_SaveThread();
    const bool good = flush(parts.data(), parts.size());
    PyEval_RestoreThread(state);
    return good;
}

}  // namespace fsw
