#include "backend/duckdb/files/text_scan.h"

#include <optional>
#include <utility>

#include <simdjson.h>

#include "backend/duckdb/kernels/utf8.h"
#include "backend/duckdb/operation.h"
#include "backend/duckdb/scan_function.h"
#include "common/error.h"

namespace firesteel::duckdb {
namespace {

constexpr idx_t kValue = 0;
constexpr idx_t kFileIndex = 1;

struct Bound {
    std::shared_ptr<const TextScan> scan;
    std::shared_ptr<Operation> operation;
};

struct State {
    Bound bound;
    std::vector<idx_t> columns;
    std::size_t file = 0;  // of the reader, if there is one; of the next reader otherwise
    std::optional<files::RecordReader> reader;
};

void bind(duckdb_bind_info info) {
    auto* registry = static_cast<KernelRegistry*>(duckdb_bind_get_extra_info(info));
    try {
        ClientContext context;
        duckdb_table_function_get_client_context(info, context.out());
        auto operation = registry->find(duckdb_client_context_get_connection_id(context.get()));
        FS_ASSERT(operation != nullptr);
        const DuckValue id(duckdb_bind_get_parameter(info, 0));
        auto bound = std::make_unique<Bound>();
        bound->scan = operation->text_scan(static_cast<std::size_t>(duckdb_get_int64(id.get())));
        bound->operation = std::move(operation);
        const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
        const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
        duckdb_bind_add_result_column(info, "value", text.get());
        duckdb_bind_add_result_column(info, "file_index", number.get());
        duckdb_bind_set_bind_data(info, bound.release(), [](void* p) { delete static_cast<Bound*>(p); });
    } catch (const std::exception& error) {
        duckdb_bind_set_error(info, error.what());
    }
}

void init(duckdb_init_info info) {
    auto state = std::make_unique<State>();
    state->bound = *static_cast<Bound*>(duckdb_init_get_bind_data(info));
    for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
        state->columns.push_back(duckdb_init_get_column_index(info, i));
    }
    duckdb_init_set_max_threads(info, 1);  // keeps the records in order
    duckdb_init_set_init_data(info, state.release(), [](void* p) { delete static_cast<State*>(p); });
}

/// The next record of any file.
std::optional<std::string_view> next_record(State& state) {
    const TextScan& scan = *state.bound.scan;
    while (state.file < scan.files.size()) {
        if (!state.reader) state.reader.emplace(scan.files[state.file], scan.format);
        if (auto record = state.reader->next()) return record;
        state.reader.reset();
        ++state.file;
    }
    return std::nullopt;
}

void put_text(duckdb_vector vector, idx_t row, std::string_view text) {
    if (simdjson::validate_utf8(text.data(), text.size())) {
        duckdb_unsafe_vector_assign_string_element_len(vector, row, text.data(), text.size());
        return;
    }
    const std::string repaired = repaired_utf8(text);
    duckdb_unsafe_vector_assign_string_element_len(vector, row, repaired.data(), repaired.size());
}

void run(duckdb_function_info info, duckdb_data_chunk out) {
    auto& state = *static_cast<State*>(duckdb_function_get_init_data(info));
    duckdb_vector values = nullptr;
    std::int64_t* indices = nullptr;
    for (std::size_t i = 0; i < state.columns.size(); ++i) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(out, i);
        if (state.columns[i] == kValue) values = vector;
        if (state.columns[i] == kFileIndex) indices = static_cast<std::int64_t*>(duckdb_vector_get_data(vector));
    }
    fill_or_fail(info, *state.bound.operation, [&] {
        state.bound.operation->stop().throw_if_stopped();
        idx_t rows = 0;
        for (; rows < duckdb_vector_size(); ++rows) {
            const auto record = next_record(state);
            if (!record) break;
            if (values != nullptr) put_text(values, rows, *record);
            if (indices != nullptr) indices[rows] = static_cast<std::int64_t>(state.file);
        }
        duckdb_data_chunk_set_size(out, rows);
    });
}

}  // namespace

void register_text_scan(duckdb_connection connection, KernelRegistry& registry) {
    register_scan(connection, registry, {"fs_text", bind, init, run});
}

}  // namespace firesteel::duckdb
