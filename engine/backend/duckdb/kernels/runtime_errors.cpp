#include "backend/duckdb/kernels/runtime_errors.h"

#include <cmath>

#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::duckdb {

Error arithmetic_overflow(std::string_view message, std::string_view try_function) {
    std::string alternative;
    if (!try_function.empty()) {
        alternative = " Use '" + std::string(try_function) +
                      "' to tolerate overflow and return NULL instead.";
    }
    return Error(ErrorClass::ArithmeticOverflow, {{"message", std::string(message)},
                                                  {"alternative", alternative},
                                                  {"config", std::string(kAnsiConfig)}});
}

Error divide_by_zero() {
    return Error(ErrorClass::DivideByZero, {{"config", std::string(kAnsiConfig)}});
}

Error remainder_by_zero() {
    return Error(ErrorClass::RemainderByZero, {{"config", std::string(kAnsiConfig)}});
}

Error decimal_overflow(std::string_view value, const DataType& type) {
    return Error(ErrorClass::NumericValueOutOfRange,
                 {{"value", std::string(value)},
                  {"precision", std::to_string(type.precision())},
                  {"scale", std::to_string(type.scale())},
                  {"config", std::string(kAnsiConfig)}});
}

namespace {

/// A value as errors show it: 3000000000L, 1.5D, NaN, TIMESTAMP '2024-01-01 00:00:00'.
std::string shown(const Literal& value, std::string_view zone) {
    const bool is_float = value.type.is(TypeKind::Float);
    if (!is_float && !value.type.is(TypeKind::Double)) return sql_literal(value, zone);
    std::string text;
    const double number = value.value.floating();
    is_float ? append_float(text, static_cast<float>(number)) : append_double(text, number);
    if (!is_float && std::isfinite(number)) text += 'D';
    return text;
}

Error invalid_input(std::string expression, const DataType& from, const DataType& to) {
    const bool is_time = to.is_datetime() || to.is(TypeKind::Time);
    return Error(is_time ? ErrorClass::CastInvalidInputDateTime
                 : to.is_numeric() ? ErrorClass::CastInvalidInput
                                   : ErrorClass::CastInvalidInputRuntime,
                 {{"expression", std::move(expression)},
                  {"sourceType", quoted_sql_name(from)},
                  {"targetType", quoted_sql_name(to)},
                  {"ansiConfig", std::string(kAnsiConfig)}});
}

}  // namespace

Error cast_overflow(std::string value, const DataType& from, const DataType& to) {
    return Error(ErrorClass::CastOverflow, {{"value", std::move(value)},
                                            {"sourceType", quoted_sql_name(from)},
                                            {"targetType", quoted_sql_name(to)},
                                            {"ansiConfig", std::string(kAnsiConfig)}});
}

Error cast_overflow(const Literal& value, const DataType& to, std::string_view zone) {
    return cast_overflow(shown(value, zone), value.type, to);
}

Error cast_invalid(std::string_view text, const DataType& from, const DataType& to) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    quoted += '\'';
    return invalid_input(std::move(quoted), from, to);
}

Error cast_invalid_number(double value, const DataType& from, const DataType& to) {
    return invalid_input(shown({from, Value(value)}, "UTC"), from, to);
}

}  // namespace firesteel::duckdb
