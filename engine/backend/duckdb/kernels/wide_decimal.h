#pragma once
/// Decimal steps that 128 bits can't hold: exact in 512.

#include <optional>

#include <boost/multiprecision/cpp_int.hpp>

#include "backend/duckdb/kernels/decimal_math.h"

namespace firesteel::duckdb {

using WideInt = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<
    512, 512, boost::multiprecision::signed_magnitude, boost::multiprecision::unchecked, void>>;

inline WideInt wide(Int128 value) { return WideInt(value); }

inline WideInt wide_power_of_ten(int n) {
    WideInt power = 1;
    for (; n > 38; n -= 38) power *= wide(power_of_ten(38));
    return power * wide(power_of_ten(n));
}

/// The value if it fits the precision.
inline std::optional<Int128> narrow(const WideInt& value, int precision) {
    const WideInt bound = wide(power_of_ten(precision));
    if (value >= bound || value <= -bound) return std::nullopt;
    return static_cast<Int128>(value);
}

/// value / by, ties away from zero.
inline WideInt divide_half_up(const WideInt& value, const WideInt& by) {
    const bool negative = (value < 0) != (by < 0);
    const WideInt n = value < 0 ? WideInt(-value) : value;
    const WideInt d = by < 0 ? WideInt(-by) : by;
    WideInt quotient = n / d;
    if ((n - quotient * d) * 2 >= d) ++quotient;
    return negative ? WideInt(-quotient) : quotient;
}

}  // namespace firesteel::duckdb
