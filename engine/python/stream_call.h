#pragma once
/// A Python function as a stage of its own: batches or groups go in, results come as the function
/// yields them, with frames in flight both ways. One worker, one thread; who feeds must not be who
/// waits for what the results unlock.

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/stop_token.h"
#include "python/batch_codec.h"
#include "python/column_view.h"
#include "python/gathered_rows.h"
#include "python/setup.h"
#include "python/worker_pool.h"

namespace firesteel::python {

/// Some rows of the output. The columns live until the reader returns.
struct StreamPart {
    std::size_t rows = 0;
    bool group_end = false;  // the last part of one group's rows
    std::span<const ResultColumn> columns;
    std::span<const std::byte> payload;  // what the columns point into
};

/// Receives the output in order. It may block: the worker then waits too.
class StreamReader {
  public:
    virtual ~StreamReader() = default;
    virtual void read(const StreamPart& part) = 0;
};

enum class Side : std::uint8_t { Left, Right };
enum class Group : std::uint8_t { GoesOn, Ends };

class StreamCall {
  public:
    /// Leases a worker for its whole life. Throws Error.
    StreamCall(WorkerPool& pool, const std::shared_ptr<const WorkerEnvironment>& environment,
               CallSpec spec, StopToken stop);
    /// On a worker that was leased already.
    StreamCall(WorkerPool& pool, WorkerLease lease, CallSpec spec, StopToken stop);
    /// An unfinished stream ends its worker.
    ~StreamCall() = default;
    StreamCall(const StreamCall&) = delete;
    StreamCall& operator=(const StreamCall&) = delete;

    const CallSpec& spec() const { return spec_; }
    /// Sends a batch: what the function sees at once, or of a group's rows the next ones; and delivers
    /// the results that have come. Kinds that see groups get Group::Ends with the last batch of a group
    /// (of a cogroup: of its right side), which may have no rows. Throws Error.
    void feed(std::vector<BatchPiece> batch, StreamReader& reader, Side side = Side::Left,
              Group group = Group::GoesOn);
    void feed(GatheredRows batch, StreamReader& reader, Side side, Group group);
    /// Waits for a result that is owed, and delivers it.
    void await(StreamReader& reader);
    /// No more input: delivers the rest. A further stream (the next partition) may follow.
    void finish(StreamReader& reader);

  private:
    bool deliver(const Worker::Reply& reply, StreamReader& reader);
    template <typename Batch>
    void feed_frames(Batch batch, StreamReader& reader, Side side, Group group);
    void append_empty(std::uint16_t flags);
    void flush(StreamReader& reader);

    CallSpec spec_;
    std::vector<DataType> result_types_;
    StopToken stop_;
    std::shared_ptr<const CallSetup> setup_;
    WorkerLease lease_;
    WorkerPool* pool_;
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
    std::uint64_t rows_ = 0;
    bool begun_ = false;
    std::vector<ResultColumn> columns_;
};

}  // namespace firesteel::python
