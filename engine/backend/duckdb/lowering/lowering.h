#pragma once
/// Writes a bound plan as one DuckDB statement. Columns are named by attribute id, so no scopes are
/// needed; every expression comes out in exactly its Spark type's carrier. Relations are in
/// relation*.cpp, expressions in expression.cpp, casts in cast.cpp. Used by one thread, once.

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "backend/backend.h"
#include "backend/duckdb/kernels/registry.h"
#include "backend/duckdb/lowering/decimal_ranges.h"
#include "backend/duckdb/lowering/file_metadata.h"
#include "backend/duckdb/lowering/sql_writer.h"
#include "backend/duckdb/operation.h"
#include "functions/function_row.h"
#include "plan/bound.h"

namespace firesteel::duckdb {

/// How an aggregate's call differs from what its node says.
struct AggregateExtras {
    bool skips_nulls = false;  // only rows whose first argument is not NULL
    bool has_frame = true;     // rank-like window functions have none
};

/// Whether what stands in FROM may have columns beside the relation's output.
enum class Columns : bool { Exact, MoreAllowed };

class Lowering {
  public:
    Lowering(KernelRegistry& kernels, Operation& operation, PythonHooks python = {})
        : kernels_(kernels), operation_(operation), python_(std::move(python)) {}

    /// Statistics of files, for decimals that fit a narrower carrier; without: types alone.
    void ranges_from(FileRanges files) { file_ranges_ = std::move(files); }
    /// Into how many partitions data is cut that says nothing itself.
    void cut_into(std::int64_t partitions) { default_partitions_ = partitions; }
    std::int64_t default_partitions() const { return default_partitions_; }
    /// The fields of a file scan's metadata that the statement reads.
    MetadataFields metadata_fields(AttributeId id) const { return metadata_reads_.at(id); }
    /// Whether the rows at hand come with columns "part" and "pos": see positions.h.
    bool& places_at_hand() { return places_at_hand_; }

    /// The statement; its columns are the relation's output, in order (at least one column).
    std::string statement(const bound::Relation& relation);

    // ---- used by the parts of the lowering
    SqlWriter& out() { return out_; }
    Operation& operation() { return operation_; }
    const PythonHooks& python() const { return python_; }

    /// A SELECT without parentheses.
    void query(const bound::Relation& relation);
    /// "FROM (query) AS t1", or "FROM (query) AS t1 JOIN …": see source.h.
    void from(const bound::Relation& relation, Columns columns = Columns::Exact);
    /// The same without "FROM".
    void source(const bound::Relation& relation, Columns columns);
    void expr(const bound::Expr& expr);
    /// A decimal as DECIMAL(18, its scale) where its values fit, else as expr(): for sums.
    void narrow(const bound::Expr& expr);
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
    /// Text with {0}, {1}, {*}, {2*} over arguments; {k0} is an argument as a key, {n0} a narrow one,
    /// {o0} what it is ordered by.
    void sql_template(std::string_view text, const std::vector<bound::Expr>& arguments);
    /// An aggregate or, with a window, a window function; cast to its type.
    void aggregate_call(const bound::AggregateCall& call, const bound::WindowCall* window,
                        const Origin& origin);
    /// The template alone, with DISTINCT, FILTER and OVER where they belong.
    void aggregate_template(std::string_view text, const bound::AggregateCall& call,
                            const bound::WindowCall* window, AggregateExtras extras = {});
    /// What follows the call's parenthesis: FILTER and OVER.
    void aggregate_tail(const bound::AggregateCall& call, const bound::WindowCall* window,
                        AggregateExtras extras);
    /// A WHERE clause: its conjuncts side by side, since DuckDB keeps volatile ones in place.
    void condition(const bound::Expr& expr);
    /// IN (query) or NOT IN (query) as Spark computes it outside of a condition's conjuncts: never NULL, save that
    /// a NULL alone is looked for.
    void existence(const bound::Subquery& in_query, bool negated);
    /// What a collated string is compared by.
    void collation_key(const bound::Expr& expr);
    /// What is ordered by: of nested values bytes that sort as Spark orders them.
    void order_key(const bound::Expr& expr);
    /// Lets a lambda's parameter stand for a text.
    void name(AttributeId id, std::string text) { names_[id] = std::move(text); }
    /// The same until it's put back; what the column stood for before.
    std::optional<std::string> exchange_name(AttributeId id, std::optional<std::string> text);

  private:
    void narrow_step(const bound::Expr& expr);
    void narrow_call(const bound::Call& call);
    void call(const bound::Call& call, const Origin& origin);
    void subquery(const bound::Subquery& subquery);
    void uncut(const bound::Expr& expr);
    void python_call(const bound::PythonCall& call, const Origin& origin);

    KernelRegistry& kernels_;
    Operation& operation_;
    PythonHooks python_;
    SqlWriter out_;
    std::unordered_map<AttributeId, std::string> names_;
    FileRanges file_ranges_;
    DecimalRanges ranges_;
    std::unordered_map<AttributeId, MetadataFields> metadata_reads_;
    std::int64_t default_partitions_ = 1;
    bool places_at_hand_ = false;
    std::uint32_t depth_ = 0;
    std::uint32_t depth_uncut_ = 0;  // of expressions, up to the nearest cut
};

/// Whether DuckDB's own cast gives Spark's result for every value, so never raises.
bool is_native_cast(const DataType& from, const DataType& to);

/// Whether evaluating it can raise an error that Spark would raise only for rows it evaluates.
bool can_raise(const bound::Expr& expr);
/// The same for the call itself, its arguments left aside.
bool call_can_raise(const bound::Call& call);

/// The arguments of nested calls of one function: a, b, c of (a AND b) AND c.
void flatten_calls(const bound::Expr& expr, const FunctionRow* function,
                   std::vector<bound::Expr>& out);
/// The operands of nested ANDs, or the condition itself.
std::vector<bound::Expr> conjuncts(const bound::Expr& condition);

/// Special lowerings of rows: Lowering::Kind::Custom, by name (custom.cpp).
using CustomLowering = void (*)(Lowering&, const bound::Call&, const Origin&);
CustomLowering find_custom(std::string_view name);
using CustomAggregate = void (*)(Lowering&, const bound::AggregateCall&, const bound::WindowCall*,
                                 const Origin&);
CustomAggregate find_custom_aggregate(std::string_view name);

}  // namespace firesteel::duckdb
