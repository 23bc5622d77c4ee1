#include "formats/frequent_items_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "formats/sketch_bytes.h"

namespace firesteel::formats {
namespace {

constexpr unsigned kMapBitsLeast = 3;
constexpr unsigned kMapBitsMost = 26;
constexpr std::size_t kSamplesMax = 1024;
constexpr std::uint8_t kFamily = 10;
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kEmpty = 5;
constexpr std::size_t kFullPreamble = 32;

std::uint64_t spread(std::int32_t java_hash) {
    auto key = static_cast<std::uint64_t>(std::int64_t{java_hash});
    key = (key ^ (key >> 33U)) * 0xff51afd7ed558ccd;
    key = (key ^ (key >> 33U)) * 0xc4ceb9fe1a85ec53;
    return key ^ (key >> 33U);
}

}  // namespace

FrequentItemsSketch::FrequentItemsSketch(unsigned map_bits)
    : map_bits_(std::max(map_bits, kMapBitsLeast)), places_(std::size_t{1} << kMapBitsLeast) {}

unsigned FrequentItemsSketch::map_bits_for(std::int64_t items) {
    const auto places = static_cast<std::uint64_t>(std::ceil(static_cast<double>(items) / 0.75));
    return static_cast<unsigned>(std::countr_zero(std::bit_ceil(places)));
}

/// Counts the item in; the map has a free place.
void FrequentItemsSketch::put(Item item) {
    std::size_t at = spread(item.java_hash) & (places_.size() - 1);
    while (places_[at].count != 0 && places_[at].bytes != item.bytes) at = (at + 1) & (places_.size() - 1);
    if (places_[at].count == 0) {
        places_[at] = std::move(item);
        ++active_;
    } else {
        places_[at].count += item.count;
    }
}

void FrequentItemsSketch::add(std::string_view item, std::int32_t java_hash, std::int64_t count) {
    total_ += count;
    put({std::string(item), java_hash, count});
    if (active_ <= active_max()) return;
    places_.size() < std::size_t{1} << map_bits_ ? rebuild(places_.size() * 2) : purge();
}

void FrequentItemsSketch::rebuild(std::size_t places) {
    std::vector<Item> before = std::exchange(places_, std::vector<Item>(places));
    active_ = 0;
    for (Item& item : before) {
        if (item.count > 0) put(std::move(item));
    }
}

void FrequentItemsSketch::purge() {
    std::vector<std::int64_t> sample;
    for (std::size_t i = 0; i < places_.size() && sample.size() < kSamplesMax; ++i) {
        if (places_[i].count > 0) sample.push_back(places_[i].count);
    }
    const auto middle = sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 2);
    std::nth_element(sample.begin(), middle, sample.end());
    offset_ += *middle;
    for (Item& item : places_) item.count = std::max<std::int64_t>(0, item.count - *middle);
    rebuild(places_.size());
}

std::vector<FrequentItemsSketch::Item> FrequentItemsSketch::walked() const {
    const double part = (std::sqrt(5.0) - 1) / 2;
    const std::size_t step = static_cast<std::size_t>(static_cast<double>(places_.size()) * part) | 1U;
    std::vector<Item> out;
    for (std::size_t at = 0; out.size() < active_; at = (at + step) & (places_.size() - 1)) {
        if (places_[at].count > 0) out.push_back(places_[at]);
    }
    return out;
}

void FrequentItemsSketch::merge(const FrequentItemsSketch& other) {
    const std::int64_t total = total_ + other.total_;
    for (const Item& item : other.walked()) add(item.bytes, item.java_hash, item.count);
    offset_ += other.offset_;
    total_ = total;
}

std::vector<FrequentItemsSketch::Item> FrequentItemsSketch::frequent() const {
    std::vector<Item> out = walked();
    std::erase_if(out, [this](const Item& item) { return item.count < offset_; });
    for (Item& item : out) item.count += offset_;
    std::ranges::stable_sort(out, std::ranges::greater{}, &Item::count);
    return out;
}

std::string FrequentItemsSketch::write() const {
    std::string out;
    const bool empty = active_ == 0;
    const auto bits = static_cast<std::uint8_t>(std::countr_zero(places_.size()));
    for (const std::uint8_t byte : {std::uint8_t(empty ? 1 : 4), kVersion, kFamily, std::uint8_t(map_bits_), bits,
                                    std::uint8_t(empty ? kEmpty : 0), std::uint8_t{0}, std::uint8_t{0}}) {
        out.push_back(static_cast<char>(byte));
    }
    if (empty) return out;
    append_little(out, static_cast<std::uint64_t>(active_));
    append_little(out, total_);
    append_little(out, offset_);
    for (const Item& item : places_) {
        if (item.count > 0) append_little(out, item.count);
    }
    for (const Item& item : places_) {
        if (item.count > 0) out += item.bytes;
    }
    return out;
}

std::optional<FrequentItemsSketch> FrequentItemsSketch::read(std::string_view bytes, ReadItem read_item,
                                                             std::string_view& rest) {
    if (bytes.size() < 8 || bytes[1] != kVersion || bytes[2] != kFamily) return {};
    const auto bits = static_cast<std::uint8_t>(bytes[3]);
    if (bits < kMapBitsLeast || bits > kMapBitsMost) return {};
    FrequentItemsSketch out(bits);
    rest = bytes.substr(8);
    if (bytes[0] == 1) return out;
    if (bytes.size() < kFullPreamble) return {};
    const std::size_t count = little_at<std::uint32_t>(bytes, 8);
    if ((bytes.size() - kFullPreamble) / 8 < count) return {};
    rest = bytes.substr(kFullPreamble + 8 * count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto item = read_item(rest);
        const auto times = little_at<std::int64_t>(bytes, kFullPreamble + 8 * i);
        if (!item || times <= 0) return {};
        rest.remove_prefix(item->bytes.size());
        out.add(item->bytes, item->java_hash, times);
    }
    out.total_ = little_at<std::int64_t>(bytes, 16);
    out.offset_ = little_at<std::int64_t>(bytes, 24);
    return out;
}

}  // namespace firesteel::formats
