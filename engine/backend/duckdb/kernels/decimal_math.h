#pragma once
/// Unscaled decimals of up to 38 digits in 128 bits: powers of ten, HALF_UP rounding, scaling with a
/// look at what overflows. What 128 bits can't hold is in wide_decimal.h.

#include <optional>
#include <string>

#include "types/literal.h"

namespace firesteel::duckdb {

/// 10^n for 0 <= n <= 38.
Int128 power_of_ten(int n);
/// Whether |value| < 10^precision.
bool fits(Int128 value, int precision);
/// value / by, ties away from zero.
Int128 divide_half_up(Int128 value, Int128 by);
/// From one scale to another, HALF_UP; nothing if it doesn't fit the precision.
std::optional<Int128> rescale(Int128 value, int from_scale, int to_scale, int precision);
/// Plain text: "-1.50".
std::string decimal_text(Int128 value, int scale);

}  // namespace firesteel::duckdb
