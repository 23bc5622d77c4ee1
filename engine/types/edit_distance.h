#pragma once
/// How unlike two names are, for proposals in errors.

#include <cstddef>
#include <string_view>

namespace firesteel {

/// Levenshtein's distance, in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace firesteel
