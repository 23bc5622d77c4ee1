#include "backend/duckdb/profile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace firesteel::duckdb {
namespace {

/// Of a plan; the others are left out.
constexpr std::size_t kOperatorsMax = 1000;

enum class Rows : std::uint8_t { Counted, NotCounted };

struct OperatorRow {
    std::string_view theirs;
    std::string_view spark;
    Rows rows = Rows::Counted;
};

/// Those that Spark has too, and those whose output DuckDB does not count; others keep their names.
constexpr auto kOperators = std::to_array<OperatorRow>({
    {"PROJECTION", "Project"},
    {"FILTER", "Filter"},
    {"HASH_GROUP_BY", "HashAggregate"},
    {"PERFECT_HASH_GROUP_BY", "HashAggregate"},
    {"PARTITIONED_AGGREGATE", "HashAggregate"},
    {"UNGROUPED_AGGREGATE", "HashAggregate"},
    {"ORDER_BY", "Sort"},
    {"TOP_N", "TakeOrderedAndProject"},
    {"LIMIT", "GlobalLimit"},
    {"STREAMING_LIMIT", "GlobalLimit"},
    {"UNION", "Union"},
    {"WINDOW", "Window"},
    {"STREAMING_WINDOW", "Window"},
    {"UNNEST", "Generate"},
    {"HASH_JOIN", "BroadcastHashJoin"},
    {"NESTED_LOOP_JOIN", "BroadcastNestedLoopJoin"},
    {"BLOCKWISE_NL_JOIN", "BroadcastNestedLoopJoin"},
    {"CROSS_PRODUCT", "CartesianProduct"},
    {"RANGE", "Range"},
    {"FS_LOCAL", "LocalTableScan"},
    {"COLUMN_DATA_SCAN", "LocalTableScan"},
    {"SEQ_SCAN", "InMemoryTableScan"},
    {"READ_PARQUET", "Scan parquet "},
    {"PARQUET_SCAN", "Scan parquet "},
    {"DUMMY_SCAN", "Scan OneRowRelation"},
    {"CTE", "CTE", Rows::NotCounted},
    {"LEFT_DELIM_JOIN", "LEFT_DELIM_JOIN", Rows::NotCounted},
    {"RIGHT_DELIM_JOIN", "RIGHT_DELIM_JOIN", Rows::NotCounted},
    {"DELIM_SCAN", "DELIM_SCAN", Rows::NotCounted},
});

std::string text_of(duckdb_profiling_info info, const char* key) {
    const DuckValue value(duckdb_profiling_info_get_value(info, key));
    if (!value) return {};
    char* text = duckdb_get_varchar(value.get());
    std::string out = text == nullptr ? "" : text;
    duckdb_free(text);
    return out;
}

template <typename Number>
std::optional<Number> number_of(duckdb_profiling_info info, const char* key) {
    const std::string text = text_of(info, key);
    Number out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

OperatorMetrics metrics_of(duckdb_profiling_info info) {
    OperatorMetrics out;
    out.name = text_of(info, "OPERATOR_NAME");
    while (!out.name.empty() && out.name.back() == ' ') out.name.pop_back();
    out.rows = number_of<std::uint64_t>(info, "OPERATOR_CARDINALITY");
    if (const auto seconds = number_of<double>(info, "OPERATOR_TIMING")) {
        out.time = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(*seconds));
    }
    const auto* known = std::ranges::find(kOperators, out.name, &OperatorRow::theirs);
    if (known == kOperators.end()) return out;
    out.name = known->spark;
    if (known->rows == Rows::NotCounted) out.rows.reset();
    return out;
}

}  // namespace

PlanMetrics read_profile(duckdb_connection connection, std::uint64_t rows) {
    struct Waiting {
        duckdb_profiling_info info;
        std::size_t parent;
    };
    PlanMetrics out;
    std::vector<Waiting> waiting;
    const auto add_inputs = [&](duckdb_profiling_info info, std::size_t parent) {
        for (idx_t i = duckdb_profiling_info_get_child_count(info); i > 0; --i) {
            waiting.push_back({duckdb_profiling_info_get_child(info, i - 1), parent});
        }
    };
    duckdb_profiling_info query = duckdb_get_profiling_info(connection);
    if (query == nullptr) return out;
    add_inputs(query, 0);
    while (!waiting.empty() && out.size() < kOperatorsMax) {
        const Waiting next = waiting.back();
        waiting.pop_back();
        OperatorMetrics one = metrics_of(next.info);
        one.parent = next.parent;
        out.push_back(std::move(one));
        add_inputs(next.info, out.size() - 1);
    }
    if (!out.empty()) out.front().rows = rows;
    return out;
}

}  // namespace firesteel::duckdb
