#pragma once
/// DataSketches' KLL sketch of quantiles: levels of values, each of which stands for 2^level values.
/// Serialized as theirs. Exact as long as all values fit into the first level; which half of a full level
/// goes up is drawn by a generator with a fixed seed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::formats {

template <typename T>  // std::int64_t, float or double
class KllSketch {
  public:
    static constexpr std::int64_t kSizeMin = 8;
    static constexpr std::int64_t kSizeMax = 65535;

    explicit KllSketch(std::uint16_t size);
    /// None where the bytes are no such sketch.
    static std::optional<KllSketch> read(std::string_view bytes);
    std::string write() const;

    void add(T value);
    void merge(const KllSketch& other);

    std::uint64_t count() const { return count_; }
    /// The least value with at least that part of the values up to it. The sketch isn't empty.
    T quantile(double rank) const;
    /// The part of the values that are at most `value`. The sketch isn't empty.
    double rank(T value) const;
    /// DataSketches' summary.
    std::string summary() const;

  private:
    std::size_t capacity(std::size_t level) const;
    std::size_t capacity() const;
    std::size_t retained() const;
    void note(T value);
    void compress();
    /// Values in order with their weights.
    std::vector<std::pair<T, std::uint64_t>> weighted() const;

    std::uint16_t size_;
    std::uint16_t size_least_;  // of the sketches that were merged
    std::uint64_t count_ = 0;
    std::vector<std::vector<T>> levels_{1};
    T least_{};
    T greatest_{};
    std::uint64_t random_ = 1;
};

extern template class KllSketch<std::int64_t>;
extern template class KllSketch<float>;
extern template class KllSketch<double>;

}  // namespace firesteel::formats
