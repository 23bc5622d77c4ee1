#pragma once
/// Spark's rules for which type an expression gets: casts that exist, common types, decimal arithmetic.
/// Called by the analyzer and by function signatures. Pure functions, no plan needed. Collations of strings
/// are not reconciled here: give and take plain strings where sides may differ in collation.

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "types/data_type.h"

namespace firesteel {

/// spark.sql.ansi.enabled.
enum class Ansi : bool { Off, On };
enum class CastMode : std::uint8_t { Ansi, Legacy, Try };
/// spark.sql.caseSensitive, for the names of struct fields.
enum class NameCase : bool { Insensitive, Sensitive };

struct CoercionRules {
    Ansi ansi = Ansi::On;
    NameCase names = NameCase::Insensitive;
};

// --- casts ------------------------------------------------------------------------------------------------

/// Is there a cast, written by the user? (Cast.canCast, canAnsiCast, canTryCast)
bool can_cast(const DataType& from, const DataType& to, CastMode mode);
/// Would turning a non-null value give NULL for some inputs? A cast is nullable if its child is or this holds, in every mode.
bool force_nullable(const DataType& from, const DataType& to);
/// Casts that lose nothing (Cast.canUpCast).
bool can_up_cast(const DataType& from, const DataType& to);
/// INSERT under the ANSI store assignment policy.
bool can_store_assign(const DataType& from, const DataType& to);

// --- common types -----------------------------------------------------------------------------------------

/// The narrowest type that holds both sides without touching decimals' digits or strings.
std::optional<DataType> tightest_common_type(const DataType& a, const DataType& b, CoercionRules rules = {});
/// The common type of two branches (CASE, COALESCE, arrays, IN, set operations), string promotion included.
std::optional<DataType> wider_type_for_two(const DataType& a, const DataType& b, CoercionRules rules = {});
/// The same for many; none: void.
std::optional<DataType> wider_common_type(std::span<const DataType> types, CoercionRules rules = {});
/// As wider_type_for_two, but strings only with strings (used by set operations' legacy forms, least, greatest…).
std::optional<DataType> wider_type_without_strings(const DataType& a, const DataType& b, CoercionRules rules = {});
std::optional<DataType> wider_common_type_without_strings(std::span<const DataType> types, CoercionRules rules = {});
/// What both operands of =, <, <=> … are cast to.
std::optional<DataType> comparison_type(const DataType& a, const DataType& b, CoercionRules rules = {});
/// What both operands of + - * / % and of bit operators are cast to; decimals keep their own precision (see decimal_*).
/// None for what is not numeric. `division`: / turns integers into doubles first.
std::optional<DataType> arithmetic_type(const DataType& a, const DataType& b, CoercionRules rules = {});

// --- expected types of arguments ----------------------------------------------------------------------------

/// What a function may ask of an argument besides one exact type.
enum class TypeClass : std::uint8_t {
    Any,
    AnyString,  // any collation, char, varchar
    Numeric,
    Integral,
    Fractional,
    AnyDecimal,
    AnyTimestamp,
    AnyDayTimeInterval,
    AnyYearMonthInterval,
    AnyArray,
    AnyMap,
    AnyStruct,
};

class ExpectedType;
using ExpectedTypes = std::vector<ExpectedType>;

class ExpectedType {
  public:
    ExpectedType(DataType exact) : form_(std::move(exact)) {}  // NOLINT: implicit on purpose
    ExpectedType(TypeClass any_of) : form_(any_of) {}          // NOLINT
    /// One of several, tried in order.
    ExpectedType(ExpectedTypes choices) : form_(std::move(choices)) {}  // NOLINT

    /// Is a value of the type taken as it is?
    bool accepts(const DataType& type) const;
    /// The type that NULL gets here.
    DataType default_type() const;
    const std::variant<DataType, TypeClass, ExpectedTypes>& form() const { return form_; }

  private:
    std::variant<DataType, TypeClass, ExpectedTypes> form_;
};

/// The type an argument is cast to so that `expected` takes it (the argument's own if it fits), or none.
std::optional<DataType> implicit_cast(const DataType& from, const ExpectedType& expected, Ansi ansi);

// --- decimals -----------------------------------------------------------------------------------------------

/// spark.sql.decimalOperations.allowPrecisionLoss.
enum class PrecisionLoss : bool { Refused, Allowed };
enum class DecimalOperation : std::uint8_t { Add, Subtract, Multiply, Divide, Remainder, IntegralDivide };

/// The decimal that holds every value of a numeric type: int -> (10,0), double -> (30,15).
DataType decimal_for(const DataType& numeric);
/// The decimal of an integer constant's own digits: 5 -> (1,0).
DataType decimal_for_literal(std::int64_t value);
/// Result of an operation on two decimals (IntegralDivide: before the cast to bigint).
DataType decimal_result(DecimalOperation operation, const DataType& a, const DataType& b,
                        PrecisionLoss loss = PrecisionLoss::Allowed);
/// The decimal that holds both; integer digits win beyond 38.
DataType wider_decimal(const DataType& a, const DataType& b);
/// Cut to 38 digits: precision and scale each by itself.
DataType bounded_decimal(int precision, int scale);
/// Cut to 38 digits: integer digits are kept, of the scale at least 6 digits (or all it has).
DataType adjusted_decimal(int precision, int scale);
/// sum(decimal) and avg(decimal).
DataType decimal_sum(const DataType& decimal);
DataType decimal_average(const DataType& decimal);

}  // namespace firesteel
