#pragma once
/// gRPC's byte buffers to and from protobuf messages. Used by every RPC handler; plans have their
/// own parse (decode/wire.h); envelopes are shallow and are parsed here, on any thread.

#include <memory>
#include <string>

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include "session/response_log.h"

namespace firesteel::connect {

/// One contiguous copy of the buffer's bytes.
std::string to_string(const grpc::ByteBuffer& buffer);
/// A buffer that shares the bytes.
grpc::ByteBuffer to_buffer(ResponseBytes bytes);
grpc::ByteBuffer to_buffer(const google::protobuf::MessageLite& message);
/// CONNECT_INVALID_PLAN.CANNOT_PARSE if the bytes are no such message.
void parse_envelope(const grpc::ByteBuffer& buffer, google::protobuf::MessageLite& message);

}  // namespace firesteel::connect
