#pragma once
/// A VARIANT as a value of another type: CAST, variant_get, try_variant_get. Called per row by kernels.

#include <cstdint>

#include "types/literal.h"
#include "types/time_zone.h"
#include "types/variant_value.h"

namespace firesteel {

struct VariantCast {
    const TimeZone& zone;  // the session's
    std::int64_t now_micros = 0;
    TimeZoneCache& zones;
    bool is_try = false;  // NULL instead of INVALID_VARIANT_CAST

    /// The target must be one that VARIANT casts to.
    Value cast(const VariantView& variant, const DataType& to) const;

  private:
    Value fail(const VariantView& variant, const DataType& to) const;
    Value array(const VariantView& variant, const DataType& to) const;
    Value map(const VariantView& variant, const DataType& to) const;
    Value structure(const VariantView& variant, const DataType& to) const;
    Value scalar(const VariantView& variant, const DataType& to) const;
};

/// A value of a plain type as another: what try_cast gives, NULL where it can't be.
struct ScalarCast {
    const TimeZone& zone;
    std::int64_t now_micros = 0;
    TimeZoneCache& zones;

    Value cast(const DataType& from, const Value& value, const DataType& to) const;

  private:
    Value from_text(const std::string& text, const DataType& to) const;
    Value to_number(const DataType& from, const Value& value, const DataType& to) const;
    Value to_time(const DataType& from, const Value& value, const DataType& to) const;
};

}  // namespace firesteel
