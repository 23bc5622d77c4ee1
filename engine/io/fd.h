#pragma once
/// Owned descriptors, pipes and eventfds. Every descriptor is close-on-exec.

#include <cstddef>
#include <cstdint>
#include <utility>

namespace firesteel::io {

/// Owns one file descriptor. Movable; not thread-safe.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int raw) : raw_(raw) {}
    Fd(Fd&& other) noexcept : raw_(std::exchange(other.raw_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    int get() const { return raw_; }
    bool open() const { return raw_ >= 0; }
    void reset();

  private:
    int raw_ = -1;
};

struct Pipe {
    Fd read;
    Fd write;
};

inline constexpr int kPipeBytes = 1 << 20;

/// A pipe with the largest buffer, up to kPipeBytes, that the system grants. Throws Error.
Pipe make_pipe(int buffer_bytes = kPipeBytes);
void set_non_blocking(const Fd& fd);

/// A flag that poll() can wait for. set() may be called from any thread.
class Event {
  public:
    Event();
    void set() const;
    void clear() const;
    int fd() const { return fd_.get(); }

  private:
    Fd fd_;
};

/// errno as an Error: "<what>: <text of errno>".
[[noreturn]] void throw_errno(const char* what);

}  // namespace firesteel::io
