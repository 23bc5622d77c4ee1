#pragma once
/// Spark's type coercion (TypeCoercion and AnsiTypeCoercion) as pure functions over types. `ansi` is
/// spark.sql.ansi.enabled. Called by functions/resolve (operators, function arguments) and analysis
/// (set operations, inline tables, IN, CASE, joins).

#include <cstdint>
#include <optional>
#include <span>

#include "common/error.h"
#include "types/data_type.h"

namespace firesteel::coercion {

/// What a function parameter asks for when it isn't one concrete type.
enum class TypeClass : std::uint8_t {
    Any,
    Numeric,
    Integral,
    Fractional,
    Atomic,      // neither nested nor void, variant
    Ordered,     // can be sorted and compared: no map, variant, calendar interval inside
    AnyString,   // any collation
    AnyArray,
    AnyMap,
    AnyStruct,
    AnyInterval,  // ANSI intervals and calendar interval
    AnyDecimal,
    DateTime,  // date, timestamp, timestamp_ntz
};
bool accepts(TypeClass wanted, const DataType& type);

/// The type an argument of type `from` is implicitly cast to for a parameter of this type or class
/// (`from` itself when nothing is to do), or none when Spark refuses.
std::optional<DataType> implicit_cast(const DataType& from, const DataType& wanted, bool ansi);
std::optional<DataType> implicit_cast(const DataType& from, TypeClass wanted, bool ansi);

/// findTightestCommonType: no string promotion, no decimal widening with loss.
std::optional<DataType> tightest_common_type(const DataType& a, const DataType& b, bool ansi);
/// findWiderTypeForTwo / findWiderCommonType: CASE, COALESCE, IN, arrays, set operations. Nested
/// nullability is merged.
std::optional<DataType> wider_type(const DataType& a, const DataType& b, bool ansi);
std::optional<DataType> wider_type(std::span<const DataType> types, bool ansi);
/// The common type of a comparison's two sides (=, <, <=>, BETWEEN, IN's pairs), string promotion included.
std::optional<DataType> comparison_type(const DataType& a, const DataType& b, bool ansi);
/// The type both sides of + - * / % div are cast to before the operation's own rule, when one is a
/// string or they are different non-decimal numbers. Decimals with integers: see decimal_for.
std::optional<DataType> arithmetic_type(const DataType& a, const DataType& b, bool ansi);

/// The decimal that holds every value of an integral type (int → (10,0)), or of float/double as
/// Spark widens them ((14,7), (30,15)).
DataType decimal_for(const DataType& numeric);
/// The decimal that holds all values of both (union, CASE, comparison).
DataType wider_decimal(const DataType& a, const DataType& b);

enum class DecimalOperation : std::uint8_t { Add, Subtract, Multiply, Divide, Remainder, IntegralDivide };
/// Result (precision, scale) of an operation on two decimals, with Spark's adjustment.
DataType decimal_result(DecimalOperation op, const DataType& a, const DataType& b,
                        bool allow_precision_loss);

enum class CastMode : std::uint8_t { Legacy, Ansi, Try };
/// Whether an explicit CAST of this pair is allowed.
bool can_cast(const DataType& from, const DataType& to, CastMode mode);
/// Whether casting a non-null value of this pair can give NULL (Spark's forceNullable).
bool cast_can_give_null(const DataType& from, const DataType& to, CastMode mode);
/// Up-casts never lose (ToSchema, encoders).
bool can_up_cast(const DataType& from, const DataType& to);

}  // namespace firesteel::coercion
