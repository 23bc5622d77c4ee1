#include <algorithm>
#include <cstdlib>

#include "types/coercion.h"

namespace firesteel {
namespace {

constexpr int kScaleKept = 6;

DataType result_of(int precision, int scale, PrecisionLoss loss) {
    return loss == PrecisionLoss::Allowed ? adjusted_decimal(precision, scale)
                                          : bounded_decimal(precision, scale);
}

DataType quotient(const DataType& a, const DataType& b, PrecisionLoss loss) {
    const int whole = a.precision() - a.scale() + b.scale();
    const int fraction = std::max(kScaleKept, a.scale() + b.precision() + 1);
    if (loss == PrecisionLoss::Allowed) return adjusted_decimal(whole + fraction, fraction);
    int whole_kept = std::min(kDecimalPrecisionMax, whole);
    int fraction_kept = std::min(kDecimalPrecisionMax, fraction);
    const int excess = whole_kept + fraction_kept - kDecimalPrecisionMax;
    if (excess > 0) {
        fraction_kept -= excess / 2 + 1;
        whole_kept = kDecimalPrecisionMax - fraction_kept;
    }
    return bounded_decimal(whole_kept + fraction_kept, fraction_kept);
}

}  // namespace

DataType bounded_decimal(int precision, int scale) {
    return DataType::decimal(std::min(precision, kDecimalPrecisionMax),
                             std::min(scale, kDecimalPrecisionMax));
}

DataType adjusted_decimal(int precision, int scale) {
    if (precision <= kDecimalPrecisionMax) return DataType::decimal(precision, scale);
    const int whole = precision - scale;
    const int kept = std::max(kDecimalPrecisionMax - whole, std::min(scale, kScaleKept));
    return DataType::decimal(kDecimalPrecisionMax, kept);
}

DataType decimal_for(const DataType& numeric) {
    switch (numeric.kind()) {
        case TypeKind::Byte:
            return DataType::decimal(3, 0);
        case TypeKind::Short:
            return DataType::decimal(5, 0);
        case TypeKind::Int:
            return DataType::decimal(10, 0);
        case TypeKind::Long:
            return DataType::decimal(20, 0);
        case TypeKind::Float:
            return DataType::decimal(14, 7);
        case TypeKind::Double:
            return DataType::decimal(30, 15);
        default:
            return numeric;
    }
}

DataType decimal_for_literal(std::int64_t value) {
    int digits = 1;
    while (value /= 10) ++digits;
    return DataType::decimal(digits, 0);
}

DataType wider_decimal(const DataType& a, const DataType& b) {
    const int scale = std::max(a.scale(), b.scale());
    const int whole = std::max(a.precision() - a.scale(), b.precision() - b.scale());
    const int excess = whole + scale - kDecimalPrecisionMax;
    if (excess <= 0) return DataType::decimal(whole + scale, scale);
    return DataType::decimal(kDecimalPrecisionMax, std::max(0, scale - excess));
}

DataType decimal_result(DecimalOperation operation, const DataType& a, const DataType& b,
                        PrecisionLoss loss) {
    const int whole_a = a.precision() - a.scale();
    const int whole_b = b.precision() - b.scale();
    const int scale = std::max(a.scale(), b.scale());
    switch (operation) {
        case DecimalOperation::Add:
        case DecimalOperation::Subtract:
            return result_of(std::max(whole_a, whole_b) + scale + 1, scale, loss);
        case DecimalOperation::Multiply:
            return result_of(a.precision() + b.precision() + 1, a.scale() + b.scale(), loss);
        case DecimalOperation::Divide:
            return quotient(a, b, loss);
        case DecimalOperation::Remainder:
            return result_of(std::min(whole_a, whole_b) + scale, scale, loss);
        case DecimalOperation::IntegralDivide: {
            const int whole = whole_a + b.scale();
            return bounded_decimal(whole == 0 ? 1 : whole, 0);
        }
    }
    std::abort();
}

DataType decimal_sum(const DataType& decimal) {
    return bounded_decimal(decimal.precision() + 10, decimal.scale());
}

DataType decimal_average(const DataType& decimal) {
    return bounded_decimal(decimal.precision() + 4, decimal.scale() + 4);
}

}  // namespace firesteel
