#pragma once
/// The paths of variant_get and of `v:a.b[0]`. Parsed once where the path is a constant.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/variant_value.h"

namespace firesteel {

class VariantPath {
  public:
    /// "$.a[0]['b'][\"c\"]"; none if it is no path.
    static std::optional<VariantPath> parse(std::string_view text);
    /// None where the path leads nowhere.
    std::optional<VariantView> find(VariantView variant) const;

  private:
    struct Step {
        std::optional<std::string> name;
        std::uint32_t index = 0;
    };
    std::vector<Step> steps_;
};

}  // namespace firesteel
