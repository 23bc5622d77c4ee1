#pragma once
/// What an operator of a plan that ran is known to have done.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firesteel {

struct OperatorMetrics {
    std::string name;        // Spark's, where it has such an operator
    std::size_t parent = 0;  // its place in the list; the first one is its own
    std::optional<std::uint64_t> rows;  // that it gave
    std::optional<std::chrono::nanoseconds> time;  // of all threads
};

/// Parents first.
using PlanMetrics = std::vector<OperatorMetrics>;

}  // namespace firesteel
