#pragma once
/// The errors that several families of kernels raise, with Spark's parameters.

#include <string>
#include <string_view>

#include "common/error.h"
#include "types/literal.h"

namespace firesteel::duckdb {

inline constexpr std::string_view kAnsiConfig = "\"spark.sql.ansi.enabled\"";

/// "integer overflow", with the function that gives NULL instead, if there is one.
[[nodiscard]] Error arithmetic_overflow(std::string_view message, std::string_view try_function = {});
[[nodiscard]] Error divide_by_zero();
[[nodiscard]] Error remainder_by_zero();
[[nodiscard]] Error decimal_overflow(std::string_view value, const DataType& type);
[[nodiscard]] Error cast_overflow(std::string value, const DataType& from, const DataType& to);
/// `zone`: the session's, for timestamps.
[[nodiscard]] Error cast_overflow(const Literal& value, const DataType& to, std::string_view zone = "UTC");
[[nodiscard]] Error cast_invalid(std::string_view text, const DataType& from, const DataType& to);
/// CAST_INVALID_INPUT of NaN and infinities.
[[nodiscard]] Error cast_invalid_number(double value, const DataType& from, const DataType& to);

}  // namespace firesteel::duckdb
