#include "backend/duckdb/arrow/local_scan.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include <nanoarrow/nanoarrow_ipc.hpp>
#include <simdjson.h>

#include "backend/backend.h"
#include "backend/duckdb/arrow/column_filler.h"
#include "backend/duckdb/arrow/schema.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/operation.h"
#include "backend/duckdb/scan_function.h"

namespace firesteel::duckdb {
namespace {

[[noreturn]] void invalid(const std::string& why) {
    throw Error(ErrorClass::ConnectInvalidPlanCannotParse,
                {{"errorMsg", "invalid Arrow data: " + why}});
}

/// Reads a stream in place; `bytes` must outlive the reader.
nanoarrow::UniqueArrayStream open_stream(std::string_view bytes) {
    ArrowBuffer buffer;
    ArrowBufferInit(&buffer);
    if (ArrowBufferAppend(&buffer, bytes.data(), static_cast<std::int64_t>(bytes.size())) !=
        NANOARROW_OK) {
        invalid("out of memory");
    }
    nanoarrow::ipc::UniqueInputStream input;
    ArrowIpcInputStreamInitBuffer(input.get(), &buffer);
    nanoarrow::UniqueArrayStream stream;
    if (ArrowIpcArrayStreamReaderInit(stream.get(), input.get(), nullptr) != NANOARROW_OK) {
        invalid("no stream");
    }
    return stream;
}

std::string last_error(ArrowArrayStream* stream) {
    const char* text = stream->get_last_error(stream);
    return text != nullptr && *text != '\0' ? text : "the bytes are no Arrow stream";
}

void validate_texts(const ArrowArrayView& view) {
    const bool is_text = view.storage_type == NANOARROW_TYPE_STRING ||
                         view.storage_type == NANOARROW_TYPE_LARGE_STRING;
    for (std::int64_t i = 0; is_text && i < view.length; ++i) {
        if (ArrowArrayViewIsNull(&view, i)) continue;
        const ArrowBufferView text = ArrowArrayViewGetBytesUnsafe(&view, i);
        if (!simdjson::validate_utf8(text.data.as_char,
                                     static_cast<std::size_t>(text.size_bytes))) {
            invalid("a string is no valid UTF-8");
        }
    }
    for (std::int64_t i = 0; i < view.n_children; ++i) validate_texts(*view.children[i]);
}

nanoarrow::UniqueSchema read_schema(ArrowArrayStream* stream) {
    nanoarrow::UniqueSchema schema;
    if (stream->get_schema(stream, schema.get()) != NANOARROW_OK) invalid(last_error(stream));
    ArrowSchemaView view;
    if (ArrowSchemaViewInit(&view, schema.get(), nullptr) != NANOARROW_OK ||
        view.type != NANOARROW_TYPE_STRUCT) {
        invalid("the schema can't be read");
    }
    return schema;
}

struct Scan {
    std::shared_ptr<const LocalRows> rows;
    std::vector<idx_t> columns;
    std::size_t batch = 0;
    std::int64_t position = 0;  // in the batch
};

struct ScanBind {
    std::shared_ptr<const LocalRows> rows;
};

void bind_scan(duckdb_bind_info info) {
    auto* registry = static_cast<KernelRegistry*>(duckdb_bind_get_extra_info(info));
    try {
        ClientContext context;
        duckdb_table_function_get_client_context(info, context.out());
        const auto operation =
            registry->find(duckdb_client_context_get_connection_id(context.get()));
        FS_ASSERT(operation != nullptr);
        const DuckValue id(duckdb_bind_get_parameter(info, 0));
        auto bind = std::make_unique<ScanBind>();
        bind->rows = operation->rows(static_cast<std::size_t>(duckdb_get_int64(id.get())));
        const Schema& schema = bind->rows->schema();
        for (std::size_t i = 0; i < schema.size(); ++i) {
            duckdb_bind_add_result_column(info, ("c" + std::to_string(i)).c_str(),
                                          logical_type(schema[i].type).get());
        }
        if (schema.empty()) {
            duckdb_bind_add_result_column(info, "none", logical_type(DataType::null()).get());
        }
        duckdb_bind_set_cardinality(info, static_cast<idx_t>(bind->rows->rows()), true);
        duckdb_bind_set_bind_data(info, bind.release(),
                                  [](void* p) { delete static_cast<ScanBind*>(p); });
    } catch (const std::exception& error) {
        duckdb_bind_set_error(info, error.what());
    }
}

void init_scan(duckdb_init_info info) {
    auto scan = std::make_unique<Scan>();
    scan->rows = static_cast<ScanBind*>(duckdb_init_get_bind_data(info))->rows;
    for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
        scan->columns.push_back(duckdb_init_get_column_index(info, i));
    }
    duckdb_init_set_max_threads(info, 1);  // keeps the rows in order
    duckdb_init_set_init_data(info, scan.release(),
                              [](void* p) { delete static_cast<Scan*>(p); });
}

void run_scan(duckdb_function_info info, duckdb_data_chunk out) {
    auto* scan = static_cast<Scan*>(duckdb_function_get_init_data(info));
    const auto& batches = scan->rows->batches();
    while (scan->batch < batches.size() &&
           scan->position >= batches[scan->batch].view->length) {
        ++scan->batch;
        scan->position = 0;
    }
    if (scan->batch >= batches.size()) {
        duckdb_data_chunk_set_size(out, 0);
        return;
    }
    const ArrowArrayView& view = *batches[scan->batch].view.get();
    const std::int64_t count =
        std::min(static_cast<std::int64_t>(duckdb_vector_size()), view.length - scan->position);
    const Schema& schema = scan->rows->schema();
    try {
        for (std::size_t i = 0; i < scan->columns.size(); ++i) {
            const idx_t column = scan->columns[i];
            if (column >= schema.size()) continue;  // the dummy or a row id: never read
            fill_vector(*view.children[column], schema[column].type, scan->position, count,
                        duckdb_data_chunk_get_vector(out, i), 0);
        }
    } catch (const std::exception& error) {
        duckdb_function_set_error(info, error.what());
        return;
    }
    scan->position += count;
    duckdb_data_chunk_set_size(out, static_cast<idx_t>(count));
}

}  // namespace

LocalRows::LocalRows(std::vector<std::shared_ptr<const std::string>> streams)
    : streams_(std::move(streams)) {
    for (const auto& stream : streams_) read(stream);
    streams_.clear();
}

void LocalRows::read(const std::shared_ptr<const std::string>& bytes) {
    nanoarrow::UniqueArrayStream stream = open_stream(*bytes);
    const nanoarrow::UniqueSchema schema = read_schema(stream.get());
    Schema types = from_arrow(*schema.get());
    if (has_schema_ && types != schema_) invalid("streams of one table have unlike schemas");
    schema_ = std::move(types);
    has_schema_ = true;
    while (true) {
        Batch batch;
        if (stream->get_next(stream.get(), batch.array.get()) != NANOARROW_OK) {
            invalid(last_error(stream.get()));
        }
        if (batch.array->release == nullptr) return;
        ArrowError error{};
        if (ArrowArrayViewInitFromSchema(batch.view.get(), schema.get(), &error) != NANOARROW_OK ||
            ArrowArrayViewSetArray(batch.view.get(), batch.array.get(), &error) != NANOARROW_OK ||
            ArrowArrayViewValidate(batch.view.get(), NANOARROW_VALIDATION_LEVEL_FULL, &error) !=
                NANOARROW_OK) {
            invalid(error.message);
        }
        validate_texts(*batch.view.get());
        batch.first_row = rows_;
        rows_ += batch.view->length;
        batches_.push_back(std::move(batch));
    }
}

void register_local_scan(duckdb_connection connection, KernelRegistry& registry) {
    register_scan(connection, registry, {"fs_local", bind_scan, init_scan, run_scan});
}

}  // namespace firesteel::duckdb

namespace firesteel {

Schema arrow_schema(std::string_view ipc_stream) {
    nanoarrow::UniqueArrayStream stream = duckdb::open_stream(ipc_stream);
    return duckdb::from_arrow(*duckdb::read_schema(stream.get()).get());
}

}  // namespace firesteel
