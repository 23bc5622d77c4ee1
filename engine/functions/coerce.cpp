#include "functions/coerce.h"

#include <algorithm>

namespace firesteel::functions::coercion {
namespace {

bool is_ordered(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Map:
        case TypeKind::Variant:
        case TypeKind::CalendarInterval:
            return false;
        case TypeKind::Array:
            return is_ordered(type.element());
        case TypeKind::Struct:
            return std::all_of(type.fields().begin(), type.fields().end(),
                               [](const StructField& f) { return is_ordered(f.type); });
        case TypeKind::Udt:
            return is_ordered(type.udt_body().sql_type);
        default:
            return true;
    }
}

/// The class as the types layer knows it, if it does.
std::optional<firesteel::TypeClass> known_class(TypeClass wanted) {
    switch (wanted) {
        case TypeClass::Any:
        case TypeClass::Ordered:
        case TypeClass::Atomic:
            return firesteel::TypeClass::Any;
        case TypeClass::Numeric: return firesteel::TypeClass::Numeric;
        case TypeClass::Integral: return firesteel::TypeClass::Integral;
        case TypeClass::Fractional: return firesteel::TypeClass::Fractional;
        case TypeClass::AnyString:
        case TypeClass::RegexString: return firesteel::TypeClass::AnyString;
        case TypeClass::AnyArray: return firesteel::TypeClass::AnyArray;
        case TypeClass::AnyMap: return firesteel::TypeClass::AnyMap;
        case TypeClass::AnyStruct: return firesteel::TypeClass::AnyStruct;
        case TypeClass::AnyDecimal: return firesteel::TypeClass::AnyDecimal;
        case TypeClass::AnyInterval:
        case TypeClass::DateTime:
            return {};
    }
    return {};
}

}  // namespace

bool accepts(TypeClass wanted, const DataType& type) {
    switch (wanted) {
        case TypeClass::Any: return true;
        case TypeClass::Ordered: return is_ordered(type);
        case TypeClass::Atomic:
            return !type.is_nested() && !type.is(TypeKind::Null) && !type.is(TypeKind::Variant);
        case TypeClass::AnyInterval:
            return type.is_ansi_interval() || type.is(TypeKind::CalendarInterval);
        case TypeClass::DateTime: return type.is_datetime();
        case TypeClass::Numeric: return type.is_numeric();
        case TypeClass::Integral: return type.is_integral();
        case TypeClass::Fractional: return type.is_fractional();
        case TypeClass::AnyString: return type.is_string_like();
        case TypeClass::RegexString:
            return type.is_string_like() && (!type.is_collated() || type.collation() == "UTF8_LCASE");
        case TypeClass::AnyArray: return type.is(TypeKind::Array);
        case TypeClass::AnyMap: return type.is(TypeKind::Map);
        case TypeClass::AnyStruct: return type.is(TypeKind::Struct);
        case TypeClass::AnyDecimal: return type.is(TypeKind::Decimal);
    }
    return false;
}

std::optional<DataType> implicit_cast(const DataType& from, const DataType& wanted, bool ansi) {
    return firesteel::implicit_cast(from, ExpectedType(wanted), ansi ? Ansi::On : Ansi::Off);
}

std::optional<DataType> implicit_cast(const DataType& from, TypeClass wanted, bool ansi) {
    if (accepts(wanted, from)) return from;
    if (wanted == TypeClass::Ordered || from.is_collated()) return {};
    if (from.is(TypeKind::Null) && wanted == TypeClass::Atomic) return from;
    const auto known = known_class(wanted);
    if (known) return firesteel::implicit_cast(from, ExpectedType(*known), ansi ? Ansi::On : Ansi::Off);
    const DataType fallback =
        wanted == TypeClass::DateTime ? DataType::timestamp() : DataType::calendar_interval();
    return implicit_cast(from, fallback, ansi);
}

}  // namespace firesteel::functions::coercion
