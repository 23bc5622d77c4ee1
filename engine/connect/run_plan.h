#pragma once
/// What an operation's thread does: parse and decode the plan, run it through the session's Queries,
/// encode what comes out into the operation's log. Blocks; never on a gRPC thread.

#include <string>

#include "connect/decode/decode.h"
#include "connect/responses.h"
#include "session/queries.h"

namespace firesteel::connect {

void run_plan(Session& session, Operation& operation, const std::string& plan,
              const ChunkOptions& chunks);

/// What decoding asks of the session.
DecodeContext decode_context(Queries& queries);

}  // namespace firesteel::connect
