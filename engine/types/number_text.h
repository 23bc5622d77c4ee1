#pragma once
/// Numbers as Java 17 prints them: what CAST(x AS STRING), show() and JSON give. Appended to a buffer that
/// callers reuse. Pure functions; called per row by kernels.

#include <cstdint>
#include <string>

#include "types/literal.h"

namespace firesteel {

/// "1.0", "1.0E10", "4.9E-324", "NaN", "-Infinity". Not always the shortest text: JDK 17's own digits.
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);
void append_integer(std::string& out, std::int64_t value);
/// "0.0000001".
void append_decimal_plain(std::string& out, Int128 unscaled, int scale);
/// "1E-7": java.math.BigDecimal.toString.
void append_decimal_scientific(std::string& out, Int128 unscaled, int scale);

}  // namespace firesteel
