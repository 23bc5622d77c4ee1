#include "backend/duckdb/arrow/batch_encoder.h"

#include <algorithm>

#include "backend/duckdb/arrow/schema.h"
#include "common/error.h"

namespace firesteel::duckdb {
namespace {

constexpr std::string_view kEndOfStream("\xFF\xFF\xFF\xFF\0\0\0\0", 8);
constexpr idx_t kStepRows = 1024;  // how often a batch's size is looked at

void check(ArrowErrorCode code, const ArrowError& error) {
    if (code != NANOARROW_OK) {
        throw Error(ErrorClass::InternalError,
                    {{"message", std::string("Arrow can't be written: ") + error.message}});
    }
}

std::string_view bytes_of(const nanoarrow::UniqueBuffer& buffer) {
    return {reinterpret_cast<const char*>(buffer->data),
            static_cast<std::size_t>(buffer->size_bytes)};
}

/// The encoder asks the view's array how many buffers there are.
void link(ArrowArrayView* view, ArrowArray* array) {
    view->array = array;
    for (std::int64_t i = 0; i < view->n_children; ++i) {
        link(view->children[i], array->children[i]);
    }
}

}  // namespace

BatchEncoder::BatchEncoder(const Schema& schema, const ResultOptions& options)
    : rows_max_(options.batch_rows_max > 0 ? options.batch_rows_max : INT64_MAX),
      bytes_max_(options.batch_bytes_max),
      schema_(to_arrow(schema, {options.time_zone, options.large_var_types})) {
    for (const StructField& field : schema) {
        columns_.emplace_back(field.type, options.large_var_types);
    }
    ArrowError error{};
    check(ArrowArrayViewInitFromSchema(view_.get(), schema_.get(), &error), error);
    check(ArrowArrayInitFromSchema(array_.get(), schema_.get(), &error), error);
    link(view_.get(), array_.get());
    check(ArrowIpcEncoderInit(encoder_.get()), error);
    check(ArrowIpcEncoderEncodeSchema(encoder_.get(), schema_.get(), &error), error);
    check(ArrowIpcEncoderFinalizeBuffer(encoder_.get(), /*encapsulate=*/1, message_.get()), error);
    head_ = bytes_of(message_);
}

bool BatchEncoder::full() const {
    if (rows_ >= rows_max_) return true;
    std::size_t bytes = 0;
    for (const ColumnBuilder& column : columns_) bytes += column.bytes();
    return bytes >= bytes_max_;
}

idx_t BatchEncoder::append(duckdb_data_chunk chunk, idx_t start) {
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    idx_t at = start;
    while (at < size && !full()) {
        const auto room = static_cast<idx_t>(rows_max_ - rows_);
        const idx_t count = std::min({size - at, room, kStepRows});
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            columns_[i].append(duckdb_data_chunk_get_vector(chunk, i), at, count);
        }
        at += count;
        rows_ += static_cast<std::int64_t>(count);
    }
    return at - start;
}

ArrowBatch BatchEncoder::take() {
    view_->length = rows_;
    view_->null_count = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].show(view_->children[i]);
    body_->size_bytes = 0;
    message_->size_bytes = 0;
    ArrowError error{};
    check(ArrowIpcEncoderEncodeSimpleRecordBatch(encoder_.get(), view_.get(), body_.get(), &error),
          error);
    check(ArrowIpcEncoderFinalizeBuffer(encoder_.get(), /*encapsulate=*/1, message_.get()), error);
    ArrowBatch batch;
    batch.rows = rows_;
    batch.ipc.reserve(head_.size() + bytes_of(message_).size() + bytes_of(body_).size() +
                      kEndOfStream.size());
    batch.ipc.append(head_).append(bytes_of(message_)).append(bytes_of(body_));
    batch.ipc.append(kEndOfStream);
    for (ColumnBuilder& column : columns_) column.clear();
    rows_ = 0;
    return batch;
}

}  // namespace firesteel::duckdb
