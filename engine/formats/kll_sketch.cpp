#include "formats/kll_sketch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <type_traits>

#include "formats/sketch_bytes.h"
#include "types/number_text.h"

namespace firesteel::formats {
namespace {

constexpr std::uint8_t kFamily = 15;
constexpr std::uint8_t kLevelLeast = 8;  // what the lowest level holds at least
constexpr std::uint8_t kEmpty = 1;       // flags
constexpr std::uint8_t kSingle = 4;
constexpr std::size_t kPreamble = 8;
constexpr std::size_t kLevelsAt = 20;

std::string preamble(std::uint8_t ints, std::uint8_t version, std::uint8_t flags, std::uint16_t size) {
    std::string out;
    for (const std::uint8_t byte : {ints, version, kFamily, flags}) out.push_back(static_cast<char>(byte));
    append_little(out, size);
    out.push_back(static_cast<char>(kLevelLeast));
    out.push_back('\0');
    return out;
}

std::string percent(double part) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f%%", part * 100);
    return text.data();
}

template <typename T>
std::string number(T value) {
    std::string out;
    if constexpr (std::is_same_v<T, float>) {
        append_float(out, value);
    } else if constexpr (std::is_same_v<T, double>) {
        append_double(out, value);
    } else {
        out = std::to_string(value);
    }
    return out;
}

template <typename T>
bool is_nan([[maybe_unused]] T value) {
    if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
    return false;
}

}  // namespace

template <typename T>
KllSketch<T>::KllSketch(std::uint16_t size) : size_(size), size_least_(size) {}

/// size * (2/3)^depth, rounded.
template <typename T>
std::size_t KllSketch<T>::capacity(std::size_t level) const {
    const std::size_t depth = levels_.size() - level - 1;
    const double exact = size_ * std::pow(2.0 / 3.0, static_cast<double>(depth));
    return std::max<std::size_t>(kLevelLeast, static_cast<std::size_t>(std::floor(exact + 0.5)));
}

template <typename T>
std::size_t KllSketch<T>::capacity() const {
    std::size_t sum = 0;
    for (std::size_t level = 0; level < levels_.size(); ++level) sum += capacity(level);
    return sum;
}

template <typename T>
std::size_t KllSketch<T>::retained() const {
    std::size_t sum = 0;
    for (const auto& level : levels_) sum += level.size();
    return sum;
}

template <typename T>
void KllSketch<T>::note(T value) {
    const bool first = count_ == 0;
    least_ = first ? value : std::min(least_, value);
    greatest_ = first ? value : std::max(greatest_, value);
}

template <typename T>
void KllSketch<T>::add(T value) {
    if (is_nan(value)) return;
    note(value);
    if (retained() >= capacity()) compress();
    levels_[0].push_back(value);
    ++count_;
}

/// Halves the lowest level that is full into the one above.
template <typename T>
void KllSketch<T>::compress() {
    std::size_t level = 0;
    while (level + 1 < levels_.size() && levels_[level].size() < capacity(level)) ++level;
    if (level + 1 == levels_.size()) levels_.emplace_back();
    std::vector<T> full = std::exchange(levels_[level], {});
    if (full.size() % 2 != 0) {
        levels_[level].push_back(full.back());
        full.pop_back();
    }
    std::ranges::sort(full);
    random_ = random_ * 6364136223846793005U + 1442695040888963407U;
    for (std::size_t i = random_ >> 63U; i < full.size(); i += 2) levels_[level + 1].push_back(full[i]);
    std::ranges::sort(levels_[level + 1]);
}

template <typename T>
void KllSketch<T>::merge(const KllSketch& other) {
    if (other.count_ == 0) return;
    note(other.least_);
    if (count_ == 0) greatest_ = other.greatest_;
    greatest_ = std::max(greatest_, other.greatest_);
    if (other.levels_.size() > 1) size_least_ = std::min(size_least_, other.size_least_);
    levels_.resize(std::max(levels_.size(), other.levels_.size()));
    for (std::size_t level = 0; level < other.levels_.size(); ++level) {
        const auto& more = other.levels_[level];
        levels_[level].insert(levels_[level].end(), more.rbegin(), more.rend());
        if (level > 0) std::ranges::sort(levels_[level]);
    }
    count_ += other.count_;
    while (retained() > capacity()) compress();
}

template <typename T>
std::vector<std::pair<T, std::uint64_t>> KllSketch<T>::weighted() const {
    std::vector<std::pair<T, std::uint64_t>> out;
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        for (const T value : levels_[level]) out.emplace_back(value, std::uint64_t{1} << level);
    }
    std::ranges::sort(out);
    return out;
}

template <typename T>
T KllSketch<T>::quantile(double rank) const {
    const double wanted = std::ceil(rank * static_cast<double>(count_));
    std::uint64_t below = 0;
    for (const auto& [value, weight] : weighted()) {
        below += weight;
        if (static_cast<double>(below) >= wanted) return value;
    }
    return greatest_;
}

template <typename T>
double KllSketch<T>::rank(T value) const {
    std::uint64_t below = 0;
    for (const auto& [each, weight] : weighted()) below += each <= value ? weight : 0;
    return static_cast<double>(below) / static_cast<double>(count_);
}

template <typename T>
std::string KllSketch<T>::write() const {
    if (count_ == 0) return preamble(2, 1, kEmpty, size_);
    if (count_ == 1) {
        std::string out = preamble(2, 2, kSingle, size_);
        append_little(out, least_);
        return out;
    }
    std::string out = preamble(5, 1, 0, size_);
    append_little(out, count_);
    append_little(out, size_least_);
    out.push_back(static_cast<char>(levels_.size()));
    out.push_back('\0');
    auto at = static_cast<std::uint32_t>(capacity() - retained());
    for (const auto& level : levels_) {
        append_little(out, at);
        at += static_cast<std::uint32_t>(level.size());
    }
    append_little(out, least_);
    append_little(out, greatest_);
    // The first level grows downwards.
    for (auto value = levels_[0].rbegin(); value != levels_[0].rend(); ++value) append_little(out, *value);
    for (std::size_t level = 1; level < levels_.size(); ++level) {
        for (const T value : levels_[level]) append_little(out, value);
    }
    return out;
}

template <typename T>
std::optional<KllSketch<T>> KllSketch<T>::read(std::string_view bytes) {
    if (bytes.size() < kPreamble || static_cast<std::uint8_t>(bytes[2]) != kFamily) return {};
    const auto size = little_at<std::uint16_t>(bytes, 4);
    const auto flags = static_cast<std::uint8_t>(bytes[3]);
    if (size < kSizeMin || static_cast<std::uint8_t>(bytes[6]) != kLevelLeast) return {};
    KllSketch out(size);
    if ((flags & kEmpty) != 0) return out;
    if ((flags & kSingle) != 0) {
        if (bytes.size() < kPreamble + sizeof(T)) return {};
        out.add(little_at<T>(bytes, kPreamble));
        return out;
    }
    if (bytes.size() < kLevelsAt) return {};
    const auto levels = static_cast<std::uint8_t>(bytes[18]);
    std::size_t at = kLevelsAt + std::size_t{levels} * 4;
    if (levels == 0 || levels > 60 || bytes.size() < at + 2 * sizeof(T)) return {};
    out.levels_.resize(levels);
    out.least_ = little_at<T>(bytes, at);
    out.greatest_ = little_at<T>(bytes, at + sizeof(T));
    at += 2 * sizeof(T);
    for (std::size_t level = 0; level < levels; ++level) {
        const std::size_t begin = little_at<std::uint32_t>(bytes, kLevelsAt + 4 * level);
        const std::size_t end = level + 1 < levels ? little_at<std::uint32_t>(bytes, kLevelsAt + 4 * level + 4) : out.capacity();
        if (end < begin || (bytes.size() - at) / sizeof(T) < end - begin) return {};
        for (std::size_t i = begin; i < end; ++i, at += sizeof(T)) out.levels_[level].push_back(little_at<T>(bytes, at));
    }
    std::ranges::reverse(out.levels_[0]);
    out.count_ = little_at<std::uint64_t>(bytes, 8);
    out.size_least_ = little_at<std::uint16_t>(bytes, 16);
    return out;
}

template <typename T>
std::string KllSketch<T>::summary() const {
    const std::string kind = std::is_same_v<T, float> ? "Floats" : std::is_same_v<T, double> ? "Doubles" : "Longs";
    const std::size_t fixed = kLevelsAt + 2 * sizeof(T);
    const std::size_t updatable = fixed + 4 * (levels_.size() + 1) + capacity() * sizeof(T);
    std::string out = "\n### KllKll" + kind + "Sketch Summary:\n";
    const auto line = [&out](std::string_view name, const std::string& value) {
        out.append("   ").append(name).append(23 - name.size(), ' ').append(": ").append(value).append("\n");
    };
    const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
    line("K", std::to_string(size_));
    line("Dynamic min K", std::to_string(size_least_));
    line("M", std::to_string(kLevelLeast));
    line("N", std::to_string(count_));
    line("Epsilon", percent(2.296 / std::pow(size_least_, 0.9723)));
    line("Epsilon PMF", percent(2.446 / std::pow(size_least_, 0.9433)));
    line("Empty", flag(count_ == 0));
    line("Estimation Mode", flag(levels_.size() > 1));
    line("Levels", std::to_string(levels_.size()));
    line("Level 0 Sorted", flag(false));
    line("Capacity Items", std::to_string(capacity()));
    line("Retained Items", std::to_string(retained()));
    line("Free Space", std::to_string(capacity() - retained()));
    line("ReadOnly", flag(false));
    line("Updatable Storage Bytes", std::to_string(updatable));
    line("Compact Storage Bytes", std::to_string(write().size()));
    line("Min Item", count_ == 0 ? "NaN" : number(least_));
    line("Max Item", count_ == 0 ? "NaN" : number(greatest_));
    return out + "### End sketch summary\n";
}

template class KllSketch<std::int64_t>;
template class KllSketch<float>;
template class KllSketch<double>;

}  // namespace firesteel::formats
