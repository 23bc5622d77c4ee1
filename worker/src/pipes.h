#pragma once
/// Frames over the worker's two pipes. One thread; the GIL is released while waiting.

#include <sys/uio.h>

#include <cstdint>
#include <vector>

#include "abi.h"
#include "buffer.h"
#include "worker/frame.h"

namespace fsw {

struct Frame {
    fs_frame_header header{};
    const std::uint8_t* payload = nullptr;  // valid until the next read
};

class Pipes {
  public:
    Pipes(int in, int out);

    enum class Read { Frame, Closed };
    /// Waits for the next frame. Closed: the engine is gone, or sent something that is no frame.
    Read read(Frame& frame);
    /// Writes header and parts; false: the engine is gone.
    bool write(fs_frame_header header, std::vector<iovec>& parts);
    /// Poll for a moment before blocking in read().
    void set_spin(bool spin) { spin_ = spin; }
    /// Gives back the memory of an unusually large frame. Only between frames.
    void shrink();

  private:
    bool fill(std::size_t need);
    ssize_t wait_and_read(void* to, std::size_t room);
    bool flush(iovec* parts, std::size_t count);

    int in_;
    int out_;
    int owner_;  // the process that may write: a child that a function forked must not
    bool spin_ = false;
    Buffer input_;
    std::size_t begin_ = 0;  // unread bytes of input_
    std::size_t end_ = 0;
};

}  // namespace fsw
