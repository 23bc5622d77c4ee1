#pragma once
/// One row per Spark function or operator: what users may write, Spark's typing, and how it is
/// computed. Adding a function = one row in tables/<family>.cpp (+ a kernel where DuckDB has no
/// equal) and its recorded case. Read by functions/resolve, backend lowering, SHOW/DESCRIBE FUNCTION.
///
/// Signature grammar:   name[|alias…](param, …) -> result
///   param    name: type          a required argument
///            name: type = lit    an optional one, with its default
///            name: type...       any number (last only; `type...+`: at least one)
///   type     a Spark type ("int", "array<string>", "decimal") | a class: any, numeric, integral,
///            fractional, atomic, ordered (comparable), string (any collation), anyarray, anymap,
///            anystruct, interval, datetime | a variable: T, K, V (same letter = same type after
///            coercion to the common type; array<T>, map<K,V> nest) | "a|b" accepts either, first
///            match without cast, else cast to the first castable | lambda(T, U) -> R
///   result   a type, a variable, or @rule: a named C++ rule of resolve_rules.cpp
/// Implicit casts follow Spark's (ANSI or legacy) rules for the wanted type.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace firesteel {

enum class FunctionKind : std::uint8_t { Scalar, Aggregate, Window, Generator, TableValued };

enum class NullRule : std::uint8_t {
    IfAnyArgument,  // NULL iff an argument is NULL; nullable iff one is
    Never,
    Always,  // nullable whatever the arguments
    ByRule,  // the @rule of the result says
};

struct Lowering {
    enum class Kind : std::uint8_t {
        Sql,          // DuckDB text: {0} {1} arguments, {*} all with commas, {n*} all from n on
        Kernel,       // our vectorised C++ function of that name (backend/duckdb/kernels)
        Custom,       // a C++ lowering of that name (backend/duckdb/lowering/custom.cpp)
        Rewrite,      // other Spark SQL text over {0} {1} …, bound in place of the call
        Unsupported,  // known to Spark, not computed here: text says why
    };
    Kind kind = Kind::Unsupported;
    std::string_view text;
};
namespace functions {
constexpr Lowering sql(std::string_view text) { return {Lowering::Kind::Sql, text}; }
constexpr Lowering kernel(std::string_view name) { return {Lowering::Kind::Kernel, name}; }
constexpr Lowering custom(std::string_view name) { return {Lowering::Kind::Custom, name}; }
constexpr Lowering rewrite(std::string_view text) { return {Lowering::Kind::Rewrite, text}; }
constexpr Lowering unsupported_because(std::string_view why) {
    return {Lowering::Kind::Unsupported, why};
}
}  // namespace functions

/// What is true of a function beyond its signature. Kernels get, after their arguments, one
/// constant for each of mode, zone and site that is set here, in this order.
struct FunctionTraits {
    FunctionKind kind = FunctionKind::Scalar;
    std::string_view display = {};  // automatic column name: "({0} + {1})"; empty: name(arguments)
    bool mode = false;              // behaves differently in ANSI, legacy and try mode
    bool zone = false;              // needs the session time zone
    bool raises = false;            // can fail at run time: evaluated only where Spark would
    bool nondeterministic = false;
    bool named = false;             // takes arguments by name
    std::string_view group = {};  // Spark's group ("math_funcs"); empty: the table's
};

struct FunctionRow {
    std::string_view signature;
    NullRule nulls = NullRule::IfAnyArgument;
    Lowering lowering;
    std::string_view example;  // "expr = value", run as a test against recorded Spark; may be empty
    FunctionTraits traits = {};

    /// The first name of the signature.
    constexpr std::string_view name() const {
        return signature.substr(0, signature.find_first_of("|("));
    }
};

/// A family of rows: tables/<family>.cpp.
struct FunctionTable {
    std::string_view group;  // "string_funcs"
    std::span<const FunctionRow> rows;
};

}  // namespace firesteel
