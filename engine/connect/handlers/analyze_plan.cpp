#include "common/error.h"
#include "connect/handlers/handlers.h"

namespace firesteel::connect {
namespace {

using Request = proto::AnalyzePlanRequest;
using Response = proto::AnalyzePlanResponse;

void answer(Session& session, const Request& request, Response& response) {
    switch (request.analyze_case()) {
        case Request::kSparkVersion:
            response.mutable_spark_version()->set_version(session.context().facts().spark_version);
            return;
        default: throw unsupported("this kind of analysis");
    }
}

}  // namespace

proto::AnalyzePlanResponse handle_analyze_plan(SparkContext& context, const Request& request) {
    const auto session = session_of(context, request);
    Response response;
    set_session(response, *session);
    answer(*session, request, response);
    return response;
}

}  // namespace firesteel::connect
