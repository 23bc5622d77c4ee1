#include "common/utf8.h"

namespace firesteel {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Bytes of the well-formed character at `at`; 0 if there is none, then `bad` is how many bytes the
/// ill-formed part has.
std::size_t well_formed(std::string_view text, std::size_t at, std::size_t& bad) {
    const auto first = static_cast<unsigned char>(text[at]);
    bad = 1;
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
    for (std::size_t i = 1; i < length; ++i) {
        if (at + i >= text.size()) {
            bad = i;
            return 0;
        }
        const auto byte = static_cast<unsigned char>(text[at + i]);
        const bool fits = i == 1 ? byte >= low && byte <= high : is_continuation(text[at + i]);
        if (!fits) {
            bad = i;
            return 0;
        }
    }
    return length;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    std::size_t bad = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = well_formed(text, at, bad);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string repaired_utf8(std::string_view text) {
    std::string out;
    std::size_t bad = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = well_formed(text, at, bad);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            at += bad;
        } else {
            out.append(text.substr(at, length));
            at += length;
        }
    }
    return out;
}

}  // namespace firesteel
