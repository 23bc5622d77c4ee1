#pragma once
/// The engine's one port: accepts connections, knows whose they are, and serves Spark Connect and the
/// services that main() adds. Made and stopped by main().

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "connect/access.h"
#include "session/spark_context.h"

namespace grpc {
class Server;
class Service;
namespace experimental {
class ExternalConnectionAcceptor;
}
}  // namespace grpc

namespace firesteel::connect {

/// A bound and listening socket.
class Listener {
  public:
    /// Throws Error if the address can't be bound.
    Listener(const std::string& host, int port);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    int fd() const { return fd_; }
    int port() const { return port_; }
    bool is_loopback() const { return is_loopback_; }

  private:
    int fd_ = -1;
    int port_ = 0;
    bool is_loopback_ = false;
};

/// Files of TLS; both empty: plain connections.
struct Credentials {
    std::string certificate_file;
    std::string key_file;
};

class Server {
  public:
    /// Serves at once; `more` are further services, which must outlive it. Throws Error: beyond loopback
    /// TLS is a must.
    Server(const Listener& listener, const Credentials& credentials, SparkContext& context, Access& access,
           std::vector<grpc::Service*> more);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Takes no more calls and ends those under way after `grace`.
    void stop(std::chrono::milliseconds grace);

  private:
    void accept_connections();

    const Listener& listener_;
    Access& access_;
    std::shared_ptr<grpc::Service> spark_connect_;
    std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
    std::unique_ptr<grpc::Server> server_;
    int wake_fd_ = -1;
    std::thread accepting_;
};

}  // namespace firesteel::connect
