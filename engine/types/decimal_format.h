#pragma once
/// java.text.DecimalFormat with US symbols and HALF_EVEN rounding: what format_number writes. A pattern is read
/// once and then immutable.

#include <string>
#include <string_view>

#include "types/literal.h"

namespace firesteel {

class DecimalFormat {
  public:
    /// Throws IllegalArgumentException, without a condition, for a malformed pattern.
    explicit DecimalFormat(std::string_view pattern);
    /// "#,##0.000" with so many digits after the point.
    static DecimalFormat grouped(int fraction_digits);

    std::string write(double value) const;
    /// unscaled / 10^scale: integers too.
    std::string write(Int128 unscaled, int scale) const;

  private:
    struct Digits;
    struct Affixes {
        std::string prefix;
        std::string suffix;
    };
    DecimalFormat() = default;
    std::size_t read_affix(std::string_view pattern, std::size_t at, std::string& out);
    std::size_t read_number(std::string_view pattern, std::size_t at);
    void set_counts(int before_zero, int zeros, int after_zero, int point_at);
    std::string framed(bool negative, const std::string& number) const;
    std::string plain(Digits digits) const;
    std::string scientific(Digits digits) const;
    std::string number(Digits digits) const;

    Affixes positive_;
    Affixes negative_;
    bool has_negative_ = false;
    int integer_min_ = 1;
    int integer_max_ = 0;  // counts in exponent patterns only
    int fraction_min_ = 0;
    int fraction_max_ = 0;
    int group_ = 0;
    int shift_ = 0;  // 2: percent, 3: per mille
    int exponent_min_ = 0;  // digits of the exponent; 0: none
    bool shows_point_ = false;
};

}  // namespace firesteel
