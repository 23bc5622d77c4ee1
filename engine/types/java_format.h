#pragma once
/// java.util.Formatter with US symbols over values as Spark hands them to it: what format_string writes. Dates and
/// times are their numbers there, as in Spark.

#include <span>
#include <string>
#include <string_view>

#include "types/literal.h"

namespace firesteel {

/// Throws IllegalArgumentException, without a condition, where the format is malformed or an argument doesn't fit.
std::string java_format(std::string_view format, std::span<const DataType> types, std::span<const Value> arguments);

}  // namespace firesteel
