#pragma once
/// Columns as the backend lends them to a Python call, and as it gets the results back. Layouts are
/// those of flat vectors, so that a backend points at its own memory. Plain data; no threads. Here,
/// since backend and python, which don't know each other, both speak of them.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "types/data_type.h"

namespace firesteel {

/// 16 bytes: up to 12 characters are inside, longer texts behind a pointer after 4 bytes of prefix.
struct StringSlot {
    std::uint32_t size = 0;
    char inlined[12] = {};

    static constexpr std::uint32_t kInlinedBytesMax = 12;
    const char* data() const {
        if (size <= kInlinedBytesMax) return inlined;
        const char* pointer = nullptr;
        std::memcpy(&pointer, inlined + 4, sizeof pointer);
        return pointer;
    }
    std::string_view view() const { return {data(), size}; }
};
static_assert(sizeof(StringSlot) == 16);

/// Elements [offset, offset + size) of the child column.
struct ListSlot {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// One input column; borrowed memory, valid during the call. What `data` points to, by type:
///   boolean uint8_t (0, 1); integers, float, double their own width; date int32 days;
///   timestamp, timestamp_ntz, day-time interval int64 µs; time int64 ns; year-month interval int32;
///   decimal unscaled integers of value_bytes each (2, 4, 8 or 16); calendar interval 16 bytes
///   (i32 months, i32 days, i64 µs); string, binary StringSlot; array, map ListSlot.
/// children: array {elements}; map {keys, values}; struct its fields; variant {value, metadata}.
/// A UDT looks like its sql type.
struct ColumnView {
    std::size_t rows = 0;
    const std::uint64_t* validity = nullptr;  // bit set = not null; null: no nulls
    const void* data = nullptr;
    std::uint32_t value_bytes = 0;  // decimal only
    std::vector<ColumnView> children;

    bool valid(std::size_t row) const {
        return validity == nullptr || (validity[row / 64] >> (row % 64) & 1) != 0;
    }
};

/// One result column; points into the reply, valid until the call that delivered it returns.
/// values: fixed-width values as in ColumnView, but decimals always 16 bytes; for string and binary
/// the bytes. offsets (string, binary, array, map): rows + 1 entries, the first is 0.
struct ResultColumn {
    const DataType* type = nullptr;  // of the call's spec
    std::uint32_t rows = 0;
    const std::uint64_t* validity = nullptr;
    const std::byte* values = nullptr;
    const std::int32_t* offsets = nullptr;
    std::vector<ResultColumn> children;

    bool valid(std::size_t row) const {
        return validity == nullptr || (validity[row / 64] >> (row % 64) & 1) != 0;
    }
    std::string_view text(std::size_t row) const {
        return {reinterpret_cast<const char*>(values) + offsets[row],
                static_cast<std::size_t>(offsets[row + 1] - offsets[row])};
    }
};

}  // namespace firesteel
