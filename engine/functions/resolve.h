#pragma once
/// From a name and bound arguments to a typed call: overload choice, Spark's implicit casts, result
/// type and nullability, and Spark's errors (WRONG_NUM_ARGS, DATATYPE_MISMATCH.*, …). Called by
/// analysis for every function and operator of both front doors.

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "functions/registry.h"
#include "plan/bound.h"
#include "plan/unresolved_expr.h"

namespace firesteel::functions {

/// Names of lambda parameters begin with this, so that names and errors can tell them from columns.
inline constexpr std::string_view kLambdaVariableMark = "\x01";

/// What a call's meaning depends on beside its arguments.
struct CallContext {
    bool ansi = true;                     // spark.sql.ansi.enabled
    std::string time_zone = "UTC";        // spark.sql.session.timeZone
    bool time_type = false;               // spark.sql.timeType.enabled
    bool allow_precision_loss = true;     // spark.sql.decimalOperations.allowPrecisionLoss
    bool legacy_size_of_null = false;
    /// The value of an expression that needs no rows; none of others. Raises what it raises.
    std::function<std::optional<Literal>(const bound::Expr&)> constant;
    /// Fresh column ids for lambda parameters.
    std::function<AttributeId()> next_id;
    /// Binds a lambda's body with these parameters in scope.
    std::function<bound::Expr(const unresolved::Lambda&, std::vector<bound::LambdaParameter>)>
        bind_lambda;
    /// Binds SQL text over the given arguments ({0}, {1} …): rows that are rewrites.
    std::function<bound::Expr(std::string_view text, const std::vector<bound::Expr>&)> bind_rewrite;
};

/// An argument: bound, or a lambda whose parameter types the function decides.
struct Argument {
    std::variant<bound::Expr, unresolved::Expr> value;
    std::string name;  // name => value; else empty
};

struct CallParts {
    std::string name;  // one part, as written
    std::vector<Argument> arguments;
    bool distinct = false;
    bound::MaybeExpr filter;
    std::optional<bool> ignore_nulls;
    std::vector<bound::SortOrder> within_group;
    Origin origin;
};

/// A Call, AggregateCall or (for Rewrite rows) another expression. Null if no function has the name.
/// Window-only functions come as Call; the caller checks that they stand under OVER.
std::optional<bound::Expr> resolve_call(const Registry& registry, CallParts parts,
                                        const CallContext& context);

/// The Cast node with Spark's rules: DATATYPE_MISMATCH.CAST_* where the pair can't be cast, the
/// child itself where the types are equal. mode Session means context.ansi.
bound::Expr make_cast(bound::Expr child, const DataType& type, EvalMode mode,
                      const CallContext& context, bool implicit = false, Origin origin = {});

/// The type all of them widen to (CASE, IN, set operations, …), or none.
std::optional<DataType> common_type(const std::vector<DataType>& types, const CallContext& context);

/// child[key] / child.field once the child is bound: GetField, element_at-like calls, map values.
bound::Expr resolve_extract(const Registry& registry, bound::Expr child, bound::Expr key,
                            bool case_sensitive, const CallContext& context, Origin origin);

/// Spark's automatic column name: "(a + 1)", "count(DISTINCT a)". Errors show it in double quotes.
std::string pretty_name(const bound::Expr& expr);
std::string sql_text(const bound::Expr& expr);
/// "first", "second", "third", "4th", "21th": as errors count arguments and columns, from 0.
std::string ordinal_word(std::size_t index);

/// The value, if the expression is constant and cheap to fold here (literals, casts and
/// arithmetic of literals); none otherwise. Never raises.
std::optional<Literal> constant_value(const bound::Expr& expr);
/// The same of any expression that needs no rows, as the context computes it; the value then stands in its place,
/// shown as what was written. Raises what the expression raises.
std::optional<Literal> fold(bound::Expr& expr, const CallContext& context);
bool is_deterministic(const bound::Expr& expr);
/// Made of literals by deterministic functions only.
bool is_foldable(const bound::Expr& expr);

}  // namespace firesteel::functions
