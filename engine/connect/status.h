#pragma once
/// The one place where an Error becomes what clients see: a gRPC status with google.rpc.ErrorInfo,
/// and the whole of it for FetchErrorDetails. Pure functions.

#include <grpcpp/support/status.h>

#include "common/error.h"
#include "session/error_cache.h"

namespace spark::connect {
class FetchErrorDetailsResponse;
}

namespace firesteel::connect {

/// INTERNAL with the error's facts, as Spark sends it. With a cache the client can fetch the rest.
grpc::Status status_of(const Error& error, ErrorCache* errors);
/// The same for what a handler threw: anything but an Error is a defect of ours.
grpc::Status status_of(const std::exception& thrown, ErrorCache* errors);

/// Fills root_error_idx and errors.
void encode_error(const Error& error, spark::connect::FetchErrorDetailsResponse& response);

}  // namespace firesteel::connect
