#include "formats/theta_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <numeric>

#include "formats/sketch_bytes.h"

namespace firesteel::formats {
namespace {

constexpr std::uint8_t kFamily = 3;
constexpr std::uint8_t kPlain = 3;       // versions of the format
constexpr std::uint8_t kCompressed = 4;
constexpr std::uint8_t kReadOnly = 2;    // flags
constexpr std::uint8_t kEmpty = 4;
constexpr std::uint8_t kCompact = 8;
constexpr std::uint8_t kOrdered = 16;
constexpr std::uint8_t kSingle = 32;
constexpr std::uint16_t kSeedHash = 0x93cc;
constexpr std::size_t kPreamble = 8;

std::string preamble(std::uint8_t longs, std::uint8_t version, std::uint8_t entry_bits, std::uint8_t count_bytes,
                     std::uint8_t flags, std::uint16_t seed_hash) {
    std::string out;
    for (const std::uint8_t byte : {longs, version, kFamily, entry_bits, count_bytes}) out.push_back(static_cast<char>(byte));
    out.push_back(static_cast<char>(flags | kReadOnly | kCompact | kOrdered));
    append_little(out, seed_hash);
    return out;
}

/// Numbers of `width` bits each, the highest bit first.
void append_packed(std::string& out, const std::vector<std::uint64_t>& numbers, unsigned width) {
    unsigned free_bits = 0;
    for (const std::uint64_t number : numbers) {
        for (unsigned bit = width; bit-- > 0;) {
            if (free_bits == 0) {
                out.push_back('\0');
                free_bits = 8;
            }
            --free_bits;
            out.back() = static_cast<char>(static_cast<unsigned char>(out.back()) | (((number >> bit) & 1U) << free_bits));
        }
    }
}

std::uint64_t packed_at(std::string_view bytes, std::size_t bit, unsigned width) {
    std::uint64_t number = 0;
    for (unsigned i = 0; i < width; ++i, ++bit) {
        number = (number << 1U) | ((static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8)) & 1U);
    }
    return number;
}

}  // namespace

void ThetaSketch::limit_to(std::uint64_t theta) {
    theta_ = std::min(theta_, theta);
    std::erase_if(hashes_, [this](std::uint64_t hash) { return hash >= theta_; });
}

void ThetaSketch::add(std::string_view value, unsigned nominal_bits) {
    empty_ = false;
    const std::uint64_t hash = sketch_hash(value).low >> 1U;
    if (hash == 0 || hash >= theta_) return;
    hashes_.push_back(hash);
    if (hashes_.size() > std::size_t{4} << nominal_bits) cut(nominal_bits);
}

void ThetaSketch::cut(unsigned nominal_bits) {
    std::ranges::sort(hashes_);
    const auto rest = std::ranges::unique(hashes_);
    hashes_.erase(rest.begin(), rest.end());
    const std::size_t most = std::size_t{1} << nominal_bits;
    if (hashes_.size() <= most) return;
    theta_ = hashes_[most];
    hashes_.resize(most);
}

void ThetaSketch::unite(const ThetaSketch& other) {
    empty_ = empty_ && other.empty_;
    hashes_.insert(hashes_.end(), other.hashes_.begin(), other.hashes_.end());
    limit_to(other.theta_);
}

void ThetaSketch::intersect(const ThetaSketch& other) {
    if (empty_ || other.empty_) {
        *this = {};
        return;
    }
    std::vector<std::uint64_t> both;
    std::ranges::set_intersection(hashes_, other.hashes_, std::back_inserter(both));
    hashes_ = std::move(both);
    limit_to(other.theta_);
    empty_ = hashes_.empty() && is_exact();
}

void ThetaSketch::subtract(const ThetaSketch& other) {
    if (empty_ || other.empty_) return;
    std::vector<std::uint64_t> rest;
    std::ranges::set_difference(hashes_, other.hashes_, std::back_inserter(rest));
    hashes_ = std::move(rest);
    limit_to(other.theta_);
    empty_ = hashes_.empty() && is_exact();
}

std::int64_t ThetaSketch::estimate() const {
    const auto count = static_cast<double>(hashes_.size());
    if (is_exact()) return static_cast<std::int64_t>(hashes_.size());
    return static_cast<std::int64_t>(std::floor(count * (static_cast<double>(kAll) / static_cast<double>(theta_)) + 0.5));
}

std::string ThetaSketch::write() const {
    if (empty_) return preamble(1, kPlain, 0, 0, kEmpty, 0);
    if (hashes_.size() == 1 && is_exact()) {
        std::string out = preamble(1, kPlain, 0, 0, kSingle, kSeedHash);
        append_little(out, hashes_[0]);
        return out;
    }
    if (hashes_.empty()) {
        std::string out = preamble(3, kPlain, 0, 0, 0, kSeedHash);
        append_little(out, std::uint32_t{0});
        append_little(out, 1.0F);
        append_little(out, theta_);
        return out;
    }
    std::vector<std::uint64_t> steps(hashes_.size());
    std::adjacent_difference(hashes_.begin(), hashes_.end(), steps.begin());
    std::uint64_t used = 0;
    for (const std::uint64_t step : steps) used |= step;
    const auto width = static_cast<unsigned>(std::bit_width(used));
    const auto count = static_cast<std::uint32_t>(hashes_.size());
    const auto count_bytes = static_cast<std::uint8_t>((std::bit_width(count) + 7) / 8);
    std::string out = preamble(is_exact() ? 1 : 2, kCompressed, static_cast<std::uint8_t>(width), count_bytes, 0, kSeedHash);
    if (!is_exact()) append_little(out, theta_);
    for (unsigned i = 0; i < count_bytes; ++i) out.push_back(static_cast<char>(count >> (8 * i)));
    append_packed(out, steps, width);
    return out;
}

std::optional<ThetaSketch> ThetaSketch::read_compressed(std::string_view bytes) {
    ThetaSketch out;
    out.empty_ = false;
    const bool exact = (bytes[0] & 0x3f) == 1;
    const auto width = static_cast<unsigned char>(bytes[3]);
    const auto count_bytes = static_cast<unsigned char>(bytes[4]);
    std::size_t at = kPreamble + (exact ? 0 : 8);
    if (width > 63 || count_bytes > 4 || bytes.size() < at + count_bytes) return {};
    if (!exact) out.theta_ = little_at<std::uint64_t>(bytes, kPreamble);
    std::size_t count = 0;
    for (unsigned i = 0; i < count_bytes; ++i) {
        count |= std::size_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    bytes.remove_prefix(at + count_bytes);
    if ((count * width + 7) / 8 > bytes.size()) return {};
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < count; ++i) {
        hash += packed_at(bytes, i * width, width);
        out.hashes_.push_back(hash);
    }
    return out;
}

std::optional<ThetaSketch> ThetaSketch::read(std::string_view bytes) {
    if (bytes.size() < kPreamble || static_cast<std::uint8_t>(bytes[2]) != kFamily) return {};
    const auto longs = static_cast<std::uint8_t>(bytes[0] & 0x3f);
    const auto flags = static_cast<std::uint8_t>(bytes[5]);
    if (static_cast<std::uint8_t>(bytes[1]) == kCompressed) return read_compressed(bytes);
    if (static_cast<std::uint8_t>(bytes[1]) != kPlain || (flags & kCompact) == 0) return {};
    ThetaSketch out;
    if ((flags & kEmpty) != 0) return out;
    out.empty_ = false;
    std::size_t count = 1;
    const std::size_t at = std::size_t{longs} * 8;
    if (longs > 3 || longs == 0 || bytes.size() < at) return {};
    if (longs > 1) count = little_at<std::uint32_t>(bytes, 8);
    if (longs > 2) out.theta_ = little_at<std::uint64_t>(bytes, 16);
    if ((bytes.size() - at) / 8 < count) return {};
    for (std::size_t i = 0; i < count; ++i) out.hashes_.push_back(little_at<std::uint64_t>(bytes, at + 8 * i));
    std::ranges::sort(out.hashes_);
    return out;
}

}  // namespace firesteel::formats
