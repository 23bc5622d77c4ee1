#include "connect/access.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <optional>

#include <grpcpp/server_context.h>

#include "common/log.h"

namespace firesteel::connect {
namespace {

constexpr log::Channel kLog{"connect"};
constexpr std::size_t kTrustedMax = 2 * 65'536;  // there are not as many ports

union Address {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
};

bool is_loopback(const Address& address) {
    if (address.any.sa_family == AF_INET) return (ntohl(address.v4.sin_addr.s_addr) >> 24U) == 127;
    if (address.any.sa_family != AF_INET6) return false;
    const in6_addr& v6 = address.v6.sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

/// As gRPC writes a peer: "ipv4:127.0.0.1:1234", "ipv6:%5B::1%5D:1234".
std::string peer_name(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.any.sa_family == AF_INET) {
        ::inet_ntop(AF_INET, &address.v4.sin_addr, text.data(), text.size());
        return "ipv4:" + std::string(text.data()) + ":" + std::to_string(ntohs(address.v4.sin_port));
    }
    const in6_addr& v6 = address.v6.sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        ::inet_ntop(AF_INET, &v6.s6_addr[12], text.data(), text.size());
        return "ipv4:" + std::string(text.data()) + ":" + std::to_string(ntohs(address.v6.sin6_port));
    }
    ::inet_ntop(AF_INET6, &v6, text.data(), text.size());
    return "ipv6:%5B" + std::string(text.data()) + "%5D:" + std::to_string(ntohs(address.v6.sin6_port));
}

struct DiagRequest {
    nlmsghdr header{};
    inet_diag_req_v2 request{};
};

DiagRequest diag_request(const Address& peer, const Address& self) {
    DiagRequest out;
    out.header.nlmsg_len = sizeof(out);
    out.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    out.header.nlmsg_flags = NLM_F_REQUEST;
    out.request.sdiag_family = static_cast<__u8>(peer.any.sa_family);
    out.request.sdiag_protocol = IPPROTO_TCP;
    out.request.idiag_states = ~0U;
    auto& id = out.request.id;
    id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    if (peer.any.sa_family == AF_INET) {
        id.idiag_sport = peer.v4.sin_port;
        id.idiag_dport = self.v4.sin_port;
        std::memcpy(id.idiag_src, &peer.v4.sin_addr, sizeof(peer.v4.sin_addr));
        std::memcpy(id.idiag_dst, &self.v4.sin_addr, sizeof(self.v4.sin_addr));
    } else {
        id.idiag_sport = peer.v6.sin6_port;
        id.idiag_dport = self.v6.sin6_port;
        std::memcpy(id.idiag_src, &peer.v6.sin6_addr, sizeof(peer.v6.sin6_addr));
        std::memcpy(id.idiag_dst, &self.v6.sin6_addr, sizeof(self.v6.sin6_addr));
    }
    return out;
}

/// The user of the socket at the other end of a connection within this machine.
std::optional<uid_t> peer_user(const Address& peer, const Address& self) {
    const int fd = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) return std::nullopt;
    const DiagRequest request = diag_request(peer, self);
    std::optional<uid_t> user;
    if (::send(fd, &request, sizeof(request), 0) == static_cast<ssize_t>(sizeof(request))) {
        alignas(nlmsghdr) std::array<char, 4096> answer{};
        const auto size = ::recv(fd, answer.data(), answer.size(), 0);
        const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
        if (size > 0 && NLMSG_OK(header, static_cast<unsigned>(size)) &&
            header->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
            user = static_cast<const inet_diag_msg*>(NLMSG_DATA(header))->idiag_uid;
        }
    }
    ::close(fd);
    return user;
}

/// Takes as long for a wrong token as for a right one.
bool same_secret(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const char other = b.empty() ? '\0' : b[i % b.size()];
        difference |= static_cast<unsigned char>(a[i] ^ other);
    }
    return difference == 0;
}

}  // namespace

void Access::accepted(int fd) {
    Address peer{};
    Address self{};
    socklen_t peer_size = sizeof(peer);
    socklen_t self_size = sizeof(self);
    if (::getpeername(fd, &peer.any, &peer_size) != 0 || ::getsockname(fd, &self.any, &self_size) != 0) {
        return;  // gone already
    }
    const std::string name = peer_name(peer);
    const auto user = is_loopback(peer) ? peer_user(peer, self) : std::nullopt;
    const bool trusted = user && *user == ::geteuid();
    if (!trusted) {
        kLog.info("connection needs the token", {{"peer", name}, {"user", user ? std::to_string(*user) : "unknown"}});
    }
    const std::lock_guard lock(mutex_);
    if (trusted_.size() >= kTrustedMax) trusted_.clear();  // they need the token then: safe, if rude
    if (trusted) {
        trusted_.insert(name);
    } else {
        trusted_.erase(name);  // another user's port before
    }
}

bool Access::is_trusted(const std::string& peer) const {
    const std::lock_guard lock(mutex_);
    return trusted_.contains(peer);
}

bool Access::allows(const grpc::CallbackServerContext& call) const {
    if (is_trusted(call.peer())) return true;
    constexpr std::string_view kBearer = "Bearer ";
    const auto [begin, end] = call.client_metadata().equal_range("authorization");
    for (auto at = begin; at != end; ++at) {
        const std::string_view value(at->second.data(), at->second.size());
        if (value.starts_with(kBearer) && same_secret(value.substr(kBearer.size()), token_)) return true;
    }
    return false;
}

}  // namespace firesteel::connect
