#pragma once
/// The engine's own service (proto/firesteel/engine.proto): status, sessions, operations, stop.
/// Registered beside Spark Connect by main(); called by gRPC's threads, which it never blocks.

#include <functional>
#include <memory>

#include "connect/access.h"
#include "session/spark_context.h"

namespace grpc {
class Service;
}

namespace firesteel::gateway {

/// `request_stop` returns at once.
std::shared_ptr<grpc::Service> make_engine_service(SparkContext& context, const connect::Access& access,
                                                   std::function<void()> request_stop);

}  // namespace firesteel::gateway
