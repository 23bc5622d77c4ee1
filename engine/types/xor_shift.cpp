#include "types/xor_shift.h"

#include <array>
#include <bit>

namespace firesteel {
namespace {

/// Scala's MurmurHash3.bytesHash of eight bytes.
std::uint32_t murmur_of_bytes(const std::array<std::uint8_t, 8>& bytes, std::uint32_t seed) {
    std::uint32_t hash = seed;
    for (std::size_t at = 0; at < bytes.size(); at += 4) {
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < 4; ++i) word |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
        word *= 0xCC9E2D51U;
        word = std::rotl(word, 15) * 0x1B873593U;
        hash = std::rotl(hash ^ word, 13) * 5 + 0xE6546B64U;
    }
    hash ^= static_cast<std::uint32_t>(bytes.size());
    hash = (hash ^ (hash >> 16U)) * 0x85EBCA6BU;
    hash = (hash ^ (hash >> 13U)) * 0xC2B2AE35U;
    return hash ^ (hash >> 16U);
}

std::uint64_t step(std::uint64_t s) {
    s ^= s << 21U;
    s ^= s >> 35U;
    s ^= s << 4U;
    return s;
}

/// Column i is what the step makes of bit i.
using Matrix = std::array<std::uint64_t, 64>;

std::uint64_t product(const Matrix& m, std::uint64_t vector) {
    std::uint64_t out = 0;
    for (; vector != 0; vector &= vector - 1) out ^= m[static_cast<std::size_t>(std::countr_zero(vector))];
    return out;
}

/// The step, done 1, 2, 4, … times.
const std::array<Matrix, 64>& step_powers() {
    static const std::array<Matrix, 64> powers = [] {
        std::array<Matrix, 64> out{};
        for (std::size_t i = 0; i < 64; ++i) out[0][i] = step(std::uint64_t{1} << i);
        for (std::size_t p = 1; p < 64; ++p) {
            for (std::size_t i = 0; i < 64; ++i) out[p][i] = product(out[p - 1], out[p - 1][i]);
        }
        return out;
    }();
    return powers;
}

}  // namespace

XorShift::XorShift(std::int64_t seed) {
    constexpr std::uint32_t kArraySeed = 0x3C074A61;
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(seed) >> (56 - 8 * i));
    }
    const std::uint32_t low = murmur_of_bytes(bytes, kArraySeed);
    const std::uint32_t high = murmur_of_bytes(bytes, low);
    state_ = (static_cast<std::uint64_t>(high) << 32U) | low;
}

double XorShift::next_double() {
    constexpr double kUnit = 1.0 / static_cast<double>(std::uint64_t{1} << 53U);
    const std::uint64_t high = next_bits(26);
    const std::uint64_t low = next_bits(27);
    return static_cast<double>((high << 27U) + low) * kUnit;
}

std::int32_t XorShift::next_int() {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(next_bits(32)));
}

void XorShift::skip(std::uint64_t steps) {
    const auto& powers = step_powers();
    for (std::size_t bit = 0; steps != 0; ++bit, steps >>= 1U) {
        if ((steps & 1U) != 0) state_ = product(powers[bit], state_);
    }
}

std::uint64_t XorShift::next_bits(unsigned bits) {
    state_ = step(state_);
    return state_ & ((std::uint64_t{1} << bits) - 1);
}

}  // namespace firesteel
