#pragma once
/// What an operation's thread does: parse and decode the plan, run it through the session's Queries,
/// encode what comes out into the operation's log. Blocks; never on a gRPC thread.

#include <cstdint>
#include <optional>
#include <string>

#include "common/error.h"
#include "session/session.h"

namespace firesteel::connect {

struct ChunkOptions {
    bool allowed = false;
    std::optional<std::int64_t> bytes_preferred;
};

void run_plan(Session& session, Operation& operation, const std::string& plan,
              const ChunkOptions& chunks);

}  // namespace firesteel::connect
