#include "backend/duckdb/stage_scan.h"

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "backend/duckdb/column_exchange.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/operation.h"
#include "backend/duckdb/scan_function.h"

namespace firesteel::duckdb {
namespace {

struct StageBind {
    std::shared_ptr<Operation> operation;
    const Operation::Source* source = nullptr;
};

struct StageScan {
    std::shared_ptr<Operation> operation;
    const Operation::Source* source = nullptr;
    std::vector<idx_t> columns;
    std::unique_ptr<RowReader> reader;  // opened by the first read
    RowPart part;
    std::size_t position = 0;  // in the part
};

void bind_stage(duckdb_bind_info info) {
    auto* registry = static_cast<KernelRegistry*>(duckdb_bind_get_extra_info(info));
    try {
        ClientContext context;
        duckdb_table_function_get_client_context(info, context.out());
        auto bind = std::make_unique<StageBind>();
        bind->operation = registry->find(duckdb_client_context_get_connection_id(context.get()));
        FS_ASSERT(bind->operation != nullptr);
        const DuckValue id(duckdb_bind_get_parameter(info, 0));
        bind->source = &bind->operation->source(static_cast<std::size_t>(duckdb_get_int64(id.get())));
        const Schema& schema = bind->source->schema;
        for (std::size_t i = 0; i < schema.size(); ++i) {
            duckdb_bind_add_result_column(info, ("c" + std::to_string(i)).c_str(),
                                          logical_type(schema[i].type).get());
        }
        if (schema.empty()) {
            duckdb_bind_add_result_column(info, "none", logical_type(DataType::null()).get());
        }
        duckdb_bind_set_bind_data(info, bind.release(),
                                  [](void* p) { delete static_cast<StageBind*>(p); });
    } catch (const std::exception& error) {
        duckdb_bind_set_error(info, error.what());
    }
}

void init_stage(duckdb_init_info info) {
    const auto* bind = static_cast<StageBind*>(duckdb_init_get_bind_data(info));
    auto scan = std::make_unique<StageScan>();
    scan->operation = bind->operation;
    scan->source = bind->source;
    for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
        scan->columns.push_back(duckdb_init_get_column_index(info, i));
    }
    duckdb_init_set_max_threads(info, 1);  // keeps the rows in order
    duckdb_init_set_init_data(info, scan.release(),
                              [](void* p) { delete static_cast<StageScan*>(p); });
}

/// False at the end.
bool next_part(StageScan& scan) {
    if (!scan.reader) scan.reader = scan.source->rows->open(scan.operation->working());
    while (scan.position >= scan.part.rows) {
        std::optional<RowPart> part = scan.reader->next();
        if (!part) return false;
        scan.part = *std::move(part);
        scan.position = 0;
    }
    return true;
}

struct DestroySelection {
    using pointer = duckdb_selection_vector;
    void operator()(duckdb_selection_vector selection) const { duckdb_destroy_selection_vector(selection); }
};
using Selection = std::unique_ptr<std::remove_pointer_t<duckdb_selection_vector>, DestroySelection>;

/// Rows [first, first + rows) of a column that the database gave, in its own memory.
void refer_to(const RowPart::Column& from, std::size_t first, std::size_t rows, duckdb_vector to) {
    const auto& chunk = *static_cast<const Chunk*>(from.batch->memory.get());
    duckdb_vector_reference_vector(to, duckdb_data_chunk_get_vector(chunk.get(), from.number));
    if (first == 0 && rows == from.batch->rows) return;
    const Selection selection(duckdb_create_selection_vector(rows));
    sel_t* places = duckdb_selection_vector_get_data_ptr(selection.get());
    for (std::size_t i = 0; i < rows; ++i) places[i] = static_cast<sel_t>(first + i);
    duckdb_slice_vector(to, selection.get(), rows);
}

/// Rows of one part only: more would have to be waited for.
void fill_chunk(StageScan& scan, duckdb_data_chunk out) {
    if (!next_part(scan)) return duckdb_data_chunk_set_size(out, 0);
    const std::size_t rows =
        std::min<std::size_t>(duckdb_vector_size(), scan.part.rows - scan.position);
    for (std::size_t i = 0; i < scan.columns.size(); ++i) {
        const idx_t column = scan.columns[i];
        if (column >= scan.source->schema.size()) continue;  // the dummy or a row id
        const RowPart::Column& from = scan.part.columns[column];
        const std::size_t first = from.first + scan.position;
        duckdb_vector to = duckdb_data_chunk_get_vector(out, i);
        if (from.batch != nullptr) {
            refer_to(from, first, rows, to);
        } else {
            fill_from_result(*from.decoded, first, rows, scan.source->schema[column].type, to, 0);
        }
    }
    scan.position += rows;
    duckdb_data_chunk_set_size(out, rows);
}

void run_stage(duckdb_function_info info, duckdb_data_chunk out) {
    auto* scan = static_cast<StageScan*>(duckdb_function_get_init_data(info));
    fill_or_fail(info, *scan->operation, [&] { fill_chunk(*scan, out); });
}

}  // namespace

void register_stage_scan(duckdb_connection connection, KernelRegistry& registry) {
    register_scan(connection, registry, {"fs_stage", bind_stage, init_stage, run_stage});
}

}  // namespace firesteel::duckdb
