/// Random numbers that Spark draws from a seed: the sequence of a partition, by position in it. The
/// generator's steps are linear over bits, so a far position costs a few matrix products, not a walk.

#include "backend/duckdb/kernels/random.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "backend/duckdb/kernels/column.h"

namespace firesteel::duckdb {
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

/// Spark's XORShiftRandom.
class XorShift {
  public:
    explicit XorShift(std::int64_t seed) {
        constexpr std::uint32_t kArraySeed = 0x3C074A61;
        std::array<std::uint8_t, 8> bytes{};
        for (std::size_t i = 0; i < 8; ++i) {
            bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(seed) >> (56 - 8 * i));
        }
        const std::uint32_t low = murmur_of_bytes(bytes, kArraySeed);
        const std::uint32_t high = murmur_of_bytes(bytes, low);
        state_ = (static_cast<std::uint64_t>(high) << 32U) | low;
    }

    /// Java's nextDouble: two steps.
    double next_double() {
        constexpr double kUnit = 1.0 / static_cast<double>(std::uint64_t{1} << 53U);
        const std::uint64_t high = next_bits(26);
        const std::uint64_t low = next_bits(27);
        return static_cast<double>((high << 27U) + low) * kUnit;
    }

    /// Java's nextInt.
    std::int32_t next_int() { return static_cast<std::int32_t>(static_cast<std::uint32_t>(next_bits(32))); }

    void skip(std::uint64_t steps) {
        const auto& powers = step_powers();
        for (std::size_t bit = 0; steps != 0; ++bit, steps >>= 1U) {
            if ((steps & 1U) != 0) state_ = product(powers[bit], state_);
        }
    }

  private:
    /// Column i is what the step makes of bit i.
    using Matrix = std::array<std::uint64_t, 64>;

    static std::uint64_t step(std::uint64_t s) {
        s ^= s << 21U;
        s ^= s >> 35U;
        s ^= s << 4U;
        return s;
    }
    std::uint64_t next_bits(unsigned bits) {
        state_ = step(state_);
        return state_ & ((std::uint64_t{1} << bits) - 1);
    }
    static std::uint64_t product(const Matrix& m, std::uint64_t vector) {
        std::uint64_t out = 0;
        for (; vector != 0; vector &= vector - 1) out ^= m[static_cast<std::size_t>(std::countr_zero(vector))];
        return out;
    }
    /// The step, done 1, 2, 4, … times.
    static const std::array<Matrix, 64>& step_powers() {
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

    std::uint64_t state_ = 0;
};

/// rand: two steps a number.
class Uniform {
  public:
    explicit Uniform(std::int64_t seed) : random_(seed) {}
    void skip(std::uint64_t rows) { random_.skip(2 * rows); }
    double next() { return random_.next_double(); }

  private:
    XorShift random_;
};

/// randn by Java's nextGaussian: pairs out of the unit circle, so that only drawing leads to a far place.
class Gaussian {
  public:
    explicit Gaussian(std::int64_t seed) : random_(seed) {}
    void skip(std::uint64_t rows) {
        for (; rows > 0; --rows) next();
    }
    double next() {
        if (std::exchange(has_second_, false)) return second_;
        double x = 0;
        double y = 0;
        double square = 0;
        do {
            x = 2 * random_.next_double() - 1;
            y = 2 * random_.next_double() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        const double scale = std::sqrt(-2 * std::log(square) / square);
        second_ = y * scale;
        has_second_ = true;
        return x * scale;
    }

  private:
    XorShift random_;
    double second_ = 0;
    bool has_second_ = false;
};

/// randstr: a step for each character.
class Letters {
  public:
    Letters(std::int64_t seed, std::int32_t length) : random_(seed), length_(length) {}
    void skip(std::uint64_t rows) { random_.skip(rows * static_cast<std::uint64_t>(length_)); }
    std::string next() {
        std::string out;
        for (std::int32_t i = 0; i < length_; ++i) {
            const std::int32_t n = std::abs(random_.next_int() % 62);
            out += static_cast<char>(n < 10 ? '0' + n : n < 36 ? 'a' + n - 10 : 'A' + n - 36);
        }
        return out;
    }

  private:
    XorShift random_;
    std::int32_t length_;
};

/// What a generator of the row's partition draws at the row's position: (seed, partition, position, …).
template <typename T, typename Make>
KernelBody drawn_at(Make make) {
    return [make](KernelCall& call) {
        const Reader<std::int64_t> seeds(call.argument(0), DataType::long_int());
        const Reader<std::int64_t> partitions(call.argument(1), DataType::long_int());
        const Reader<std::int64_t> positions(call.argument(2), DataType::long_int());
        Writer<T> out(call.result(), call.site().result);
        std::optional<decltype(make(std::int64_t{}))> generator;
        for (idx_t r = 0; r < call.rows(); ++r) {
            const bool follows = generator && seeds[r] == seeds[r - 1] && partitions[r] == partitions[r - 1] &&
                                 positions[r] == positions[r - 1] + 1;
            if (!follows) {
                generator.emplace(make(seeds[r] + partitions[r]));
                generator->skip(static_cast<std::uint64_t>(positions[r]));
            }
            out.set(r, generator->next());
        }
    };
}

}  // namespace

KernelBody bind_random_at(const KernelSite&) {
    return drawn_at<double>([](std::int64_t seed) { return Uniform(seed); });
}

KernelBody bind_gaussian_at(const KernelSite&) {
    return drawn_at<double>([](std::int64_t seed) { return Gaussian(seed); });
}

KernelBody bind_letters_at(const KernelSite& site) {
    const Literal* length = site.constant(3);
    FS_ASSERT(length != nullptr);
    return drawn_at<std::string>([n = static_cast<std::int32_t>(length->value.integer())](std::int64_t seed) {
        return Letters(seed, n);
    });
}

}  // namespace firesteel::duckdb
