#include "backend/backend.h"

#include <utility>

#include "backend/duckdb/arrow/batch_encoder.h"
#include "backend/duckdb/column_exchange.h"
#include "backend/duckdb/instance.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/parquet_statistics.h"
#include "backend/duckdb/statement.h"
#include "backend/duckdb/value_reader.h"

namespace firesteel {
namespace {

class Stream final : public ResultStream {
  public:
    Stream(duckdb::Instance& instance, std::shared_ptr<duckdb::Operation> operation,
           const std::string& sql, Schema schema, const ResultOptions& options)
        : statement_(instance, std::move(operation), sql),
          schema_(std::move(schema)),
          options_(options) {}

    std::optional<ArrowBatch> next_batch() override {
        if (!encoder_) encoder_.emplace(schema_, options_);
        while (true) {
            if (!chunk_) chunk_ = statement_.fetch();
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
        const auto chunk = statement_.fetch();
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
        chunk_ = statement_.fetch();
        if (!chunk_) return std::nullopt;
        ColumnBatch batch{duckdb_data_chunk_get_size(chunk_->get()), {}};
        for (std::size_t c = 0; c < schema_.size(); ++c) {
            batch.columns.push_back(duckdb::view_of_vector(
                duckdb_data_chunk_get_vector(chunk_->get(), c), schema_[c].type, batch.rows));
        }
        return batch;
    }

  private:
    duckdb::Statement statement_;
    Schema schema_;
    ResultOptions options_;
    std::optional<duckdb::BatchEncoder> encoder_;
    std::optional<duckdb::Chunk> chunk_;
    idx_t position_ = 0;
};

}  // namespace

struct Backend::State {
    explicit State(const BackendOptions& options) : instance(options) {}

    /// The value of a constant expression, or none if it raises.
    std::optional<Literal> fold(const bound::Expr& expr, const ResultOptions& options) {
        const DataType type = expr.type();
        const bound::Relation plan =
            bound::Project{bound::OneRow{}, {{expr, AttributeId{0}, "value", {}}}};
        auto operation = std::make_shared<duckdb::Operation>(options.time_zone, StopToken());
        duckdb::Lowering lowering(instance.kernels(), *operation);
        try {
            const std::string sql = lowering.statement(plan);
            Stream stream(instance, std::move(operation), sql, plan.schema(), options);
            const std::vector<ValueList> rows = stream.next_rows();
            FS_ASSERT(rows.size() == 1);
            return Literal{type, rows[0][0]};
        } catch (const Error&) {
            return std::nullopt;  // raised where Spark would evaluate it, if ever
        }
    }
    void set_up(duckdb::Lowering& lowering, const ResultOptions& options) {
        lowering.fold_with([this, &options](const bound::Expr& e) { return fold(e, options); });
        lowering.ranges_from([this](const bound::FileScan& scan) { return statistics.ranges(scan); });
    }

    duckdb::Instance instance;
    duckdb::ParquetStatistics statistics{instance};
};

Backend::Backend(const BackendOptions& options) : state_(std::make_unique<State>(options)) {}
Backend::~Backend() = default;

std::unique_ptr<ResultStream> Backend::run(const bound::Relation& plan,
                                           const ResultOptions& options, StopToken stop) {
    auto operation = std::make_shared<duckdb::Operation>(options.time_zone, std::move(stop));
    duckdb::Lowering lowering(state_->instance.kernels(), *operation, options.python);
    state_->set_up(lowering, options);
    const std::string sql = lowering.statement(plan);
    return std::make_unique<Stream>(state_->instance, std::move(operation), sql, plan.schema(),
                                    options);
}

std::string Backend::statement_text(const bound::Relation& plan, const ResultOptions& options) {
    duckdb::Operation operation(options.time_zone, {});
    return duckdb::Lowering(state_->instance.kernels(), operation, options.python).statement(plan);
}

std::string Backend::operators_text(const bound::Relation& plan, const ResultOptions& options) {
    auto operation = std::make_shared<duckdb::Operation>(options.time_zone, StopToken());
    duckdb::Lowering lowering(state_->instance.kernels(), *operation, options.python);
    state_->set_up(lowering, options);
    const std::string sql = "EXPLAIN " + lowering.statement(plan);
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
