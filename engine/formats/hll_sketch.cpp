#include "formats/hll_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "formats/sketch_bytes.h"

namespace firesteel::formats {
namespace {

constexpr unsigned kAddressBits = 26;
constexpr std::uint32_t kAddressMask = (1U << kAddressBits) - 1;
constexpr unsigned kListBits = 3;
constexpr unsigned kSetBits = 5;
constexpr unsigned kSetFromBits = 8;  // smaller sketches go from the list to registers
constexpr std::uint8_t kFamily = 7;
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kEmpty = 4;  // flags
constexpr std::uint8_t kCompactFlag = 8;
constexpr std::uint8_t kMerged = 16;
constexpr std::uint8_t kEightBits = 2U << 2U;
constexpr std::size_t kRegistersAt = 40;

/// Where the coupon is, or the free place for it.
std::size_t place_of(const std::vector<std::uint32_t>& coupons, std::uint32_t coupon) {
    const auto mask = static_cast<std::uint32_t>(coupons.size() - 1);
    const auto bits = static_cast<unsigned>(std::countr_zero(coupons.size()));
    std::uint32_t probe = coupon & mask;
    const std::uint32_t step = ((coupon & kAddressMask) >> bits) | 1U;
    while (coupons[probe] != 0 && coupons[probe] != coupon) probe = (probe + step) & mask;
    return probe;
}

double weight(std::uint8_t value) { return std::ldexp(1.0, -static_cast<int>(value)); }

}  // namespace

HllSketch::HllSketch(unsigned bits) : bits_(bits), coupons_(std::size_t{1} << kListBits) {}

void HllSketch::add(std::string_view value) {
    if (value.empty()) return;
    const Hash128 hash = sketch_hash(value);
    const auto zeros = static_cast<std::uint32_t>(std::min(std::countl_zero(hash.high), 62));
    add_coupon(((zeros + 1) << kAddressBits) | (static_cast<std::uint32_t>(hash.low) & kAddressMask));
}

void HllSketch::add_coupon(std::uint32_t coupon) {
    switch (mode_) {
        case Mode::List: return add_to_list(coupon);
        case Mode::Set: return add_to_set(coupon);
        case Mode::Registers: return add_to_registers(coupon);
    }
}

void HllSketch::add_to_list(std::uint32_t coupon) {
    if (std::ranges::find(coupons_, coupon) != coupons_.end()) return;
    coupons_[count_++] = coupon;
    if (count_ == coupons_.size()) bits_ < kSetFromBits ? become_registers() : become_set();
}

void HllSketch::become_set() {
    const std::vector<std::uint32_t> seen = std::exchange(coupons_, std::vector<std::uint32_t>(std::size_t{1} << kSetBits));
    mode_ = Mode::Set;
    count_ = 0;
    for (const std::uint32_t coupon : seen) add_to_set(coupon);
}

void HllSketch::add_to_set(std::uint32_t coupon) {
    std::uint32_t& place = coupons_[place_of(coupons_, coupon)];
    if (place == coupon) return;
    place = coupon;
    ++count_;
    if (4 * count_ <= 3 * coupons_.size()) return;
    if (coupons_.size() == std::size_t{1} << (bits_ - 3)) return become_registers();
    const std::vector<std::uint32_t> seen = std::exchange(coupons_, std::vector<std::uint32_t>(coupons_.size() * 2));
    for (const std::uint32_t each : seen) {
        if (each != 0) coupons_[place_of(coupons_, each)] = each;
    }
}

void HllSketch::become_registers() {
    const double estimate = coupon_estimate();
    const std::vector<std::uint32_t> seen = std::exchange(coupons_, {});
    mode_ = Mode::Registers;
    registers_.assign(std::size_t{1} << bits_, 0);
    zeros_ = std::uint32_t{1} << bits_;
    low_sum_ = static_cast<double>(registers_.size());
    for (const std::uint32_t coupon : seen) {
        if (coupon != 0) add_to_registers(coupon);
    }
    accumulated_ = estimate;
}

void HllSketch::add_to_registers(std::uint32_t coupon) {
    raise_register(coupon & (registers_.size() - 1), static_cast<std::uint8_t>(coupon >> kAddressBits));
}

void HllSketch::raise_register(std::size_t slot, std::uint8_t value) {
    const std::uint8_t before = registers_[slot];
    if (value <= before) return;
    accumulated_ += static_cast<double>(registers_.size()) / (low_sum_ + high_sum_);
    (before < 32 ? low_sum_ : high_sum_) -= weight(before);
    (value < 32 ? low_sum_ : high_sum_) += weight(value);
    if (before == 0) --zeros_;
    registers_[slot] = value;
}

HllSketch HllSketch::folded(unsigned bits) const {
    HllSketch out(bits);
    out.become_registers();
    for (std::size_t slot = 0; slot < registers_.size(); ++slot) {
        if (registers_[slot] != 0) out.raise_register(slot & (out.registers_.size() - 1), registers_[slot]);
    }
    out.accumulated_ = accumulated_;
    out.merged_ = merged_;
    return out;
}

void HllSketch::merge_registers(const HllSketch& other) {
    if (other.bits_ < bits_) *this = folded(other.bits_);
    for (std::size_t slot = 0; slot < other.registers_.size(); ++slot) {
        raise_register(slot & (registers_.size() - 1), other.registers_[slot]);
    }
    merged_ = true;
    accumulated_ = 0;
}

void HllSketch::unite(const HllSketch& other) {
    if (other.is_empty()) return;
    if (other.mode_ == Mode::Set && is_empty() && other.bits_ == bits_) {
        *this = other;
        return;
    }
    if (other.mode_ != Mode::Registers) {
        for (const std::uint32_t coupon : other.coupons_) {
            if (coupon != 0) add_coupon(coupon);
        }
        return;
    }
    if (mode_ == Mode::Registers) return merge_registers(other);
    HllSketch all = other.bits_ > bits_ ? other.folded(bits_) : other;
    for (const std::uint32_t coupon : coupons_) {
        if (coupon != 0) all.add_coupon(coupon);
    }
    *this = std::move(all);
}

/// Of n different values some have the same coupon: of their pairs one in 3 * 2^26.
double HllSketch::coupon_estimate() const {
    const auto count = static_cast<double>(count_);
    return count + count * (count - 1) / (6.0 * (1U << kAddressBits));
}

std::optional<std::int64_t> HllSketch::estimate() const {
    if (merged_) return {};
    const double estimate = mode_ == Mode::Registers ? accumulated_ : coupon_estimate();
    return static_cast<std::int64_t>(std::floor(estimate + 0.5));
}

std::string HllSketch::write() const {
    static constexpr std::uint8_t kInts[] = {2, 3, 10};
    const bool registers = mode_ == Mode::Registers;
    std::string out;
    out.push_back(static_cast<char>(kInts[static_cast<std::size_t>(mode_)]));
    out.push_back(static_cast<char>(kVersion));
    out.push_back(static_cast<char>(kFamily));
    out.push_back(static_cast<char>(bits_));
    out.push_back(static_cast<char>(registers ? 0 : std::countr_zero(coupons_.size())));
    out.push_back(static_cast<char>(is_empty() ? kEmpty : merged_ ? kMerged : 0));
    out.push_back(static_cast<char>(mode_ == Mode::List ? count_ : 0));
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(mode_) | kEightBits));
    if (mode_ == Mode::Set) append_little(out, static_cast<std::uint32_t>(count_));
    for (const std::uint32_t coupon : coupons_) append_little(out, coupon);
    if (!registers) return out;
    append_little(out, accumulated_);
    append_little(out, low_sum_);
    append_little(out, high_sum_);
    append_little(out, zeros_);
    append_little(out, std::uint32_t{0});
    out.append(registers_.begin(), registers_.end());
    return out;
}

std::optional<HllSketch> HllSketch::read(std::string_view bytes) {
    if (bytes.size() < 8 || bytes[1] != kVersion || bytes[2] != kFamily) return {};
    const auto bits = static_cast<std::uint8_t>(bytes[3]);
    const auto mode = static_cast<std::uint8_t>(bytes[7]) & 3U;
    const auto flags = static_cast<std::uint8_t>(bytes[5]);
    const bool eight = (static_cast<std::uint8_t>(bytes[7]) & 12U) == kEightBits;
    if (bits < kBitsMin || bits > kBitsMax || mode > 2 || !eight) return {};
    HllSketch out(bits);
    if (mode == static_cast<unsigned>(Mode::Registers)) {
        if (bytes.size() < kRegistersAt + (std::size_t{1} << bits)) return {};
        out.become_registers();
        out.accumulated_ = little_at<double>(bytes, 8);
        out.low_sum_ = little_at<double>(bytes, 16);
        out.high_sum_ = little_at<double>(bytes, 24);
        out.zeros_ = little_at<std::uint32_t>(bytes, 32);
        out.merged_ = (flags & kMerged) != 0;
        for (std::size_t i = 0; i < out.registers_.size(); ++i) {
            out.registers_[i] = static_cast<std::uint8_t>(bytes[kRegistersAt + i]) & 0x3fU;
        }
        return out;
    }
    const bool list = mode == static_cast<unsigned>(Mode::List);
    const std::size_t at = list ? 8 : 12;
    if (bytes.size() < at) return {};
    const std::size_t places = (flags & kCompactFlag) != 0 || list
                                   ? (list ? static_cast<std::uint8_t>(bytes[6]) : little_at<std::uint32_t>(bytes, 8))
                                   : std::size_t{1} << (static_cast<std::uint8_t>(bytes[4]) & 31U);
    if ((bytes.size() - at) / 4 < places || (!list && bits < kSetFromBits)) return {};
    if (!list && (flags & kCompactFlag) == 0) {
        out.mode_ = Mode::Set;
        out.count_ = little_at<std::uint32_t>(bytes, 8);
        out.coupons_.assign(places, 0);
        for (std::size_t i = 0; i < places; ++i) out.coupons_[i] = little_at<std::uint32_t>(bytes, at + 4 * i);
        return out.count_ < places ? std::optional(out) : std::nullopt;
    }
    if (!list) out.become_set();
    for (std::size_t i = 0; i < places; ++i) out.add_coupon(little_at<std::uint32_t>(bytes, at + 4 * i));
    return out;
}

}  // namespace firesteel::formats
