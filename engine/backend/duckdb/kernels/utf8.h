#pragma once
/// UTF-8 by code points, as Spark's UTF8String counts: a bad byte is a character of its own.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "common/utf8.h"

namespace firesteel::duckdb {

/// Bytes of the character that begins with this byte.
inline std::size_t utf8_length(char first) {
    const auto byte = static_cast<unsigned char>(first);
    if (byte < 0xC2) return 1;
    if (byte < 0xE0) return 2;
    if (byte < 0xF0) return 3;
    return byte < 0xF5 ? 4 : 1;
}

inline bool is_ascii(std::string_view text) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080U;
    std::uint64_t bytes = 0;
    for (; text.size() >= sizeof bytes; text.remove_prefix(sizeof bytes)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        bytes |= word;
    }
    for (const char c : text) bytes |= static_cast<unsigned char>(c);
    return (bytes & kHighBits) == 0;
}

inline std::int32_t count_characters(std::string_view text) {
    std::int32_t n = 0;
    for (std::size_t at = 0; at < text.size(); at += utf8_length(text[at])) ++n;
    return n;
}

/// Byte offset of character `index`; the size where the text is shorter.
inline std::size_t character_offset(std::string_view text, std::int64_t index) {
    std::size_t at = 0;
    for (; index > 0 && at < text.size(); --index) at += utf8_length(text[at]);
    return at < text.size() ? at : text.size();
}

/// The code point at `at`, which moves on. Bad bytes come out as U+FFFD.
inline char32_t next_character(std::string_view text, std::size_t& at) {
    const std::size_t length = utf8_length(text[at]);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (at + length > text.size()) {
        at = text.size();
        return 0xFFFD;
    }
    if (length == 1) {
        ++at;
        return byte < 0x80 ? byte : 0xFFFD;
    }
    char32_t point = byte & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        point = (point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    at += length;
    return point;
}

inline void append_character(std::string& out, char32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0U | (point >> 6U));
        out += static_cast<char>(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0U | (point >> 12U));
        out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (point & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (point >> 18U));
        out += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (point & 0x3FU));
    }
}

}  // namespace firesteel::duckdb
