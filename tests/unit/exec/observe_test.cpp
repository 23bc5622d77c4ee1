// Metrics are taken from rows that are computed once, and the plan reads on from those.
#include "exec/observe.h"

#include <catch2/catch.hpp>

#include "plan/bound.h"

using namespace firesteel;

namespace {

struct Rows final : bound::StoredRows {};

bound::Relation observed(const bound::Relation& child, const char* name, std::uint64_t id) {
    const bound::Relation scan = bound::CommonTableScan{id, name, child.output()};
    return bound::CollectMetrics{child, name, id, bound::Limit{scan, 1}};
}

}  // namespace

TEST_CASE("an observed input is stored once and replaced by what was stored", "[exec][observe]") {
    const bound::Attribute id{AttributeId{7}, "id", DataType::long_int(), false, {}};
    const bound::Relation range = bound::Range{0, 3, 1, 1, id};
    const bound::Relation plan = bound::Limit{observed(range, "m", 1), 2};
    int stored = 0;
    exec::Observer observer;
    observer.store = [&](const bound::Relation& rows) {
        REQUIRE(rows.get_if<bound::Range>() != nullptr);
        ++stored;
        return std::make_shared<const Rows>();
    };
    observer.only_row = [&](const bound::Relation& query) {
        const auto* limit = query.get_if<bound::Limit>();
        REQUIRE(limit != nullptr);
        REQUIRE(limit->child.get_if<bound::StoredScan>() != nullptr);
        return ValueList{Value(std::int64_t{0})};
    };
    std::vector<exec::ObservedMetrics> metrics;
    const bound::Relation ready = exec::without_metrics(plan, observer, metrics);
    const auto* limit = ready.get_if<bound::Limit>();
    REQUIRE(limit != nullptr);
    REQUIRE(limit->child.get_if<bound::StoredScan>() != nullptr);
    REQUIRE(limit->child.output()[0].id == id.id);
    REQUIRE(stored == 1);
    REQUIRE(metrics.size() == 1);
    REQUIRE(metrics[0].name == "m");
    REQUIRE(metrics[0].schema[0].name == "id");
}
