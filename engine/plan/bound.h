#pragma once
/// The bound plan: every column has an id, every expression a type and nullability, every function
/// its registry row. Made by analysis only; read by physical, backend, python and explain. Nothing
/// here is optional-until-later. Immutable and shared.
///
/// Column ids are unique across the plan: a relation that is read twice is bound twice (self-joins,
/// views), so lowering can name each column by its id and needs no scopes. Outer references of
/// correlated and lateral subqueries are ordinary ColumnRefs to ids of the outer side.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/common_nodes.h"
#include "plan/match.h"
#include "plan/tree.h"

namespace firesteel {
struct FunctionRow;  // functions/function_row.h; plan holds only pointers to rows
}

namespace firesteel::bound {

class Relation;
struct SortOrder;
struct WindowSpec;
struct LambdaParameter;

// clang-format off
struct Constant; struct ColumnRef; struct Call; struct Cast; struct GetField; struct Lambda;
struct AggregateCall; struct WindowCall; struct Subquery; struct PythonCall; struct VariableRef;
// clang-format on
using ExprNodes = NodeList<Constant, ColumnRef, Call, Cast, GetField, Lambda, AggregateCall,
                           WindowCall, Subquery, PythonCall, VariableRef>;

class Expr {
  public:
    template <typename N>
        requires requires { typename N::expression_node; }
    Expr(N node, Origin origin = {})
        : node_(make_node<ExprNodes>(std::move(node), std::move(origin))) {}

    const DataType& type() const;
    bool nullable() const;
    const Origin& origin() const { return node_->extra; }
    template <typename F>
    decltype(auto) visit(F&& f) const {
        return node_visit(*node_, ExprNodes{}, static_cast<F&&>(f));
    }
    template <typename N>
    const N* get_if() const {
        return node_get_if<ExprNodes, N>(*node_);
    }
    /// Deep equality; origins and names of columns are not compared.
    bool operator==(const Expr& other) const;
    /// Identity of the node: a rewrite that changed nothing gives the same one.
    const void* address() const { return node_.get(); }

  private:
    std::shared_ptr<const NodeBase<Origin>> node_;
};

using MaybeExpr = std::optional<Expr>;

struct Constant {
    using expression_node = void;
    Literal literal;
    std::string zone = {};  // that its text shows timestamps in; empty: UTC
    MaybeExpr written = {};  // what it is the value of, for display
    bool operator==(const Constant& o) const { return literal == o.literal; }
};

/// A column of the input, an outer column, or a lambda parameter.
struct ColumnRef {
    using expression_node = void;
    AttributeId id;
    DataType type;
    bool nullable = true;
    std::string name;
    bool operator==(const ColumnRef& o) const { return id == o.id; }
};

/// A scalar function or operator. Arguments are already cast to what the row wants.
struct Call {
    using expression_node = void;
    const FunctionRow* function = nullptr;
    std::vector<Expr> arguments;
    DataType type;
    bool nullable = true;
    EvalMode mode = EvalMode::Ansi;  // Ansi, Legacy or Try; never Session
    std::string name;                // as called, when the row has several names; for display
    /// One expression that computes the call (rows that are rewrites); the call itself is what users see.
    std::vector<Expr> replacement;
    bool commutes = false;  // its two arguments may change places
    /// The same up to the order of what +, *, AND, = and their like are given.
    bool operator==(const Call& o) const;
};

struct Cast {
    using expression_node = void;
    Expr child;
    DataType type;
    EvalMode mode = EvalMode::Ansi;
    bool nullable = true;
    bool implicit = false;  // put in by coercion: not shown in column names
    bool operator==(const Cast& o) const {
        return child == o.child && type == o.type && mode == o.mode;
    }
};

struct GetField {
    using expression_node = void;
    Expr child;  // a struct
    std::size_t index = 0;
    DataType type;
    bool nullable = true;
    bool operator==(const GetField& o) const { return index == o.index && child == o.child; }
};

/// An argument of a higher-order function; the body refers to parameters by id.
struct Lambda {
    using expression_node = void;
    std::vector<LambdaParameter> parameters;
    Expr body;
    bool operator==(const Lambda&) const;
};

struct AggregateCall {
    using expression_node = void;
    const FunctionRow* function = nullptr;
    std::vector<Expr> arguments;
    bool distinct = false;
    MaybeExpr filter;
    std::vector<SortOrder> order_by;  // WITHIN GROUP
    bool ignore_nulls = false;
    std::shared_ptr<const PythonFunction> python;  // grouped-aggregate UDF: function is null
    DataType type;
    bool nullable = true;
    EvalMode mode = EvalMode::Ansi;
    std::string name;
    bool operator==(const AggregateCall&) const;
};

/// An aggregate or window function over a window; stands only in a Window relation.
struct WindowCall {
    using expression_node = void;
    Expr function;  // AggregateCall, or Call of a window function row
    std::shared_ptr<const WindowSpec> spec;
    bool ignore_nulls = false;
    bool operator==(const WindowCall&) const;
};

struct Subquery {
    using expression_node = void;
    SubqueryKind kind = SubqueryKind::Scalar;
    std::shared_ptr<const Relation> query;
    std::vector<Expr> values;  // In: the left side, cast to the query's column types
    DataType type;
    bool nullable = true;
    std::vector<Expr> outer_references = {};  // ColumnRefs of the query to columns outside of it
    bool operator==(const Subquery&) const = default;
};

/// Functions that follow each other, first called first, over some of a call's arguments.
struct PythonPart {
    std::vector<std::shared_ptr<const PythonFunction>> chain;
    std::vector<std::size_t> arguments;
    std::vector<std::string> argument_names;  // per argument: keyword or empty
    DataType result;
};

/// A Python UDF call, one row at a time or vectorised (eval type in function).
struct PythonCall {
    using expression_node = void;
    std::shared_ptr<const PythonFunction> function;
    std::vector<Expr> arguments;
    std::vector<std::string> argument_names;  // per argument: keyword or empty
    DataType type;
    /// Filled by physical: what one trip to a worker computes of the arguments. The type is a struct of
    /// the parts' results then, and `function` one of theirs.
    std::vector<PythonPart> parts = {};
    bool operator==(const PythonCall& o) const {
        return *function == *o.function && arguments == o.arguments && argument_names == o.argument_names;
    }
};

/// A session variable, read when the query starts.
struct VariableRef {
    using expression_node = void;
    std::string name;
    Literal value;
    bool operator==(const VariableRef&) const = default;
};

struct LambdaParameter {
    AttributeId id;
    std::string name;
    DataType type;
    bool nullable = true;
    bool operator==(const LambdaParameter& o) const { return id == o.id; }
};

struct SortOrder {
    Expr child;
    SortDirection direction = SortDirection::Ascending;
    NullOrder nulls = NullOrder::First;
    bool operator==(const SortOrder&) const = default;
};

struct FrameBound {
    enum class Kind : std::uint8_t { UnboundedPreceding, CurrentRow, UnboundedFollowing, Offset };
    Kind kind = Kind::CurrentRow;
    MaybeExpr offset;  // Offset: constant, of the order key's distance type; negative = preceding
    bool operator==(const FrameBound&) const = default;
};

struct WindowFrame {
    FrameKind kind = FrameKind::Range;
    FrameBound lower;
    FrameBound upper;
    bool operator==(const WindowFrame&) const = default;
};

/// The frame is always explicit here: defaults are filled in by analysis.
struct WindowSpec {
    std::vector<Expr> partition_by;
    std::vector<SortOrder> order_by;
    WindowFrame frame;
    bool operator==(const WindowSpec&) const = default;
};

// ---- relations ---------------------------------------------------------------------------------

/// One output column of a relation.
struct Attribute {
    AttributeId id;
    std::string name;
    DataType type;
    bool nullable = true;
    std::string metadata;  // JSON object text or empty
    Expr ref() const { return ColumnRef{id, type, nullable, name}; }
};
using Attributes = std::vector<Attribute>;

/// An expression that becomes an output column.
struct NamedExpr {
    Expr expr;
    AttributeId id;
    std::string name;
    std::string metadata;
    bool generated_name = false;  // named by us, not by the user
    Attribute attribute() const { return {id, name, expr.type(), expr.nullable(), metadata}; }
};

// clang-format off
struct OneRow; struct LocalTable; struct Values; struct Range; struct FileScan; struct Project;
struct Filter; struct Join; struct Aggregate; struct Window; struct Generate; struct Sort;
struct Limit; struct Offset; struct Tail; struct SetOperation; struct Distinct; struct DistinctBy;
struct Sample; struct Repartition; struct CommonTables; struct CommonTableScan; struct RecursiveUnion;
struct MapPartitions; struct GroupMap; struct CoGroupMap; struct PythonTable; struct CollectMetrics;
struct Alias; struct Expand; struct Zip; struct StoredScan;
// clang-format on
using RelationNodes =
    NodeList<OneRow, LocalTable, Values, Range, FileScan, Project, Filter, Join, Aggregate, Window,
             Generate, Sort, Limit, Offset, Tail, SetOperation, Distinct, DistinctBy, Sample,
             Repartition, CommonTables, CommonTableScan, RecursiveUnion, MapPartitions, GroupMap,
             CoGroupMap, PythonTable, CollectMetrics, Alias, Expand, Zip, StoredScan>;

class Relation {
  public:
    template <typename N>
        requires requires { typename N::relation_node; }
    Relation(N node);

    const Attributes& output() const { return node_->extra; }
    Schema schema() const;
    template <typename F>
    decltype(auto) visit(F&& f) const {
        return node_visit(*node_, RelationNodes{}, static_cast<F&&>(f));
    }
    template <typename N>
    const N* get_if() const {
        return node_get_if<RelationNodes, N>(*node_);
    }
    const void* address() const { return node_.get(); }

  private:
    std::shared_ptr<const NodeBase<Attributes>> node_;
};

/// Rows as Arrow IPC streams with the columns' physical order; cast to `columns` by position.
struct LocalTable {
    using relation_node = void;
    std::vector<std::shared_ptr<const std::string>> streams;
    Attributes columns;
};

/// One row without columns.
struct OneRow {
    using relation_node = void;
};

struct Values {
    using relation_node = void;
    std::vector<std::vector<Expr>> rows;  // each as wide as columns, already of their types
    Attributes columns;
};

struct Range {
    using relation_node = void;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t step = 1;
    std::int32_t partitions = 1;
    Attribute column;
};

/// Files of one format with one schema.
struct FileScan {
    using relation_node = void;
    std::string format;              // "parquet", "text", "binaryfile"
    std::vector<std::string> files;  // absolute paths, resolved
    std::vector<std::pair<std::string, std::string>> options;
    Attributes columns;                       // data columns, then partition columns
    Schema file_columns;  // per data column: its name and type in the files; no name: in none of them
    std::vector<std::vector<Literal>> partition_values;  // per file: values of the partition columns
    std::size_t data_columns = 0;             // columns[0 .. data_columns) come from the files
    /// What a data column is in files that don't have it; empty: NULL in all.
    struct Absent {
        std::size_t column = 0;
        Literal value;
        std::vector<bool> files;  // those without the column
    };
    std::vector<Absent> absent = {};
    /// `_metadata`, what is known of each row's file: the last column of the output if something reads it.
    Attribute metadata = {};
    bool reads_metadata = false;
};

struct Project {
    using relation_node = void;
    Relation child;
    std::vector<NamedExpr> items;
};

struct Filter {
    using relation_node = void;
    Relation child;
    Expr condition;
};

struct Join {
    using relation_node = void;
    Relation left;
    Relation right;
    JoinType type = JoinType::Inner;
    MaybeExpr condition;
    bool lateral = false;
};

/// Groups then aggregates; analysis puts a Project above for expressions over them.
struct Aggregate {
    using relation_node = void;
    Relation child;
    std::vector<NamedExpr> groups;
    /// Grouping sets as indices into groups; absent: one set of all. With sets, groups are nullable.
    std::optional<std::vector<std::vector<std::size_t>>> sets;
    std::optional<Attribute> grouping_id;  // bigint as Spark's grouping_id(); only with sets
    std::vector<NamedExpr> aggregates;     // each an AggregateCall
};

/// The child's columns, then one per window call.
struct Window {
    using relation_node = void;
    Relation child;
    std::vector<NamedExpr> windows;  // each a WindowCall
};

/// The child's columns, then the generator's; outer: a row of NULLs where it gives none.
struct Generate {
    using relation_node = void;
    Relation child;
    Expr generator;  // Call of a generator row; its type is array<struct<columns>>
    bool outer = false;
    Attributes columns;
};

struct Sort {
    using relation_node = void;
    Relation child;
    std::vector<SortOrder> orders;
    bool is_global = true;
};

struct Limit {
    using relation_node = void;
    Relation child;
    std::int64_t count = 0;
};

struct Offset {
    using relation_node = void;
    Relation child;
    std::int64_t count = 0;
};

struct Tail {
    using relation_node = void;
    Relation child;
    std::int64_t count = 0;
};

/// Inputs have equal types by position.
struct SetOperation {
    using relation_node = void;
    SetOperator op = SetOperator::Union;
    bool all = false;
    std::vector<Relation> inputs;  // two or more for Union, two otherwise
    Attributes columns;
};

struct Distinct {
    using relation_node = void;
    Relation child;
};

/// One row per distinct value of the keys.
struct DistinctBy {
    using relation_node = void;
    Relation child;
    std::vector<Expr> keys;
};

struct Sample {
    using relation_node = void;
    Relation child;
    double lower = 0;
    double upper = 1;
    bool with_replacement = false;
    std::int64_t seed = 0;
    bool deterministic_order = false;
};

struct Repartition {
    using relation_node = void;
    Relation child;
    std::int32_t partitions = 0;  // 0: the session's default
    bool shuffle = true;
    std::vector<Expr> expressions;
    std::vector<SortOrder> ranges;
    MaybeExpr place = {};  // by value into a known number of partitions: which one a row goes to
};

/// Queries that the child reads by id, each computed as written once.
struct CommonTable {
    std::uint64_t id = 0;
    std::string name;
    Relation query;
};
struct CommonTables {
    using relation_node = void;
    std::vector<CommonTable> tables;
    Relation child;
};

/// Reads a CommonTable under fresh ids, by position.
struct CommonTableScan {
    using relation_node = void;
    std::uint64_t id = 0;
    std::string name;
    Attributes columns;
};

/// anchor UNION [ALL] step, where step reads CommonTableScan(id).
struct RecursiveUnion {
    using relation_node = void;
    std::uint64_t id = 0;
    Relation anchor;
    Relation step;
    bool all = true;
    std::int64_t level_limit = 100;
    std::int64_t row_limit = 1000000;
    Attributes columns;
};

struct MapPartitions {
    using relation_node = void;
    Relation child;
    std::shared_ptr<const PythonFunction> function;
    Attributes columns;
};

struct GroupMap {
    using relation_node = void;
    Relation child;
    std::vector<NamedExpr> groups;
    std::shared_ptr<const PythonFunction> function;
    Attributes columns;
};

struct CoGroupMap {
    using relation_node = void;
    Relation left;
    Relation right;
    std::vector<NamedExpr> left_groups;
    std::vector<NamedExpr> right_groups;
    std::shared_ptr<const PythonFunction> function;
    Attributes columns;
};

/// A Python UDTF: the child's columns (none for an uncorrelated call) and the function's.
struct PythonTable {
    using relation_node = void;
    Relation child;
    std::shared_ptr<const PythonFunction> function;
    std::vector<Expr> arguments;
    std::vector<std::string> argument_names;
    Attributes columns;
    bool keep_child = false;
    std::string analysis = {};  // what the static method `analyze` returned, pickled; may be empty
    /// A TABLE argument: its fields with the values that begin a partition when they change, and the
    /// order of the child's rows, partitions first.
    std::vector<std::size_t> partition_fields = {};
    std::vector<SortOrder> order_by = {};
};

/// The child's rows as they are; `metrics` is a query of one row over CommonTableScan(id), which
/// stands for them.
struct CollectMetrics {
    using relation_node = void;
    Relation child;
    std::string name;
    std::uint64_t id = 0;
    Relation metrics;
};

/// A named subquery or view: nothing but a name for explain.
struct Alias {
    using relation_node = void;
    Relation child;
    std::string name;
};

/// One output row per projection list and input row (unpivot, stack).
struct Expand {
    using relation_node = void;
    Relation child;
    std::vector<std::vector<Expr>> projections;
    Attributes columns;
};

struct Zip {
    using relation_node = void;
    Relation left;
    Relation right;
};

/// Rows that the backend keeps: a cache, a checkpoint. Freed with the last owner.
class StoredRows {
  public:
    virtual ~StoredRows() = default;
};
struct StoredScan {
    using relation_node = void;
    std::shared_ptr<const StoredRows> rows;
    Attributes columns;  // by position
};

/// Output columns by node; defined in bound.cpp.
template <typename N>
Attributes output_of(const N& node);

template <typename N>
    requires requires { typename N::relation_node; }
Relation::Relation(N node) : node_([&] {
    Attributes output = output_of(node);
    return make_node<RelationNodes>(std::move(node), std::move(output));
}()) {}

/// A ColumnRef to an attribute.
inline Expr ref(const Attribute& attribute) { return attribute.ref(); }
Literal null_of(const DataType& type);

}  // namespace firesteel::bound
