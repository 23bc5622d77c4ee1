#pragma once
/// Decimal digits of binary numbers as JDK 17 chooses them (JDK 19 and later choose others). Called by number_text.

#include <array>
#include <cstdint>

namespace firesteel {

/// value = 0.d1d2d3… × 10^point.
struct JavaDigits {
    std::array<char, 32> digits;
    int count = 0;
    int point = 0;
};

/// value > 0 and finite.
JavaDigits java_digits(double value);
JavaDigits java_digits(float value);

}  // namespace firesteel
