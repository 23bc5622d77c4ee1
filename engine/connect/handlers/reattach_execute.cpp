#include "common/error.h"
#include "connect/handlers/handlers.h"
#include "connect/handlers/operation_stream.h"
#include "connect/message_bytes.h"

namespace firesteel::connect {

grpc::ServerWriteReactor<grpc::ByteBuffer>* handle_reattach_execute(SparkContext& context,
                                                                    const grpc::ByteBuffer& bytes) {
    std::shared_ptr<Session> session;
    try {
        proto::ReattachExecuteRequest request;
        parse_envelope(bytes, request);
        session = existing_session_of(context, request);
        auto operation = session->operation(OperationId(request.operation_id()));
        if (!operation->is_reattachable()) throw Error(ErrorClass::InvalidCursorNotReattachable);
        std::optional<ResponseId> after;
        if (request.has_last_response_id()) after = ResponseId(request.last_response_id());
        return new OperationStream({session, std::move(operation)}, after);
    } catch (const std::exception& error) {
        return new OperationStream(error, session ? &session->errors() : nullptr);
    }
}

}  // namespace firesteel::connect
