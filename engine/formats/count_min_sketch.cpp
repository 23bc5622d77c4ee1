#include "formats/count_min_sketch.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace firesteel::formats {
namespace {

constexpr std::int64_t kPrime = std::numeric_limits<std::int32_t>::max();

/// Java's Random, of which only nextInt(2^31 - 1) is drawn.
class JavaRandom {
  public:
    explicit JavaRandom(std::int64_t seed) : state_((static_cast<std::uint64_t>(seed) ^ kMultiplier) & kMask) {}
    std::int64_t below_prime() {
        for (;;) {
            state_ = (state_ * kMultiplier + 0xB) & kMask;
            const auto drawn = static_cast<std::int64_t>(state_ >> 17U);
            if (drawn < kPrime) return drawn;
        }
    }

  private:
    static constexpr std::uint64_t kMultiplier = 0x5DEECE66D;
    static constexpr std::uint64_t kMask = (std::uint64_t{1} << 48U) - 1;
    std::uint64_t state_;
};

/// Spark's Murmur3 of 32 bits: what is left after whole words is mixed in byte by byte, each as a word.
std::int32_t murmur(std::string_view bytes, std::int32_t seed) {
    auto hash = static_cast<std::uint32_t>(seed);
    const auto mix = [&hash](std::uint32_t word) {
        hash ^= std::rotl(word * 0xcc9e2d51U, 15) * 0x1b873593U;
        hash = std::rotl(hash, 13) * 5 + 0xe6546b64U;
    };
    const auto size = static_cast<std::uint32_t>(bytes.size());
    for (; bytes.size() >= 4; bytes.remove_prefix(4)) {
        std::uint32_t word = 0;
        std::memcpy(&word, bytes.data(), 4);
        mix(word);
    }
    for (const char byte : bytes) mix(static_cast<std::uint32_t>(static_cast<signed char>(byte)));
    hash ^= size;
    hash = (hash ^ (hash >> 16U)) * 0x85ebca6bU;
    hash = (hash ^ (hash >> 13U)) * 0xc2b2ae35U;
    return static_cast<std::int32_t>(hash ^ (hash >> 16U));
}

template <typename T>
void append_big(std::string& out, T value) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> static_cast<unsigned>(shift)));
    }
}

}  // namespace

CountMinSketch::CountMinSketch(double error, double confidence, std::int32_t seed)
    : depth_(static_cast<std::size_t>(std::ceil(-std::log1p(-confidence) / std::log(2.0)))),
      width_(static_cast<std::size_t>(std::ceil(2 / error))),
      counts_(depth_ * width_) {
    JavaRandom random(seed);
    for (std::size_t i = 0; i < depth_; ++i) factors_.push_back(random.below_prime());
}

void CountMinSketch::add(std::int64_t value) {
    for (std::size_t row = 0; row < depth_; ++row) {
        auto hash = static_cast<std::int64_t>(static_cast<std::uint64_t>(factors_[row]) * static_cast<std::uint64_t>(value));
        hash = static_cast<std::int64_t>(static_cast<std::uint64_t>(hash) + static_cast<std::uint64_t>(hash >> 32));
        ++counts_[row * width_ + static_cast<std::size_t>(hash & kPrime) % width_];
    }
    ++total_;
}

void CountMinSketch::add(std::string_view value) {
    const std::int32_t first = murmur(value, 0);
    const std::int32_t second = murmur(value, first);
    for (std::size_t row = 0; row < depth_; ++row) {
        const auto hash = static_cast<std::int32_t>(static_cast<std::uint32_t>(first) +
                                                    static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(second));
        const std::int64_t bucket = hash % static_cast<std::int64_t>(width_);
        ++counts_[row * width_ + static_cast<std::size_t>(bucket < 0 ? -bucket : bucket)];
    }
    ++total_;
}

std::string CountMinSketch::write() const {
    std::string out;
    append_big(out, std::int32_t{1});
    append_big(out, total_);
    append_big(out, static_cast<std::int32_t>(depth_));
    append_big(out, static_cast<std::int32_t>(width_));
    for (const std::int64_t factor : factors_) append_big(out, factor);
    for (const std::int64_t count : counts_) append_big(out, count);
    return out;
}

}  // namespace firesteel::formats
