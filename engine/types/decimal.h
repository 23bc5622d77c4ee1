#pragma once
/// Unscaled decimals in 128 bits: the little that parsing and calendars need. Kernels have their own arithmetic.

#include <array>

#include "types/literal.h"

namespace firesteel {

/// 10^n for 0 <= n <= 38.
constexpr Int128 power_of_10(int n) {
    Int128 out = 1;
    for (; n >= 18; n -= 18) out *= 1'000'000'000'000'000'000;
    for (; n > 0; --n) out *= 10;
    return out;
}

}  // namespace firesteel
