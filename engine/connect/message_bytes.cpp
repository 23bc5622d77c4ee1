#include "connect/message_bytes.h"

#include <vector>

#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include "common/error.h"

namespace firesteel::connect {

std::string to_string(const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    std::string bytes;
    if (!buffer.Dump(&slices).ok()) return bytes;
    bytes.reserve(buffer.Length());
    for (const grpc::Slice& slice : slices) {
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return bytes;
}

grpc::ByteBuffer to_buffer(ResponseBytes bytes) {
    // The slice keeps the string alive until gRPC has sent it.
    auto* owner = new ResponseBytes(std::move(bytes));
    const std::string& text = **owner;
    const grpc::Slice slice(
        const_cast<char*>(text.data()), text.size(),
        [](void* kept) { delete static_cast<ResponseBytes*>(kept); }, owner);
    return {&slice, 1};
}

grpc::ByteBuffer to_buffer(const google::protobuf::MessageLite& message) {
    return to_buffer(std::make_shared<const std::string>(message.SerializeAsString()));
}

namespace {

[[noreturn]] void fail_parse(const google::protobuf::MessageLite& message) {
    throw Error(ErrorClass::ConnectInvalidPlanCannotParse,
                {{"errorMsg", "the bytes are no valid " + message.GetTypeName()}});
}

}  // namespace

void parse_envelope(const grpc::ByteBuffer& buffer, google::protobuf::MessageLite& message) {
    grpc::ByteBuffer shared(buffer);  // shares the slices; the reader wants a mutable one
    grpc::ProtoBufferReader reader(&shared);
    if (!reader.status().ok() || !message.ParseFromZeroCopyStream(&reader)) fail_parse(message);
}

}  // namespace firesteel::connect
