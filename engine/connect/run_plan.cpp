#include "connect/run_plan.h"

namespace firesteel::connect {

void run_plan(Session&, Operation&, const std::string&, const ChunkOptions&) {
    throw unsupported("running plans");
}

}  // namespace firesteel::connect
