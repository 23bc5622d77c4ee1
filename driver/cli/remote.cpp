#include "cli/remote.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

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

/// 0, or why it can't be reached.
int connect_error(const ::addrinfo& place) {
    const Fd socket(::socket(place.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return errno;
    if (::connect(socket.get(), place.ai_addr, place.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    ::pollfd event{socket.get(), POLLOUT, 0};
    if (::poll(&event, 1, kConnectTimeoutMs) == 0) return ETIMEDOUT;
    int error = 0;
    ::socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
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
    int error = 0;
    for (const ::addrinfo* place = found; place != nullptr; place = place->ai_next) {
        error = connect_error(*place);
        if (error == 0) return;
    }
    throw std::runtime_error(
        "no answer from " + options.target() + ": " + std::strerror(error) +
        "; start an engine or a Spark Connect server there, or leave out --remote");
}

}  // namespace firesteel::cli
