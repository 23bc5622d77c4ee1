#pragma once
/// Writes the texts of a result vector. Those of up to 12 bytes are inside their slot, so they are put
/// there without a call of the database; it keeps the others.

#include <cstring>
#include <string_view>

#include "backend/duckdb/handles.h"

namespace firesteel::duckdb {

/// Up to 16 bytes, in at most two moves.
inline void copy_short(char* to, const char* from, std::size_t size) {
    const auto ends = [&](auto word) {
        decltype(word) last{};
        std::memcpy(&word, from, sizeof word);
        std::memcpy(&last, from + size - sizeof word, sizeof word);
        std::memcpy(to, &word, sizeof word);
        std::memcpy(to + size - sizeof word, &last, sizeof word);
    };
    if (size >= 8) return ends(std::uint64_t{});
    if (size >= 4) return ends(std::uint32_t{});
    if (size >= 2) return ends(std::uint16_t{});
    if (size == 1) *to = *from;
}

class TextWriter {
  public:
    static constexpr std::size_t kShortBytesMax = sizeof(duckdb_string_t{}.value.inlined.inlined);

    explicit TextWriter(duckdb_vector vector)
        : vector_(vector), slots_(static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))) {}

    void set(idx_t row, std::string_view text) {
        if (text.size() > kShortBytesMax) return set_long(row, text);
        copy_short(open_short(row), text.data(), text.size());
        close_short(row, text.size());
    }
    void set_long(idx_t row, std::string_view text) {
        duckdb_unsafe_vector_assign_string_element_len(vector_, row, text.data(), text.size());
    }
    /// The row's zeroed bytes, kShortBytesMax of them, for who writes a short text itself and then says its size.
    /// Bytes behind it must stay zero.
    char* open_short(idx_t row) {
        std::memset(&slots_[row], 0, sizeof slots_[row]);
        return slots_[row].value.inlined.inlined;
    }
    void close_short(idx_t row, std::size_t size) {
        slots_[row].value.inlined.length = static_cast<std::uint32_t>(size);
    }

  private:
    duckdb_vector vector_;
    duckdb_string_t* slots_;
};

}  // namespace firesteel::duckdb
