#include "session/operation.h"

#include <algorithm>
#include <utility>

#include "common/log.h"

namespace firesteel {
namespace {

constexpr log::Channel kLog{"session"};

OperationRequest with_id(OperationRequest request) {
    if (request.id.empty()) request.id = OperationId(random_uuid());
    return request;
}

}  // namespace

std::string_view state_name(OperationState state) {
    switch (state) {
        case OperationState::Running: return "RUNNING";
        case OperationState::Terminating: return "TERMINATING";
        case OperationState::Succeeded: return "SUCCEEDED";
        case OperationState::Failed: return "FAILED";
        case OperationState::Canceled: return "CANCELLED";
    }
    return "UNKNOWN";
}

Operation::Operation(OperationRequest request, ResponseLog::Limits limits)
    : request_(with_id(std::move(request))), log_(limits, request_.replay) {}

bool Operation::has_tag(std::string_view tag) const {
    return std::find(request_.tags.begin(), request_.tags.end(), tag) != request_.tags.end();
}

bool Operation::is_running() const {
    const auto state = state_->load();
    return state == OperationState::Running || state == OperationState::Terminating;
}

void Operation::offer(const std::function<std::string(const ResponseId&)>& encode) {
    const std::unique_lock lock(writing_, std::try_to_lock);
    if (!lock.owns_lock() || !log_.has_space()) return;
    try {
        log_.append(encode, stop_token_);
    } catch (const Error& stopped) {
        FS_ASSERT(stopped.id() == ErrorClass::OperationCanceled);  // its thread will tell
    }
}

bool Operation::interrupt(StopReason reason) {
    auto running = OperationState::Running;
    if (!state_->compare_exchange_strong(running, OperationState::Terminating)) return false;
    stop_source_.request_stop(reason);
    return true;
}

void Operation::run(const Body& body) {
    try {
        stop_token_.throw_if_stopped();
        body(*this);
        end(OperationState::Succeeded, std::nullopt);
    } catch (const Error& error) {
        if (stop_token_.stopped() || error.id() == ErrorClass::OperationCanceled) {
            end(OperationState::Canceled, Error(ErrorClass::OperationCanceled));
        } else {
            kLog.info("operation failed", {{"condition", error.row().condition}});
            end(OperationState::Failed, error);
        }
    } catch (const std::exception& defect) {
        kLog.error("operation ended by a defect", {{"what", defect.what()}});
        end(OperationState::Failed,
            Error(ErrorClass::InternalError, {{"message", std::string(defect.what())}}));
    }
}

void Operation::end(OperationState state, std::optional<Error> error) {
    *state_ = state;
    log_.finish(std::move(error));
}

}  // namespace firesteel
