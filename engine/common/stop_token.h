#pragma once
/// Asks running work to end, and says why. A StopSource is held by who may end an operation
/// (session, reactor); StopTokens travel with the work. Callbacks run on the stopping thread and
/// must not block. Thread-safe.

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <utility>

#include "common/error.h"

namespace firesteel {

enum class StopReason : std::uint8_t { None, Interrupted, SessionClosed, Abandoned, Disconnected, Shutdown };

class StopToken {
  public:
    /// A token that never stops.
    StopToken() = default;

    bool stopped() const { return token_.stop_requested(); }
    StopReason reason() const { return reason_ ? reason_->load() : StopReason::None; }
    /// Throws OPERATION_CANCELED.
    void throw_if_stopped() const {
        if (stopped()) throw Error(ErrorClass::OperationCanceled);
    }
    /// For std::condition_variable_any::wait and StopCallback.
    const std::stop_token& raw() const { return token_; }

  private:
    friend class StopSource;
    StopToken(std::stop_token token, std::shared_ptr<std::atomic<StopReason>> reason)
        : token_(std::move(token)), reason_(std::move(reason)) {}

    std::stop_token token_;
    std::shared_ptr<std::atomic<StopReason>> reason_;
};

class StopSource {
  public:
    StopSource() : reason_(std::make_shared<std::atomic<StopReason>>(StopReason::None)) {}

    /// True for the first request, whose reason stays.
    bool request_stop(StopReason reason) {
        auto none = StopReason::None;
        if (!reason_->compare_exchange_strong(none, reason)) return false;
        return source_.request_stop();
    }
    StopToken token() const { return {source_.get_token(), reason_}; }

  private:
    std::stop_source source_;
    std::shared_ptr<std::atomic<StopReason>> reason_;
};

/// Runs `F` once when the token stops (at once if it has); unregisters in its destructor, which
/// waits for a call that is under way.
template <typename F>
class StopCallback {
  public:
    StopCallback(const StopToken& token, F f) : callback_(token.raw(), std::move(f)) {}

  private:
    std::stop_callback<F> callback_;
};

}  // namespace firesteel
