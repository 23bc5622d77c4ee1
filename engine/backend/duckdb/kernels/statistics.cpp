/// Statistics that need Spark's own algorithm.

#include "backend/duckdb/kernels/statistics.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/value_reader.h"

namespace firesteel::duckdb {
namespace {

/// Karp, Shenker and Papadimitriou: at most `size` candidates; a newcomer takes away from all.
class Candidates {
  public:
    explicit Candidates(std::size_t size) : size_(size) {}

    void add(const Value& value) {
        const auto at = std::ranges::find_if(counts_, [&](const auto& c) { return c.first == value; });
        if (at != counts_.end()) {
            ++at->second;
            return;
        }
        if (counts_.size() < size_) {
            counts_.emplace_back(value, 1);
            return;
        }
        for (auto& [kept, count] : counts_) --count;
        std::erase_if(counts_, [](const auto& c) { return c.second == 0; });
    }
    ValueList take() {
        ValueList out;
        for (auto& [value, count] : counts_) out.push_back(std::move(value));
        return out;
    }

  private:
    const std::size_t size_;
    std::vector<std::pair<Value, std::int64_t>> counts_;
};

}  // namespace

KernelBody bind_frequent_items(const KernelSite& site) {
    return [type = site.result](KernelCall& call) {
        const Validity lists(call.argument(0));
        const Reader<std::int32_t> sizes(call.argument(1), DataType::integer());
        for (idx_t r = 0; r < call.rows(); ++r) {
            Candidates candidates(static_cast<std::size_t>(sizes[r]));
            if (lists.valid(r)) {
                const Value items = read_value(call.argument(0), type, r);
                for (const Value& item : items.list()) candidates.add(item);
            }
            write_value(call.result(), type, r, Value(candidates.take()));
        }
    };
}

KernelBody bind_arrival(const KernelSite&) {
    return [](KernelCall& call) {
        static std::atomic<std::int64_t> next{0};
        const auto rows = static_cast<std::int64_t>(call.rows());
        auto* out = static_cast<std::int64_t*>(duckdb_vector_get_data(call.result()));
        std::iota(out, out + rows, next.fetch_add(rows, std::memory_order_relaxed));
    };
}

}  // namespace firesteel::duckdb
