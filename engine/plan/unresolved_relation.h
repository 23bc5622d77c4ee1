#pragma once
/// Relations as written, the meeting point of SQL text and DataFrame protocol: one tree, two front
/// doors. Immutable and shared. Analysis turns it into a bound::Relation; nothing else reads it.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/unresolved_expr.h"

namespace firesteel::unresolved {

// clang-format off
struct OneRow; struct NamedTable; struct IdentifierTable; struct DataSource; struct LocalData;
struct InlineTable; struct Range; struct TableFunction; struct PythonTableFunction;
struct CachedRemote; struct CatalogQuery; struct Project; struct Filter; struct Having;
struct WindowDefinitions; struct Aggregate; struct Pivot; struct Unpivot; struct Sort;
struct Limit; struct Offset; struct Tail; struct SubqueryAlias; struct ToDataFrame;
struct WithColumns; struct WithColumnsRenamed; struct Drop; struct ToSchema; struct Deduplicate;
struct Sample; struct Repartition; struct RepartitionByExpression; struct Hint; struct LateralView;
struct With; struct WithParameters; struct WithReferences; struct CollectMetrics;
struct ShowString; struct HtmlString; struct Transpose; struct NaFill; struct NaDrop;
struct NaReplace; struct Statistic; struct SampleBy; struct Parse; struct MapPartitions;
struct GroupMap; struct Join; struct AsOfJoin; struct SetOperation; struct CoGroupMap; struct Zip;
struct PipeExtend; struct PipeSet; struct PipeDrop; struct PipeAggregate;
// clang-format on
using RelationNodes =
    NodeList<OneRow, NamedTable, IdentifierTable, DataSource, LocalData, InlineTable, Range,
             TableFunction, PythonTableFunction, CachedRemote, CatalogQuery, Project, Filter,
             Having, WindowDefinitions, Aggregate, Pivot, Unpivot, Sort, Limit, Offset, Tail,
             SubqueryAlias, ToDataFrame, WithColumns, WithColumnsRenamed, Drop, ToSchema,
             Deduplicate, Sample, Repartition, RepartitionByExpression, Hint, LateralView, With,
             WithParameters, WithReferences, CollectMetrics, ShowString, HtmlString, Transpose,
             NaFill, NaDrop, NaReplace, Statistic, SampleBy, Parse, MapPartitions, GroupMap,
             Join, AsOfJoin, SetOperation, CoGroupMap, Zip, PipeExtend, PipeSet, PipeDrop,
             PipeAggregate>;

struct RelationExtra {
    Origin origin;
    std::optional<PlanId> plan_id;
};

class Relation {
  public:
    template <typename N>
        requires requires { typename N::relation_node; }
    Relation(N node, Origin origin = {}, std::optional<PlanId> plan_id = {})
        : node_(make_node<RelationNodes>(std::move(node),
                                         RelationExtra{std::move(origin), plan_id})) {}

    const Origin& origin() const { return node_->extra.origin; }
    /// The client's id of this node (Relation.common.plan_id), if it came with one.
    const std::optional<PlanId>& plan_id() const { return node_->extra.plan_id; }
    template <typename F>
    decltype(auto) visit(F&& f) const {
        return node_visit(*node_, RelationNodes{}, static_cast<F&&>(f));
    }
    template <typename N>
    const N* get_if() const {
        return node_get_if<RelationNodes, N>(*node_);
    }
    /// Identity of the node, for caches within one analysis.
    const void* address() const { return node_.get(); }

  private:
    std::shared_ptr<const NodeBase<RelationExtra>> node_;
};

using MaybeRelation = std::optional<Relation>;
using Options = std::vector<std::pair<std::string, std::string>>;  // keys as written

// ---- leaves ------------------------------------------------------------------------------------

/// SELECT without FROM; Project without input: one row, no columns.
struct OneRow {
    using relation_node = void;
};

/// A view, table or CTE by name. `parquet.`path`` is a name too: analysis decides.
struct NamedTable {
    using relation_node = void;
    NameParts name;
    Options options;
    bool is_streaming = false;
    std::optional<std::string> as_of_version;   // VERSION AS OF
    MaybeExpr as_of_timestamp;                  // TIMESTAMP AS OF
};

/// FROM IDENTIFIER(text).
struct IdentifierTable {
    using relation_node = void;
    Expr text;
};

/// spark.read.format(…).load(paths).
struct DataSource {
    using relation_node = void;
    std::string format;  // empty: spark.sql.sources.default
    std::string schema;  // DDL or JSON text; empty: inferred
    Options options;
    std::vector<std::string> paths;
    std::vector<std::string> predicates;  // jdbc
    bool is_streaming = false;
};

/// Rows that the client sent: Arrow IPC streams, matched to the schema by position and cast.
struct LocalData {
    using relation_node = void;
    std::vector<std::shared_ptr<const std::string>> streams;  // none: an empty relation
    std::string schema;  // JSON or DDL text; empty: Arrow's own types
};

/// VALUES (…), (…): rows of expressions; columns col1, col2, ….
struct InlineTable {
    using relation_node = void;
    std::vector<std::vector<Expr>> rows;
    std::vector<std::string> aliases;  // of the columns, if an alias names them: for messages
};

struct Range {
    using relation_node = void;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t step = 1;
    std::optional<std::int32_t> partitions;
};

/// A table-valued function: FROM range(10), explode(…), a UDTF, TABLE arguments among them.
struct TableFunction {
    using relation_node = void;
    NameParts name;
    std::vector<Expr> arguments;
};

/// An inline Python UDTF.
struct PythonTableFunction {
    using relation_node = void;
    std::shared_ptr<const PythonFunction> function;
    std::vector<Expr> arguments;
};

/// A relation cached by a checkpoint, or handed to foreachBatch.
struct CachedRemote {
    using relation_node = void;
    std::string relation_id;
};

/// spark.catalog.* queries: kind is the protocol's name ("list_tables"), arguments by the names of its
/// fields ("db_name", "if_exists" = "true", "storage_level.use_disk"); what is unset is absent.
struct CatalogQuery {
    using relation_node = void;
    std::string kind;
    std::map<std::string, std::string> arguments;
    Options options;                 // create_table: options; create_database: properties
    std::optional<DataType> schema;  // create_table: a struct

    /// Such a request answers with the table that it makes.
    bool makes_table() const { return kind == "create_table" || kind == "create_external_table"; }
};

// ---- one input ---------------------------------------------------------------------------------

struct Project {
    using relation_node = void;
    Relation child;
    std::vector<Expr> expressions;
    bool is_pipe = false;  // |> SELECT: aggregate functions are refused
};

struct Filter {
    using relation_node = void;
    Relation child;
    Expr condition;
};

/// HAVING above an Aggregate: may hold aggregates and outputs of the child's input.
struct Having {
    using relation_node = void;
    Relation child;
    Expr condition;
};

/// QUALIFY is not Spark's. WINDOW name AS (…) definitions for the child's expressions.
struct WindowDefinitions {
    using relation_node = void;
    Relation child;
    std::vector<std::pair<std::string, std::shared_ptr<const WindowSpec>>> definitions;
};

/// One element of GROUP BY: a plain expression, or CUBE/ROLLUP/GROUPING SETS over sets of them.
struct GroupingElement {
    GroupKind kind = GroupKind::GroupBy;
    std::vector<std::vector<Expr>> sets;  // GroupBy: one set of one expression; Cube/Rollup: one Expr list per unit
    std::vector<GroupingElement> nested;  // GroupingSets: elements inside, when any is not plain
    std::vector<Expr> given;  // GROUP BY given GROUPING SETS (…): all the columns the sets choose from
};

/// From SQL the outputs are the select list; from a DataFrame the decoder prepends the groupings
/// (outputs_include_groups tells whether they are already among the outputs).
struct Aggregate {
    using relation_node = void;
    Relation child;
    std::vector<GroupingElement> groups;
    bool group_by_all = false;
    std::vector<Expr> outputs;
    bool outputs_include_groups = true;
};

struct Pivot {
    using relation_node = void;
    Relation child;
    std::optional<std::vector<Expr>> groups;  // SQL: absent = all columns not otherwise used
    std::vector<Expr> columns;                // one, or several in SQL's (a, b)
    std::vector<Expr> values;                 // literals, aliased or not; empty: the distinct ones, sorted
    std::vector<Expr> aggregates;
};

struct Unpivot {
    using relation_node = void;
    Relation child;
    std::optional<std::vector<Expr>> ids;                  // absent (SQL): all others
    std::optional<std::vector<std::vector<Expr>>> values;  // absent: all but ids; inner: SQL's multi-value columns
    std::vector<std::optional<std::string>> value_aliases;  // per value set (SQL's AS); may be empty
    std::string variable_name;
    std::vector<std::string> value_names;
    bool include_nulls = true;
};

struct Sort {
    using relation_node = void;
    Relation child;
    std::vector<SortOrder> orders;
    bool is_global = true;  // false: SORT BY, sortWithinPartitions
    bool order_by_all = false;
};

struct Limit {
    using relation_node = void;
    Relation child;
    Expr count;
};

struct Offset {
    using relation_node = void;
    Relation child;
    Expr count;
};

struct Tail {
    using relation_node = void;
    Relation child;
    Expr count;
};

/// Makes `alias.column` resolvable; column_names renames (SQL's t(a, b)).
struct SubqueryAlias {
    using relation_node = void;
    Relation child;
    NameParts alias;
    std::vector<std::string> column_names;
};

struct ToDataFrame {
    using relation_node = void;
    Relation child;
    std::vector<std::string> names;
};

/// Replaces in place by name (case-insensitive) or appends; all see the input row.
struct WithColumns {
    using relation_node = void;
    Relation child;
    std::vector<Expr> aliases;  // Alias nodes with one name
};

struct WithColumnsRenamed {
    using relation_node = void;
    Relation child;
    std::vector<std::pair<std::string, std::string>> renames;
};

struct Drop {
    using relation_node = void;
    Relation child;
    std::vector<Expr> columns;
    std::vector<std::string> names;
};

struct ToSchema {
    using relation_node = void;
    Relation child;
    DataType schema;
};

struct Deduplicate {
    using relation_node = void;
    Relation child;
    std::vector<std::string> names;  // empty: all columns
    bool within_watermark = false;
};

struct Sample {
    using relation_node = void;
    Relation child;
    double lower = 0;
    double upper = 1;
    bool with_replacement = false;
    std::optional<std::int64_t> seed;
    bool deterministic_order = false;
};

struct Repartition {
    using relation_node = void;
    Relation child;
    std::int32_t partitions = 0;
    bool shuffle = true;
};

/// DISTRIBUTE BY / repartition(cols); SortOrders mean range partitioning.
struct RepartitionByExpression {
    using relation_node = void;
    Relation child;
    std::vector<Expr> expressions;
    std::vector<SortOrder> ranges;
    std::optional<std::int32_t> partitions;
};

struct Hint {
    using relation_node = void;
    Relation child;
    std::string name;
    std::vector<Expr> parameters;
};

/// LATERAL VIEW [OUTER] generator table AS columns.
struct LateralView {
    using relation_node = void;
    Relation child;
    Expr generator;
    bool outer = false;
    std::string table;
    std::vector<std::string> columns;
};

/// WITH [RECURSIVE] name (columns) [MAX RECURSION LEVEL n] AS (query), … child.
struct CommonTable {
    std::string name;
    std::vector<std::string> columns;
    Relation query;
    std::optional<std::int64_t> max_recursion_level;
};
struct With {
    using relation_node = void;
    Relation child;
    std::vector<CommonTable> tables;
    bool recursive = false;
};

/// Values for the child's parameter markers.
struct WithParameters {
    using relation_node = void;
    Relation child;
    std::vector<std::pair<std::string, Expr>> named;
    std::vector<Expr> positional;
};

/// WithRelations: references the root's SQL text names (SubqueryAlias) or its subquery expressions
/// point at by plan id.
struct WithReferences {
    using relation_node = void;
    Relation child;
    std::vector<Relation> references;
};

/// df.observe(name, aggregates).
struct CollectMetrics {
    using relation_node = void;
    Relation child;
    std::string name;
    std::vector<Expr> metrics;
};

/// show(): one row, one string. truncate 0: none.
struct ShowString {
    using relation_node = void;
    Relation child;
    std::int32_t rows = 20;
    std::int32_t truncate = 20;
    bool vertical = false;
};

struct HtmlString {
    using relation_node = void;
    Relation child;
    std::int32_t rows = 20;
    std::int32_t truncate = 20;
};

struct Transpose {
    using relation_node = void;
    Relation child;
    std::vector<Expr> index;
};

/// na.fill: one value for all of `columns`, or one each.
struct NaFill {
    using relation_node = void;
    Relation child;
    std::vector<std::string> columns;
    std::vector<Literal> values;
};

struct NaDrop {
    using relation_node = void;
    Relation child;
    std::vector<std::string> columns;
    std::optional<std::int32_t> min_non_nulls;
};

struct NaReplace {
    using relation_node = void;
    Relation child;
    std::vector<std::string> columns;
    std::vector<std::pair<Literal, Literal>> replacements;
};

/// df.stat.* and describe/summary: kind is the protocol's name ("summary", "cov", …).
struct Statistic {
    using relation_node = void;
    Relation child;
    std::string kind;
    std::vector<std::string> columns;
    std::vector<std::string> statistics;  // summary
    std::vector<double> probabilities;    // approx_quantile
    double number = 0;                    // relative error, support
    std::string method;                   // corr
};

struct SampleBy {
    using relation_node = void;
    Relation child;
    Expr column;
    std::vector<std::pair<Literal, double>> fractions;
    std::optional<std::int64_t> seed;
};

/// read.json(df), read.csv(df): one string column to structs.
struct Parse {
    using relation_node = void;
    Relation child;
    std::string format;
    std::optional<DataType> schema;
    Options options;
};

struct MapPartitions {
    using relation_node = void;
    Relation child;
    std::shared_ptr<const PythonFunction> function;
    std::vector<Expr> arguments;
    bool is_barrier = false;
};

struct GroupMap {
    using relation_node = void;
    Relation child;
    std::vector<Expr> groups;
    std::shared_ptr<const PythonFunction> function;
    std::vector<Expr> arguments;
};

// ---- two inputs and more -----------------------------------------------------------------------

struct Join {
    using relation_node = void;
    Relation left;
    Relation right;
    JoinType type = JoinType::Inner;
    MaybeExpr condition;
    std::vector<std::string> using_columns;
    bool natural = false;
    bool lateral = false;  // the right side sees the left one's columns
};

struct AsOfJoin {
    using relation_node = void;
    Relation left;
    Relation right;
    Expr left_as_of;
    Expr right_as_of;
    MaybeExpr condition;
    std::vector<std::string> using_columns;
    std::string join_type;
    MaybeExpr tolerance;
    bool allow_exact_matches = true;
    std::string direction;
};

struct SetOperation {
    using relation_node = void;
    Relation left;
    Relation right;
    SetOperator op = SetOperator::Union;
    bool all = false;
    bool by_name = false;
    bool allow_missing_columns = false;
};

struct CoGroupMap {
    using relation_node = void;
    Relation left;
    Relation right;
    std::vector<Expr> left_groups;
    std::vector<Expr> right_groups;
    std::shared_ptr<const PythonFunction> function;
};

struct Zip {
    using relation_node = void;
    Relation left;
    Relation right;
};

// ---- SQL's pipe operators that have no other form ------------------------------------------------

/// |> EXTEND: all columns, then the expressions.
struct PipeExtend {
    using relation_node = void;
    Relation child;
    std::vector<Expr> expressions;
};

/// |> SET a = …: replaces columns that must exist.
struct PipeSet {
    using relation_node = void;
    Relation child;
    std::vector<std::pair<NameParts, Expr>> assignments;
};

/// |> DROP a, b: columns that must exist.
struct PipeDrop {
    using relation_node = void;
    Relation child;
    std::vector<NameParts> columns;
};

/// |> AGGREGATE … GROUP BY …: groups, then aggregates.
struct PipeAggregate {
    using relation_node = void;
    Relation child;
    std::vector<Expr> aggregates;
    std::vector<GroupingElement> groups;
};

}  // namespace firesteel::unresolved
