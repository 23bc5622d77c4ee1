#pragma once
/// Base64 as JSON carries binaries. Pure functions.

#include <string>
#include <string_view>

namespace firesteel {

void append_base64(std::string& out, std::string_view bytes);
/// Strict: whole groups, padding, no blanks; false otherwise.
bool decode_base64(std::string_view text, std::string& out);

}  // namespace firesteel
