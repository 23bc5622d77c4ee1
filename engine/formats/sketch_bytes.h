#pragma once
/// What DataSketches' serialized sketches share: their hash and their little-endian fields. Readers of
/// sketches take bytes that anyone may have written: they check every length. Thread-safe.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace firesteel::formats {

struct Hash128 {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

/// MurmurHash3 (x64, 128 bits) with the seed that all of these sketches have.
Hash128 sketch_hash(std::string_view bytes);

template <typename T>
void append_little(std::string& out, T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out.append(bytes, sizeof(T));
}

/// The field at `at`; the caller has checked that it is there.
template <typename T>
T little_at(std::string_view bytes, std::size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

}  // namespace firesteel::formats
