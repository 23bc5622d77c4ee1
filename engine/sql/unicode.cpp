#include "sql/unicode.h"

#include <algorithm>
#include <array>

namespace firesteel::sql {
namespace {

struct CodeRange {
    char32_t first;
    char32_t last;
};

// Blocks of characters beyond ASCII that hold no letters; all others count as letters.
constexpr auto kNotLetters = std::to_array<CodeRange>({
    {0x80, 0xA9},
    {0xAB, 0xB4},
    {0xB6, 0xB9},
    {0xBB, 0xBF},
    {0xD7, 0xD7},
    {0xF7, 0xF7},
    {0x2C2, 0x2C5},
    {0x300, 0x36F},
    {0x2000, 0x2070},
    {0x2074, 0x207E},
    {0x2080, 0x208E},
    {0x20A0, 0x20FF},
    {0x2190, 0x2BFF},
    {0x2E00, 0x2E7F},
    {0x3000, 0x3004},
    {0x3007, 0x3030},
    {0xD800, 0xF8FF},
    {0xFE00, 0xFE6F},
    {0xFF00, 0xFF20},
    {0xFF3B, 0xFF40},
    {0xFF5B, 0xFF65},
    {0xFFE0, 0xFFFF},
    {0x1F000, 0x1FAFF},
});

constexpr char32_t kCodePointMax = 0x10FFFF;

}  // namespace

Utf8Char utf8_at(std::string_view text, std::size_t i) {
    const auto byte = [&](std::size_t k) -> char32_t {
        return k < text.size() ? static_cast<unsigned char>(text[k]) : 0;
    };
    const char32_t first = byte(i);
    const std::size_t size = first < 0xC2   ? 1
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 1;
    if (size == 1) return {first, 1};
    char32_t code = first & (0xFFu >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
        if ((byte(i + k) & 0xC0) != 0x80) return {first, 1};
        code = (code << 6) | (byte(i + k) & 0x3F);
    }
    return {code, size};
}

void append_utf8(char32_t code, std::string& out) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else if (code <= kCodePointMax) {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        out += "??";  // what Spark's strings make of it
    }
}

bool is_unicode_blank(char32_t code) {
    return code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_unicode_letter(char32_t code) {
    const auto* range = std::lower_bound(kNotLetters.begin(), kNotLetters.end(), code,
                                         [](const CodeRange& r, char32_t c) { return r.last < c; });
    return code >= 0x80 && code <= kCodePointMax &&
           (range == kNotLetters.end() || code < range->first);
}

}  // namespace firesteel::sql
