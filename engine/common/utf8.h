#pragma once
/// Well-formed UTF-8: what leaves as text must be it, what data calls a string need not. Pure.

#include <string>
#include <string_view>

namespace firesteel {

/// Whether the bytes are well-formed UTF-8.
bool is_valid_utf8(std::string_view text);
/// Each maximal ill-formed part replaced by U+FFFD.
std::string repaired_utf8(std::string_view text);

}  // namespace firesteel
