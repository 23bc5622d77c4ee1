#pragma once
/// A VARIANT value in Spark's binary encoding (value and metadata bytes), read in place. Called by kernels and text forms.
/// Bytes that break the encoding throw MALFORMED_VARIANT.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/literal.h"
#include "types/time_zone.h"

namespace firesteel {

/// The numbers of the encoding: the two low bits of a value's first byte, and the types of primitive values.
namespace variant_encoding {
enum Basic : unsigned { kPrimitive, kShortString, kObject, kArray };
enum Primitive : unsigned {
    kNull = 0,
    kTrue = 1,
    kFalse = 2,
    kInt8 = 3,
    kInt16 = 4,
    kInt32 = 5,
    kInt64 = 6,
    kDouble = 7,
    kDecimal4 = 8,
    kDecimal8 = 9,
    kDecimal16 = 10,
    kDate = 11,
    kTimestamp = 12,
    kTimestampNtz = 13,
    kFloat = 14,
    kBinary = 15,
    kString = 16,
    kUuid = 20,
};
inline constexpr unsigned kVersion = 1;
}  // namespace variant_encoding

/// Larger ones are VARIANT_SIZE_LIMIT.
inline constexpr std::size_t kVariantBytesMax = std::size_t{128} << 20;

class VariantView {
  public:
    enum class Kind : std::uint8_t {
        Null,
        Boolean,
        Long,  // of any width
        String,
        Double,
        Decimal,
        Date,
        Timestamp,
        TimestampNtz,
        Float,
        Binary,
        Uuid,
        Object,
        Array,
    };

    VariantView(std::string_view value, std::string_view metadata)
        : value_(value), metadata_(metadata) {}

    Kind kind() const;
    bool boolean() const;
    /// Long, Date (days), Timestamp, TimestampNtz (µs).
    std::int64_t integer() const;
    double floating() const;  // Double, Float
    struct DecimalValue {
        Int128 unscaled;
        int scale;
    };
    DecimalValue decimal() const;   // zeros at the end are taken off, so 1.50 is 1.5
    std::string_view bytes() const;  // String, Binary, Uuid
    /// Object, Array.
    std::uint32_t size() const;
    VariantView item(std::uint32_t index) const;      // of an array, or the value of an object's field
    std::string_view name(std::uint32_t index) const;  // of an object's field, in order of names
    std::optional<VariantView> field(std::string_view name) const;

    /// The bytes of the value, and nothing after them.
    std::string_view value_bytes() const;
    std::string_view metadata_bytes() const { return metadata_; }

  private:
    struct Layout;
    Layout layout() const;
    std::uint64_t number(std::size_t at, std::size_t bytes) const;
    std::int64_t signed_number(std::size_t at, std::size_t bytes) const;

    std::string_view value_;
    std::string_view metadata_;
};

/// The order of an object's names: that of Java's strings.
int compare_variant_names(std::string_view a, std::string_view b);

/// As to_json gives it: {"a":1,"b":null}; timestamps need the zone.
void append_variant_json(std::string& out, const VariantView& variant, const TimeZone* zone);

}  // namespace firesteel
