#pragma once
/// One ExecutePlan: its identity, state, stop token and response log. Made by Session, which runs
/// its body on an operation thread; held by the session, that thread and the reading streams.
/// Thread-safe.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/stop_token.h"
#include "session/response_log.h"

namespace firesteel {

enum class OperationState : std::uint8_t { Running, Terminating, Succeeded, Failed, Canceled };
std::string_view state_name(OperationState state);

struct OperationRequest {
    OperationId id;  // empty: one is made
    std::vector<std::string> tags;
    ResponseLog::Replay replay = ResponseLog::Replay::None;
    /// The request as it came: the same id with other bytes is another operation.
    std::shared_ptr<const std::string> fingerprint;
};

class Operation {
  public:
    using WallClock = std::chrono::system_clock;
    /// Decodes, runs and encodes; appends to the log. Throws Error.
    using Body = std::function<void(Operation&)>;

    Operation(OperationRequest request, ResponseLog::Limits limits);

    const OperationId& id() const { return request_.id; }
    const OperationRequest& request() const { return request_; }
    bool is_reattachable() const { return request_.replay == ResponseLog::Replay::Kept; }
    bool has_tag(std::string_view tag) const;
    ResponseLog& log() { return log_; }
    const ResponseLog& log() const { return log_; }
    const StopToken& stop() const { return stop_token_; }
    OperationState state() const { return state_->load(); }
    /// Tells the state even after the operation itself is gone.
    using StateCell = std::shared_ptr<const std::atomic<OperationState>>;
    StateCell state_cell() const { return state_; }
    bool is_running() const;
    WallClock::time_point started_at() const { return started_at_; }
    /// Appends to the log what `encode` makes.
    void respond(const std::function<std::string(const ResponseId&)>& encode) {
        const std::lock_guard lock(writing_);
        log_.append(encode, stop_token_);
    }
    /// The same from other threads, at once or not at all.
    void offer(const std::function<std::string(const ResponseId&)>& encode);

    /// Asks the operation to end; false if it had ended or was asked before.
    bool interrupt(StopReason reason);
    /// On the operation's thread: runs the body, then closes the log. Never throws.
    void run(const Body& body);

  private:
    void end(OperationState state, std::optional<Error> error);

    const OperationRequest request_;
    const WallClock::time_point started_at_ = WallClock::now();
    StopSource stop_source_;
    const StopToken stop_token_ = stop_source_.token();
    std::mutex writing_;  // the log has one writer at a time
    const std::shared_ptr<std::atomic<OperationState>> state_ =
        std::make_shared<std::atomic<OperationState>>(OperationState::Running);
    ResponseLog log_;
};

}  // namespace firesteel
