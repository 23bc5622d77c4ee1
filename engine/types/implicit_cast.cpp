#include "types/coercion.h"

namespace firesteel {
namespace {

using Kind = TypeKind;
using Answer = std::optional<DataType>;

const DataType kDefaultDecimal = DataType::decimal(38, 18);

bool in_class(const DataType& type, TypeClass wanted) {
    switch (wanted) {
        case TypeClass::Any:
            return true;
        case TypeClass::AnyString:
            return type.is_string_like();
        case TypeClass::Numeric:
            return type.is_numeric();
        case TypeClass::Integral:
            return type.is_integral();
        case TypeClass::Fractional:
            return type.is_fractional();
        case TypeClass::AnyDecimal:
            return type.is(Kind::Decimal);
        case TypeClass::AnyTimestamp:
            return type.is(Kind::Timestamp) || type.is(Kind::TimestampNtz);
        case TypeClass::AnyDayTimeInterval:
            return type.is(Kind::DayTimeInterval);
        case TypeClass::AnyYearMonthInterval:
            return type.is(Kind::YearMonthInterval);
        case TypeClass::AnyArray:
            return type.is(Kind::Array);
        case TypeClass::AnyMap:
            return type.is(Kind::Map);
        case TypeClass::AnyStruct:
            return type.is(Kind::Struct);
    }
    return false;
}

DataType class_default(TypeClass wanted) {
    switch (wanted) {
        case TypeClass::Any:
            return DataType::null();
        case TypeClass::AnyString:
            return DataType::string();
        case TypeClass::Numeric:
        case TypeClass::Fractional:
            return DataType::float64();
        case TypeClass::Integral:
            return DataType::integer();
        case TypeClass::AnyDecimal:
            return kDefaultDecimal;
        case TypeClass::AnyTimestamp:
            return DataType::timestamp();
        case TypeClass::AnyDayTimeInterval:
            return DataType::day_time_interval();
        case TypeClass::AnyYearMonthInterval:
            return DataType::year_month_interval();
        case TypeClass::AnyArray:
            return DataType::array(DataType::null());
        case TypeClass::AnyMap:
            return DataType::map(DataType::null(), DataType::null());
        case TypeClass::AnyStruct:
            return DataType::structure({});
    }
    return {};
}

bool is_time_point(const DataType& type) { return type.is_datetime() || type.is(Kind::Time); }

bool is_atomic(const DataType& type) {
    return !type.is_nested() && !type.is(Kind::Null) && !type.is(Kind::CalendarInterval) &&
           !type.is(Kind::Udt);
}

/// A string, binary or other scalar into an argument of a class; the same in both modes but for `string_sources`.
Answer into_class(const DataType& from, TypeClass wanted, Ansi ansi) {
    const bool text = from.is_string_like();
    switch (wanted) {
        case TypeClass::Numeric:
            return text ? Answer(DataType::float64()) : std::nullopt;
        case TypeClass::AnyDecimal:
            if (from.is_numeric()) return decimal_for(from);
            return text ? Answer(kDefaultDecimal) : std::nullopt;
        case TypeClass::AnyTimestamp:
            return text || is_time_point(from) ? Answer(DataType::timestamp()) : std::nullopt;
        case TypeClass::AnyString: {
            const bool calendar = from.is(Kind::CalendarInterval) && ansi == Ansi::On;
            return is_atomic(from) || calendar ? Answer(DataType::string()) : std::nullopt;
        }
        default:
            return std::nullopt;
    }
}

Answer legacy_exact(const DataType& from, const DataType& to);

Answer legacy_nested(const DataType& from, const DataType& to) {
    if (from.is(Kind::Array) && to.is(Kind::Array)) {
        const Answer element = legacy_exact(from.element(), to.element());
        if (!element || (from.contains_null() && !to.contains_null())) return std::nullopt;
        if (!to.contains_null() && force_nullable(from.element(), to.element())) return std::nullopt;
        return DataType::array(*element, to.contains_null());
    }
    if (from.is(Kind::Map) && to.is(Kind::Map)) {
        if (force_nullable(from.key(), to.key())) return std::nullopt;
        const Answer key = legacy_exact(from.key(), to.key());
        const Answer value = legacy_exact(from.value(), to.value());
        if (!key || !value || (from.value_contains_null() && !to.value_contains_null())) {
            return std::nullopt;
        }
        if (!to.value_contains_null() && force_nullable(from.value(), to.value())) return std::nullopt;
        return DataType::map(*key, *value, to.value_contains_null());
    }
    return std::nullopt;
}

Answer legacy_exact(const DataType& from, const DataType& to) {
    if (from.same_ignoring_nullability(to)) return from;
    if (from.is(Kind::Null)) return to;
    if (from.is_numeric() && to.is_numeric()) return to;
    if (is_time_point(from) && is_time_point(to)) return to;
    if (from.is_string_like()) {
        if (to.is_numeric() || is_time_point(to) || to.is(Kind::Binary)) return to;
        if (to.is_string_like() && !to.is_collated() && !from.is(Kind::String)) return to;
        return std::nullopt;
    }
    if (is_atomic(from) && to.is_string_like()) return to;
    return legacy_nested(from, to);
}

Answer ansi_exact(const DataType& from, const DataType& to) {
    if (from.same_ignoring_nullability(to)) return from;
    if (from.is(Kind::Null)) return to;
    if (from.is(Kind::String) && to.is_string_like()) return std::nullopt;
    if (from.is_string_like() && is_atomic(to)) {
        return to.is_collated() ? std::nullopt : Answer(to);
    }
    return can_store_assign(from, to) ? Answer(to) : std::nullopt;
}

/// ANSI mode takes the choice that can become all others, else the first.
Answer one_of(const DataType& from, const ExpectedTypes& choices, Ansi ansi) {
    std::vector<DataType> possible;
    for (const ExpectedType& choice : choices) {
        if (const Answer type = implicit_cast(from, choice, ansi)) possible.push_back(*type);
    }
    if (possible.empty()) return std::nullopt;
    if (ansi == Ansi::Off) return possible.front();
    for (const DataType& candidate : possible) {
        bool nearest = true;
        for (const DataType& other : possible) nearest = nearest && ansi_exact(candidate, other);
        if (nearest) return candidate;
    }
    return possible.front();
}

}  // namespace

bool ExpectedType::accepts(const DataType& type) const {
    if (const auto* exact = std::get_if<DataType>(&form_)) return exact->same_ignoring_nullability(type);
    if (const auto* wanted = std::get_if<TypeClass>(&form_)) return in_class(type, *wanted);
    for (const ExpectedType& choice : std::get<ExpectedTypes>(form_)) {
        if (choice.accepts(type)) return true;
    }
    return false;
}

DataType ExpectedType::default_type() const {
    if (const auto* exact = std::get_if<DataType>(&form_)) return *exact;
    if (const auto* wanted = std::get_if<TypeClass>(&form_)) return class_default(*wanted);
    const auto& choices = std::get<ExpectedTypes>(form_);
    return choices.empty() ? DataType::null() : choices.front().default_type();
}

std::optional<DataType> implicit_cast(const DataType& from, const ExpectedType& expected, Ansi ansi) {
    if (expected.accepts(from)) return from;
    const auto& form = expected.form();
    if (const auto* choices = std::get_if<ExpectedTypes>(&form)) {
        if (from.is(Kind::Null)) return expected.default_type();
        return one_of(from, *choices, ansi);
    }
    if (from.is(Kind::Null)) return expected.default_type();
    if (const auto* wanted = std::get_if<TypeClass>(&form)) return into_class(from, *wanted, ansi);
    const DataType& to = std::get<DataType>(form);
    return ansi == Ansi::On ? ansi_exact(from, to) : legacy_exact(from, to);
}

}  // namespace firesteel
