#pragma once
/// One Arrow record batch of a result, with the schema it was sent with.
/// Movable; values are read through nanoarrow's views. Not thread-safe.

#include <cstdint>
#include <string_view>

#include <nanoarrow/nanoarrow.hpp>

namespace firesteel::client {

class RecordBatch {
  public:
    /// Decodes one complete Arrow IPC stream (schema, one batch, end). Throws ProtocolError.
    static RecordBatch from_ipc(std::string_view bytes);

    std::int64_t rows() const { return array_->length; }
    std::int64_t columns() const { return array_->n_children; }
    const ArrowSchema& schema() const { return *schema_.get(); }
    const ArrowArray& array() const { return *array_.get(); }

    std::string_view column_name(std::int64_t column) const;
    bool is_null(std::int64_t row, std::int64_t column) const;
    /// A string or binary cell; the view lives as long as the batch.
    std::string_view text(std::int64_t row, std::int64_t column) const;
    /// A cell of any integer or boolean type.
    std::int64_t integer(std::int64_t row, std::int64_t column) const;
    double real(std::int64_t row, std::int64_t column) const;

  private:
    nanoarrow::UniqueSchema schema_;
    nanoarrow::UniqueArray array_;
    nanoarrow::UniqueArrayView view_;
};

}  // namespace firesteel::client
