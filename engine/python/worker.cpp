#include "python/worker.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "common/error.h"

namespace firesteel::python {

namespace {

constexpr std::size_t kCallsKnownMax = 16;
constexpr std::size_t kBufferBytesKept = std::size_t{4} << 20;
constexpr std::chrono::seconds kExitReportTimeout{2};

std::string drop_frame(std::uint32_t call) {
    fs_frame_header header{};
    header.call = call;
    header.kind = FS_FRAME_DROP;
    return {reinterpret_cast<const char*>(&header), sizeof header};
}

}  // namespace

OutputTail::OutputTail(io::Fd fd) : fd_(std::move(fd)) { io::set_non_blocking(fd_); }

bool OutputTail::drain() {
    const std::lock_guard lock(mutex_);
    return drain_locked();
}

bool OutputTail::drain_locked() {
    std::array<char, 4096> chunk;
    while (true) {
        const ssize_t count = ::read(fd_.get(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return false;
        tail_.append(chunk.data(), static_cast<std::size_t>(count));
        if (tail_.size() > 2 * kBytesMax) tail_.erase(0, tail_.size() - kBytesMax);
    }
}

std::string OutputTail::text() {
    const std::lock_guard lock(mutex_);
    drain_locked();
    return tail_.substr(tail_.size() - std::min(tail_.size(), kBytesMax));
}

Worker::Worker(std::shared_ptr<const WorkerEnvironment> environment, pid_t pid, Ends ends,
               std::shared_ptr<OutputTail> output)
    : environment_(std::move(environment)),
      pid_(pid),
      pidfd_(std::move(ends.pidfd)),
      pump_(std::move(ends.to_worker), std::move(ends.from_worker), pidfd_.get()),
      output_(std::move(output)) {}

Worker::~Worker() { kill(); }

void Worker::kill() {
    const std::lock_guard lock(exit_mutex_);
    // The leader isn't reported reaped, so the group is its own: processes that it started go too.
    if (!exit_) ::kill(-pid_, SIGKILL);
    io::signal_process(pidfd_, SIGKILL);
}

bool Worker::alive() {
    // A pidfd is readable once its process has ended.
    pollfd waited{pidfd_.get(), POLLIN, 0};
    return ::poll(&waited, 1, 0) == 0;
}

void Worker::set_exit(io::ExitStatus status) {
    {
        const std::lock_guard lock(exit_mutex_);
        exit_ = status;
        ::kill(-pid_, SIGKILL);
    }
    exit_known_.notify_all();
}

void Worker::begin(const std::shared_ptr<const CallSetup>& setup) {
    clean_ = false;
    std::erase_if(known_, [this](const Known& known) {
        if (!known.setup.expired()) return false;
        outgoing_.append(drop_frame(known.id));
        return true;
    });
    const auto is_this = [&](const Known& known) { return known.id == setup->id; };
    if (std::any_of(known_.begin(), known_.end(), is_this)) return;
    if (known_.size() >= kCallsKnownMax) {
        outgoing_.append(drop_frame(known_.front().id));
        known_.erase(known_.begin());
    }
    known_.push_back({setup->id, setup});
    outgoing_.append(setup->frame);
}

bool Worker::frame_ready() {
    if (incoming_.size() < FS_FRAME_HEADER_BYTES) return false;
    fs_frame_header header;
    std::memcpy(&header, incoming_.data(), sizeof header);
    if (header.payload_bytes > FS_FRAME_PAYLOAD_BYTES_MAX || header.payload_bytes % 8 != 0) {
        throw Error(ErrorClass::NoCondition, {{"message", "a Python worker sent no valid frame"}});
    }
    const std::size_t whole = FS_FRAME_HEADER_BYTES + header.payload_bytes;
    if (incoming_.size() >= whole) return true;
    incoming_.room(whole - incoming_.size());
    return false;
}

Worker::Reply Worker::take_frame() {
    Reply reply;
    std::memcpy(&reply.header, incoming_.data(), sizeof reply.header);
    reply.payload = {incoming_.data() + FS_FRAME_HEADER_BYTES, reply.header.payload_bytes};
    taken_ = FS_FRAME_HEADER_BYTES + reply.header.payload_bytes;
    return reply;
}

void Worker::pump_once(const StopToken& stop, io::DuplexPump::Spin spin) {
    std::span<const std::byte> out = outgoing_.bytes().subspan(sent_);
    const std::size_t before = out.size();
    const io::PumpResult result = pump_.step(out, incoming_, stop, io::kNoDeadline, spin);
    sent_ += before - out.size();
    if (sent_ == outgoing_.size()) {
        outgoing_.clear();
        outgoing_.shrink(kBufferBytesKept);
        sent_ = 0;
    }
    if (result == io::PumpResult::PeerClosed) throw_died();
    if (result == io::PumpResult::Stopped) stop.throw_if_stopped();
}

Worker::Reply Worker::receive(const StopToken& stop, io::DuplexPump::Spin spin) {
    incoming_.consume(std::exchange(taken_, 0));
    incoming_.shrink(kBufferBytesKept);
    while (!frame_ready()) pump_once(stop, spin);
    return take_frame();
}

std::optional<Worker::Reply> Worker::flush_or_receive(const StopToken& stop) {
    incoming_.consume(std::exchange(taken_, 0));
    while (!frame_ready()) {
        if (unsent() == 0) return std::nullopt;
        pump_once(stop, io::DuplexPump::Spin::No);
    }
    return take_frame();
}

void Worker::throw_died() {
    io::signal_process(pidfd_, SIGKILL);  // it closed its pipes: of no use even if it still runs
    std::string how = "its end was not reported";
    {
        std::unique_lock lock(exit_mutex_);
        exit_known_.wait_for(lock, kExitReportTimeout, [this] { return exit_.has_value(); });
        if (exit_) how = exit_->text();
    }
    std::string text = "Python worker exited unexpectedly (crashed): " + how;
    const std::string tail = output_->text();
    if (!tail.empty()) text += "\nIts last output:\n" + tail;
    throw Error(ErrorClass::NoCondition, {{"message", text}});
}

}  // namespace firesteel::python
