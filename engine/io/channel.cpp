#include "io/channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/error.h"

namespace firesteel::io {

ChannelPair make_channel() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        throw_errno("can't make a socket pair");
    }
    return {Channel(Fd(ends[0])), Fd(ends[1])};
}

Channel::Received Channel::receive(Message& message) const {
    message.bytes.resize(kMessageBytesMax);
    message.descriptors.clear();
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMessageDescriptorsMax)> control{};
    iovec part{message.bytes.data(), message.bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t count = 0;
    do {
        count = ::recvmsg(fd_.get(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Received::Nothing;
    if (count <= 0) return Received::Closed;
    message.bytes.resize(static_cast<std::size_t>(count));
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr;
         item = CMSG_NXTHDR(&header, item)) {
        if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t descriptors = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < descriptors; ++i) {
            int raw = -1;
            std::memcpy(&raw, CMSG_DATA(item) + i * sizeof(int), sizeof raw);
            message.descriptors.emplace_back(raw);
        }
    }
    return Received::Message;
}

bool Channel::send(std::string_view bytes, std::span<const int> descriptors) const {
    FS_ASSERT(bytes.size() <= kMessageBytesMax && descriptors.size() <= kMessageDescriptorsMax);
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMessageDescriptorsMax)> control{};
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (!descriptors.empty()) {
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* item = CMSG_FIRSTHDR(&header);
        item->cmsg_level = SOL_SOCKET;
        item->cmsg_type = SCM_RIGHTS;
        item->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(item), descriptors.data(), descriptors.size_bytes());
    }
    ssize_t count = 0;
    do {
        count = ::sendmsg(fd_.get(), &header, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    return count == static_cast<ssize_t>(bytes.size());
}

}  // namespace firesteel::io
