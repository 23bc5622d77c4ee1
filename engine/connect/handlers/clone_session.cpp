#include "connect/handlers/handlers.h"

namespace firesteel::connect {

proto::CloneSessionResponse handle_clone_session(SparkContext& context,
                                                 const proto::CloneSessionRequest& request) {
    const auto source = existing_session_of(context, request);
    const auto clone = context.clone_session(source, SessionId(request.new_session_id()));
    proto::CloneSessionResponse response;
    set_session(response, *source);
    response.set_new_session_id(clone->key().session.text());
    response.set_new_server_side_session_id(clone->server_id().text());
    return response;
}

}  // namespace firesteel::connect
