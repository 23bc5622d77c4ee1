/// Decimal arithmetic with Spark's result types: the exact value, rounded HALF_UP to the result's
/// scale, refused (or NULL) if the precision is exceeded.

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "backend/duckdb/kernels/wide_decimal.h"

namespace firesteel::duckdb {
namespace {

struct Shape {
    int p1, s1, p2, s2, precision, scale;
    DataType result;
    bool raises;
};

Shape shape_of(const KernelSite& site) {
    const DataType& a = site.argument(0);
    const DataType& b = site.argument(1);
    return {a.precision(), a.scale(), b.precision(), b.scale(), site.result.precision(),
            site.result.scale(), site.result, site.mode == EvalMode::Ansi};
}

std::optional<Int128> overflow(const Shape& shape, const WideInt& value, int scale) {
    if (!shape.raises) return std::nullopt;
    std::string text = value.str();
    const bool negative = text[0] == '-';
    if (negative) text.erase(0, 1);
    const auto width = static_cast<std::size_t>(scale) + 1;
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    if (scale > 0) text.insert(text.size() - static_cast<std::size_t>(scale), ".");
    if (negative) text.insert(text.begin(), '-');
    throw decimal_overflow(text, shape.result);
}

std::optional<Int128> finish(const Shape& shape, WideInt value, int scale) {
    if (scale > shape.scale) {
        value = divide_half_up(value, wide_power_of_ten(scale - shape.scale));
    } else {
        value *= wide_power_of_ten(shape.scale - scale);
    }
    if (const auto fitting = narrow(value, shape.precision)) return fitting;
    return overflow(shape, value, shape.scale);
}

/// The same for a value that 128 bits hold; nothing where only wide steps would tell.
std::optional<Int128> finish_short(const Shape& shape, Int128 value, int scale) {
    if (scale < shape.scale) return std::nullopt;
    if (scale > shape.scale) value = divide_half_up(value, power_of_ten(scale - shape.scale));
    if (!fits(value, shape.precision)) return std::nullopt;
    return value;
}

template <bool kSubtract>
KernelBody bind_add(const KernelSite& site) {
    const Shape shape = shape_of(site);
    const int scale = std::max(shape.s1, shape.s2);
    const int digits = std::max(shape.p1 - shape.s1, shape.p2 - shape.s2) + scale + 1;
    const Int128 up1 = power_of_ten(std::min(scale - shape.s1, 38));
    const Int128 up2 = power_of_ten(std::min(scale - shape.s2, 38));
    if (digits <= 38 && scale == shape.scale && digits <= shape.precision) {
        return rows([up1, up2](Int128 a, Int128 b) {
            return kSubtract ? a * up1 - b * up2 : a * up1 + b * up2;
        });
    }
    return rows([shape, scale, up1, up2](Int128 a, Int128 b) {
        Int128 p = 0;
        Int128 q = 0;
        Int128 sum = 0;
        const bool is_short = !__builtin_mul_overflow(a, up1, &p) && !__builtin_mul_overflow(b, up2, &q) &&
                              !(kSubtract ? __builtin_sub_overflow(p, q, &sum)
                                          : __builtin_add_overflow(p, q, &sum));
        if (is_short) {
            if (const auto value = finish_short(shape, sum, scale)) return value;
        }
        const WideInt x = wide(a) * wide(up1);
        const WideInt y = wide(b) * wide(up2);
        return finish(shape, kSubtract ? WideInt(x - y) : WideInt(x + y), scale);
    });
}

KernelBody bind_multiply(const KernelSite& site) {
    const Shape shape = shape_of(site);
    const int scale = shape.s1 + shape.s2;
    if (shape.p1 + shape.p2 <= 38 && scale == shape.scale) {
        return rows([](Int128 a, Int128 b) { return a * b; });
    }
    return rows([shape, scale](Int128 a, Int128 b) {
        Int128 product = 0;
        if (!__builtin_mul_overflow(a, b, &product)) {
            if (const auto value = finish_short(shape, product, scale)) return value;
        }
        return finish(shape, wide(a) * wide(b), scale);
    });
}

constexpr int kDivisionScale = 38;  // Spark divides with this scale first, then rounds again

KernelBody bind_divide(const KernelSite& site) {
    const Shape shape = shape_of(site);
    const int shift = shape.scale - shape.s1 + shape.s2;
    // Exact in 128 bits, and the first rounding can't reach a tie.
    const bool is_small =
        shift >= 0 && shape.p1 + shift <= 37 && shape.p2 <= kDivisionScale - shape.scale;
    const Int128 up = is_small ? power_of_ten(shift) : 1;
    return rows([shape, is_small, up](Int128 a, Int128 b) -> std::optional<Int128> {
        if (b == 0) {
            if (!shape.raises) return std::nullopt;
            throw divide_by_zero();
        }
        if (is_small) {
            const Int128 quotient = divide_half_up(a * up, b);
            if (fits(quotient, shape.precision)) return quotient;
            return overflow(shape, wide(quotient), shape.scale);
        }
        const WideInt scaled = wide(a) * wide_power_of_ten(kDivisionScale + shape.s2 - shape.s1);
        return finish(shape, divide_half_up(scaled, wide(b)), kDivisionScale);
    });
}

enum class RemainderKind : std::uint8_t { Remainder, PositiveModulus };

template <RemainderKind kKind>
KernelBody bind_remainder(const KernelSite& site) {
    const Shape shape = shape_of(site);
    const int scale = std::max(shape.s1, shape.s2);
    return rows([shape, scale](Int128 a, Int128 b) -> std::optional<Int128> {
        if (b == 0) {
            if (!shape.raises) return std::nullopt;
            throw remainder_by_zero();
        }
        const WideInt x = wide(a) * wide_power_of_ten(scale - shape.s1);
        const WideInt y = wide(b) * wide_power_of_ten(scale - shape.s2);
        WideInt r = x % y;
        if (kKind == RemainderKind::PositiveModulus && r < 0) r = (r + y) % y;
        return finish(shape, r, scale);
    });
}

KernelBody bind_integral_divide(const KernelSite& site) {
    const DataType a_type = site.argument(0);
    const DataType b_type = site.argument(1);
    const int scale = std::max(a_type.scale(), b_type.scale());
    const bool raises = site.mode == EvalMode::Ansi;
    const EvalMode mode = site.mode;
    return rows([=](Int128 a, Int128 b) -> std::optional<std::int64_t> {
        if (b == 0) {
            if (!raises) return std::nullopt;
            throw divide_by_zero();
        }
        const WideInt x = wide(a) * wide_power_of_ten(scale - a_type.scale());
        const WideInt y = wide(b) * wide_power_of_ten(scale - b_type.scale());
        const WideInt quotient = x / y;
        if (quotient > INT64_MAX || quotient < INT64_MIN) {
            if (mode != EvalMode::Ansi) {
                return mode == EvalMode::Try
                           ? std::nullopt
                           : std::optional(static_cast<std::int64_t>(static_cast<Int128>(quotient)));
            }
            throw cast_overflow(quotient.str() + "BD", DataType::decimal(38, 0), DataType::long_int());
        }
        return static_cast<std::int64_t>(quotient);
    });
}

KernelBody bind_negative(const KernelSite&) {
    return rows([](Int128 a) { return -a; });
}
KernelBody bind_abs(const KernelSite&) {
    return rows([](Int128 a) { return a < 0 ? -a : a; });
}

/// A decimal sum in 128 bits, brought to the sum's precision.
KernelBody bind_narrow(const KernelSite& site) {
    const DataType result = site.result;
    const bool raises = site.mode == EvalMode::Ansi;
    return rows([result, raises](Int128 sum) -> std::optional<Int128> {
        if (fits(sum, result.precision())) return sum;
        if (!raises) return std::nullopt;
        throw decimal_overflow(decimal_text(sum, result.scale()), result);
    });
}

/// Sums beyond 128 bits: digits above the 18th and those below are summed apart.
constexpr int kLowDigits = 18;

template <bool kHigh>
KernelBody bind_half(const KernelSite&) {
    return rows([unit = power_of_ten(kLowDigits)](Int128 value) { return kHigh ? value / unit : value % unit; });
}

/// Both sums as one, NULL where the result can't hold it.
KernelBody bind_joined_halves(const KernelSite& site) {
    return rows([precision = site.result.precision()](Int128 high, Int128 low) {
        return narrow(wide(high) * wide_power_of_ten(kLowDigits) + wide(low), precision);
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"decimal_abs", bind_abs},
    {"decimal_add", bind_add<false>},
    {"decimal_divide", bind_divide},
    {"decimal_high", bind_half<true>},
    {"decimal_integral_divide", bind_integral_divide},
    {"decimal_joined_halves", bind_joined_halves},
    {"decimal_low", bind_half<false>},
    {"decimal_multiply", bind_multiply},
    {"decimal_narrow", bind_narrow},
    {"decimal_negative", bind_negative},
    {"decimal_pmod", bind_remainder<RemainderKind::PositiveModulus>},
    {"decimal_remainder", bind_remainder<RemainderKind::Remainder>},
    {"decimal_subtract", bind_add<true>},
});

}  // namespace

KernelTable decimal_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
