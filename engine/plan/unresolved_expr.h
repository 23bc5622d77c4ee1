#pragma once
/// Expressions as written: names, no types. Made by sql/parser and connect/decode only; read by
/// analysis only. Immutable and shared: copying an Expr copies a pointer.
///
/// Operators are Function nodes with the registry's operator names: "+", "-", "*", "/", "%", "div",
/// "=", "<=>", "<", "<=", ">", ">=", "and", "or", "not", "negative", "positive", "||", "&", "|",
/// "^", "~", "in", "between", "like" (text, pattern[, escape]), "ilike", "rlike", "isnull",
/// "isnotnull", "isnan", "when" (condition, value, …[, otherwise]); "!=" is not(=).
/// Lambda parameters are Attributes; the resolver looks into the enclosing lambdas first.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/common_nodes.h"
#include "plan/match.h"
#include "plan/tree.h"

namespace firesteel::unresolved {

class Relation;
struct SortOrder;
struct WindowSpec;

// clang-format off
struct Constant; struct Attribute; struct Star; struct RegexStar; struct Function; struct NamedArgument;
struct Alias; struct Cast; struct Lambda; struct Extract; struct UpdateField; struct Window; struct Subquery;
struct PythonUdf; struct Parameter; struct IdentifierClause; struct DirectPartitionId;
// clang-format on
using ExprNodes =
    NodeList<Constant, Attribute, Star, RegexStar, Function, NamedArgument, Alias, Cast, Lambda,
             Extract, UpdateField, Window, Subquery, PythonUdf, Parameter, IdentifierClause,
             DirectPartitionId>;

class Expr {
  public:
    /// A node struct of this header, with the place it was written at.
    template <typename N>
        requires requires { typename N::expression_node; }
    Expr(N node, Origin origin = {})
        : node_(make_node<ExprNodes>(std::move(node), std::move(origin))) {}

    const Origin& origin() const { return node_->extra; }
    /// Calls f with the node's struct; see match.h.
    template <typename F>
    decltype(auto) visit(F&& f) const {
        return node_visit(*node_, ExprNodes{}, static_cast<F&&>(f));
    }
    /// The node if it is an N, else null.
    template <typename N>
    const N* get_if() const {
        return node_get_if<ExprNodes, N>(*node_);
    }
    bool operator==(const Expr& other) const;

  private:
    std::shared_ptr<const NodeBase<Origin>> node_;
};

/// Optional child of a node.
using MaybeExpr = std::optional<Expr>;
using NameParts = std::vector<std::string>;

struct Constant {
    using expression_node = void;
    Literal literal;
    bool operator==(const Constant&) const = default;
};

/// A column, struct field, lambda parameter or variable by name.
struct Attribute {
    using expression_node = void;
    NameParts parts;
    std::optional<PlanId> plan_id;
    bool metadata_column = false;
    bool operator==(const Attribute&) const = default;
};

/// `*`, `t.*`, `s.*`, `* EXCEPT (a, b.c)`, df["*"].
struct Star {
    using expression_node = void;
    NameParts target;
    std::optional<PlanId> plan_id;
    std::vector<NameParts> except;
    bool operator==(const Star&) const = default;
};

/// df.colRegex: every column whose name matches the (Java) regular expression.
struct RegexStar {
    using expression_node = void;
    std::string pattern;
    std::optional<PlanId> plan_id;
    bool operator==(const RegexStar&) const = default;
};

struct Function {
    using expression_node = void;
    NameParts name;
    std::vector<Expr> arguments;
    bool distinct = false;
    MaybeExpr filter;                       // aggregate FILTER (WHERE …)
    std::optional<bool> ignore_nulls;       // IGNORE / RESPECT NULLS
    std::vector<SortOrder> within_group;    // WITHIN GROUP (ORDER BY …)
    bool operator==(const Function&) const;
};

/// name => value, as an argument.
struct NamedArgument {
    using expression_node = void;
    std::string name;
    Expr value;
    bool operator==(const NamedArgument&) const = default;
};

/// Several names: a generator's columns.
struct Alias {
    using expression_node = void;
    Expr child;
    std::vector<std::string> names;
    std::string metadata;  // JSON object text or empty
    bool operator==(const Alias&) const = default;
};

struct Cast {
    using expression_node = void;
    Expr child;
    DataType type;
    EvalMode mode = EvalMode::Session;
    bool operator==(const Cast&) const = default;
};

struct Lambda {
    using expression_node = void;
    std::vector<std::string> parameters;
    Expr body;
    bool operator==(const Lambda&) const = default;
};

/// child[key] and child.field: struct field, array element, map value or variant path.
struct Extract {
    using expression_node = void;
    Expr child;
    Expr key;
    bool operator==(const Extract&) const = default;
};

/// Column.withField (value given) or dropFields (no value); the name may be nested: "a.b".
struct UpdateField {
    using expression_node = void;
    Expr child;
    std::string field;
    MaybeExpr value;
    bool operator==(const UpdateField&) const = default;
};

/// function OVER (…) or OVER name.
struct Window {
    using expression_node = void;
    Expr function;
    std::shared_ptr<const WindowSpec> spec;  // never null
    bool operator==(const Window&) const;
};

/// Scalar, EXISTS and IN subqueries, and TABLE(…) arguments. The query is a Relation, or the plan_id
/// of one of the enclosing WithRelations' references.
struct Subquery {
    using expression_node = void;
    SubqueryKind kind = SubqueryKind::Scalar;
    std::shared_ptr<const Relation> query;  // null: look plan_id up
    std::optional<PlanId> plan_id;
    std::vector<Expr> values;  // In: the left side
    std::shared_ptr<const WindowSpec> table_argument;  // TableArgument: PARTITION BY, ORDER BY; may be null
    bool with_single_partition = false;  // TableArgument
    bool operator==(const Subquery&) const = default;  // the same query object, not an equal one
};

/// An inline Python UDF call (CommonInlineUserDefinedFunction).
struct PythonUdf {
    using expression_node = void;
    std::shared_ptr<const PythonFunction> function;
    std::vector<Expr> arguments;
    bool operator==(const PythonUdf&) const;
};

/// `:name` (name set) or `?` (position, counted from 0 in order of appearance).
struct Parameter {
    using expression_node = void;
    std::string name;
    std::int32_t position = -1;
    bool operator==(const Parameter&) const = default;
};

/// IDENTIFIER(text), as a column, or as a function's name when is_call.
struct IdentifierClause {
    using expression_node = void;
    Expr text;
    bool is_call = false;
    std::vector<Expr> arguments;
    bool operator==(const IdentifierClause&) const = default;
};

/// DirectShufflePartitionID(child), only in RepartitionByExpression.
struct DirectPartitionId {
    using expression_node = void;
    Expr child;
    bool operator==(const DirectPartitionId&) const = default;
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
    MaybeExpr offset;  // Offset: signed, negative = preceding
    bool operator==(const FrameBound&) const = default;
};

struct WindowFrame {
    FrameKind kind = FrameKind::Range;
    FrameBound lower;
    FrameBound upper;
    bool operator==(const WindowFrame&) const = default;
};

struct WindowSpec {
    std::string reference;  // OVER name or OVER (name …): a WINDOW clause definition; may be empty
    std::vector<Expr> partition_by;
    std::vector<SortOrder> order_by;
    std::optional<WindowFrame> frame;
    bool operator==(const WindowSpec&) const = default;
};

/// A call of a registry function or operator by its one-part name.
inline Expr call(std::string name, std::vector<Expr> arguments, Origin origin = {}) {
    Function function;
    function.name.push_back(std::move(name));
    function.arguments = std::move(arguments);
    return {std::move(function), std::move(origin)};
}

}  // namespace firesteel::unresolved
