#pragma once
/// Rows as frames have them, kept: results of workers, or input rows that are carried beside them.

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "python/batch_codec.h"

namespace firesteel::exec {

struct EncodedRows {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
    std::size_t rows = 0;
};

inline EncodedRows copy_of(std::span<const std::byte> payload, std::size_t rows) {
    EncodedRows out{std::make_unique_for_overwrite<std::byte[]>(payload.size()), payload.size(), rows};
    std::memcpy(out.bytes.get(), payload.data(), payload.size());
    return out;
}

/// Encoded rows one part after the other, and a place in the current part.
class RowCursor {
  public:
    explicit RowCursor(std::vector<DataType> types) : types_(std::move(types)) {}

    bool at_end() const { return next_ >= rows_.rows; }
    std::size_t left() const { return rows_.rows - next_; }
    /// Throws Error: malformed.
    void take(EncodedRows rows);
    const std::vector<ResultColumn>& columns() const { return columns_; }
    std::size_t place() const { return next_; }
    void skip(std::size_t rows) { next_ += rows; }

  private:
    const std::vector<DataType> types_;
    EncodedRows rows_;
    std::size_t next_ = 0;
    std::vector<ResultColumn> columns_;
};

}  // namespace firesteel::exec
