#pragma once
/// Column views to frames and frames to result columns (proto/worker/frame.h). One thread each.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "python/column_view.h"
#include "types/data_type.h"
#include "worker/frame.h"

namespace firesteel::python {

/// Bytes of one or more frames on their way to a worker; grows without zero-filling.
class FrameBuffer {
  public:
    std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }
    std::size_t size() const { return size_; }
    void clear() { size_ = 0; }
    void cut(std::size_t size) { size_ = size; }
    /// Adds `count` bytes and returns where they begin; their content is undefined.
    std::byte* extend(std::size_t count);
    void append(std::string_view bytes);
    std::byte* at(std::size_t offset) { return bytes_.get() + offset; }
    void shrink(std::size_t keep);

  private:
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Frames above this size are split by rows.
inline constexpr std::size_t kBatchBytesTarget = std::size_t{64} << 20;

/// Rows of some columns: [first, first + rows), or those that `index` numbers. Borrowed memory.
struct BatchPiece {
    std::span<const ColumnView> columns;
    std::size_t first = 0;
    std::size_t rows = 0;
    const std::uint32_t* index = nullptr;
};

std::size_t rows_of(std::span<const BatchPiece> pieces);
/// Without their first rows.
void skip_rows(std::vector<BatchPiece>& pieces, std::size_t rows);

/// Appends a BATCH frame with the first rows of the pieces, and returns how many: fewer than there
/// are if they would exceed kBatchBytesTarget. Throws Error when a single row exceeds the frame limit.
std::size_t append_batch(std::span<const DataType> types, std::span<const BatchPiece> pieces,
                         fs_frame_header header, FrameBuffer& out);
std::size_t append_batch(std::span<const DataType> types, std::span<const ColumnView> columns,
                         std::size_t first, std::size_t rows, fs_frame_header header,
                         FrameBuffer& out);

/// Decodes the columns of a RESULT frame; false: the payload is malformed.
bool read_result(std::span<const DataType> types, std::uint32_t rows,
                 std::span<const std::byte> payload, std::vector<ResultColumn>& columns);

}  // namespace firesteel::python
