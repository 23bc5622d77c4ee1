#pragma once
/// The RPCs of Spark Connect, one handler file each. Unary handlers are plain functions from request
/// to response that throw Error; service.cpp runs the quick ones on gRPC's thread and those that
/// may touch files or plans on an analysis thread. Streams are reactors. Any thread.

#include <memory>

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>
#include <spark/connect/base.pb.h>

#include "session/spark_context.h"

namespace firesteel::connect {

namespace proto = spark::connect;

// Quick: memory only.
proto::ConfigResponse handle_config(SparkContext&, const proto::ConfigRequest&);
proto::InterruptResponse handle_interrupt(SparkContext&, const proto::InterruptRequest&);
proto::ReleaseExecuteResponse handle_release_execute(SparkContext&, const proto::ReleaseExecuteRequest&);
proto::GetStatusResponse handle_get_status(SparkContext&, const proto::GetStatusRequest&);
proto::FetchErrorDetailsResponse handle_fetch_error_details(SparkContext&,
                                                            const proto::FetchErrorDetailsRequest&);

// Files or plans: on an analysis thread.
/// The request is shared: local data in its plan is not copied.
proto::AnalyzePlanResponse handle_analyze_plan(SparkContext&,
                                               const std::shared_ptr<const proto::AnalyzePlanRequest>&);
proto::ArtifactStatusesResponse handle_artifact_status(SparkContext&,
                                                       const proto::ArtifactStatusesRequest&);
proto::ReleaseSessionResponse handle_release_session(SparkContext&, const proto::ReleaseSessionRequest&);
proto::CloneSessionResponse handle_clone_session(SparkContext&, const proto::CloneSessionRequest&);

// Streams. The reactors delete themselves.
grpc::ServerWriteReactor<grpc::ByteBuffer>* handle_execute_plan(SparkContext&,
                                                                const grpc::ByteBuffer& request);
grpc::ServerWriteReactor<grpc::ByteBuffer>* handle_reattach_execute(SparkContext&,
                                                                    const grpc::ByteBuffer& request);
grpc::ServerReadReactor<grpc::ByteBuffer>* handle_add_artifacts(SparkContext&,
                                                                grpc::ByteBuffer* response);

// ---- what all requests have -----------------------------------------------------------------------

template <typename Request>
SessionKey session_key(const Request& request) {
    return {UserId(request.user_context().user_id()), SessionId(request.session_id())};
}

template <typename Request>
ServerSessionId observed_session(const Request& request) {
    if constexpr (requires { request.client_observed_server_side_session_id(); }) {
        return ServerSessionId(request.client_observed_server_side_session_id());
    } else {
        return {};
    }
}

/// The request's session, made if it is new.
template <typename Request>
std::shared_ptr<Session> session_of(SparkContext& context, const Request& request) {
    return context.session(session_key(request), observed_session(request));
}

template <typename Request>
std::shared_ptr<Session> existing_session_of(SparkContext& context, const Request& request) {
    return context.existing_session(session_key(request), observed_session(request));
}

template <typename Response>
void set_session(Response& response, const Session& session) {
    response.set_session_id(session.key().session.text());
    response.set_server_side_session_id(session.server_id().text());
}

}  // namespace firesteel::connect
