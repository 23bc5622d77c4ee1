#pragma once
/// Who may call: peers of the engine's own user on this machine need nothing, everybody else the
/// engine's token. A connection's user is looked up once, when it is accepted. Thread-safe.

#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace grpc {
class CallbackServerContext;
}

namespace firesteel::connect {

class Access {
  public:
    explicit Access(std::string token) : token_(std::move(token)) {}

    /// A connection was accepted: remembers whether its peer needs no token.
    void accepted(int fd);
    /// May this call go on?
    bool allows(const grpc::CallbackServerContext& call) const;

  private:
    bool is_trusted(const std::string& peer) const;

    const std::string token_;
    mutable std::mutex mutex_;
    std::set<std::string> trusted_;  // peers as gRPC names them; at most one per local port
};

}  // namespace firesteel::connect
