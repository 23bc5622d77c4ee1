#include "types/java_digits.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <type_traits>

namespace firesteel {
namespace {

// JDK 17 stops at the first digit from which the text reads back as the same number, with these peculiarities:
// integers below 2^63 keep more digits than needed; the margin at powers of two is halved on both sides; a
// scientific form has at least two digits; when large numbers are needed, the upper margin itself counts.

/// A natural number of up to 1,280 bits.
class BigNatural {
  public:
    explicit BigNatural(std::uint64_t value) {
        limbs_[0] = static_cast<std::uint32_t>(value);
        limbs_[1] = static_cast<std::uint32_t>(value >> 32);
        size_ = limbs_[1] != 0 ? 2 : limbs_[0] != 0 ? 1 : 0;
    }

    void multiply(std::uint32_t factor) {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            carry += std::uint64_t{limbs_[i]} * factor;
            limbs_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0) limbs_[size_++] = static_cast<std::uint32_t>(carry);
    }

    void multiply_power_of_5(int power) {
        constexpr std::uint32_t kFiveTo13 = 1'220'703'125;
        for (; power >= 13; power -= 13) multiply(kFiveTo13);
        std::uint32_t rest = 1;
        for (; power > 0; --power) rest *= 5;
        multiply(rest);
    }

    void shift_left(int bits) {
        if (size_ == 0) return;
        const auto whole = static_cast<std::size_t>(bits / 32);
        const int part = bits % 32;
        if (whole > 0) {
            std::copy_backward(limbs_.begin(), limbs_.begin() + static_cast<std::ptrdiff_t>(size_),
                               limbs_.begin() + static_cast<std::ptrdiff_t>(size_ + whole));
            std::fill_n(limbs_.begin(), whole, 0U);
            size_ += whole;
        }
        if (part > 0) multiply(1U << part);
    }

    int compare(const BigNatural& other) const {
        if (size_ != other.size_) return size_ < other.size_ ? -1 : 1;
        for (std::size_t i = size_; i-- > 0;) {
            if (limbs_[i] != other.limbs_[i]) return limbs_[i] < other.limbs_[i] ? -1 : 1;
        }
        return 0;
    }

    void add(const BigNatural& other) {
        const std::size_t size = std::max(size_, other.size_);
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < size; ++i) {
            carry += std::uint64_t{limbs_[i]} + other.limbs_[i];
            limbs_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        size_ = size;
        if (carry != 0) limbs_[size_++] = static_cast<std::uint32_t>(carry);
    }

    void subtract(const BigNatural& other) {
        std::int64_t borrow = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            borrow += std::int64_t{limbs_[i]} - other.limbs_[i];
            limbs_[i] = static_cast<std::uint32_t>(borrow);
            borrow >>= 32;
        }
        while (size_ > 0 && limbs_[size_ - 1] == 0) --size_;
    }

    /// The quotient below 10 by `divisor`; this becomes the remainder.
    int divide(const BigNatural& divisor) {
        int quotient = 0;
        while (compare(divisor) >= 0) {
            subtract(divisor);
            ++quotient;
        }
        return quotient;
    }

  private:
    std::array<std::uint32_t, 44> limbs_{};
    std::size_t size_ = 0;
};

/// value = fraction × 2^(exponent - 52), fraction in [2^52, 2^53).
struct Parts {
    std::uint64_t fraction;
    int exponent;
    int significant_bits;
};

Parts parts_of(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    const int exponent = static_cast<int>(bits >> 52);
    if (exponent > 0) return {fraction | std::uint64_t{1} << 52, exponent - 1023, 53};
    const int shift = std::countl_zero(fraction) - 11;
    return {fraction << shift, -1022 - shift, 53 - shift};
}

Parts parts_of(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t fraction = bits & ((1U << 23) - 1);
    const int exponent = static_cast<int>(bits >> 23);
    if (exponent > 0) return {std::uint64_t{fraction | 1U << 23} << 29, exponent - 127, 24};
    const int shift = std::countl_zero(fraction) - 8;
    return {std::uint64_t{fraction << shift} << 29, -126 - shift, 24 - shift};
}

void append_whole(JavaDigits& out, std::uint64_t value, int zeros) {
    const auto end =
        std::to_chars(out.digits.data(), out.digits.data() + out.digits.size(), value).ptr;
    out.count = static_cast<int>(end - out.digits.data());
    out.point = out.count + zeros;
    while (out.count > 1 && out.digits[static_cast<std::size_t>(out.count) - 1] == '0') --out.count;
}

/// An integer below 2^63: only the digits beyond what its type holds are rounded away.
JavaDigits whole_digits(std::uint64_t value, int surplus_bits) {
    int dropped = surplus_bits > 1 ? static_cast<int>(std::floor(surplus_bits * 0.30102999566398120)) : 0;
    JavaDigits out;
    const int zeros = dropped;
    std::uint64_t unit = 1;
    for (; dropped > 0; --dropped) unit *= 10;
    if (unit > 1) value = value / unit + (value % unit >= unit / 2 ? 1 : 0);
    append_whole(out, value, zeros);
    return out;
}

int bits_of_power_of_5(int power) {
    if (power == 0) return 0;
    if (power >= 27) return power * 3;
    std::uint64_t value = 1;
    for (int i = 0; i < power; ++i) value *= 5;
    return static_cast<int>(std::bit_width(value));
}

/// floor(log10(value)), sometimes one too high.
int estimated_exponent(const Parts& parts) {
    const double mantissa = std::ldexp(static_cast<double>(parts.fraction), -52);
    return static_cast<int>(std::floor((mantissa - 1.5) * 0.289529654 + 0.176091259 +
                                       parts.exponent * 0.301029995663981));
}

void round_up(JavaDigits& out) {
    int at = out.count - 1;
    while (at > 0 && out.digits[static_cast<std::size_t>(at)] == '9') {
        out.digits[static_cast<std::size_t>(at--)] = '0';
    }
    char& digit = out.digits[static_cast<std::size_t>(at)];
    if (digit == '9') {
        digit = '1';
        ++out.point;
    } else {
        ++digit;
    }
}

/// value = b / s × 10^decimal, margin = m / s, all without their common powers of two.
struct Ratio {
    std::uint64_t fraction;
    int decimal;
    int b2, b5, s2, s5, m2;
    int b_bits, s_bits;
};

Ratio ratio_of(const Parts& parts) {
    const int fraction_bits = 53 - std::countr_zero(parts.fraction);
    const int tiny_bits = std::max(0, fraction_bits - parts.exponent - 1);
    Ratio r{};
    r.decimal = estimated_exponent(parts);
    r.b5 = std::max(0, -r.decimal);
    r.s5 = std::max(0, r.decimal);
    r.b2 = r.b5 + tiny_bits + parts.exponent;
    r.s2 = r.s5 + tiny_bits;
    r.m2 = r.b2 - parts.significant_bits;
    r.b2 -= fraction_bits - 1;
    const int common = std::min(r.b2, r.s2);
    r.b2 -= common;
    r.s2 -= common;
    r.m2 -= common;
    if (fraction_bits == 1) --r.m2;  // a power of two
    if (r.m2 < 0) {
        r.b2 -= r.m2;
        r.s2 -= r.m2;
        r.m2 = 0;
    }
    r.fraction = parts.fraction >> (53 - fraction_bits);
    r.b_bits = fraction_bits + r.b2 + bits_of_power_of_5(r.b5);
    r.s_bits = r.s2 + 1 + bits_of_power_of_5(r.s5 + 1);
    return r;
}

/// Digits in 32- or 64-bit arithmetic that wraps where JDK's does.
template <typename Unsigned>
class NativeSteps {
    using Signed = std::make_signed_t<Unsigned>;

  public:
    explicit NativeSteps(const Ratio& r)
        : b_(static_cast<Unsigned>(r.fraction * power_of_5(r.b5)) << r.b2),
          s_(static_cast<Unsigned>(power_of_5(r.s5)) << r.s2),
          m_(static_cast<Unsigned>(power_of_5(r.b5)) << r.m2),
          ten_s_(s_ * 10) {}

    int step(bool& low, bool& high) {
        const auto digit = static_cast<int>(b_ / s_);
        b_ = b_ % s_ * 10;
        m_ *= 10;
        if (static_cast<Signed>(m_) > 0) {
            low = static_cast<Signed>(b_) < static_cast<Signed>(m_);
            high = static_cast<Signed>(b_ + m_) > static_cast<Signed>(ten_s_);
        } else {
            low = high = true;
        }
        return digit;
    }

    int rest_against_half() const {
        const auto difference = static_cast<Signed>((b_ << 1) - ten_s_);
        return difference < 0 ? -1 : difference > 0 ? 1 : 0;
    }

  private:
    static std::uint64_t power_of_5(int power) {
        std::uint64_t out = 1;
        for (; power > 0; --power) out *= 5;
        return out;
    }

    Unsigned b_;
    Unsigned s_;
    Unsigned m_;
    Unsigned ten_s_;
};

class BigSteps {
  public:
    explicit BigSteps(const Ratio& r) : b_(r.fraction), s_(1), m_(1), ten_s_(1) {
        b_.multiply_power_of_5(r.b5);
        b_.shift_left(r.b2);
        s_.multiply_power_of_5(r.s5);
        s_.shift_left(r.s2);
        m_.multiply_power_of_5(r.b5);
        m_.shift_left(r.m2);
        ten_s_ = s_;
        ten_s_.multiply(10);
    }

    int step(bool& low, bool& high) {
        const int digit = b_.divide(s_);
        b_.multiply(10);
        m_.multiply(10);
        low = b_.compare(m_) < 0;
        BigNatural sum = b_;
        sum.add(m_);
        high = sum.compare(ten_s_) >= 0;
        return digit;
    }

    int rest_against_half() const {
        BigNatural twice = b_;
        twice.shift_left(1);
        return twice.compare(ten_s_);
    }

  private:
    BigNatural b_;
    BigNatural s_;
    BigNatural m_;
    BigNatural ten_s_;
};

template <typename Steps>
JavaDigits generate(Steps steps, int decimal) {
    JavaDigits out;
    bool low = false;
    bool high = false;
    const auto put = [&](int digit) {
        out.digits[static_cast<std::size_t>(out.count++)] = static_cast<char>('0' + digit);
    };
    const int first = steps.step(low, high);
    if (first == 0 && !high) {
        --decimal;
    } else {
        put(first);
    }
    if (decimal < -3 || decimal >= 8) low = high = false;
    while (!low && !high) put(steps.step(low, high));
    out.point = decimal + 1;
    if (!high) return out;
    const int rest = low ? steps.rest_against_half() : 1;
    const bool odd = ((out.digits[static_cast<std::size_t>(out.count) - 1] - '0') & 1) != 0;
    if (rest > 0 || (rest == 0 && odd)) round_up(out);
    return out;
}

JavaDigits long_digits(const Parts& parts) {
    const Ratio r = ratio_of(parts);
    if (r.b_bits < 32 && r.s_bits < 32) return generate(NativeSteps<std::uint32_t>(r), r.decimal);
    if (r.b_bits < 64 && r.s_bits < 64) return generate(NativeSteps<std::uint64_t>(r), r.decimal);
    return generate(BigSteps(r), r.decimal);
}

/// The shortest digits that read back: equal to the general case wherever no margin is met exactly.
template <typename Real>
JavaDigits shortest_digits(Real value) {
    std::array<char, 40> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
    const char* e = std::find(text.data(), end, 'e');
    JavaDigits out;
    out.digits[0] = text[0];
    out.count = 1;
    if (e - text.data() > 2) {
        std::copy(text.data() + 2, const_cast<char*>(e), out.digits.begin() + 1);
        out.count += static_cast<int>(e - text.data()) - 2;
    }
    int exponent = 0;
    std::from_chars(e + (e[1] == '+' ? 2 : 1), end, exponent);
    out.point = exponent + 1;
    return out;
}

template <typename Real>
JavaDigits digits_of(Real value) {
    const Parts parts = parts_of(value);
    const int fraction_bits = 53 - std::countr_zero(parts.fraction);
    if (parts.exponent >= fraction_bits - 1 && parts.exponent <= 62) {
        const std::uint64_t whole = parts.exponent >= 52 ? parts.fraction << (parts.exponent - 52)
                                                         : parts.fraction >> (52 - parts.exponent);
        return whole_digits(whole, parts.exponent - parts.significant_bits - 1);
    }
    // Margins can be met exactly only by numbers whose digits fit the type's, so above its whole numbers.
    const bool near_whole = parts.exponent >= parts.significant_bits - 4 && parts.exponent < 140;
    if (fraction_bits == 1 || near_whole) return long_digits(parts);
    const JavaDigits out = shortest_digits(value);
    const bool scientific = out.point <= -3 || out.point >= 8;
    return scientific && out.count == 1 ? long_digits(parts) : out;
}

}  // namespace

JavaDigits java_digits(double value) { return digits_of(value); }
JavaDigits java_digits(float value) { return digits_of(value); }

}  // namespace firesteel
