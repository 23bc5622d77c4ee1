#include "python/stream_call.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "common/error.h"
#include "python/batch_function.h"
#include "python/profiles.h"

namespace firesteel::python {

namespace {

/// BATCH_GOES_ON of proto/worker/PROTOCOL.md: the function sees the next frame's rows in the same batch.
constexpr std::uint16_t kBatchGoesOn = 32;

}  // namespace

StreamCall::StreamCall(WorkerPool& pool,
                       const std::shared_ptr<const WorkerEnvironment>& environment, CallSpec spec,
                       StopToken stop)
    : StreamCall(pool, pool.acquire(environment, stop), std::move(spec), stop) {}

StreamCall::StreamCall(WorkerPool& pool, WorkerLease lease, CallSpec spec, StopToken stop)
    : spec_(std::move(spec)),
      stop_(std::move(stop)),
      setup_(make_setup(pool, spec_)),
      lease_(std::move(lease)),
      pool_(&pool) {
    for (const FunctionSpec& function : spec_.functions) result_types_.push_back(function.result);
}

/// True at the end of the stream.
bool StreamCall::deliver(const Worker::Reply& reply, StreamReader& reader) {
    if (reply.header.kind == FS_FRAME_ERROR) throw error_of(reply.payload);
    const bool well_formed =
        reply.header.kind == FS_FRAME_RESULT && reply.header.call == setup_->id &&
        (reply.header.rows == 0 ||
         read_result(result_types_, reply.header.rows, reply.payload, columns_));
    if (!well_formed) {
        throw Error(ErrorClass::NoCondition,
                    {{"message", "a Python worker sent a malformed result"}});
    }
    StreamPart part;
    part.rows = reply.header.rows;
    part.group_end = (reply.header.flags & FS_FLAG_GROUP_END) != 0;
    if (part.rows != 0) {
        part.columns = columns_;
        part.payload = reply.payload;
    }
    if (part.rows != 0 || part.group_end) reader.read(part);
    return (reply.header.flags & FS_FLAG_INPUT_END) != 0;
}

void StreamCall::append_empty(std::uint16_t flags) {
    fs_frame_header header{};
    header.call = setup_->id;
    header.kind = FS_FRAME_BATCH;
    header.flags = flags;
    std::memcpy(lease_.worker().outgoing().extend(sizeof header), &header, sizeof header);
}

void StreamCall::flush(StreamReader& reader) {
    while (const std::optional<Worker::Reply> reply = lease_.worker().flush_or_receive(stop_)) {
        deliver(*reply, reader);
    }
}

void StreamCall::feed(std::vector<BatchPiece> batch, StreamReader& reader, Side side, Group group) {
    feed_frames(std::move(batch), reader, side, group);
}

void StreamCall::feed(GatheredRows batch, StreamReader& reader, Side side, Group group) {
    feed_frames(batch, reader, side, group);
}

template <typename Batch>
void StreamCall::feed_frames(Batch batch, StreamReader& reader, Side side, Group group) {
    Worker& worker = lease_.worker();
    if (!std::exchange(begun_, true)) worker.begin(setup_);
    const std::uint16_t side_flag = side == Side::Right ? FS_FLAG_RIGHT_SIDE : 0;
    const std::uint16_t end_flag = group == Group::Ends ? FS_FLAG_GROUP_END : 0;
    const std::vector<DataType>& types = side == Side::Right ? spec_.right_inputs : spec_.inputs;
    std::size_t rows = rows_of(batch);
    rows_ += rows;
    if (rows == 0) append_empty(static_cast<std::uint16_t>(side_flag | end_flag));
    while (rows != 0) {
        fs_frame_header header{};
        header.call = setup_->id;
        header.flags = side_flag;
        const std::size_t at = worker.outgoing().size();
        const std::size_t sent = append_batch(types, batch, header, worker.outgoing());
        rows -= sent;
        header.flags = static_cast<std::uint16_t>(side_flag | (rows != 0 ? kBatchGoesOn : end_flag));
        std::memcpy(worker.outgoing().at(at + offsetof(fs_frame_header, flags)), &header.flags,
                    sizeof header.flags);
        if (rows != 0) skip_rows(batch, sent);
        flush(reader);
    }
    flush(reader);
}

void StreamCall::await(StreamReader& reader) { deliver(lease_.worker().receive(stop_, lease_.spin()), reader); }

void StreamCall::finish(StreamReader& reader) {
    Worker& worker = lease_.worker();
    if (!std::exchange(begun_, true)) worker.begin(setup_);
    append_empty(FS_FLAG_INPUT_END);
    while (!deliver(worker.receive(stop_, lease_.spin()), reader)) {
    }
    begun_ = false;
    collect_profile(lease_, spec_, setup_->id, stop_);
    worker.end();
    const auto busy = std::chrono::steady_clock::now() - since_;
    for (const FunctionSpec& function : spec_.functions) pool_->note(function.name, rows_, busy);
}

}  // namespace firesteel::python
