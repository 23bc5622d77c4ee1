#include "connect/handlers/handlers.h"

namespace firesteel::connect {
namespace {

using Status = proto::GetStatusResponse::OperationStatus;

Status::OperationState encode(std::optional<OperationState> state) {
    if (!state) return Status::OPERATION_STATE_UNKNOWN;
    switch (*state) {
        case OperationState::Running: return Status::OPERATION_STATE_RUNNING;
        case OperationState::Terminating: return Status::OPERATION_STATE_TERMINATING;
        case OperationState::Succeeded: return Status::OPERATION_STATE_SUCCEEDED;
        case OperationState::Failed: return Status::OPERATION_STATE_FAILED;
        case OperationState::Canceled: return Status::OPERATION_STATE_CANCELLED;
    }
    return Status::OPERATION_STATE_UNKNOWN;
}

}  // namespace

/// Without ids: the operations that the session holds.
proto::GetStatusResponse handle_get_status(SparkContext& context, const proto::GetStatusRequest& request) {
    const auto session = existing_session_of(context, request);
    proto::GetStatusResponse response;
    set_session(response, *session);
    if (!request.has_operation_status()) return response;
    const auto add = [&](const std::string& id, std::optional<OperationState> state) {
        auto& status = *response.add_operation_statuses();
        status.set_operation_id(id);
        status.set_state(encode(state));
    };
    for (const auto& id : request.operation_status().operation_ids()) {
        add(id, session->operation_state(OperationId(id)));
    }
    if (request.operation_status().operation_ids().empty()) {
        for (const auto& facts : session->operations()) add(facts.id.text(), facts.state);
    }
    return response;
}

}  // namespace firesteel::connect
