#pragma once
/// The engine's end of one worker process: frames to it, frames from it, its end. Used by the one
/// thread that leases it; its template's thread drains its output and reports its exit.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/stop_token.h"
#include "io/child_process.h"
#include "io/duplex_pump.h"
#include "python/batch_codec.h"
#include "python/worker_environment.h"
#include "worker/frame.h"

namespace firesteel::python {

/// The last bytes that a process wrote to stdout and stderr. Thread-safe.
class OutputTail {
  public:
    static constexpr std::size_t kBytesMax = std::size_t{16} << 10;

    /// `fd`: the read end of the process's output.
    explicit OutputTail(io::Fd fd);
    int fd() const { return fd_.get(); }
    /// Takes what is there; false at the end of file.
    bool drain();
    /// What was written lately, the pipe's content included.
    std::string text();

  private:
    bool drain_locked();

    io::Fd fd_;
    std::mutex mutex_;
    std::string tail_;
};

/// One set-up as workers get it; lives as long as its call. A worker forgets it afterwards.
struct CallSetup {
    std::uint32_t id = 0;
    std::string frame;
};

class Worker {
  public:
    struct Ends {
        io::Fd to_worker;
        io::Fd from_worker;
        io::Fd pidfd;
    };
    Worker(std::shared_ptr<const WorkerEnvironment> environment, pid_t pid, Ends ends,
           std::shared_ptr<OutputTail> output);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    /// Kills the process (its template reaps it).
    ~Worker();

    pid_t pid() const { return pid_; }
    const std::shared_ptr<const WorkerEnvironment>& environment() const { return environment_; }
    OutputTail& output() { return *output_; }

    /// Begins an exchange: what is sent first is what this worker needs to know of the call.
    void begin(const std::shared_ptr<const CallSetup>& setup);
    /// Frames appended here leave with the next receive() or pump().
    FrameBuffer& outgoing() { return outgoing_; }
    /// The next frame; its payload is valid until the next receive(). Throws Error: stopped, died.
    struct Reply {
        fs_frame_header header{};
        std::span<const std::byte> payload;
    };
    Reply receive(const StopToken& stop, io::DuplexPump::Spin spin);
    /// Writes what is outgoing; returns a frame that arrives meanwhile, or nothing once all is
    /// written. Throws as receive().
    std::optional<Reply> flush_or_receive(const StopToken& stop);
    /// The exchange ended at a frame boundary: the worker can serve another.
    void end() { clean_ = true; }
    bool clean() const { return clean_; }
    /// The process still runs, as far as one can know.
    bool alive();
    /// Bytes that wait to be written.
    std::size_t unsent() const { return outgoing_.size() - sent_; }

    void kill();
    /// Called by the template's thread.
    void set_exit(io::ExitStatus status);

  private:
    void pump_once(const StopToken& stop, io::DuplexPump::Spin spin);
    bool frame_ready();
    Reply take_frame();
    [[noreturn]] void throw_died();

    std::shared_ptr<const WorkerEnvironment> environment_;
    pid_t pid_;
    io::Fd pidfd_;
    io::DuplexPump pump_;
    std::shared_ptr<OutputTail> output_;
    FrameBuffer outgoing_;
    std::size_t sent_ = 0;
    io::ReceiveBuffer incoming_;
    std::size_t taken_ = 0;  // bytes of the frame that the caller still reads
    bool clean_ = true;

    struct Known {
        std::uint32_t id;
        std::weak_ptr<const CallSetup> setup;
    };
    std::vector<Known> known_;

    std::mutex exit_mutex_;
    std::condition_variable exit_known_;
    std::optional<io::ExitStatus> exit_;
};

}  // namespace firesteel::python
