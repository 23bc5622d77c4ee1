// Whatever bytes a client sends as a plan: they decode, or end in an Error.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <google/protobuf/stubs/logging.h>
#include <spark/connect/base.pb.h>

#include "connect/decode/decode.h"
#include "connect/decode/wire.h"

namespace {

std::shared_ptr<const std::string> any_artifact(const std::string& hash) {
    return std::make_shared<const std::string>(hash);  // the fuzzer writes artifacts as hashes
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    google::protobuf::SetLogHandler(nullptr);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        auto plan = std::make_shared<spark::connect::Plan>();
        firesteel::connect::parse_message({reinterpret_cast<const char*>(data), size}, *plan);
        firesteel::connect::decompress(*plan);
        firesteel::connect::DecodeContext context;
        context.cached_artifact = any_artifact;
        firesteel::connect::decode_plan(*plan, plan, context);
    } catch (const firesteel::Error&) {
        return 0;
    }
    return 0;
}
