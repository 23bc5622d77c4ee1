#include "backend/duckdb/kernels/runtime_errors.h"

#include "types/type_text.h"

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

Error cast_overflow(std::string_view value, const DataType& from, const DataType& to) {
    return Error(ErrorClass::CastOverflow, {{"value", std::string(value)},
                                            {"sourceType", quoted_sql_name(from)},
                                            {"targetType", quoted_sql_name(to)}});
}

Error cast_invalid(std::string_view text, const DataType& from, const DataType& to) {
    const bool is_time = to.is_datetime() || to.is(TypeKind::Time);
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    quoted += '\'';
    return Error(is_time ? ErrorClass::CastInvalidInputDateTime
                 : to.is_numeric() ? ErrorClass::CastInvalidInput
                                   : ErrorClass::CastInvalidInputRuntime,
                 {{"expression", quoted},
                  {"sourceType", quoted_sql_name(from)},
                  {"targetType", quoted_sql_name(to)}});
}

}  // namespace firesteel::duckdb
