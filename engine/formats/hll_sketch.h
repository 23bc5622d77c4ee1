#pragma once
/// DataSketches' HyperLogLog sketch with registers of eight bits, serialized as theirs (updatable): a list
/// of what was seen, then a hash set of it, then registers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::formats {

class HllSketch {
  public:
    static constexpr std::int64_t kBitsMin = 4;
    static constexpr std::int64_t kBitsMax = 21;

    /// 2^bits registers.
    explicit HllSketch(unsigned bits);
    /// None where the bytes are no such sketch.
    static std::optional<HllSketch> read(std::string_view bytes);
    std::string write() const;

    unsigned bits() const { return bits_; }
    void add(std::string_view value);
    /// The sketch of both sets; has the fewer registers of the two.
    void unite(const HllSketch& other);
    /// None for registers that were merged: their estimate needs tables that we don't have.
    std::optional<std::int64_t> estimate() const;

  private:
    enum class Mode : std::uint8_t { List, Set, Registers };

    bool is_empty() const { return mode_ != Mode::Registers && count_ == 0; }
    double coupon_estimate() const;
    void add_coupon(std::uint32_t coupon);
    void add_to_list(std::uint32_t coupon);
    void add_to_set(std::uint32_t coupon);
    void add_to_registers(std::uint32_t coupon);
    void become_set();
    void become_registers();
    void raise_register(std::size_t slot, std::uint8_t value);
    /// The same registers, folded into 2^bits.
    HllSketch folded(unsigned bits) const;
    void merge_registers(const HllSketch& other);

    unsigned bits_;
    Mode mode_ = Mode::List;
    std::vector<std::uint32_t> coupons_;  // 0: free
    std::size_t count_ = 0;               // of coupons
    std::vector<std::uint8_t> registers_;
    std::uint32_t zeros_ = 0;  // registers without a value
    double accumulated_ = 0;   // the estimate that grew with each new value
    double low_sum_ = 0;       // of 2^-register, those below 32
    double high_sum_ = 0;      // of the others
    bool merged_ = false;
};

}  // namespace firesteel::formats
