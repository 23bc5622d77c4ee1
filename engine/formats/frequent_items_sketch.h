#pragma once
/// DataSketches' sketch of frequent items, each a text of bytes with its Java hash. Counts are exact until
/// there are more different items than its greatest map holds; then all counts sink by a median.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::formats {

class FrequentItemsSketch {
  public:
    struct Item {
        std::string bytes;
        std::int32_t java_hash = 0;
        std::int64_t count = 0;  // 0: a free place of the map
    };
    /// How many bytes an item at the front takes, and its hash; none if there is no whole one.
    using ReadItem = std::optional<Item> (*)(std::string_view bytes);

    /// The greatest map has 2^map_bits places.
    explicit FrequentItemsSketch(unsigned map_bits);
    /// The least map that holds that many items.
    static unsigned map_bits_for(std::int64_t items);
    /// None where the bytes are no such sketch; `rest` is what follows it.
    static std::optional<FrequentItemsSketch> read(std::string_view bytes, ReadItem read_item, std::string_view& rest);
    std::string write() const;

    void add(std::string_view item, std::int32_t java_hash, std::int64_t count = 1);
    void merge(const FrequentItemsSketch& other);
    /// Those that surely occurred more often than the error; the most frequent first.
    std::vector<Item> frequent() const;

  private:
    std::size_t active_max() const { return places_.size() * 3 / 4; }
    void put(Item item);
    void rebuild(std::size_t places);
    void purge();
    /// Active items in the order in which DataSketches walks its map.
    std::vector<Item> walked() const;

    unsigned map_bits_;
    std::vector<Item> places_;
    std::size_t active_ = 0;
    std::int64_t total_ = 0;
    std::int64_t offset_ = 0;  // what was taken from all counts
};

}  // namespace firesteel::formats
