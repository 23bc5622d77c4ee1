#include "connect/server.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "common/error.h"
#include "common/limits.h"
#include "common/log.h"
#include "connect/service.h"

namespace firesteel::connect {
namespace {

constexpr log::Channel kLog{"connect"};
constexpr int kBacklog = 512;
constexpr int kPingIntervalMsMin = 5000;
constexpr std::chrono::milliseconds kAcceptRetry{100};

[[noreturn]] void fail(const std::string& what) {
    throw Error(ErrorClass::NoCondition, {{"message", what}});
}

bool is_loopback_address(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        return (ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr) >> 24U) == 127;
    }
    const auto& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&v6);
}

int bound_port(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&address)->sin_port
                                              : reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
}

std::string file_contents(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in || text.empty()) fail("the file " + path + " can't be read");
    return text;
}

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Listener& listener,
                                                            const Credentials& credentials) {
    if (credentials.certificate_file.empty()) {
        if (!listener.is_loopback()) {
            fail("listening beyond loopback needs TLS: give --tls-certificate and --tls-key");
        }
        return grpc::InsecureServerCredentials();
    }
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back(
        {file_contents(credentials.key_file), file_contents(credentials.certificate_file)});
    return grpc::SslServerCredentials(options);
}

/// Clients ping without calls (each 60 s in new ones) and must not be sent away for it.
void set_arguments(grpc::ServerBuilder& builder) {
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingIntervalMsMin);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
    builder.SetMaxReceiveMessageSize(static_cast<int>(limits::kMessageBytesMax));
    builder.SetMaxSendMessageSize(static_cast<int>(limits::kMessageBytesMax));
}

}  // namespace

Listener::Listener(const std::string& host, int port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string where = host + ":" + std::to_string(port);
    if (const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found)) {
        fail("can't listen on " + where + ": " + ::gai_strerror(failure));
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
    is_loopback_ = is_loopback_address(found->ai_addr);
    fd_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    if (fd_ < 0 || ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        ::bind(fd_, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd_, kBacklog) != 0) {
        const std::string reason = std::strerror(errno);
        if (fd_ >= 0) ::close(fd_);
        fail("can't listen on " + where + ": " + reason + "; --port chooses another, 0 any that is free");
    }
    port_ = bound_port(fd_);
}

Listener::~Listener() { ::close(fd_); }

Server::Server(const Listener& listener, const Credentials& credentials, SparkContext& context, Access& access,
               std::vector<grpc::Service*> more)
    : listener_(listener),
      access_(access),
      spark_connect_(make_spark_connect_service(context, access)),
      wake_fd_(::eventfd(0, EFD_CLOEXEC)) {
    grpc::ServerBuilder builder;
    set_arguments(builder);
    builder.RegisterService(spark_connect_.get());
    for (grpc::Service* service : more) builder.RegisterService(service);
    acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
        server_credentials(listener, credentials));
    server_ = builder.BuildAndStart();
    if (!server_ || wake_fd_ < 0) fail("the gRPC server can't be started");
    accepting_ = std::thread([this] { accept_connections(); });
}

Server::~Server() {
    stop(std::chrono::milliseconds(0));
    ::close(wake_fd_);
}

void Server::accept_connections() {
    std::array<pollfd, 2> watched{pollfd{listener_.fd(), POLLIN, 0}, pollfd{wake_fd_, POLLIN, 0}};
    while (true) {
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
        if (watched[1].revents != 0) return;
        const int fd = ::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) {
            if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) continue;
            // Out of descriptors or memory: others must end first.
            kLog.warn("connection not accepted", {{"reason", std::strerror(errno)}});
            ::poll(&watched[1], 1, static_cast<int>(kAcceptRetry.count()));
            continue;
        }
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        access_.accepted(fd);
        grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
        connection.listener_fd = listener_.fd();
        connection.fd = fd;
        acceptor_->HandleNewConnection(&connection);
    }
}

void Server::stop(std::chrono::milliseconds grace) {
    if (!accepting_.joinable()) return;
    const std::uint64_t one = 1;
    const auto written = ::write(wake_fd_, &one, sizeof(one));
    FS_ASSERT(written == sizeof(one));
    accepting_.join();
    server_->Shutdown(std::chrono::system_clock::now() + grace);
    server_->Wait();
}

}  // namespace firesteel::connect
