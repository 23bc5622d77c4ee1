#include "client/result_stream.h"

#include <string>

#include "client/errors.h"
#include "client/rpc.h"

namespace firesteel::client {

struct ResultStream::Call {
    std::shared_ptr<Rpc> rpc;
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<proto::ExecutePlanResponse>> reader;
    proto::ExecutePlanResponse response;
    std::optional<proto::Relation> command_result;
    std::string chunks;  // of a batch that comes in several messages
    bool finished = false;

    ~Call() {
        if (reader == nullptr || finished) return;
        context.TryCancel();
        while (reader->Read(&response)) {
        }
        reader->Finish();
    }

    /// The bytes of the batch in `response` once they are all there.
    std::optional<std::string_view> complete_batch() {
        const auto& batch = response.arrow_batch();
        const bool chunked = batch.has_num_chunks_in_batch() && batch.num_chunks_in_batch() > 1;
        if (!chunked) return batch.data();
        if (batch.chunk_index() == 0) chunks.clear();
        chunks += batch.data();
        if (batch.chunk_index() + 1 < batch.num_chunks_in_batch()) return std::nullopt;
        return chunks;
    }
};

ResultStream::ResultStream(std::shared_ptr<Rpc> rpc, const proto::ExecutePlanRequest& request)
    : call_(std::make_unique<Call>()) {
    call_->rpc = std::move(rpc);
    call_->rpc->prepare(call_->context);
    call_->reader = call_->rpc->stub().ExecutePlan(&call_->context, request);
}

ResultStream::ResultStream(ResultStream&&) noexcept = default;
ResultStream& ResultStream::operator=(ResultStream&&) noexcept = default;
ResultStream::~ResultStream() = default;

std::optional<RecordBatch> ResultStream::next() {
    if (call_->finished) return std::nullopt;
    while (call_->reader->Read(&call_->response)) {
        const auto& response = call_->response;
        if (response.has_sql_command_result()) {
            call_->command_result = response.sql_command_result().relation();
        } else if (response.has_arrow_batch()) {
            if (auto bytes = call_->complete_batch()) return RecordBatch::from_ipc(*bytes);
        }
    }
    call_->finished = true;
    const grpc::Status status = call_->reader->Finish();
    if (!status.ok()) call_->rpc->raise(status);
    return std::nullopt;
}

void ResultStream::cancel() { call_->context.TryCancel(); }

const proto::Relation* ResultStream::command_result() const {
    return call_->command_result ? &*call_->command_result : nullptr;
}

}  // namespace firesteel::client
