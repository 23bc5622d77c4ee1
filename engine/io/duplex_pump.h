#pragma once
/// A conversation with a process over two pipes. Writing and reading go on together, so that two
/// full pipes can't block each other; waiting ends early when the process dies, when the StopToken
/// stops or at a deadline. Used by one thread at a time.

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "common/stop_token.h"
#include "io/fd.h"

namespace firesteel::io {

/// Received bytes: filled at the back, consumed at the front. data() is 16-byte aligned after
/// consume() of multiples of 16, and after every compact().
class ReceiveBuffer {
  public:
    std::size_t size() const { return end_ - begin_; }
    const std::byte* data() const { return bytes_.get() + begin_; }
    void consume(std::size_t count);
    /// Moves what is left to the front.
    void compact();
    /// Room for at least `bytes` behind what is there.
    std::span<std::byte> room(std::size_t bytes);
    void filled(std::size_t count) { end_ += count; }
    /// Frees the memory beyond `keep`, when empty.
    void shrink(std::size_t keep);

  private:
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

enum class PumpResult {
    Moved,       // some bytes went or came
    PeerClosed,  // nothing more can come
    Stopped,
    TimedOut,
};

using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

class DuplexPump {
  public:
    /// Both descriptors become non-blocking; `peer_exit` is the process's pidfd.
    DuplexPump(Fd to_peer, Fd from_peer, int peer_exit);

    /// Writes from `out` (which loses what was written) and reads into `in`: returns after the
    /// first progress, else waits. With Spin::Briefly it polls for a moment before it sleeps.
    enum class Spin { No, Briefly };
    PumpResult step(std::span<const std::byte>& out, ReceiveBuffer& in, const StopToken& stop,
                    Deadline deadline = kNoDeadline, Spin spin = Spin::No);
    void close();

  private:
    enum class Io { Moved, Blocked, Ended };
    Io write_some(std::span<const std::byte>& out);
    Io read_some(ReceiveBuffer& in);
    Io spin_read(ReceiveBuffer& in, const StopToken& stop);
    PumpResult wait(bool want_write, const StopToken& stop, Deadline deadline);

    Fd to_peer_;
    Fd from_peer_;
    int peer_exit_;
    Event stop_event_;
    bool writable_ = true;
    bool peer_ended_ = false;
};

}  // namespace firesteel::io
