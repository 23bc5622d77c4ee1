#pragma once
/// Spark's count-min sketch: how often values occurred, at most. Serialized as Spark's, big-endian.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::formats {

class CountMinSketch {
  public:
    CountMinSketch(double error, double confidence, std::int32_t seed);
    void add(std::int64_t value);
    void add(std::string_view value);
    std::string write() const;

  private:
    std::size_t depth_;
    std::size_t width_;
    std::int64_t total_ = 0;
    std::vector<std::int64_t> factors_;
    std::vector<std::int64_t> counts_;  // a row for each depth
};

}  // namespace firesteel::formats
