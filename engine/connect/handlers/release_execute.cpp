#include "connect/handlers/handlers.h"

namespace firesteel::connect {

/// What is not there any more counts as released: clients release in the background and late.
proto::ReleaseExecuteResponse handle_release_execute(SparkContext& context,
                                                     const proto::ReleaseExecuteRequest& request) {
    const auto session = existing_session_of(context, request);
    proto::ReleaseExecuteResponse response;
    set_session(response, *session);
    const OperationId id(request.operation_id());
    const auto operation = session->find_operation(id);
    if (!operation) return response;
    response.set_operation_id(id.text());
    if (request.has_release_until()) {
        operation->log().release_until(ResponseId(request.release_until().response_id()));
    } else if (request.has_release_all()) {
        session->release_operation(id);
    } else {
        throw unsupported("a release that is neither of all nor until a response");
    }
    return response;
}

}  // namespace firesteel::connect
