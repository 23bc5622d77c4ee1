#pragma once
/// Writes a bound plan as one DuckDB statement. Columns are named by attribute id, so no scopes are
/// needed; every expression comes out in exactly its Spark type's carrier. Relations are in
/// relation*.cpp, expressions in expression.cpp, casts in cast.cpp. Used by one thread, once.

#include <string>
#include <vector>

#include "backend/duckdb/kernels/registry.h"
#include "backend/duckdb/lowering/sql_writer.h"
#include "backend/duckdb/operation.h"
#include "functions/function_row.h"
#include "plan/bound.h"

namespace firesteel::duckdb {

class Lowering {
  public:
    Lowering(KernelRegistry& kernels, Operation& operation)
        : kernels_(kernels), operation_(operation) {}

    /// The statement; its columns are the relation's output, in order (at least one column).
    std::string statement(const bound::Relation& relation);

    // ---- used by the parts of the lowering
    SqlWriter& out() { return out_; }
    Operation& operation() { return operation_; }

    /// A SELECT without parentheses.
    void query(const bound::Relation& relation);
    /// "FROM (query) AS t1".
    void from(const bound::Relation& relation);
    void expr(const bound::Expr& expr);
    /// "a, b, c"
    void list(const std::vector<bound::Expr>& expressions);
    /// "expr AS a7"; text if there is nothing to select.
    void items(const std::vector<bound::NamedExpr>& items);
    void order_by(const std::vector<bound::SortOrder>& orders);
    void literal(const Literal& literal);
    void cast(const bound::Cast& cast, const Origin& origin);
    /// Casts a SQL text (a column or lambda parameter) from one type to another.
    void cast_text(const std::string& text, const DataType& from, const DataType& type,
                   EvalMode mode, const Origin& origin);
    /// A key of GROUP BY, DISTINCT and the like: -0.0 becomes 0.0.
    void key(const bound::Expr& expr);
    /// A call of a kernel over expressions.
    void kernel_call(KernelSite site, const std::vector<bound::Expr>& arguments);
    /// "fs_name(site, " of a call whose arguments the caller writes, then ")".
    void open_kernel(KernelSite site);
    /// Text with {0}, {1}, {*}, {2*} over arguments.
    void sql_template(std::string_view text, const std::vector<bound::Expr>& arguments);
    /// An aggregate or, with a window, a window function; cast to its type.
    void aggregate_call(const bound::AggregateCall& call, const bound::WindowCall* window,
                        const Origin& origin);
    /// The template alone, with DISTINCT, FILTER and OVER where they belong.
    void aggregate_template(std::string_view text, const bound::AggregateCall& call,
                            const bound::WindowCall* window);

  private:
    void call(const bound::Call& call, const Origin& origin);
    void subquery(const bound::Subquery& subquery);

    KernelRegistry& kernels_;
    Operation& operation_;
    SqlWriter out_;
    std::uint32_t depth_ = 0;
};

/// Whether evaluating it can raise an error that Spark would raise only for rows it evaluates.
bool can_raise(const bound::Expr& expr);

/// Special lowerings of rows: Lowering::Kind::Custom, by name (custom.cpp).
using CustomLowering = void (*)(Lowering&, const bound::Call&, const Origin&);
CustomLowering find_custom(std::string_view name);
using CustomAggregate = void (*)(Lowering&, const bound::AggregateCall&, const bound::WindowCall*,
                                 const Origin&);
CustomAggregate find_custom_aggregate(std::string_view name);

}  // namespace firesteel::duckdb
