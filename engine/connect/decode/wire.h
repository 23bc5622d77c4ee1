#pragma once
/// Bytes of a client to protobuf messages, with our own nesting limit: gRPC's parse stops at 100
/// levels, which about 50 chained withColumn calls exceed. Called by the RPC handlers on a thread
/// whose stack is sized for it (limits::kPlanStackBytes), never on gRPC's. Pure functions.

#include <memory>
#include <string>
#include <string_view>

#include "common/error.h"

namespace google::protobuf {
class MessageLite;
}
namespace spark::connect {
class Plan;
}

namespace firesteel::connect {

/// Fills `message`; throws CONNECT_INVALID_PLAN.CANNOT_PARSE when the bytes are no such message,
/// hold text that is not UTF-8, or nest deeper than limits::kMessageDepthMax.
void parse_message(std::string_view bytes, google::protobuf::MessageLite& message);

/// A plan whose operation came compressed gets it in place; any other plan stays as it is. Throws
/// CONNECT_INVALID_PLAN.* for what can't be unpacked or would exceed
/// limits::kPlanBytesDecompressedMax.
void decompress(spark::connect::Plan& plan);

/// Bad input that no condition of its own names: InvalidPlanInput, as Spark's server answers it.
[[nodiscard]] Error invalid_plan(std::string message);

}  // namespace firesteel::connect
