#include "connect/handlers/operation_stream.h"

#include <utility>

#include "common/error.h"
#include "connect/message_bytes.h"
#include "connect/status.h"

namespace firesteel::connect {

OperationStream::OperationStream(const std::exception& thrown, ErrorCache* errors) {
    Finish(status_of(thrown, errors));
}

OperationStream::OperationStream(Source source, const std::optional<ResponseId>& after)
    : source_(std::move(source)) {
    try {
        reader_ = source_->operation->log().attach(after, [this] { pump(); });
    } catch (const Error& error) {
        Finish(status_of(error, &source_->session->errors()));
        return;
    }
    attached_ = true;
    pump();
}

/// Runs on whatever thread moves the stream on, never on two at a time.
void OperationStream::pump() {
    auto read = source_->operation->log().next(reader_);
    switch (read.state) {
        case ResponseLog::ReadState::Pending: return;  // pump() is called again
        case ResponseLog::ReadState::Ready:
            message_ = to_buffer(std::move(read.bytes));
            StartWrite(&message_);
            return;
        case ResponseLog::ReadState::End:
            return end(read.error ? status_of(*read.error, &source_->session->errors())
                                  : grpc::Status::OK);
        case ResponseLog::ReadState::Preempted:
            if (!attached_) return give_up();
            return Finish(status_of(Error(ErrorClass::InvalidCursorDisconnected), nullptr));
    }
}

void OperationStream::OnWriteDone(bool ok) {
    if (ok) return pump();
    attached_ = false;
    source_->operation->log().detach(reader_);
    give_up();
}

/// Concurrent to pump(): only the log, which is thread-safe, is touched.
void OperationStream::OnCancel() {
    if (!attached_.exchange(false)) return;
    // A wake that was pending will not come, so this thread owns the chain now.
    if (source_->operation->log().detach(reader_)) give_up();
}

/// The operation's end was told: without reattaching nobody will ask for it again.
void OperationStream::end(const grpc::Status& status) {
    attached_ = false;
    source_->operation->log().detach(reader_);
    if (!source_->operation->is_reattachable()) {
        source_->session->release_operation(source_->operation->id());
    }
    Finish(status);
}

/// The client is gone. A reattachable operation waits for it, another one ends.
void OperationStream::give_up() {
    if (!source_->operation->is_reattachable()) {
        source_->session->release_operation(source_->operation->id());
    }
    Finish(grpc::Status::CANCELLED);
}

}  // namespace firesteel::connect
