#pragma once
/// Spark Connect's service: takes bytes, checks who calls, runs the handler of each RPC on the right
/// thread. Made by Server; called by gRPC's threads, which it never blocks.

#include <memory>

#include "session/spark_context.h"

namespace grpc {
class Service;
}

namespace firesteel::connect {

class Access;

std::shared_ptr<grpc::Service> make_spark_connect_service(SparkContext& context, const Access& access);

}  // namespace firesteel::connect
