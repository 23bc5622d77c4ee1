#pragma once
/// Letters of ASCII alone, whatever the locale: names and keywords, not users' text.

#include <string>
#include <string_view>

namespace firesteel {

[[nodiscard]] inline std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace firesteel
