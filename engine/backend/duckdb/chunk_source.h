#pragma once
/// Where a result's chunks come from: a running statement, or rows that the plan holds itself.

#include <optional>

#include "backend/duckdb/handles.h"
#include "backend/operator_metrics.h"

namespace firesteel::duckdb {

class ChunkSource {
  public:
    virtual ~ChunkSource() = default;
    /// The next chunk, never an empty one; none at the end.
    virtual std::optional<Chunk> fetch() = 0;
    /// What its operators did, once there are no more chunks.
    virtual PlanMetrics metrics() const = 0;
};

}  // namespace firesteel::duckdb
