#include "backend/duckdb/statement.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "backend/duckdb/errors.h"
#include "backend/duckdb/profile.h"

namespace firesteel::duckdb {
namespace {

/// How long to sleep, of what was waited already: an eighth, within these.
constexpr std::chrono::microseconds kPauseMin{20};
constexpr std::chrono::microseconds kPauseMax{500};

/// Runs the query's tasks until it has a result; false: it failed. Where other threads run all there are, DuckDB's own
/// loop keeps asking without a pause: on a core that Python workers need.
bool run_tasks(duckdb_pending_result pending) {
    using Clock = std::chrono::steady_clock;
    std::optional<Clock::time_point> idle_since;
    while (true) {
        const duckdb_pending_state state = duckdb_pending_execute_task(pending);
        if (duckdb_pending_execution_is_finished(state)) return state != DUCKDB_PENDING_ERROR;
        if (state != DUCKDB_PENDING_NO_TASKS_AVAILABLE) {
            idle_since.reset();
            continue;
        }
        const Clock::time_point now = Clock::now();
        if (!idle_since) idle_since = now;
        if (now - *idle_since < kPauseMin) continue;
        const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(now - *idle_since);
        std::this_thread::sleep_for(std::clamp(waited / 8, kPauseMin, kPauseMax));
    }
}

}  // namespace

Statement::Statement(Instance& instance, std::shared_ptr<Operation> operation,
                     const std::string& sql)
    : operation_(std::move(operation)), connection_(instance, operation_) {
    operation_->stop().throw_if_stopped();
    ExtractedStatements statements;
    const idx_t count =
        duckdb_extract_statements(connection_.get(), sql.c_str(), statements.out());
    if (count != 1) {
        const char* text = duckdb_extract_statements_error(statements.get());
        throw error_of(DUCKDB_ERROR_PARSER, text != nullptr ? text : "no statement");
    }
    if (duckdb_prepare_extracted_statement(connection_.get(), statements.get(), 0,
                                           prepared_.out()) != DuckDBSuccess) {
        fail(DUCKDB_ERROR_BINDER, duckdb_prepare_error(prepared_.get()));
    }
}

Statement::~Statement() { operation_->end_work(); }

void Statement::fail(duckdb_error_type known_type, const char* said) {
    done_ = true;
    running_.reset();
    operation_->end_work();
    if (std::optional<Error> error = operation_->error()) throw *std::move(error);
    operation_->stop().throw_if_stopped();
    const auto& [type, text] = read_failure(known_type, said);
    if (type == DUCKDB_ERROR_INVALID_INPUT && operation_->has_scalar_subquery()) {
        throw Error(ErrorClass::ScalarSubqueryTooManyRows);
    }
    if (type == DUCKDB_ERROR_OUT_OF_RANGE && operation_->sum_overflow()) throw *operation_->sum_overflow();
    throw error_of(type, text);
}

void Statement::start() {
    started_ = true;
    PendingResult pending;
    if (duckdb_pending_prepared_streaming(prepared_.get(), pending.out()) != DuckDBSuccess) {
        fail(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending.get()));
    }
    // Not earlier: to begin a query clears an interrupt that came before it.
    interrupt_.emplace(operation_->stop(), Interrupt{connection_.get()});
    tell_progress();
    if (!run_tasks(pending.get())) fail(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending.get()));
    if (duckdb_execute_pending(pending.get(), result_.out()) != DuckDBSuccess) {
        fail(duckdb_result_error_type(&result_.get()), duckdb_result_error(&result_.get()));
    }
}

void Statement::tell_progress() {
    if (operation_->progress() == nullptr) return;
    running_.emplace(*operation_->progress(), [connection = connection_.get()]() -> std::optional<double> {
        constexpr double kPercent = 100;
        const double percentage = duckdb_query_progress(connection).percentage;
        if (percentage < 0) return std::nullopt;
        return std::min(percentage / kPercent, 1.0);
    });
}

std::optional<Chunk> Statement::fetch() {
    if (!started_) start();
    while (!done_) {
        operation_->stop().throw_if_stopped();
        Chunk chunk(duckdb_fetch_chunk(result_.get()));
        if (!chunk) {
            if (const char* text = duckdb_result_error(&result_.get())) {
                fail(duckdb_result_error_type(&result_.get()), text);
            }
            done_ = true;
            running_.reset();
            metrics_ = read_profile(connection_.get(), rows_);
            break;
        }
        const idx_t rows = duckdb_data_chunk_get_size(chunk.get());
        rows_ += rows;
        if (rows > 0) return chunk;
    }
    return std::nullopt;
}

}  // namespace firesteel::duckdb
