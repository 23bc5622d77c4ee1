#pragma once
/// Which decimals of a plan fit 64 bits although their Spark type is wider: ranges of values from the
/// statistics of files, literals and types, carried through exact arithmetic. Sums read such
/// decimals narrow, as DECIMAL(18, scale), which DuckDB computes at half the width. Made once per
/// statement, then read only.

#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plan/bound.h"

namespace firesteel::duckdb {

/// Inclusive; unscaled, at the scale of the decimal it describes (0 for whole numbers).
struct DecimalRange {
    Int128 low = 0;
    Int128 high = 0;
};

/// Per column of the scan, what its files' statistics promise; none where they don't.
using FileRanges = std::function<std::vector<std::optional<DecimalRange>>(const bound::FileScan&)>;

class DecimalRanges {
  public:
    DecimalRanges() = default;
    /// Asks for statistics only if the plan sums decimals of more than 64 bits.
    DecimalRanges(const bound::Relation& plan, const FileRanges& files);

    /// Whether the expression can be written narrow: all its steps fit DECIMAL(18, scale) exactly.
    bool is_narrow(const bound::Expr& expr) const;
    /// Whether the column, made by a Project, is carried narrow instead of as its type says.
    bool carries_narrow(AttributeId id) const { return narrow_columns_.contains(id); }

  private:
    enum class Carriers : bool { AsTyped, MayBeNarrow };

    void visit(const bound::Relation& relation, Carriers carriers, const FileRanges& files);
    void visit_subqueries(const bound::Relation& relation, const FileRanges& files);
    std::optional<DecimalRange> range(const bound::Expr& expr) const;
    std::optional<DecimalRange> range(const bound::Call& call) const;
    std::optional<DecimalRange> range(const bound::Cast& cast) const;

    std::unordered_map<AttributeId, DecimalRange> columns_;
    std::unordered_set<AttributeId> narrow_columns_;
};

}  // namespace firesteel::duckdb
