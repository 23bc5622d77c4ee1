#pragma once
/// The state of one call while it is resolved: what argument coercion fills in and @rules may change.
/// Private to functions/: resolve.cpp makes it, rules_*.cpp finish it.

#include <string>
#include <string_view>
#include <vector>

#include "functions/resolve.h"
#include "functions/signature.h"

namespace firesteel::functions {

struct Resolution {
    const Registry& registry;
    const CallContext& context;
    const FunctionRow* row;
    const Signature* signature;
    std::string name;  // as called, lower case
    std::vector<bound::Expr> arguments;
    DataType type;
    bool nullable = true;
    EvalMode mode = EvalMode::Ansi;
    bool distinct = false;
    Origin origin;
    bound::MaybeExpr replacement = {};  // what is computed in place of the call, if anything
    bound::MaybeExpr result = {};       // what stands in place of the call, name and all

    bool ansi() const { return mode == EvalMode::Ansi; }
    const DataType& type_of(std::size_t i) const { return arguments[i].type(); }
    bool any_nullable() const;
    /// Casts argument i (implicitly) to `type`.
    void cast(std::size_t i, const DataType& to);
    /// A call of another function over bound arguments.
    bound::Expr call(std::string_view function, std::vector<bound::Expr> over) const;
    /// Goes on as another row (same arguments): "+" on a date becomes date_add.
    void become(std::string_view other_name);
    /// The call so far, for error texts and names.
    bound::Expr as_call() const;
    /// DATATYPE_MISMATCH.* and its like: sqlExpr is added.
    [[noreturn]] void fail(ErrorClass id, ErrorParameters parameters = {}) const;
    /// UNEXPECTED_INPUT_TYPE for argument i.
    [[noreturn]] void fail_input(std::size_t i, std::string required) const;
    /// The name in back-quotes, as error parameters show functions.
    std::string quoted_name() const;
    /// The value of an argument that needs no rows, which it then is; none of others.
    std::optional<Literal> fold(std::size_t i);
    /// The same; NON_FOLDABLE_INPUT if it has none.
    Literal constant(std::size_t i);
};

using ResultRule = void (*)(Resolution&);
struct NamedRule {
    std::string_view name;
    ResultRule rule;
};
/// Null if there is none.
ResultRule find_rule(std::string_view name);

/// A string with the collation of a string, or of an array's strings.
DataType string_like(const DataType& type);
/// Casts the strings among the arguments to the collation that precedence chooses among theirs (collations.cpp). True if
/// it can't where it must: then they are cast to plain strings and the call is an error.
bool agree_on_collation(CallParts& parts, CollationUse use, const CallContext& context);

/// A quoted type list as errors show it: ("INT" or "STRING").
std::string quoted_types(const std::vector<DataType>& types);
/// The same as a list: ["INT", "STRING"].
std::string listed_types(const std::vector<DataType>& types);
bool is_null_constant(const bound::Expr& expr);

}  // namespace firesteel::functions
