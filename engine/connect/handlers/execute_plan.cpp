#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "common/error.h"
#include "common/ids.h"
#include "connect/handlers/handlers.h"
#include "connect/handlers/operation_stream.h"
#include "connect/message_bytes.h"
#include "connect/old_clients.h"
#include "connect/run_plan.h"
#include "connect/status.h"

namespace firesteel::connect {
namespace {

using google::protobuf::internal::WireFormatLite;

/// A request without its plan, and the plan's bytes, which only the operation's thread parses.
struct SplitRequest {
    proto::ExecutePlanRequest envelope;
    std::string plan;
    bool has_plan = false;
};

[[noreturn]] void fail_parse() {
    throw Error(ErrorClass::ConnectInvalidPlanCannotParse,
                {{"errorMsg", "the bytes are no valid spark.connect.ExecutePlanRequest"}});
}

/// Takes the plan's field out of the message's bytes. Messages that hold it twice merge, so do bytes.
SplitRequest split(const std::string& bytes) {
    using google::protobuf::io::CodedInputStream;
    SplitRequest out;
    std::string envelope;
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    CodedInputStream in(data, static_cast<int>(bytes.size()));
    while (true) {
        const int begin = in.CurrentPosition();
        const std::uint32_t tag = in.ReadTag();
        if (tag == 0) {
            if (!in.ConsumedEntireMessage()) fail_parse();
            break;
        }
        const bool is_plan = WireFormatLite::GetTagFieldNumber(tag) ==
                                 proto::ExecutePlanRequest::kPlanFieldNumber &&
                             WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
        if (is_plan) {
            int length = 0;
            if (!in.ReadVarintSizeAsInt(&length)) fail_parse();
            const int at = in.CurrentPosition();
            if (!in.Skip(length)) fail_parse();
            out.plan.append(bytes, static_cast<std::size_t>(at), static_cast<std::size_t>(length));
            out.has_plan = true;
        } else {
            if (!WireFormatLite::SkipField(&in, tag)) fail_parse();
            envelope.append(bytes, static_cast<std::size_t>(begin),
                            static_cast<std::size_t>(in.CurrentPosition() - begin));
        }
    }
    if (!out.envelope.ParseFromString(envelope)) fail_parse();
    return out;
}

OperationRequest operation_request(const SplitRequest& request) {
    OperationRequest out;
    out.id = OperationId(request.envelope.operation_id());
    out.tags.assign(request.envelope.tags().begin(), request.envelope.tags().end());
    for (const auto& option : request.envelope.request_options()) {
        if (option.has_reattach_options() && option.reattach_options().reattachable()) {
            out.replay = ResponseLog::Replay::Kept;
        }
    }
    return out;
}

ChunkOptions chunk_options(const proto::ExecutePlanRequest& envelope) {
    ChunkOptions out;
    for (const auto& option : envelope.request_options()) {
        if (!option.has_result_chunking_options()) continue;
        const auto& chunking = option.result_chunking_options();
        out.allowed = chunking.allow_arrow_batch_chunking();
        if (chunking.has_preferred_arrow_chunk_size()) {
            out.bytes_preferred = chunking.preferred_arrow_chunk_size();
        }
    }
    return out;
}

OperationStream::Source start(std::shared_ptr<Session> session, SplitRequest request) {
    if (!request.has_plan) throw unsupported("an ExecutePlan request without a plan");
    OperationRequest operation = operation_request(request);
    const ChunkOptions chunks = chunk_options(request.envelope);
    auto plan = std::make_shared<const std::string>(std::move(request.plan));
    operation.fingerprint = plan;
    auto started = session->start(
        std::move(operation), [session = session.get(), plan, chunks](Operation& running) {
            run_plan(*session, running, *plan, chunks);
        });
    return {std::move(session), std::move(started.operation)};
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* handle_execute_plan(SparkContext& context,
                                                                const grpc::ByteBuffer& bytes) {
    std::shared_ptr<Session> session;
    try {
        SplitRequest request = split(to_string(bytes));
        session = session_of(context, request.envelope);
        note_old_client(context, *session, request.envelope.client_type());
        return new OperationStream(start(session, std::move(request)), std::nullopt);
    } catch (const std::exception& error) {
        return new OperationStream(error, session ? &session->errors() : nullptr);
    }
}

}  // namespace firesteel::connect
