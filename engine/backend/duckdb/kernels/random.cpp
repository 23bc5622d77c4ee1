/// Random numbers that Spark draws from a seed: the sequence of a partition, by position in it.

#include "backend/duckdb/kernels/random.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "backend/duckdb/kernels/column.h"
#include "types/xor_shift.h"

namespace firesteel::duckdb {
namespace {

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
