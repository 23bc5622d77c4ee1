#include "backend/duckdb/kernels/decimal_math.h"

#include <array>
#include <string>

namespace firesteel::duckdb {
namespace {

constexpr std::array<Int128, 39> make_powers() {
    std::array<Int128, 39> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}
constexpr auto kPowers = make_powers();

}  // namespace

Int128 power_of_ten(int n) { return kPowers[static_cast<std::size_t>(n)]; }

bool fits(Int128 value, int precision) {
    const Int128 bound = power_of_ten(precision);
    return value < bound && value > -bound;
}

Int128 divide_half_up(Int128 value, Int128 by) {
    Int128 quotient = value / by;
    Int128 rest = value % by;
    if (rest < 0) rest = -rest;
    const Int128 bound = by < 0 ? -by : by;
    if (rest >= bound - rest) quotient += (value < 0) != (by < 0) ? -1 : 1;
    return quotient;
}

std::optional<Int128> rescale(Int128 value, int from_scale, int to_scale, int precision) {
    if (to_scale < from_scale) {
        const Int128 rounded = divide_half_up(value, power_of_ten(from_scale - to_scale));
        return fits(rounded, precision) ? std::optional(rounded) : std::nullopt;
    }
    Int128 scaled = 0;
    if (__builtin_mul_overflow(value, power_of_ten(to_scale - from_scale), &scaled) ||
        !fits(scaled, precision)) {
        return std::nullopt;
    }
    return scaled;
}

std::string decimal_text(Int128 value, int scale) {
    const bool negative = value < 0;
    auto rest = negative ? -static_cast<unsigned __int128>(value)
                         : static_cast<unsigned __int128>(value);
    char buffer[48];
    char* const end = buffer + sizeof buffer;
    char* at = end;
    int digits = 0;
    do {
        if (digits == scale && scale > 0) *--at = '.';
        *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
        ++digits;
    } while (rest != 0 || digits <= scale);
    if (negative) *--at = '-';
    return {at, end};
}

}  // namespace firesteel::duckdb
