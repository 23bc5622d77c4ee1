#include "formats/sketch_bytes.h"

#include <bit>

namespace firesteel::formats {
namespace {

constexpr std::uint64_t kSeed = 9001;
constexpr std::uint64_t kFirst = 0x87c37b91114253d5;
constexpr std::uint64_t kSecond = 0x4cf5ad432745937f;

std::uint64_t mixed_first(std::uint64_t k) { return std::rotl(k * kFirst, 31) * kSecond; }
std::uint64_t mixed_second(std::uint64_t k) { return std::rotl(k * kSecond, 33) * kFirst; }

std::uint64_t avalanche(std::uint64_t h) {
    h = (h ^ (h >> 33U)) * 0xff51afd7ed558ccd;
    h = (h ^ (h >> 33U)) * 0xc4ceb9fe1a85ec53;
    return h ^ (h >> 33U);
}

/// Up to eight bytes, the missing ones zero.
std::uint64_t partial(std::string_view bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return value;
}

}  // namespace

Hash128 sketch_hash(std::string_view bytes) {
    constexpr std::size_t kBlock = 16;
    const std::size_t size = bytes.size();
    std::uint64_t a = kSeed;
    std::uint64_t b = kSeed;
    for (; bytes.size() >= kBlock; bytes.remove_prefix(kBlock)) {
        a ^= mixed_first(little_at<std::uint64_t>(bytes, 0));
        a = (std::rotl(a, 27) + b) * 5 + 0x52dce729;
        b ^= mixed_second(little_at<std::uint64_t>(bytes, 8));
        b = (std::rotl(b, 31) + a) * 5 + 0x38495ab5;
    }
    if (bytes.size() > 8) b ^= mixed_second(partial(bytes.substr(8)));
    if (!bytes.empty()) a ^= mixed_first(partial(bytes.substr(0, 8)));
    a ^= size;
    b ^= size;
    a += b;
    b += a;
    a = avalanche(a);
    b = avalanche(b);
    a += b;
    b += a;
    return {a, b};
}

}  // namespace firesteel::formats
