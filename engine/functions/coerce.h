#pragma once
/// types/coercion.h in the words of signatures: the classes a parameter may ask for, and coercion under
/// one ANSI switch.

#include <optional>
#include <span>

#include "types/coercion.h"

namespace firesteel::functions::coercion {

using firesteel::CastMode;
using firesteel::DecimalOperation;

/// What a function parameter asks for when it isn't one concrete type.
enum class TypeClass : std::uint8_t {
    Any,
    Numeric,
    Integral,
    Fractional,
    Atomic,   // neither nested nor void nor variant
    Ordered,  // can be sorted and compared: no map, variant or calendar interval inside
    AnyString,
    RegexString,  // of a collation that regular expressions know: UTF8_BINARY, UTF8_LCASE
    AnyArray,
    AnyMap,
    AnyStruct,
    AnyInterval,
    AnyDecimal,
    DateTime,
};
bool accepts(TypeClass wanted, const DataType& type);

/// The type an argument of type `from` is cast to for a parameter (`from` itself when nothing is to
/// do), or none when Spark refuses.
std::optional<DataType> implicit_cast(const DataType& from, const DataType& wanted, bool ansi);
std::optional<DataType> implicit_cast(const DataType& from, TypeClass wanted, bool ansi);

inline CoercionRules rules(bool ansi) { return {.ansi = ansi ? Ansi::On : Ansi::Off}; }

inline std::optional<DataType> tightest_common_type(const DataType& a, const DataType& b, bool ansi) {
    return firesteel::tightest_common_type(a, b, rules(ansi));
}
inline std::optional<DataType> wider_type(const DataType& a, const DataType& b, bool ansi) {
    return firesteel::wider_type_for_two(a, b, rules(ansi));
}
inline std::optional<DataType> wider_type(std::span<const DataType> types, bool ansi) {
    return firesteel::wider_common_type(types, rules(ansi));
}
inline std::optional<DataType> wider_type_without_strings(std::span<const DataType> types, bool ansi) {
    return firesteel::wider_common_type_without_strings(types, rules(ansi));
}
inline std::optional<DataType> comparison_type(const DataType& a, const DataType& b, bool ansi) {
    return firesteel::comparison_type(a, b, rules(ansi));
}
inline DataType decimal_for(const DataType& numeric) { return firesteel::decimal_for(numeric); }
inline DataType decimal_result(DecimalOperation op, const DataType& a, const DataType& b,
                               bool allow_precision_loss) {
    return firesteel::decimal_result(
        op, a, b, allow_precision_loss ? PrecisionLoss::Allowed : PrecisionLoss::Refused);
}
inline bool can_cast(const DataType& from, const DataType& to, CastMode mode) {
    return firesteel::can_cast(from, to, mode);
}

}  // namespace firesteel::functions::coercion
