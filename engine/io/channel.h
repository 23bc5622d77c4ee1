#pragma once
/// A SOCK_SEQPACKET pair that carries messages and descriptors between the engine and a process
/// that it started. send() may be called from any thread, receive() from one.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/fd.h"

namespace firesteel::io {

inline constexpr std::size_t kMessageBytesMax = std::size_t{1} << 17;
inline constexpr std::size_t kMessageDescriptorsMax = 4;

struct Message {
    std::string bytes;
    std::vector<Fd> descriptors;
};

class Channel {
  public:
    explicit Channel(Fd fd) : fd_(std::move(fd)) {}

    enum class Received { Message, Nothing, Closed };
    /// Takes a message if one is there.
    Received receive(Message& message) const;
    /// False: the other side is gone, or doesn't read (the socket is full).
    bool send(std::string_view bytes, std::span<const int> descriptors = {}) const;
    int fd() const { return fd_.get(); }
    void close() { fd_.reset(); }

  private:
    Fd fd_;
};

struct ChannelPair {
    Channel ours;
    Fd theirs;
};
ChannelPair make_channel();

}  // namespace firesteel::io
