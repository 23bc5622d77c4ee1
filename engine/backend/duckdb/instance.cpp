#include "backend/duckdb/instance.h"

#include <array>
#include <utility>

#include "backend/duckdb/arrow/local_scan.h"
#include "backend/duckdb/errors.h"
#include "backend/duckdb/files/record_scan.h"
#include "backend/duckdb/files/text_scan.h"
#include "backend/duckdb/operation.h"
#include "backend/duckdb/profile.h"
#include "backend/duckdb/stage_scan.h"

namespace firesteel::duckdb {
namespace {

constexpr std::size_t kIdleConnectionsMax = 32;

void set(duckdb_config config, const char* name, const std::string& value) {
    if (duckdb_set_config(config, name, value.c_str()) != DuckDBSuccess) {
        throw Error(ErrorClass::InternalError,
                    {{"message", std::string("DuckDB refuses the setting ") + name}});
    }
}

void run(duckdb_connection connection, const char* sql) {
    Result result;
    if (duckdb_query(connection, sql, result.out()) != DuckDBSuccess) {
        throw error_of(duckdb_result_error_type(&result.get()), duckdb_result_error(&result.get()));
    }
}

idx_t id_of(duckdb_connection connection) {
    ClientContext context;
    duckdb_connection_get_client_context(connection, context.out());
    return duckdb_client_context_get_connection_id(context.get());
}

}  // namespace

Instance::Instance(const BackendOptions& options) {
    Config config;
    duckdb_create_config(config.out());
    set(config.get(), "threads", std::to_string(options.threads));
    if (options.memory_bytes_max > 0) {
        set(config.get(), "memory_limit", std::to_string(options.memory_bytes_max) + "B");
    }
    if (!options.temp_directory.empty()) {
        set(config.get(), "temp_directory", options.temp_directory);
    }
    set(config.get(), "autoinstall_known_extensions", "false");
    set(config.get(), "autoload_known_extensions", "false");
    char* message = nullptr;
    if (duckdb_open_ext(":memory:", database_.out(), config.get(), &message) != DuckDBSuccess) {
        const std::string text = message != nullptr ? message : "";
        duckdb_free(message);
        throw Error(ErrorClass::InternalError, {{"message", "DuckDB can't be opened: " + text}});
    }
    duckdb_connect(database_.get(), registering_.out());
    // Depth: our own limits come first; the threads that bind have stacks for it.
    constexpr std::array kSettings = {"SET GLOBAL TimeZone = 'UTC'",
                                      "SET GLOBAL max_expression_depth = 100000",
                                      "ATTACH ':memory:' AS store (COMPRESS)"};
    for (const char* sql : kSettings) run(registering_.get(), sql);
    kernels_ = std::make_unique<KernelRegistry>(
        registering_.get(), [this](idx_t connection_id) { return operation_of(connection_id); });
    register_local_scan(registering_.get(), *kernels_);
    register_stage_scan(registering_.get(), *kernels_);
    register_text_scan(registering_.get(), *kernels_);
    register_record_scan(registering_.get(), *kernels_);
}

Instance::~Instance() = default;

void Instance::execute(const std::string& sql) {
    ConnectionHandle connection = take_connection();
    run(connection.get(), sql.c_str());
    give_back(std::move(connection));
}

std::string Instance::new_table_name() { return "store.t" + std::to_string(++tables_made_); }

ConnectionHandle Instance::take_connection() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            ConnectionHandle connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    ConnectionHandle connection;
    FS_ASSERT(duckdb_connect(database_.get(), connection.out()) == DuckDBSuccess);
    run(connection.get(), "SET errors_as_json = true");
    // So that it can be asked how far a query is; nothing is printed.
    run(connection.get(), "SET enable_progress_bar_print = false");
    run(connection.get(), "SET enable_progress_bar = true");
    for (const char* sql : kMeasure) run(connection.get(), sql);
    return connection;
}

void Instance::give_back(ConnectionHandle connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleConnectionsMax) idle_.push_back(std::move(connection));
}

std::shared_ptr<Operation> Instance::operation_of(idx_t connection_id) {
    const std::lock_guard lock(mutex_);
    const auto found = operations_.find(connection_id);
    return found == operations_.end() ? nullptr : found->second;
}

Instance::Lease::Lease(Instance& instance, std::shared_ptr<Operation> operation)
    : instance_(instance), connection_(instance.take_connection()), id_(id_of(connection_.get())) {
    const std::lock_guard lock(instance_.mutex_);
    instance_.operations_[id_] = std::move(operation);
}

Instance::Lease::~Lease() {
    {
        const std::lock_guard lock(instance_.mutex_);
        instance_.operations_.erase(id_);
    }
    instance_.give_back(std::move(connection_));
}

}  // namespace firesteel::duckdb
