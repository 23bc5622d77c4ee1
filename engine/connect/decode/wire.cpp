#include "connect/decode/wire.h"

#include <algorithm>
#include <cstddef>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message_lite.h>
#include <spark/connect/base.pb.h>
#include <zstd.h>

#include "common/limits.h"

namespace firesteel::connect {
namespace {

namespace proto = spark::connect;

Error cannot_parse(std::string message) {
    return Error(ErrorClass::ConnectInvalidPlanCannotParse, {
                                                                {"errorMsg", std::move(message)}
    });
}

[[noreturn]] void too_large(std::size_t bytes) {
    throw Error(ErrorClass::ConnectInvalidPlanTooLarge,
                {
                    {"planSize",    bytes == 0 ? "unknown" : std::to_string(bytes)   },
                    {"maxPlanSize", std::to_string(limits::kPlanBytesDecompressedMax)}
    });
}

struct DecompressionContext {
    DecompressionContext() : context(ZSTD_createDCtx()) {}
    ~DecompressionContext() { ZSTD_freeDCtx(context); }
    DecompressionContext(const DecompressionContext&) = delete;
    DecompressionContext& operator=(const DecompressionContext&) = delete;
    ZSTD_DCtx* const context;
};

/// Grows with what really arrives, so a frame that lies about its size costs nothing.
std::string unpack_zstd(const std::string& packed) {
    DecompressionContext holder;
    FS_ASSERT(holder.context != nullptr);
    std::string plain;
    std::string block(ZSTD_DStreamOutSize(), '\0');
    ZSTD_inBuffer input{packed.data(), packed.size(), 0};
    std::size_t state = 1;
    while (input.pos < input.size || state != 0) {
        const std::size_t before = input.pos;
        ZSTD_outBuffer output{block.data(), block.size(), 0};
        state = ZSTD_decompressStream(holder.context, &output, &input);
        if (ZSTD_isError(state) != 0) {
            throw cannot_parse(std::string("the compressed plan is damaged: ") +
                               ZSTD_getErrorName(state));
        }
        if (output.pos == 0 && input.pos == before)
            throw cannot_parse("the compressed plan is cut off");
        if (plain.size() + output.pos > limits::kPlanBytesDecompressedMax) {
            too_large(plain.size() + output.pos);
        }
        plain.append(block.data(), output.pos);
    }
    return plain;
}

}  // namespace

void parse_message(std::string_view bytes, google::protobuf::MessageLite& message) {
    if (bytes.size() > limits::kPlanBytesDecompressedMax) too_large(bytes.size());
    google::protobuf::io::CodedInputStream stream(
        reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    stream.SetRecursionLimit(limits::kMessageDepthMax);
    stream.SetTotalBytesLimit(static_cast<int>(bytes.size()));
    if (!message.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
        throw cannot_parse("the bytes are no valid " + message.GetTypeName() +
                           ": they are damaged, hold text that is not UTF-8, or nest more than " +
                           std::to_string(limits::kMessageDepthMax) + " messages");
    }
}

void decompress(proto::Plan& plan) {
    if (plan.op_type_case() != proto::Plan::kCompressedOperation) return;
    const proto::Plan::CompressedOperation operation =
        std::move(*plan.mutable_compressed_operation());
    if (operation.compression_codec() != proto::COMPRESSION_CODEC_ZSTD) {
        throw cannot_parse("the plan's compression codec " +
                           std::to_string(operation.compression_codec()) + " is not known");
    }
    const std::string plain = unpack_zstd(operation.data());
    switch (operation.op_type()) {
        case proto::Plan::CompressedOperation::OP_TYPE_RELATION:
            parse_message(plain, *plan.mutable_root());
            return;
        case proto::Plan::CompressedOperation::OP_TYPE_COMMAND:
            parse_message(plain, *plan.mutable_command());
            return;
        default:
            throw cannot_parse("the compressed plan is neither a relation nor a command");
    }
}

Error invalid_plan(std::string message) {
    return Error(ErrorClass::InvalidPlanInput, {
                                                   {"message", std::move(message)}
    });
}

}  // namespace firesteel::connect
