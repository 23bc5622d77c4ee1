#include "common/ids.h"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <random>

namespace firesteel {
namespace {

constexpr std::size_t kUuidCharacters = 36;

bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

std::array<std::uint8_t, 16> random_bytes() {
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size())) {
        return bytes;
    }
    std::random_device device;  // getrandom was interrupted before the pool was ready
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(device());
    return bytes;
}

}  // namespace

std::string random_uuid() {
    constexpr std::string_view kHex = "0123456789abcdef";
    auto bytes = random_bytes();
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
    std::string text;
    text.reserve(kUuidCharacters);
    for (const auto byte : bytes) {
        if (is_dash_place(text.size())) text.push_back('-');
        text.push_back(kHex[byte >> 4U]);
        text.push_back(kHex[byte & 0x0FU]);
    }
    return text;
}

bool is_uuid(std::string_view text) {
    if (text.size() != kUuidCharacters) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool hex =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (is_dash_place(i) ? c != '-' : !hex) return false;
    }
    return true;
}

}  // namespace firesteel
