/// approx_count_distinct: HyperLogLog++ over the hashes of a group's distinct values, with Spark's registers.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/values.h"

namespace firesteel::duckdb {
namespace {

/// Up to which counts the paper trusts linear counting, for 4 and more bits of address.
constexpr auto kLinearUpTo = std::to_array<double>({10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 11500, 20000,
                                                    50000, 120000, 350000});
constexpr int kBitsMin = 4;
constexpr int kBitsMax = 18;

double alpha(double registers) {
    if (registers == 16) return 0.673;
    if (registers == 32) return 0.697;
    if (registers == 64) return 0.709;
    return 0.7213 / (1.0 + 1.079 / registers);
}

class Registers {
  public:
    explicit Registers(int bits) : bits_(bits), highest_(std::size_t{1} << static_cast<unsigned>(bits)) {}

    void add(std::int64_t hash) {
        const auto x = static_cast<std::uint64_t>(hash);
        const auto bits = static_cast<unsigned>(bits_);
        const std::uint64_t rest = (x << bits) | (std::uint64_t{1} << (bits - 1));
        std::uint8_t& highest = highest_[x >> (64 - bits)];
        highest = std::max(highest, static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
    }

    std::int64_t estimate() const {
        const auto registers = static_cast<double>(highest_.size());
        double inverse = 0;
        double empty = 0;
        for (const std::uint8_t h : highest_) {
            inverse += 1.0 / static_cast<double>(std::uint64_t{1} << h);
            if (h == 0) ++empty;
        }
        const double raw = alpha(registers) * registers * registers / inverse;
        const double linear = empty > 0 ? registers * std::log(registers / empty) : 0;
        const bool trusted = bits_ <= kBitsMax && linear <= kLinearUpTo[static_cast<std::size_t>(bits_ - kBitsMin)];
        return static_cast<std::int64_t>(std::floor((empty > 0 && (trusted || raw <= 2.5 * registers) ? linear : raw) + 0.5));
    }

  private:
    int bits_;
    std::vector<std::uint8_t> highest_;
};

Value count(const KernelSite&, const ValueList& a) {
    if (a[0].is_null()) return Value(std::int64_t{0});
    Registers registers(static_cast<int>(std::ceil(2.0 * std::log(1.106 / a[1].floating()) / std::log(2.0))));
    for (const Value& hash : a[0].list()) registers.add(hash.integer());
    return Value(registers.estimate());
}

KernelBody bind_count(const KernelSite&) { return values(OnNull::Call, count); }

constexpr auto kKernels = std::to_array<Kernel>({{"hyperloglog_count", bind_count}});

}  // namespace

KernelTable hyperloglog_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
