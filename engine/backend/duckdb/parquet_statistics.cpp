#include "backend/duckdb/parquet_statistics.h"

#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "backend/duckdb/instance.h"
#include "backend/duckdb/lowering/sql_writer.h"
#include "backend/duckdb/operation.h"
#include "backend/duckdb/statement.h"
#include "types/value_parse.h"

namespace firesteel::duckdb {
namespace {

constexpr std::size_t kFilesKeptMax = 4096;
constexpr std::size_t kFilesAskedMax = 256;  // of one scan: reading footers must not outweigh the query
constexpr int kDecimalDigitsMax = 38;

std::string version_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return path + '\n' + std::to_string(status.st_size) + '\n' + std::to_string(status.st_mtim.tv_sec) +
           '.' + std::to_string(status.st_mtim.tv_nsec);
}

bool has_range(const DataType& type) { return type.is(TypeKind::Decimal) || type.is_integral(); }

void extend(std::optional<DecimalRange>& range, Int128 value) {
    if (!range) range = DecimalRange{value, value};
    range->low = std::min(range->low, value);
    range->high = std::max(range->high, value);
}

std::string text_at(duckdb_vector column, idx_t row) {
    auto* strings = static_cast<duckdb_string_t*>(duckdb_vector_get_data(column));
    return {duckdb_string_t_data(&strings[row]), duckdb_string_t_length(strings[row])};
}

bool is_valid(duckdb_vector column, idx_t row) {
    std::uint64_t* mask = duckdb_vector_get_validity(column);
    return mask == nullptr || duckdb_validity_row_is_valid(mask, row);
}

}  // namespace

std::shared_ptr<const ParquetStatistics::FileTexts> ParquetStatistics::read(const std::string& path) {
    SqlWriter sql;
    sql.text("SELECT path_in_schema, stats_min_value, stats_max_value FROM parquet_metadata([");
    sql.string(path);
    sql.text("]) WHERE stats_null_count IS NULL OR stats_null_count < num_values");
    auto operation = std::make_shared<Operation>("UTC", StopToken(), std::chrono::system_clock::now());
    Statement statement(instance_, std::move(operation), sql.take());
    auto out = std::make_shared<FileTexts>();
    while (const auto chunk = statement.fetch()) {
        duckdb_vector names = duckdb_data_chunk_get_vector(chunk->get(), 0);
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk->get()); ++row) {
            Texts& texts = (*out)[text_at(names, row)];
            for (const idx_t c : {idx_t{1}, idx_t{2}}) {
                duckdb_vector column = duckdb_data_chunk_get_vector(chunk->get(), c);
                if (is_valid(column, row)) {
                    texts.values.push_back(text_at(column, row));
                } else {
                    texts.complete = false;
                }
            }
        }
    }
    return out;
}

std::shared_ptr<const ParquetStatistics::FileTexts> ParquetStatistics::file_texts(
    const std::string& path) {
    const std::string version = version_of(path);
    if (version.empty()) return nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = files_.find(version); found != files_.end()) return found->second;
    }
    auto texts = read(path);
    const std::lock_guard lock(mutex_);
    if (files_.size() >= kFilesKeptMax) files_.clear();
    return files_[version] = std::move(texts);
}

std::vector<std::optional<DecimalRange>> ParquetStatistics::ranges(const bound::FileScan& scan) {
    std::vector<std::optional<DecimalRange>> out(scan.columns.size());
    if (scan.format != "parquet" || scan.files.size() > kFilesAskedMax) return out;
    std::vector<bool> known(scan.data_columns, true);
    for (const std::string& path : scan.files) {
        const auto texts = file_texts(path);
        for (std::size_t i = 0; i < scan.data_columns; ++i) {
            const DataType& type = scan.columns[i].type;
            if (!known[i] || !has_range(type)) continue;
            known[i] = texts != nullptr && scan.file_columns[i].type == type;
            if (!known[i]) continue;
            const auto found = texts->find(scan.file_columns[i].name);
            if (found == texts->end()) continue;  // no such column, or NULLs only
            known[i] = found->second.complete;
            for (const std::string& text : found->second.values) {
                Int128 value = 0;
                const int scale = type.is(TypeKind::Decimal) ? type.scale() : 0;
                known[i] = known[i] && parse_decimal(text, kDecimalDigitsMax, scale, value) == Parse::Ok;
                extend(out[i], value);
            }
        }
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (!known[i]) out[i].reset();
    }
    return out;
}

}  // namespace firesteel::duckdb
