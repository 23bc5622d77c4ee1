#include "client/record_batch.h"

#include <string>

#include <catch2/catch.hpp>
#include <nanoarrow/nanoarrow_ipc.hpp>

#include "client/errors.h"

using firesteel::client::ProtocolError;
using firesteel::client::RecordBatch;

namespace {

/// Two rows of (id long, name string): (7, "Ann") and (8, null), as one IPC stream.
std::string sample_stream() {
    nanoarrow::UniqueSchema schema;
    ArrowSchemaInit(schema.get());
    REQUIRE(ArrowSchemaSetTypeStruct(schema.get(), 2) == NANOARROW_OK);
    REQUIRE(ArrowSchemaSetType(schema->children[0], NANOARROW_TYPE_INT64) == NANOARROW_OK);
    REQUIRE(ArrowSchemaSetName(schema->children[0], "id") == NANOARROW_OK);
    REQUIRE(ArrowSchemaSetType(schema->children[1], NANOARROW_TYPE_STRING) == NANOARROW_OK);
    REQUIRE(ArrowSchemaSetName(schema->children[1], "name") == NANOARROW_OK);

    nanoarrow::UniqueArray array;
    REQUIRE(ArrowArrayInitFromSchema(array.get(), schema.get(), nullptr) == NANOARROW_OK);
    REQUIRE(ArrowArrayStartAppending(array.get()) == NANOARROW_OK);
    REQUIRE(ArrowArrayAppendInt(array->children[0], 7) == NANOARROW_OK);
    REQUIRE(ArrowArrayAppendString(array->children[1], ArrowCharView("Ann")) == NANOARROW_OK);
    REQUIRE(ArrowArrayFinishElement(array.get()) == NANOARROW_OK);
    REQUIRE(ArrowArrayAppendInt(array->children[0], 8) == NANOARROW_OK);
    REQUIRE(ArrowArrayAppendNull(array->children[1], 1) == NANOARROW_OK);
    REQUIRE(ArrowArrayFinishElement(array.get()) == NANOARROW_OK);
    REQUIRE(ArrowArrayFinishBuildingDefault(array.get(), nullptr) == NANOARROW_OK);
    nanoarrow::UniqueArrayView view;
    REQUIRE(ArrowArrayViewInitFromSchema(view.get(), schema.get(), nullptr) == NANOARROW_OK);
    REQUIRE(ArrowArrayViewSetArray(view.get(), array.get(), nullptr) == NANOARROW_OK);

    nanoarrow::UniqueBuffer bytes;
    nanoarrow::ipc::UniqueOutputStream output;
    REQUIRE(ArrowIpcOutputStreamInitBuffer(output.get(), bytes.get()) == NANOARROW_OK);
    nanoarrow::ipc::UniqueWriter writer;
    REQUIRE(ArrowIpcWriterInit(writer.get(), output.get()) == NANOARROW_OK);
    REQUIRE(ArrowIpcWriterWriteSchema(writer.get(), schema.get(), nullptr) == NANOARROW_OK);
    REQUIRE(ArrowIpcWriterWriteArrayView(writer.get(), view.get(), nullptr) == NANOARROW_OK);
    REQUIRE(ArrowIpcWriterWriteArrayView(writer.get(), nullptr, nullptr) == NANOARROW_OK);
    return {reinterpret_cast<const char*>(bytes->data),
            static_cast<std::size_t>(bytes->size_bytes)};
}

}  // namespace

TEST_CASE("a batch gives its cells by row and column", "[client][arrow]") {
    const RecordBatch batch = RecordBatch::from_ipc(sample_stream());
    REQUIRE(batch.rows() == 2);
    REQUIRE(batch.columns() == 2);
    REQUIRE(batch.column_name(1) == "name");
    REQUIRE(batch.integer(0, 0) == 7);
    REQUIRE(batch.integer(1, 0) == 8);
    REQUIRE(batch.text(0, 1) == "Ann");
    REQUIRE_FALSE(batch.is_null(0, 1));
    REQUIRE(batch.is_null(1, 1));
}

TEST_CASE("broken Arrow bytes are an error, never a crash", "[client][arrow]") {
    const std::string whole = sample_stream();
    for (std::size_t length = 0; length < whole.size() - 16; length += 8) {
        REQUIRE_THROWS_AS(RecordBatch::from_ipc(whole.substr(0, length)), ProtocolError);
    }
    REQUIRE_THROWS_AS(RecordBatch::from_ipc("not Arrow at all"), ProtocolError);
}
