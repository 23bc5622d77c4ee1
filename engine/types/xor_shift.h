#pragma once
/// Spark's XORShiftRandom: what rand(), samples and the sampling of schema inference draw. Its steps are linear over bits, so
/// a far position costs a few matrix products, not a walk.

#include <cstdint>

namespace firesteel {

class XorShift {
  public:
    explicit XorShift(std::int64_t seed);

    /// Java's nextDouble: two steps.
    double next_double();
    /// Java's nextInt.
    std::int32_t next_int();
    void skip(std::uint64_t steps);

  private:
    std::uint64_t next_bits(unsigned bits);

    std::uint64_t state_ = 0;
};

}  // namespace firesteel
