#pragma once
/// Expressions that a text names several times and DuckDB computes once.

#include <functional>
#include <string>
#include <vector>

#include "backend/duckdb/lowering/lowering.h"

namespace firesteel::duckdb {

/// An expression whose text stands ready: written once, so that nesting costs no more than its depth.
struct Written {
    bound::Expr named;       // stands for the text
    std::string text;        // empty: `named` is the expression itself, which is small
    bool may_repeat = true;  // short, and the same each time
};
Written written(Lowering& to, const bound::Expr& expr);

/// Writes what `write` writes, a complete expression of DuckDB's, where each of the expressions stands for
/// a value that is computed once, before the rest. DuckDB's lambdas hold no queries, so neither may that.
void with_values(Lowering& to, const std::vector<Written>& values, const std::function<void()>& write);

using WriteOver = std::function<void(const std::vector<bound::Expr>&)>;
/// Writes what `write` makes of the expressions, a complete expression of DuckDB's, in which those at
/// `repeated` stand several times: what is large or differs from one evaluation to the next is computed
/// once, before the rest, and stands there as a name.
void sharing(Lowering& to, const std::vector<bound::Expr>& expressions, const std::vector<std::size_t>& repeated,
             const WriteOver& write);

/// A call's replacement over its arguments.
void applied(Lowering& to, const bound::Lambda& replacement, const std::vector<bound::Expr>& arguments);

/// Whether a subquery stands in it, which DuckDB's lambdas can't hold.
bool holds_query(const bound::Expr& expr);

}  // namespace firesteel::duckdb
