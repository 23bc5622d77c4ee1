#pragma once
/// The rows of one running query, batch by batch as the server sends them.
/// Made by Session; its destruction before the end cancels the query. Only cancel() may be called
/// from another thread.

#include <memory>
#include <optional>

#include "client/record_batch.h"

namespace spark::connect {
class ExecutePlanRequest;
class Relation;
}  // namespace spark::connect

namespace firesteel::client {

class Rpc;

class ResultStream {
  public:
    ResultStream(std::shared_ptr<Rpc> rpc, const spark::connect::ExecutePlanRequest& request);
    ResultStream(ResultStream&&) noexcept;
    ResultStream& operator=(ResultStream&&) noexcept;
    ~ResultStream();

    /// The next batch, or nothing at the end. Throws QueryError, ConnectionError, ProtocolError.
    std::optional<RecordBatch> next();
    void cancel();
    /// The relation that a SQL command left to read; set once next() returned nothing.
    const spark::connect::Relation* command_result() const;

  private:
    struct Call;
    std::unique_ptr<Call> call_;
};

}  // namespace firesteel::client
