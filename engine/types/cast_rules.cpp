#include "types/coercion.h"

namespace firesteel {
namespace {

using Kind = TypeKind;

/// Could a place that may hold NULL be given to one that may not?
bool nulls_fit(bool from_nullable, bool to_nullable) { return !from_nullable || to_nullable; }

bool is_atomic(const DataType& type) {
    return !type.is_nested() && !type.is(Kind::Null) && !type.is(Kind::CalendarInterval) &&
           !type.is(Kind::Udt);
}


bool decimal_holds(const DataType& decimal, int precision, int scale) {
    return decimal.precision() - decimal.scale() >= precision - scale && decimal.scale() >= scale;
}
bool decimal_holds(const DataType& decimal, const DataType& numeric) {
    if (!numeric.is_integral() && !numeric.is(Kind::Decimal)) return false;
    const DataType as_decimal = decimal_for(numeric);
    return decimal_holds(decimal, as_decimal.precision(), as_decimal.scale());
}

bool null_safe_to_decimal(const DataType& from, const DataType& to) {
    if (from.is(Kind::Boolean)) return decimal_holds(to, 1, 0);
    if (from.is_numeric() && decimal_holds(to, from)) return true;
    return from.is(Kind::Decimal) && to.precision() - to.scale() > from.precision() - from.scale();
}

bool variant_holds(const DataType& type) {
    switch (type.kind()) {
        case Kind::Array:
            return variant_holds(type.element());
        case Kind::Map:
            return type.key().is(Kind::String) && variant_holds(type.value());
        case Kind::Struct:
            for (const StructField& field : type.fields()) {
                if (!variant_holds(field.type)) return false;
            }
            return true;
        case Kind::Boolean:
        case Kind::Byte:
        case Kind::Short:
        case Kind::Int:
        case Kind::Long:
        case Kind::Float:
        case Kind::Double:
        case Kind::Decimal:
        case Kind::String:
        case Kind::Char:
        case Kind::Varchar:
        case Kind::Binary:
        case Kind::Date:
        case Kind::Timestamp:
        case Kind::TimestampNtz:
        case Kind::Time:
        case Kind::Variant:
            return true;
        default:
            return false;
    }
}

bool casts_to_variant(const DataType& from) {
    switch (from.kind()) {
        case Kind::Array:
            return casts_to_variant(from.element());
        case Kind::Map:
        case Kind::Struct:
        case Kind::Null:
        case Kind::Char:
        case Kind::Varchar:
            return false;
        default:
            return variant_holds(from);
    }
}

bool casts_to_integral(const DataType& from) {
    return from.is_string_like() || from.is(Kind::Boolean) || from.is(Kind::Timestamp) ||
           from.is(Kind::Time) || from.is_numeric() || from.is_ansi_interval();
}

bool casts_to_interval(const DataType& from, const DataType& to) {
    if (from.is_string_like() || from.kind() == to.kind()) return true;
    return from.is_integral() || from.is(Kind::Decimal);
}

/// Scalar targets, for what ANSI and legacy mode share.
bool casts_scalar(const DataType& from, const DataType& to) {
    switch (to.kind()) {
        case Kind::String:
        case Kind::Char:
        case Kind::Varchar:
            return true;
        case Kind::Binary:
            return from.is_string_like();
        case Kind::Boolean:
            return from.is_string_like() || from.is_numeric();
        case Kind::Timestamp:
            return from.is_string_like() || from.is(Kind::Date) || from.is(Kind::TimestampNtz) ||
                   from.is_numeric();
        case Kind::TimestampNtz:
            return from.is_string_like() || from.is(Kind::Date) || from.is(Kind::Timestamp);
        case Kind::Date:
            return from.is_string_like() || from.is(Kind::Timestamp) || from.is(Kind::TimestampNtz);
        case Kind::Time:
            return from.is_string_like() || from.is(Kind::Time);
        case Kind::CalendarInterval:
            return from.is_string_like();
        case Kind::DayTimeInterval:
        case Kind::YearMonthInterval:
            return casts_to_interval(from, to);
        case Kind::Variant:
            return casts_to_variant(from);
        case Kind::Byte:
        case Kind::Short:
        case Kind::Int:
        case Kind::Long:
        case Kind::Decimal:
            return casts_to_integral(from);
        case Kind::Float:
        case Kind::Double:
            return from.is_string_like() || from.is(Kind::Boolean) || from.is(Kind::Timestamp) ||
                   from.is_numeric();
        default:
            return false;
    }
}

/// Scalar casts that only legacy mode has.
bool casts_scalar_in_legacy(const DataType& from, const DataType& to) {
    switch (from.kind()) {
        case Kind::Boolean:
            return to.is(Kind::Timestamp);
        case Kind::Byte:
        case Kind::Short:
        case Kind::Int:
        case Kind::Long:
            return to.is(Kind::Binary);
        case Kind::Date:
            return to.is(Kind::Boolean) || to.is_numeric();
        case Kind::Timestamp:
            return to.is(Kind::Boolean);
        default:
            return false;
    }
}

bool casts_part(const DataType& from, bool from_nullable, const DataType& to, bool to_nullable,
                CastMode mode) {
    const bool becomes_null = mode != CastMode::Ansi && force_nullable(from, to);
    return can_cast(from, to, mode) && nulls_fit(from_nullable || becomes_null, to_nullable);
}

bool casts_nested(const DataType& from, const DataType& to, CastMode mode) {
    if (from.is(Kind::Array)) {
        return casts_part(from.element(), from.contains_null(), to.element(), to.contains_null(), mode);
    }
    if (from.is(Kind::Map)) {
        return casts_part(from.key(), false, to.key(), false, mode) &&
               casts_part(from.value(), from.value_contains_null(), to.value(),
                          to.value_contains_null(), mode);
    }
    const auto& a = from.fields();
    const auto& b = to.fields();
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!casts_part(a[i].type, a[i].nullable, b[i].type, b[i].nullable, mode)) return false;
    }
    return true;
}

using PartRule = bool (*)(const DataType&, const DataType&);

/// Nested types of one kind whose parts obey a rule and whose nulls fit.
bool parts_obey(const DataType& from, const DataType& to, PartRule rule) {
    if (from.kind() != to.kind()) return false;
    if (from.is(Kind::Array)) {
        return nulls_fit(from.contains_null(), to.contains_null()) && rule(from.element(), to.element());
    }
    if (from.is(Kind::Map)) {
        return nulls_fit(from.value_contains_null(), to.value_contains_null()) &&
               rule(from.key(), to.key()) && rule(from.value(), to.value());
    }
    if (!from.is(Kind::Struct) || from.fields().size() != to.fields().size()) return false;
    for (std::size_t i = 0; i < from.fields().size(); ++i) {
        const StructField& a = from.fields()[i];
        const StructField& b = to.fields()[i];
        if (!nulls_fit(a.nullable, b.nullable) || !rule(a.type, b.type)) return false;
    }
    return true;
}

int numeric_rank(const DataType& type) {
    return type.is_numeric() && !type.is(Kind::Decimal) ? static_cast<int>(type.kind()) : -1;
}

}  // namespace

bool can_cast(const DataType& from, const DataType& to, CastMode mode) {
    if (from == to || from.is(Kind::Null)) return true;
    if (from.is(Kind::Udt)) return can_cast(from.udt_body().sql_type, to, mode);
    if (to.is_string_like()) return true;
    if (from.is(Kind::Variant)) return variant_holds(to);
    if (to.is(Kind::Variant)) return casts_to_variant(from);
    if (from.is_nested() || to.is_nested()) {
        return from.kind() == to.kind() && casts_nested(from, to, mode);
    }
    if (casts_scalar(from, to)) return true;
    return mode == CastMode::Legacy && casts_scalar_in_legacy(from, to);
}

bool force_nullable(const DataType& from, const DataType& to) {
    if (from.is(Kind::Null) || from == to) return false;
    if (from.is(Kind::Variant)) return true;
    if (from.is_string_like()) return !to.is(Kind::Binary) && !to.is_string_like();
    if (to.is_string_like()) return false;
    if (from.is(Kind::Timestamp) &&
        (to.is(Kind::Byte) || to.is(Kind::Short) || to.is(Kind::Int))) {
        return true;
    }
    if (from.is(Kind::Time) && (to.is(Kind::Byte) || to.is(Kind::Short))) return true;
    if ((from.is(Kind::Float) || from.is(Kind::Double)) && to.is(Kind::Timestamp)) return true;
    if (to.is(Kind::Date)) return !from.is(Kind::Timestamp);
    if (from.is(Kind::Date)) return !to.is(Kind::Timestamp);
    if (to.is(Kind::CalendarInterval)) return true;
    if (to.is(Kind::Decimal)) return !null_safe_to_decimal(from, to);
    return from.is_fractional() && to.is_integral();
}

bool can_up_cast(const DataType& from, const DataType& to) {
    if (from == to || from.is(Kind::Null)) return true;
    if (from.is(Kind::Udt) || to.is(Kind::Udt)) return false;
    if (to.is(Kind::String)) {
        return (is_atomic(from) && !from.is(Kind::Variant)) || from.is(Kind::CalendarInterval);
    }
    if (to.is(Kind::Varchar) && (from.is(Kind::Char) || from.is(Kind::Varchar))) {
        return from.length() <= to.length();
    }
    if (from.is_numeric() && to.is(Kind::Decimal)) return decimal_holds(to, from);
    if (from.is(Kind::Decimal) && to.is_integral()) {
        return from.scale() == 0 && from.precision() < decimal_for(to).precision();
    }
    if (numeric_rank(from) >= 0 && numeric_rank(to) >= 0) return numeric_rank(from) < numeric_rank(to);
    if (from.is(Kind::Date)) return to.is(Kind::Timestamp) || to.is(Kind::TimestampNtz);
    if (from.is(Kind::Timestamp)) return to.is(Kind::TimestampNtz) || to.is(Kind::Long);
    if (from.is(Kind::TimestampNtz) || from.is(Kind::Long)) return to.is(Kind::Timestamp);
    if (from.is_ansi_interval()) return from.kind() == to.kind();
    return parts_obey(from, to, can_up_cast);
}

bool can_store_assign(const DataType& from, const DataType& to) {
    if (from == to || from.is(Kind::Null)) return true;
    if (from.is_numeric() && to.is_numeric()) return true;
    if (to.is_string_like()) return is_atomic(from) || from.is(Kind::CalendarInterval);
    const auto datetime = [](const DataType& type) {
        return type.is_datetime() || type.is(Kind::Time);
    };
    if (datetime(from) && datetime(to)) return true;
    return parts_obey(from, to, can_store_assign);
}

}  // namespace firesteel
