#include "connect/handlers/handlers.h"

namespace firesteel::connect {

proto::ReleaseSessionResponse handle_release_session(SparkContext& context,
                                                     const proto::ReleaseSessionRequest& request) {
    proto::ReleaseSessionResponse response;
    response.set_session_id(request.session_id());
    response.set_server_side_session_id(
        context.release_session(session_key(request), request.allow_reconnect()).text());
    return response;
}

}  // namespace firesteel::connect
