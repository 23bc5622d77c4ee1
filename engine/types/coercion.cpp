#include "types/coercion.h"

#include <algorithm>

namespace firesteel {
namespace {

using Kind = TypeKind;
using PairRule = std::function<std::optional<DataType>(const DataType&, const DataType&)>;

bool same_name(const std::string& a, const std::string& b, NameCase names) {
    if (a == b || names == NameCase::Sensitive) return a == b;
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    };
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<DataType> common_array(const DataType& a, const DataType& b, const PairRule& rule) {
    const auto element = rule(a.element(), b.element());
    if (!element) return std::nullopt;
    return DataType::array(*element, a.contains_null() || b.contains_null() ||
                                         force_nullable(a.element(), *element) ||
                                         force_nullable(b.element(), *element));
}

std::optional<DataType> common_map(const DataType& a, const DataType& b, const PairRule& rule) {
    const auto key = rule(a.key(), b.key());
    if (!key || force_nullable(a.key(), *key) || force_nullable(b.key(), *key)) return std::nullopt;
    const auto value = rule(a.value(), b.value());
    if (!value) return std::nullopt;
    return DataType::map(*key, *value,
                         a.value_contains_null() || b.value_contains_null() ||
                             force_nullable(a.value(), *value) || force_nullable(b.value(), *value));
}

/// Fields by position under equal names; the left side's spelling wins.
std::optional<DataType> common_struct(const DataType& a, const DataType& b, NameCase names,
                                      const PairRule& rule) {
    if (a.fields().size() != b.fields().size()) return std::nullopt;
    std::vector<StructField> fields;
    for (std::size_t i = 0; i < a.fields().size(); ++i) {
        const StructField& x = a.fields()[i];
        const StructField& y = b.fields()[i];
        if (!same_name(x.name, y.name, names)) return std::nullopt;
        const auto type = rule(x.type, y.type);
        if (!type) return std::nullopt;
        const bool nullable = x.nullable || y.nullable || force_nullable(x.type, *type) ||
                              force_nullable(y.type, *type);
        fields.push_back({x.name, *type, nullable, {}});
    }
    return DataType::structure(std::move(fields));
}

std::optional<DataType> common_nested(const DataType& a, const DataType& b, NameCase names,
                                      const PairRule& rule) {
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::Array:
            return common_array(a, b, rule);
        case Kind::Map:
            return common_map(a, b, rule);
        case Kind::Struct:
            return common_struct(a, b, names, rule);
        default:
            return std::nullopt;
    }
}

bool decimal_is_wider(const DataType& decimal, const DataType& integral) {
    const DataType other = decimal_for(integral);
    return decimal.precision() - decimal.scale() >= other.precision() && decimal.scale() >= 0;
}

std::optional<DataType> tightest_number(const DataType& a, const DataType& b, Ansi ansi) {
    if (a.is_integral() && b.is(Kind::Decimal)) {
        return decimal_is_wider(b, a) ? std::optional(b) : std::nullopt;
    }
    if (b.is_integral() && a.is(Kind::Decimal)) return tightest_number(b, a, ansi);
    if (a.is(Kind::Decimal) || b.is(Kind::Decimal)) return std::nullopt;
    const DataType& higher = a.kind() < b.kind() ? b : a;
    const DataType& lower = a.kind() < b.kind() ? a : b;
    // A float holds no int exactly, so ANSI mode takes the double.
    if (ansi == Ansi::On && higher.is(Kind::Float) && lower.is_integral()) return DataType::float64();
    return higher;
}

DataType wider_datetime(const DataType& a, const DataType& b) {
    if (a.is(Kind::Timestamp) || b.is(Kind::Timestamp)) return DataType::timestamp();
    return DataType::timestamp_ntz();
}

std::optional<DataType> tightest_scalar(const DataType& a, const DataType& b, Ansi ansi) {
    if (a.is_numeric() && b.is_numeric()) return tightest_number(a, b, ansi);
    if (a.is_datetime() && b.is_datetime()) return wider_datetime(a, b);
    if (a.is(Kind::DayTimeInterval) && b.is(Kind::DayTimeInterval)) {
        return DataType::day_time_interval(std::min(a.day_time_start(), b.day_time_start()),
                                           std::max(a.day_time_end(), b.day_time_end()));
    }
    if (a.is(Kind::YearMonthInterval) && b.is(Kind::YearMonthInterval)) {
        return DataType::year_month_interval(std::min(a.year_month_start(), b.year_month_start()),
                                             std::max(a.year_month_end(), b.year_month_end()));
    }
    if (a.is_string_like() && b.is_string_like() && !a.is_collated() && !b.is_collated()) {
        return DataType::string();
    }
    return std::nullopt;
}

/// Numbers of which one is a decimal.
std::optional<DataType> wider_with_decimal(const DataType& a, const DataType& b) {
    if (!a.is_numeric() || !b.is_numeric()) return std::nullopt;
    if (!a.is(Kind::Decimal) && !b.is(Kind::Decimal)) return std::nullopt;
    const auto binary = [](const DataType& t) { return t.is(Kind::Float) || t.is(Kind::Double); };
    if (binary(a) || binary(b)) return DataType::float64();
    return wider_decimal(decimal_for(a), decimal_for(b));
}

bool promotes_to_string(const DataType& type) {
    return !type.is_nested() && !type.is(Kind::Null) && !type.is(Kind::CalendarInterval) &&
           !type.is(Kind::Udt) && !type.is(Kind::Binary) && !type.is(Kind::Boolean) &&
           !type.is_string_like();
}

/// What a string becomes beside `other` in ANSI mode.
std::optional<DataType> ansi_string_beside(const DataType& other) {
    if (other.is_integral()) return DataType::long_int();
    if (other.is_fractional()) return DataType::float64();
    if (other.is_nested() || other.is(Kind::Null) || other.is(Kind::Udt) ||
        other.is(Kind::CalendarInterval) || other.is_ansi_interval() || other.is_string_like()) {
        return std::nullopt;
    }
    return other;
}

std::optional<DataType> string_promotion(const DataType& a, const DataType& b, Ansi ansi) {
    if (!a.is_string_like() && !b.is_string_like()) return std::nullopt;
    const DataType& text = a.is_string_like() ? a : b;
    const DataType& other = a.is_string_like() ? b : a;
    if (ansi == Ansi::On) return ansi_string_beside(other);
    return promotes_to_string(other) ? std::optional(text) : std::nullopt;
}

bool has_string(const DataType& type) {
    if (type.is(Kind::Array)) return has_string(type.element());
    return type.is_string_like();
}

std::optional<DataType> fold(std::span<const DataType> types, const PairRule& rule) {
    std::optional<DataType> out = DataType::null();
    for (const DataType& type : types) {
        out = rule(*out, type);
        if (!out) return out;
    }
    return out;
}

/// Strings first, since two-by-two widening in legacy mode is not associative for them.
std::vector<DataType> strings_first(std::span<const DataType> types) {
    std::vector<DataType> out;
    for (const DataType& type : types) {
        if (has_string(type) && std::find(out.begin(), out.end(), type) == out.end()) {
            out.push_back(type);
        }
    }
    std::copy_if(types.begin(), types.end(), std::back_inserter(out),
                 [](const DataType& type) { return !has_string(type); });
    return out;
}

/// Legacy mode: the string gives way in comparisons.
std::optional<DataType> legacy_comparison(const DataType& a, const DataType& b) {
    const bool a_text = a.is_string_like();
    const bool b_text = b.is_string_like();
    if (a.is(Kind::Null) && b_text) return b;
    if (a_text && b.is(Kind::Null)) return a;
    if (a_text == b_text) return std::nullopt;
    const DataType& other = a_text ? b : a;
    // Spark's rule for decimals lets its default decimal through.
    if (other.is(Kind::Decimal) && !(other == DataType::decimal(10, 0))) return DataType::float64();
    if (other.is_nested() || other.is(Kind::CalendarInterval) || other.is(Kind::Udt) ||
        other.is_ansi_interval()) {
        return std::nullopt;
    }
    return other;
}

}  // namespace

std::optional<DataType> tightest_common_type(const DataType& a, const DataType& b,
                                             CoercionRules rules) {
    if (a == b) return a;
    if (a.is(Kind::Null)) return b;
    if (b.is(Kind::Null)) return a;
    if (a.is(Kind::Udt) || b.is(Kind::Udt)) return std::nullopt;
    if (const auto scalar = tightest_scalar(a, b, rules.ansi)) return scalar;
    return common_nested(a, b, rules.names, [&](const DataType& x, const DataType& y) {
        return tightest_common_type(x, y, rules);
    });
}

std::optional<DataType> wider_type_for_two(const DataType& a, const DataType& b,
                                           CoercionRules rules) {
    if (const auto tightest = tightest_common_type(a, b, rules)) return tightest;
    if (const auto decimal = wider_with_decimal(a, b)) return decimal;
    if (const auto promoted = string_promotion(a, b, rules.ansi)) return promoted;
    return common_nested(a, b, rules.names, [&](const DataType& x, const DataType& y) {
        return wider_type_for_two(x, y, rules);
    });
}

std::optional<DataType> wider_common_type(std::span<const DataType> types, CoercionRules rules) {
    const PairRule rule = [&](const DataType& x, const DataType& y) {
        return wider_type_for_two(x, y, rules);
    };
    return rules.ansi == Ansi::On ? fold(types, rule) : fold(strings_first(types), rule);
}

std::optional<DataType> wider_type_without_strings(const DataType& a, const DataType& b,
                                                   CoercionRules rules) {
    if (const auto tightest = tightest_common_type(a, b, rules)) return tightest;
    if (const auto decimal = wider_with_decimal(a, b)) return decimal;
    return common_nested(a, b, rules.names, [&](const DataType& x, const DataType& y) {
        return wider_type_without_strings(x, y, rules);
    });
}

std::optional<DataType> wider_common_type_without_strings(std::span<const DataType> types,
                                                          CoercionRules rules) {
    return fold(types, [&](const DataType& x, const DataType& y) {
        return wider_type_without_strings(x, y, rules);
    });
}

std::optional<DataType> comparison_type(const DataType& a, const DataType& b, CoercionRules rules) {
    if (a == b) return a.is_string_like() && !a.is(Kind::String) ? DataType::string() : a;
    if (rules.ansi == Ansi::Off) {
        if (const auto legacy = legacy_comparison(a, b)) return legacy;
    } else if (const auto promoted = string_promotion(a, b, Ansi::On)) {
        return promoted;
    }
    if (const auto wider = wider_type_without_strings(a, b, rules)) return wider;
    return a.same_structure(b) ? std::optional(a) : std::nullopt;
}

std::optional<DataType> arithmetic_type(const DataType& a, const DataType& b, CoercionRules rules) {
    if (a.is_string_like() || b.is_string_like()) {
        const DataType& other = a.is_string_like() ? b : a;
        if (other.is_string_like() || other.is(Kind::Null)) return DataType::float64();
        if (!other.is_numeric()) return std::nullopt;
        if (rules.ansi == Ansi::On) return ansi_string_beside(other);
        return DataType::float64();
    }
    if (a.is(Kind::Null) && b.is(Kind::Null)) return DataType::float64();
    const DataType& left = a.is(Kind::Null) ? b : a;
    const DataType& right = b.is(Kind::Null) ? a : b;
    if (!left.is_numeric() || !right.is_numeric()) return std::nullopt;
    return wider_type_without_strings(left, right, rules);
}

}  // namespace firesteel
