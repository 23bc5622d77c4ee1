#pragma once
/// Streams one operation's responses to one client: what ExecutePlan and ReattachExecute answer with.
/// A strict chain next -> StartWrite -> OnWriteDone, so one write is in flight and there is no lock.
/// Made on a gRPC thread; no method blocks.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "session/session.h"

namespace firesteel::connect {

class OperationStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
  public:
    struct Source {
        std::shared_ptr<Session> session;
        std::shared_ptr<Operation> operation;
    };

    /// Ends at once with what was thrown.
    OperationStream(const std::exception& thrown, ErrorCache* errors);
    /// Streams from behind `after`, or from the first response that is kept.
    OperationStream(Source source, const std::optional<ResponseId>& after);

    void OnWriteDone(bool ok) override;
    void OnCancel() override;
    void OnDone() override { delete this; }

  private:
    void pump();
    void end(const grpc::Status& status);
    void give_up();

    std::optional<Source> source_;
    ResponseLog::ReaderId reader_ = 0;
    std::atomic<bool> attached_{false};
    grpc::ByteBuffer message_;
};

}  // namespace firesteel::connect
