#pragma once
/// + - * / and their like while they are resolved: dates, timestamps and intervals have rules of their
/// own. Private to functions/: rules_operators.cpp asks rules_time_arithmetic.cpp first.

#include "functions/resolution.h"

namespace firesteel::functions {

enum class ArithmeticOperation : std::uint8_t {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    IntegralDivide,
    Pmod,
};

/// What the operation is when a side is a date, timestamp or interval; none when numbers are wanted.
bound::MaybeExpr time_arithmetic(const Resolution& r, ArithmeticOperation op);

}  // namespace firesteel::functions
