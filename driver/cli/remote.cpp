#include "cli/remote.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/child.h"
#include "cli/submit_options.h"
#include "client/connect_url.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

constexpr int kConnectTimeoutMs = 10'000;

client::ConnectOptions parsed(const std::string& url) {
    try {
        return client::parse_connect_url(url);
    } catch (const client::InvalidUrl& error) {
        throw UsageError(std::string("--remote: ") + error.what());
    }
}

/// A server of gRPC answers the first bytes of HTTP/2 by its settings; others make clients wait for minutes.
bool answers_as_grpc(int socket) {
    constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
    constexpr std::size_t kHeaderBytes = 9;
    constexpr std::size_t kKindAt = 3;
    constexpr char kSettings = 4;
    if (::send(socket, kPreface.data(), kPreface.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(kPreface.size()))
        return false;
    std::string header;
    while (header.size() < kHeaderBytes && wait_readable(socket, kConnectTimeoutMs)) {
        char bytes[kHeaderBytes];
        const ssize_t count = ::recv(socket, bytes, kHeaderBytes - header.size(), 0);
        if (count <= 0) break;
        header.append(bytes, static_cast<std::size_t>(count));
    }
    return header.size() == kHeaderBytes && header[kKindAt] == kSettings;
}

enum class Speech { Plain, Tls };

/// Empty, or why it can't be reached.
std::string connect_error(const ::addrinfo& place, Speech speech) {
    const Fd socket(::socket(place.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return std::strerror(errno);
    if (::connect(socket.get(), place.ai_addr, place.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return std::strerror(errno);
        ::pollfd event{socket.get(), POLLOUT, 0};
        if (::poll(&event, 1, kConnectTimeoutMs) == 0) return std::strerror(ETIMEDOUT);
        int error = 0;
        ::socklen_t size = sizeof error;
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return std::strerror(error);
    }
    const bool knows = speech == Speech::Tls || answers_as_grpc(socket.get());
    return knows ? "" : "what listens there is no server of Spark Connect";
}

/// What is between is asked by gRPC then, not by us.
bool has_proxy(const Environment& environment) {
    for (const char* variable : {"grpc_proxy", "https_proxy", "http_proxy"}) {
        if (environment.get(variable)) return true;
    }
    return false;
}

}  // namespace

void check_reachable(const std::string& url, const Environment& environment) {
    const auto options = parsed(url);
    if (has_proxy(environment)) return;
    std::string host = options.host;
    if (host.starts_with("[") && host.ends_with("]")) host = host.substr(1, host.size() - 2);
    ::addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    ::addrinfo* found = nullptr;
    const int unknown =
        ::getaddrinfo(host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
    if (unknown != 0) {
        throw std::runtime_error("the host of --remote, " + host +
                                 ", is unknown: " + ::gai_strerror(unknown));
    }
    const std::unique_ptr<::addrinfo, decltype(&::freeaddrinfo)> places(found, &::freeaddrinfo);
    const Speech speech = options.use_ssl ? Speech::Tls : Speech::Plain;
    std::string error;
    for (const ::addrinfo* place = found; place != nullptr; place = place->ai_next) {
        error = connect_error(*place, speech);
        if (error.empty()) return;
    }
    throw std::runtime_error(
        "no answer from " + options.target() + ": " + error +
        "; start an engine or a Spark Connect server there, or leave out --remote");
}

}  // namespace firesteel::cli
