#include "connect/handlers/handlers.h"

namespace firesteel::connect {

proto::ArtifactStatusesResponse handle_artifact_status(SparkContext& context,
                                                       const proto::ArtifactStatusesRequest& request) {
    const auto session = session_of(context, request);
    proto::ArtifactStatusesResponse response;
    set_session(response, *session);
    for (const auto& name : request.names()) {
        (*response.mutable_statuses())[name].set_exists(session->artifacts().exists(name));
    }
    return response;
}

}  // namespace firesteel::connect
