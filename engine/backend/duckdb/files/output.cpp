#include "backend/duckdb/files/output.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "backend/duckdb/files/carried_value.h"
#include "backend/duckdb/files/parquet_schema.h"
#include "backend/duckdb/lowering/sql_writer.h"
#include "backend/duckdb/statement.h"
#include "backend/duckdb/value_reader.h"
#include "backend/files/byte_stream.h"
#include "common/error.h"
#include "types/type_text.h"

namespace firesteel {

std::string partition_folder(const std::string& name, const std::string& value) {
    constexpr std::string_view kEscaped = "\"#%'*/:=?\\\x7f{[]^";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    const auto append = [&](const std::string& text) {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || kEscaped.find(c) != kEscaped.npos) {
                out += '%';
                out += kHex[byte >> 4U];
                out += kHex[byte & 15U];
            } else {
                out += c;
            }
        }
    };
    append(name);
    out += '=';
    append(value);
    return out;
}

}  // namespace firesteel

namespace firesteel::duckdb {
namespace {

namespace fs = std::filesystem;

// ---- Parquet -------------------------------------------------------------------------------------

struct ParquetCodec {
    std::string_view name;
    std::string_view ours;
    std::string_view extension;
};
constexpr auto kParquetCodecs = std::to_array<ParquetCodec>({
    {"", "snappy", ".snappy"},
    {"brotli", "brotli", ".br"},
    {"gzip", "gzip", ".gz"},
    {"lz4", "lz4_raw", ".lz4hadoop"},
    {"lz4_raw", "lz4_raw", ".lz4raw"},
    {"none", "uncompressed", ""},
    {"snappy", "snappy", ".snappy"},
    {"uncompressed", "uncompressed", ""},
    {"zstd", "zstd", ".zstd"},
});

const ParquetCodec& parquet_codec(const std::string& name) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto row = std::ranges::find(kParquetCodecs, lower, &ParquetCodec::name);
    if (row != kParquetCodecs.end()) return *row;
    std::string known;
    for (const ParquetCodec& codec : kParquetCodecs) {
        if (!codec.name.empty()) known += (known.empty() ? "" : ", ") + std::string(codec.name);
    }
    throw Error(ErrorClass::CodecNotAvailable, {{"codecName", name}, {"availableCodecs", known}});
}

/// A name that no column of the files will have.
std::string partition_alias(std::size_t i) { return "firesteel_partition_" + std::to_string(i); }

void copy_columns(SqlWriter& sql, const bound::Attributes& columns, std::size_t data_columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) sql.text(", ");
        SqlWriter column;
        column.column(columns[i].id);
        sql.text(named_value(column.take(), columns[i].type)).text(" AS ");
        if (i < data_columns) {
            sql.identifier(columns[i].name);
        } else {
            sql.text(partition_alias(i - data_columns));
        }
    }
}

std::string schema_text(const bound::Attributes& columns, std::size_t data_columns) {
    Schema schema;
    for (std::size_t i = 0; i < data_columns; ++i) {
        schema.push_back({columns[i].name, columns[i].type, columns[i].nullable, columns[i].metadata});
    }
    return to_json(schema);
}

std::string parquet_statement(const std::string& select, const bound::Attributes& columns,
                              const FileOutput& output) {
    const std::size_t data_columns = columns.size() - output.partition_names.size();
    const ParquetCodec& codec = parquet_codec(output.codec);
    const std::string extension = std::string(codec.extension).substr(codec.extension.empty() ? 0 : 1);
    const std::string suffix = extension.empty() ? "parquet" : extension + ".parquet";
    SqlWriter sql;
    sql.text("COPY (SELECT ");
    copy_columns(sql, columns, data_columns);
    sql.text(" FROM (").text(select).text(")) TO ");
    if (output.partition_names.empty()) {
        sql.string(output.directory + "/" + output.file_stem + "-c000." + suffix);
    } else {
        sql.string(output.directory);
    }
    sql.text(" (FORMAT parquet, COMPRESSION ").text(codec.ours);
    sql.text(", KV_METADATA {'org.apache.spark.version': '4.1.1', ");
    sql.string(kSparkSchemaKey).text(": ").string(schema_text(columns, data_columns)).text("}");
    for (std::size_t i = 0; i < output.partition_names.size(); ++i) {
        sql.text(i == 0 ? ", PARTITION_BY (" : ", ").text(partition_alias(i));
    }
    if (!output.partition_names.empty()) {
        sql.text("), FILENAME_PATTERN ").string(output.file_stem + ".c{i}");
        sql.text(", FILE_EXTENSION ").string(suffix).text(", OVERWRITE_OR_IGNORE");
    }
    sql.text(")");
    return sql.take();
}

std::string without_escapes(std::string_view text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// "firesteel_partition_0=a%20b" becomes "k=a b", at each level.
void rename_folders(const fs::path& folder, const std::vector<std::string>& names, std::size_t level) {
    if (level == names.size()) return;
    std::vector<fs::path> inner;
    for (const auto& entry : fs::directory_iterator(folder)) inner.push_back(entry.path());
    for (const fs::path& path : inner) {
        const std::string name = path.filename().string();
        const auto equals = name.find('=');
        FS_ASSERT(equals != name.npos);
        const fs::path renamed =
            folder / partition_folder(names[level], without_escapes(std::string_view(name).substr(equals + 1)));
        fs::rename(path, renamed);
        rename_folders(renamed, names, level + 1);
    }
}

// ---- text ----------------------------------------------------------------------------------------

class TextOutput {
  public:
    explicit TextOutput(const FileOutput& output)
        : output_(output), codec_(output.codec.empty() ? files::Codec::None : files::codec_named(output.codec)) {}

    void row(std::string_view line, const std::vector<std::string>& partition) {
        const bool is_full = output_.file_rows_max > 0 && rows_ >= output_.file_rows_max;
        if (!sink_ || partition != partition_ || is_full) open(partition);
        if (rows_ == 0 && output_.is_document) begin();
        sink_->write(line);
        sink_->write(output_.separator);
        ++rows_;
    }
    /// Without any row there is one file all the same, unless folders would have to be named.
    void finish() {
        if (!sink_ && output_.partition_names.empty()) open({});
        close();
    }

  private:
    void begin() {
        if (!output_.has_header) return;
        sink_->write(output_.header);
        sink_->write(output_.separator);
    }
    void close() {
        if (!sink_) return;
        if (rows_ > 0 && output_.is_document) sink_->write(output_.footer);
        sink_->finish();
    }
    void open(const std::vector<std::string>& partition) {
        close();
        number_ = sink_ && partition == partition_ ? number_ + 1 : 0;
        partition_ = partition;
        fs::path folder = output_.directory;
        for (std::size_t i = 0; i < partition.size(); ++i) {
            folder /= partition_folder(output_.partition_names[i], partition[i]);
        }
        fs::create_directories(folder);
        std::string number = std::to_string(number_);
        number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
        const char* mark = partition.empty() ? "-c" : ".c";
        const std::string name = output_.file_stem + mark + number + output_.extension + std::string(files::extension_of(codec_));
        sink_ = files::create_sink((folder / name).string(), codec_);
        rows_ = 0;
        if (!output_.is_document) begin();
    }

    const FileOutput& output_;
    const files::Codec codec_;
    std::unique_ptr<files::ByteSink> sink_;
    std::vector<std::string> partition_;
    std::int64_t rows_ = 0;
    int number_ = 0;
};

std::string_view text_at(const duckdb_string_t* values, idx_t row) {
    return {duckdb_string_t_data(const_cast<duckdb_string_t*>(&values[row])), duckdb_string_t_length(values[row])};
}

void write_text(Statement& statement, const FileOutput& output) {
    TextOutput out(output);
    const std::size_t partitions = output.partition_names.size();
    std::vector<std::string> partition(partitions);
    while (const auto chunk = statement.fetch()) {
        const idx_t size = duckdb_data_chunk_get_size(chunk->get());
        std::vector<const duckdb_string_t*> columns;
        std::vector<const std::uint64_t*> validity;
        for (idx_t c = 0; c < partitions + 1; ++c) {
            duckdb_vector vector = duckdb_data_chunk_get_vector(chunk->get(), c);
            columns.push_back(static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector)));
            validity.push_back(duckdb_vector_get_validity(vector));
        }
        for (idx_t r = 0; r < size; ++r) {
            for (std::size_t p = 0; p < partitions; ++p) partition[p] = text_at(columns[p + 1], r);
            const bool is_null = validity[0] != nullptr && !duckdb_validity_row_is_valid(const_cast<std::uint64_t*>(validity[0]), r);
            out.row(is_null ? std::string_view() : text_at(columns[0], r), partition);
        }
    }
    out.finish();
}

}  // namespace

void write_files(Instance& instance, const std::shared_ptr<Operation>& operation, const std::string& sql,
                 const bound::Attributes& columns, const FileOutput& output) {
    if (output.format == "text") {
        Statement statement(instance, operation, sql);
        write_text(statement, output);
        return;
    }
    FS_ASSERT(output.format == "parquet");
    Statement statement(instance, operation, parquet_statement(sql, columns, output));
    while (statement.fetch()) {
    }
    if (!output.partition_names.empty()) rename_folders(output.directory, output.partition_names, 0);
}

}  // namespace firesteel::duckdb
