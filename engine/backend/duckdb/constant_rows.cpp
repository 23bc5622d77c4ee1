#include "backend/duckdb/constant_rows.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/value_reader.h"

namespace firesteel::duckdb {
namespace {

/// Row by row; they point into the plan.
struct Cells {
    std::vector<const Value*> values;
    std::size_t rows = 0;
};

bool add_cell(const bound::Expr& expr, Cells& out) {
    const auto* constant = expr.get_if<bound::Constant>();
    if (constant != nullptr) out.values.push_back(&constant->literal.value);
    return constant != nullptr;
}

bool add_rows(const bound::Relation& plan, std::int64_t rows_max, Cells& out) {
    if (const auto* limit = plan.get_if<bound::Limit>()) {
        return add_rows(limit->child, std::min(rows_max, limit->count), out);
    }
    if (const auto* project = plan.get_if<bound::Project>()) {
        if (project->child.get_if<bound::OneRow>() == nullptr) return false;
        out.rows = rows_max > 0 ? 1 : 0;
        return std::ranges::all_of(project->items,
                                   [&](const bound::NamedExpr& item) { return add_cell(item.expr, out); });
    }
    if (const auto* values = plan.get_if<bound::Values>()) {
        out.rows = std::min(values->rows.size(), static_cast<std::size_t>(std::max<std::int64_t>(rows_max, 0)));
        return std::ranges::all_of(values->rows, [&](const std::vector<bound::Expr>& row) {
            return std::ranges::all_of(row, [&](const bound::Expr& cell) { return add_cell(cell, out); });
        });
    }
    return false;
}

class ConstantRows final : public ChunkSource {
  public:
    ConstantRows(bound::Relation plan, Cells cells) : plan_(std::move(plan)), cells_(std::move(cells)) {
        for (const bound::Attribute& column : plan_.output()) types_.push_back(column.type);
    }

    std::optional<Chunk> fetch() override {
        if (row_ >= cells_.rows) return std::nullopt;
        std::vector<LogicalType> types;
        std::vector<duckdb_logical_type> raw;
        for (const DataType& type : types_) raw.push_back(types.emplace_back(logical_type(type)).get());
        Chunk chunk(duckdb_create_data_chunk(raw.data(), raw.size()));
        const std::size_t rows = std::min<std::size_t>(cells_.rows - row_, duckdb_vector_size());
        for (std::size_t c = 0; c < types_.size(); ++c) {
            duckdb_vector column = duckdb_data_chunk_get_vector(chunk.get(), c);
            for (std::size_t r = 0; r < rows; ++r) {
                write_value(column, types_[c], r, *cells_.values[(row_ + r) * types_.size() + c]);
            }
        }
        duckdb_data_chunk_set_size(chunk.get(), rows);
        row_ += rows;
        return chunk;
    }

    PlanMetrics metrics() const override { return {{"LocalTableScan", 0, cells_.rows, std::nullopt}}; }

  private:
    const bound::Relation plan_;
    const Cells cells_;
    std::vector<DataType> types_;
    std::size_t row_ = 0;
};

}  // namespace

std::unique_ptr<ChunkSource> constant_rows(const bound::Relation& plan) {
    Cells cells;
    if (!add_rows(plan, std::numeric_limits<std::int64_t>::max(), cells) || plan.output().empty()) return nullptr;
    return std::make_unique<ConstantRows>(plan, std::move(cells));
}

}  // namespace firesteel::duckdb
