#pragma once
/// DataSketches' theta sketch: the smallest hashes of a set, from which its size and those of unions,
/// intersections and differences are estimated. Serialized as theirs (compact, ordered, compressed).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::formats {

class ThetaSketch {
  public:
    static constexpr std::int64_t kNominalBitsMin = 4;
    static constexpr std::int64_t kNominalBitsMax = 26;

    /// None where the bytes are no such sketch.
    static std::optional<ThetaSketch> read(std::string_view bytes);
    std::string write() const;

    /// Adds a value by its bytes. Until cut() the sketch keeps more than it must.
    void add(std::string_view value, unsigned nominal_bits);
    /// Keeps at most 2^nominal_bits hashes.
    void cut(unsigned nominal_bits);
    void unite(const ThetaSketch& other);
    void intersect(const ThetaSketch& other);
    void subtract(const ThetaSketch& other);

    std::int64_t estimate() const;

  private:
    static constexpr std::uint64_t kAll = 0x7fffffffffffffff;

    bool is_exact() const { return theta_ == kAll; }
    void limit_to(std::uint64_t theta);
    static std::optional<ThetaSketch> read_compressed(std::string_view bytes);

    std::vector<std::uint64_t> hashes_;  // all below theta; in order and once each after cut()
    std::uint64_t theta_ = kAll;
    bool empty_ = true;
};

}  // namespace firesteel::formats
