#include "backend/backend.h"

#include <utility>

#include "backend/duckdb/arrow/batch_encoder.h"
#include "backend/duckdb/column_exchange.h"
#include "backend/duckdb/constant_rows.h"
#include "backend/duckdb/files/output.h"
#include "backend/duckdb/files/parquet_schema.h"
#include "backend/duckdb/instance.h"
#include "backend/duckdb/lowering/fold.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/parquet_statistics.h"
#include "backend/duckdb/statement.h"
#include "backend/duckdb/stored_table.h"
#include "backend/duckdb/value_reader.h"
#include "common/log.h"

namespace firesteel {
namespace {

constexpr log::Channel kLog{"backend"};

class Stream final : public ResultStream {
  public:
    Stream(std::unique_ptr<duckdb::ChunkSource> chunks, Schema schema, const ResultOptions& options)
        : chunks_(std::move(chunks)), schema_(std::move(schema)), options_(options) {}

    std::optional<ArrowBatch> next_batch() override {
        if (!encoder_) encoder_.emplace(schema_, options_);
        while (true) {
            if (!chunk_) chunk_ = chunks_->fetch();
            if (!chunk_) break;
            position_ += encoder_->append(chunk_->get(), position_);
            if (position_ >= duckdb_data_chunk_get_size(chunk_->get())) {
                chunk_.reset();
                position_ = 0;
            }
            if (encoder_->full()) return encoder_->take();
        }
        if (encoder_->rows() == 0) return std::nullopt;
        return encoder_->take();
    }

    std::vector<ValueList> next_rows() override {
        std::vector<ValueList> rows;
        const auto chunk = chunks_->fetch();
        if (!chunk) return rows;
        rows.resize(duckdb_data_chunk_get_size(chunk->get()));
        for (std::size_t c = 0; c < schema_.size(); ++c) {
            duckdb_vector column = duckdb_data_chunk_get_vector(chunk->get(), c);
            for (std::size_t r = 0; r < rows.size(); ++r) {
                rows[r].push_back(duckdb::read_value(column, schema_[c].type, r));
            }
        }
        return rows;
    }

    std::optional<ColumnBatch> next_columns() override {
        std::optional<duckdb::Chunk> fetched = chunks_->fetch();
        if (!fetched) return std::nullopt;
        const auto chunk = std::make_shared<const duckdb::Chunk>(*std::move(fetched));
        ColumnBatch batch{duckdb_data_chunk_get_size(chunk->get()), {}, chunk};
        for (std::size_t c = 0; c < schema_.size(); ++c) {
            batch.columns.push_back(duckdb::view_of_vector(
                duckdb_data_chunk_get_vector(chunk->get(), c), schema_[c].type, batch.rows));
        }
        return batch;
    }

    PlanMetrics metrics() const override { return chunks_->metrics(); }

  private:
    std::unique_ptr<duckdb::ChunkSource> chunks_;
    Schema schema_;
    ResultOptions options_;
    std::optional<duckdb::BatchEncoder> encoder_;
    std::optional<duckdb::Chunk> chunk_;
    idx_t position_ = 0;
};

}  // namespace

struct Backend::State {
    explicit State(const BackendOptions& options)
        : shared_instance(std::make_shared<duckdb::Instance>(options)),
          instance(*shared_instance),
          partitions(options.threads) {}

    std::vector<Literal> evaluate(const std::vector<bound::Expr>& constants, const ResultOptions& options,
                                  const StopToken& stop) {
        const DataType type = constants.front().type();
        bound::Values rows;
        for (const bound::Expr& e : constants) rows.rows.push_back({e});
        rows.columns = {{AttributeId{0}, "value", type, true, {}}};
        const bound::Relation plan(std::move(rows));
        auto operation = std::make_shared<duckdb::Operation>(options.time_zone, stop, options.started_at);
        duckdb::Lowering lowering(instance.kernels(), *operation);
        const std::string sql = lowering.statement(plan);
        Stream stream(std::make_unique<duckdb::Statement>(instance, std::move(operation), sql), plan.schema(),
                      options);
        std::vector<Literal> values;
        for (auto part = stream.next_rows(); !part.empty(); part = stream.next_rows()) {
            for (ValueList& row : part) values.push_back({type, std::move(row[0])});
        }
        FS_ASSERT(values.size() == constants.size());
        return values;
    }

    /// The statement of a plan, whose parts `operation` keeps.
    std::string statement(const bound::Relation& plan, const ResultOptions& options, duckdb::Operation& operation) {
        duckdb::Lowering lowering(instance.kernels(), operation, options.python);
        lowering.cut_into(partitions);
        lowering.ranges_from([this](const bound::FileScan& scan) { return statistics.ranges(scan); });
        duckdb::ConstantCasts casts(operation.time_zone(), operation.started_micros());
        std::string sql = lowering.statement(duckdb::fold_conditions(
            plan, casts, [&](const std::vector<bound::Expr>& constants) {
                return evaluate(constants, options, operation.stop());
            }));
        kLog.debug("statement", {{"sql", sql}});
        return sql;
    }

    std::shared_ptr<duckdb::Instance> shared_instance;  // stored rows own it too
    duckdb::Instance& instance;
    const std::int64_t partitions;
    duckdb::ParquetStatistics statistics{instance};
};

Backend::Backend(const BackendOptions& options) : state_(std::make_unique<State>(options)) {}
Backend::~Backend() = default;

std::unique_ptr<ResultStream> Backend::run(const bound::Relation& plan,
                                           const ResultOptions& options, StopToken stop) {
    std::unique_ptr<duckdb::ChunkSource> chunks = duckdb::constant_rows(plan);
    if (!chunks) {
        auto operation = std::make_shared<duckdb::Operation>(options.time_zone, std::move(stop), options.started_at,
                                                       options.progress);
        const std::string sql = state_->statement(plan, options, *operation);
        chunks = std::make_unique<duckdb::Statement>(state_->instance, std::move(operation), sql);
    }
    return std::make_unique<Stream>(std::move(chunks), plan.schema(), options);
}

std::shared_ptr<const bound::StoredRows> Backend::store(const bound::Relation& plan,
                                                        const ResultOptions& options, StopToken stop) {
    auto operation = std::make_shared<duckdb::Operation>(options.time_zone, std::move(stop), options.started_at,
                                                       options.progress);
    const std::string sql = state_->statement(plan, options, *operation);
    auto table = std::make_shared<const duckdb::StoredTable>(
        state_->shared_instance, state_->instance.new_table_name(), plan.output());
    duckdb::Statement statement(state_->instance, std::move(operation),
                                "CREATE TABLE " + table->name() + " AS " + sql);
    while (statement.fetch()) {
    }
    return table;
}

void Backend::write(const bound::Relation& plan, const FileOutput& output, const ResultOptions& options,
                    StopToken stop) {
    auto operation = std::make_shared<duckdb::Operation>(options.time_zone, std::move(stop), options.started_at,
                                                       options.progress);
    const std::string sql = state_->statement(plan, options, *operation);
    duckdb::write_files(state_->instance, operation, sql, plan.output(), output);
}

Schema Backend::parquet_schema(const std::string& file) {
    return duckdb::parquet_schema(state_->instance, file);
}

std::string Backend::operators_text(const bound::Relation& plan, const ResultOptions& options) {
    auto operation = std::make_shared<duckdb::Operation>(options.time_zone, StopToken(), options.started_at);
    const std::string sql = "EXPLAIN " + state_->statement(plan, options, *operation);
    duckdb::Statement statement(state_->instance, std::move(operation), sql);
    std::string text;
    while (const auto chunk = statement.fetch()) {
        duckdb_vector column = duckdb_data_chunk_get_vector(chunk->get(), 1);
        for (idx_t r = 0; r < duckdb_data_chunk_get_size(chunk->get()); ++r) {
            text += duckdb::read_value(column, DataType::string(), r).bytes();
        }
    }
    return text;
}

ArrowBatch empty_batch(const Schema& schema, const ResultOptions& options) {
    return duckdb::BatchEncoder(schema, options).take();
}

}  // namespace firesteel
