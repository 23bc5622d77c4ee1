#include "connect/handlers/handlers.h"
#include "connect/status.h"

namespace firesteel::connect {

/// Unknown errors and sessions answer an empty message: the client has the status text already.
proto::FetchErrorDetailsResponse handle_fetch_error_details(
    SparkContext& context, const proto::FetchErrorDetailsRequest& request) {
    proto::FetchErrorDetailsResponse response;
    response.set_session_id(request.session_id());
    const auto session = context.find_session(session_key(request));
    if (!session) return response;
    set_session(response, *session);
    if (const auto error = session->errors().find(request.error_id())) encode_error(*error, response);
    return response;
}

}  // namespace firesteel::connect
