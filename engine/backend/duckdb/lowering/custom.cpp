/// Lowerings that a text can't say, by the name that a function row gives.

#include <algorithm>
#include <array>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

struct Row {
    std::string_view name;
    CustomLowering lower;
};

constexpr auto kRows = std::to_array<Row>({
    {"noop", [](Lowering& to, const bound::Call& call, const Origin&) { to.expr(call.arguments[0]); }},
});

struct AggregateRow {
    std::string_view name;
    CustomAggregate lower;
};

/// sum of whole numbers: DuckDB adds them up in 128 bits, the kernel refuses what bigint can't hold.
void sum_integral(Lowering& to, const bound::AggregateCall& call, const bound::WindowCall* window,
                  const Origin& origin) {
    KernelSite site;
    site.kernel = find_kernel("narrow_sum");
    site.arguments = {DataType::decimal(38, 0)};
    site.result = call.type;
    site.mode = call.mode;
    site.origin = origin;
    site.is_volatile = call.mode == EvalMode::Ansi;
    to.open_kernel(std::move(site));
    to.out().text(", CAST(");
    to.aggregate_template("sum({0})", call, window);
    to.out().text(" AS HUGEINT))");
}

constexpr auto kAggregates = std::to_array<AggregateRow>({
    {"sum_integral", sum_integral},
});

}  // namespace

CustomLowering find_custom(std::string_view name) {
    const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                   [&](const Row& r) { return r.name == name; });
    return row == kRows.end() ? nullptr : row->lower;
}

CustomAggregate find_custom_aggregate(std::string_view name) {
    const auto* row = std::find_if(kAggregates.begin(), kAggregates.end(),
                                   [&](const AggregateRow& r) { return r.name == name; });
    return row == kAggregates.end() ? nullptr : row->lower;
}

}  // namespace firesteel::duckdb
