#include "client/record_batch.h"

#include <string>

#include <nanoarrow/nanoarrow_ipc.hpp>

#include "client/errors.h"

namespace firesteel::client {
namespace {

void check(ArrowErrorCode code, const ArrowError& error, const char* what) {
    if (code == NANOARROW_OK) return;
    throw ProtocolError(std::string("an Arrow batch of the result is invalid: ") + what + ": " +
                        ArrowErrorMessage(const_cast<ArrowError*>(&error)));
}

/// nanoarrow wants an owned buffer, but reads the bytes in place: they outlive the stream here.
nanoarrow::UniqueBuffer borrowed(std::string_view bytes) {
    nanoarrow::UniqueBuffer buffer;
    buffer->data = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
    buffer->size_bytes = static_cast<std::int64_t>(bytes.size());
    buffer->capacity_bytes = buffer->size_bytes;
    buffer->allocator =
        ArrowBufferDeallocator([](ArrowBufferAllocator*, std::uint8_t*, std::int64_t) {}, nullptr);
    return buffer;
}

}  // namespace

RecordBatch RecordBatch::from_ipc(std::string_view bytes) {
    ArrowError error{};
    nanoarrow::UniqueBuffer buffer = borrowed(bytes);
    nanoarrow::ipc::UniqueInputStream input;
    check(ArrowIpcInputStreamInitBuffer(input.get(), buffer.get()), error, "input");
    nanoarrow::UniqueArrayStream stream;
    check(ArrowIpcArrayStreamReaderInit(stream.get(), input.get(), nullptr), error, "reader");
    RecordBatch batch;
    check(ArrowArrayStreamGetSchema(stream.get(), batch.schema_.get(), &error), error, "schema");
    check(ArrowArrayStreamGetNext(stream.get(), batch.array_.get(), &error), error, "batch");
    if (batch.array_->release == nullptr) {
        throw ProtocolError("an Arrow stream of the result holds no batch");
    }
    check(ArrowArrayViewInitFromSchema(batch.view_.get(), batch.schema_.get(), &error), error,
          "schema");
    check(ArrowArrayViewSetArray(batch.view_.get(), batch.array_.get(), &error), error, "buffers");
    check(ArrowArrayViewValidate(batch.view_.get(), NANOARROW_VALIDATION_LEVEL_FULL, &error), error,
          "offsets");
    return batch;
}

std::string_view RecordBatch::column_name(std::int64_t column) const {
    return schema_->children[column]->name;
}

bool RecordBatch::is_null(std::int64_t row, std::int64_t column) const {
    return ArrowArrayViewIsNull(view_->children[column], row) != 0;
}

std::string_view RecordBatch::text(std::int64_t row, std::int64_t column) const {
    const ArrowBufferView cell = ArrowArrayViewGetBytesUnsafe(view_->children[column], row);
    return {cell.data.as_char, static_cast<std::size_t>(cell.size_bytes)};
}

std::int64_t RecordBatch::integer(std::int64_t row, std::int64_t column) const {
    return ArrowArrayViewGetIntUnsafe(view_->children[column], row);
}

double RecordBatch::real(std::int64_t row, std::int64_t column) const {
    return ArrowArrayViewGetDoubleUnsafe(view_->children[column], row);
}

}  // namespace firesteel::client
