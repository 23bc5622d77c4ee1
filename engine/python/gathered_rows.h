#pragma once
/// Rows picked from many batches in any order, as groups are: encoded without a piece for each run.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "python/batch_codec.h"

namespace firesteel::python {

struct GatheredRows {
    std::span<const std::vector<const ColumnView*>> columns;  // each: its view in every batch
    const std::uint32_t* batches = nullptr;                   // of each row
    const std::uint32_t* numbers = nullptr;                   // of each row in its batch
    std::size_t rows = 0;
};

inline std::size_t rows_of(const GatheredRows& gathered) { return gathered.rows; }
inline void skip_rows(GatheredRows& gathered, std::size_t rows) {
    gathered.batches += rows;
    gathered.numbers += rows;
    gathered.rows -= rows;
}

/// As for pieces.
std::size_t append_batch(std::span<const DataType> types, const GatheredRows& gathered,
                         fs_frame_header header, FrameBuffer& out);

}  // namespace firesteel::python
