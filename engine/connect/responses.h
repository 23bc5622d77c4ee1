#pragma once
/// Writes one operation's ExecutePlanResponses into its log: ids, schema, Arrow batches cut into chunks
/// where the client allows it. Used on the operation's thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "session/queries.h"

namespace spark::connect {
class ExecutePlanResponse;
}

namespace firesteel::connect {

struct ChunkOptions {
    bool allowed = false;
    std::optional<std::int64_t> bytes_preferred;
};

class Responses final : public ResultSink {
  public:
    Responses(const Session& session, Operation& operation, ChunkOptions chunks)
        : session_(session), operation_(operation), chunks_(chunks) {}

    void schema(const Schema& schema) override;
    void batch(ArrowBatch batch) override;
    /// Told with the last response: clients answer each one.
    void metrics(PlanMetrics metrics) override { metrics_ = std::move(metrics); }
    void observed(const exec::ObservedMetrics& metrics);
    /// Pickled results of Python's profilers.
    void profiled(const std::vector<std::string>& updates);
    /// How far the operation is, said by another thread; left out while the client reads too slowly.
    void progress(const Progress& progress) const;
    /// A response of another kind.
    void send(const std::function<void(spark::connect::ExecutePlanResponse&)>& fill);
    /// The last one: metrics, and the end for clients that may reattach.
    void complete();

  private:
    using Fill = std::function<void(spark::connect::ExecutePlanResponse&)>;
    std::function<std::string(const ResponseId&)> encoder(const Fill& fill) const;

    const Session& session_;
    Operation& operation_;
    const ChunkOptions chunks_;
    std::int64_t rows_sent_ = 0;
    PlanMetrics metrics_;
};

}  // namespace firesteel::connect
