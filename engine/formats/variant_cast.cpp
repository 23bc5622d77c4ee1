#include "formats/variant_cast.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/error.h"
#include "formats/variant_build.h"
#include "types/calendar.h"
#include "types/coercion.h"
#include "types/datetime.h"
#include "types/type_text.h"
#include "types/value_parse.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

int integer_bytes(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Byte: return 1;
        case TypeKind::Short: return 2;
        case TypeKind::Int: return 4;
        default: return 8;
    }
}

Value fitting_integer(Int128 value, const DataType& to) {
    const Int128 limit = Int128{1} << (8 * integer_bytes(to) - 1);
    return value < limit && value >= -limit ? Value(static_cast<std::int64_t>(value)) : Value();
}

Value decimal_of_text(std::string_view text, const DataType& to) {
    Int128 out = 0;
    return parse_decimal(text, to.precision(), to.scale(), out) == Parse::Ok ? Value(out) : Value();
}

double decimal_as_double(Int128 unscaled, int scale) {
    std::string text;
    append_decimal_plain(text, unscaled, scale);
    double out = 0;
    parse_double(text, out);
    return out;
}

Int128 power_of_ten(int exponent) {
    Int128 out = 1;
    for (int i = 0; i < exponent; ++i) out *= 10;
    return out;
}

Value micros_of_real(double seconds) {
    if (!std::isfinite(seconds)) return {};
    const double micros = seconds * 1e6;
    constexpr double kLimit = 9223372036854775808.0;
    if (micros >= kLimit) return Value(std::numeric_limits<std::int64_t>::max());
    if (micros < -kLimit) return Value(std::numeric_limits<std::int64_t>::min());
    return Value(static_cast<std::int64_t>(micros));
}

Value integer_of_real(double value, const DataType& to) {
    const double limit = std::ldexp(1.0, 8 * integer_bytes(to) - 1);
    const double whole = std::trunc(value);
    if (!(whole < limit && whole >= -limit)) return {};
    return Value(static_cast<std::int64_t>(whole));
}

template <typename T>
Value parsed(Parse result, T value) {
    return result == Parse::Ok ? Value(value) : Value();
}

}  // namespace

Value ScalarCast::from_text(const std::string& text, const DataType& to) const {
    std::int64_t number = 0;
    switch (to.kind()) {
        case TypeKind::Boolean: {
            bool out = false;
            return parsed(parse_boolean(text, out), out);
        }
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long: {
            const Parse result = parse_integer(text, integer_bytes(to), Fractions::Refused, number);
            return parsed(result, number);
        }
        case TypeKind::Float: {
            float out = 0;
            const Parse result = parse_float(text, out);
            return parsed(result, static_cast<double>(out));
        }
        case TypeKind::Double: {
            double out = 0;
            const Parse result = parse_double(text, out);
            return parsed(result, out);
        }
        case TypeKind::Decimal: return decimal_of_text(text, to);
        case TypeKind::Binary: return Value(text);
        case TypeKind::Date: {
            const Parse result = parse_date(text, number);
            return parsed(result, number);
        }
        case TypeKind::Timestamp: {
            const Parse result = parse_timestamp(text, ParseClock{zone, now_micros, zones}, number);
            return parsed(result, number);
        }
        case TypeKind::TimestampNtz: {
            const Parse result = parse_timestamp_ntz(text, Zones::Ignored, zones, number);
            return parsed(result, number);
        }
        default: return {};
    }
}

Value ScalarCast::to_number(const DataType& from, const Value& value, const DataType& to) const {
    if (to.is(TypeKind::Decimal)) {
        std::string text;
        const TextStyle style{TextStyle::Use::Cast, Ansi::On, &zone};
        if (from.is(TypeKind::Boolean)) {
            text += value.boolean() ? '1' : '0';
        } else if (from.is(TypeKind::Timestamp)) {
            append_decimal_plain(text, value.integer(), 6);
        } else if (from.is(TypeKind::Float)) {
            append_double(text, value.floating());
        } else {
            append_value(text, from, value, style);
        }
        return decimal_of_text(text, to);
    }
    if (to.is_integral()) {
        switch (from.kind()) {
            case TypeKind::Boolean: return Value(std::int64_t{value.boolean()});
            case TypeKind::Float:
            case TypeKind::Double: return integer_of_real(value.floating(), to);
            case TypeKind::Decimal:
                return fitting_integer(value.decimal() / power_of_ten(from.scale()), to);
            case TypeKind::Timestamp:
                return fitting_integer(floor_div(value.integer(), kMicrosPerSecond), to);
            default: return fitting_integer(value.integer(), to);
        }
    }
    double out = 0;
    switch (from.kind()) {
        case TypeKind::Boolean: out = value.boolean() ? 1 : 0; break;
        case TypeKind::Float:
        case TypeKind::Double: out = value.floating(); break;
        case TypeKind::Decimal: out = decimal_as_double(value.decimal(), from.scale()); break;
        case TypeKind::Timestamp: out = static_cast<double>(value.integer()) / 1e6; break;
        default:
            if (to.is(TypeKind::Float)) return Value(double{static_cast<float>(value.integer())});
            out = static_cast<double>(value.integer());
    }
    return Value(to.is(TypeKind::Float) ? double{static_cast<float>(out)} : out);
}

Value ScalarCast::to_time(const DataType& from, const Value& value, const DataType& to) const {
    const bool local = to.is(TypeKind::TimestampNtz);
    switch (from.kind()) {
        case TypeKind::Date:
            return Value(local ? value.integer() * kMicrosPerDay : day_to_micros(value.integer(), zone));
        case TypeKind::Timestamp:
            if (to.is(TypeKind::Date)) return Value(local_days(value.integer(), zone));
            return Value(zone.to_local_micros(value.integer()));
        case TypeKind::TimestampNtz:
            if (to.is(TypeKind::Date)) return Value(floor_div(value.integer(), kMicrosPerDay));
            return Value(zone.to_utc_micros(value.integer()));
        case TypeKind::Float:
        case TypeKind::Double: return micros_of_real(value.floating());
        case TypeKind::Decimal:
            if (from.scale() > 6) {
                return fitting_integer(value.decimal() / power_of_ten(from.scale() - 6), DataType::long_int());
            }
            return fitting_integer(value.decimal() * power_of_ten(6 - from.scale()), DataType::long_int());
        default:
            return fitting_integer(Int128{value.integer()} * kMicrosPerSecond, DataType::long_int());
    }
}

Value ScalarCast::cast(const DataType& from, const Value& value, const DataType& to) const {
    if (from == to) return value;
    if (!can_cast(from, to, CastMode::Try)) return {};
    if (to.is_string_like()) {
        return Value(value_text(from, value, {TextStyle::Use::Cast, Ansi::On, &zone}));
    }
    if (from.is_string_like()) return from_text(value.bytes(), to);
    if (to.is(TypeKind::Boolean)) {
        if (from.is(TypeKind::Decimal)) return Value(value.decimal() != 0);
        if (from.is_fractional()) return Value(value.floating() != 0 && !std::isnan(value.floating()));
        return Value(value.integer() != 0);
    }
    return to.is_numeric() ? to_number(from, value, to) : to_time(from, value, to);
}

Value VariantCast::fail(const VariantView& variant, const DataType& to) const {
    if (is_try) return {};
    std::string text;
    append_variant_json(text, variant, &zone);
    throw Error(ErrorClass::InvalidVariantCast, {{"value", text}, {"dataType", quoted_sql_name(to)}});
}

Value VariantCast::array(const VariantView& variant, const DataType& to) const {
    if (variant.kind() != VariantView::Kind::Array) return fail(variant, to);
    ValueList items;
    for (std::uint32_t i = 0; i < variant.size(); ++i) items.push_back(cast(variant.item(i), to.element()));
    return Value(std::move(items));
}

Value VariantCast::map(const VariantView& variant, const DataType& to) const {
    if (variant.kind() != VariantView::Kind::Object) return fail(variant, to);
    MapValue out;
    for (std::uint32_t i = 0; i < variant.size(); ++i) {
        out.entries.emplace_back(Value(std::string(variant.name(i))), cast(variant.item(i), to.value()));
    }
    return Value(std::move(out));
}

Value VariantCast::structure(const VariantView& variant, const DataType& to) const {
    if (variant.kind() != VariantView::Kind::Object) return fail(variant, to);
    ValueList fields;
    for (const StructField& field : to.fields()) {
        const auto item = variant.field(field.name);
        fields.push_back(item ? cast(*item, field.type) : Value());
    }
    return Value(std::move(fields));
}

Value VariantCast::scalar(const VariantView& variant, const DataType& to) const {
    using Kind = VariantView::Kind;
    DataType from;
    Value value;
    switch (variant.kind()) {
        case Kind::Null: return {};
        case Kind::Object:
        case Kind::Array: {
            if (!to.is_string_like()) return fail(variant, to);
            std::string text;
            append_variant_json(text, variant, &zone);
            return Value(std::move(text));
        }
        case Kind::Boolean: from = DataType::boolean(); value = Value(variant.boolean()); break;
        case Kind::Long: from = DataType::long_int(); value = Value(variant.integer()); break;
        case Kind::String: from = DataType::string(); value = Value(std::string(variant.bytes())); break;
        case Kind::Double: from = DataType::float64(); value = Value(variant.floating()); break;
        case Kind::Float: from = DataType::float32(); value = Value(variant.floating()); break;
        case Kind::Decimal: {
            const auto decimal = variant.decimal();
            from = DataType::decimal(kDecimalPrecisionMax, decimal.scale);
            value = Value(decimal.unscaled);
            break;
        }
        case Kind::Date: from = DataType::date(); value = Value(variant.integer()); break;
        case Kind::Timestamp: from = DataType::timestamp(); value = Value(variant.integer()); break;
        case Kind::TimestampNtz: from = DataType::timestamp_ntz(); value = Value(variant.integer()); break;
        case Kind::Binary: from = DataType::binary(); value = Value(std::string(variant.bytes())); break;
        case Kind::Uuid: {
            std::string text;
            append_variant_json(text, variant, &zone);
            from = DataType::string();
            value = Value(text.substr(1, text.size() - 2));
            break;
        }
    }
    Value out = ScalarCast{zone, now_micros, zones}.cast(from, value, to);
    return out.is_null() ? fail(variant, to) : out;
}

Value VariantCast::cast(const VariantView& variant, const DataType& to) const {
    if (to.is(TypeKind::Variant)) return Value(copied(variant));
    if (variant.kind() == VariantView::Kind::Null) return {};
    switch (to.kind()) {
        case TypeKind::Array: return array(variant, to);
        case TypeKind::Map: return map(variant, to);
        case TypeKind::Struct: return structure(variant, to);
        default: return scalar(variant, to);
    }
}

}  // namespace firesteel
