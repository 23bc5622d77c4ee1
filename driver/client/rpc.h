#pragma once
/// The gRPC side of the client: the channel, what every request carries, and how a failed call
/// becomes an exception. Private to driver/client; the only header that shows protobuf types.
/// Thread-safe once built.

#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>
#include <spark/connect/base.grpc.pb.h>

#include "client/connect_url.h"

namespace firesteel::client {

namespace proto = spark::connect;

class Rpc {
  public:
    explicit Rpc(ConnectOptions options);

    proto::SparkConnectService::Stub& stub() { return *stub_; }
    const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
    const std::string& session_id() const { return options_.session_id; }

    /// Sets the fields that all requests have by the same names.
    template <typename Request>
    void identify(Request& request) const {
        request.set_session_id(options_.session_id);
        request.mutable_user_context()->set_user_id(options_.user_id);
        request.mutable_user_context()->set_user_name(options_.user_id);
        request.set_client_type(options_.user_agent);
    }
    void prepare(grpc::ClientContext& context) const;

    /// Throws what a status other than OK means: ConnectionError or QueryError.
    [[noreturn]] void raise(const grpc::Status& status);

    template <typename Request, typename Response>
    using Method = grpc::Status (proto::SparkConnectService::Stub::*)(grpc::ClientContext*,
                                                                      const Request&, Response*);
    template <typename Request, typename Response>
    Response call(Method<Request, Response> method, Request request) {
        identify(request);
        grpc::ClientContext context;
        prepare(context);
        Response response;
        const grpc::Status status = ((*stub_).*method)(&context, request, &response);
        if (!status.ok()) raise(status);
        return response;
    }

  private:
    ConnectOptions options_;
    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<proto::SparkConnectService::Stub> stub_;
};

}  // namespace firesteel::client
