#include "common/error.h"
#include "connect/handlers/handlers.h"

namespace firesteel::connect {
namespace {

std::vector<OperationId> interrupt(Session& session, const proto::InterruptRequest& request) {
    const auto fail = [](ErrorClass error, const char* parameter) {
        throw Error(error, {{"parameter", parameter}, {"functionName", "interrupt"}});
    };
    switch (request.interrupt_type()) {
        case proto::InterruptRequest::INTERRUPT_TYPE_ALL:
            return session.interrupt_all(StopReason::Interrupted);
        case proto::InterruptRequest::INTERRUPT_TYPE_TAG:
            if (request.operation_tag().empty()) fail(ErrorClass::InvalidInterruptTag, "operation_tag");
            return session.interrupt_tag(request.operation_tag());
        case proto::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID:
            if (request.operation_id().empty()) {
                fail(ErrorClass::InvalidInterruptOperationId, "operation_id");
            }
            return session.interrupt_operation(OperationId(request.operation_id()));
        default: throw unsupported("this kind of interrupt");
    }
}

}  // namespace

proto::InterruptResponse handle_interrupt(SparkContext& context, const proto::InterruptRequest& request) {
    const auto session = existing_session_of(context, request);
    proto::InterruptResponse response;
    set_session(response, *session);
    for (const OperationId& id : interrupt(*session, request)) response.add_interrupted_ids(id.text());
    return response;
}

}  // namespace firesteel::connect
