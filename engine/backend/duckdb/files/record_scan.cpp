#include "backend/duckdb/files/record_scan.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <simdjson.h>

#include "backend/duckdb/files/csv_columns.h"
#include "backend/duckdb/kernels/utf8.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/operation.h"
#include "backend/duckdb/scan_function.h"
#include "backend/duckdb/value_reader.h"
#include "backend/files/record_files.h"
#include "common/error.h"
#include "formats/csv_record.h"
#include "formats/json_record.h"
#include "formats/xml_record.h"

namespace firesteel::duckdb {
namespace {

constexpr std::size_t kBlockRecordsMax = 2048;
constexpr std::size_t kBlockBytesMax = std::size_t{1} << 20U;
constexpr std::uintmax_t kBytesPerThread = std::uintmax_t{4} << 20U;

struct Bound {
    std::shared_ptr<const RecordScan> scan;
    std::shared_ptr<Operation> operation;
};

/// Turns a text into rows of the columns that are read.
class RowParser {
  public:
    virtual ~RowParser() = default;
    virtual void rows(std::string_view text, std::vector<ParsedRecord>& out) const = 0;
};

std::string_view as_utf8(std::string_view text, std::string& repaired) {
    if (simdjson::validate_utf8(text.data(), text.size())) return text;
    return repaired = repaired_utf8(text);
}

class CsvRows final : public RowParser {
  public:
    /// Null where no column is read.
    const CsvRecordParser* parser() const { return parser_ ? &*parser_ : nullptr; }
    CsvRows(const RecordScan& scan, const std::vector<std::size_t>& wanted, const Options& options,
            const Operation& operation) {
        const std::string corrupt = corrupt_record_column(options);
        CsvPositions positions;
        std::vector<StructField> fields;
        bool reads_corrupt = false;
        for (const std::size_t i : wanted) {
            fields.push_back(scan.columns[i]);
            reads_corrupt = reads_corrupt || scan.columns[i].name == corrupt;
            if (scan.columns[i].name != corrupt) positions.at.push_back(position(scan.columns, i, corrupt));
        }
        const std::size_t all = position(scan.columns, scan.columns.size(), corrupt);
        if (reads_corrupt || positions.at.size() == all) positions.fields = all;
        if (!fields.empty()) {
            parser_.emplace(DataType::structure(std::move(fields)), options, operation.time_zone(),
                            operation.started_micros(), std::move(positions));
        }
    }
    void rows(std::string_view text, std::vector<ParsedRecord>& out) const override {
        std::string repaired;
        out.push_back(parser_ ? parser_->parse(as_utf8(text, repaired)) : ParsedRecord{Value(ValueList()), false});
    }

  private:
    static std::size_t position(const Schema& columns, std::size_t i, const std::string& corrupt) {
        const auto is_field = [&](const StructField& f) { return f.name != corrupt; };
        return static_cast<std::size_t>(std::count_if(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), is_field));
    }

    std::optional<CsvRecordParser> parser_;
};

DataType wanted_columns(const RecordScan& scan, const std::vector<std::size_t>& wanted) {
    std::vector<StructField> fields;
    for (const std::size_t i : wanted) fields.push_back(scan.columns[i]);
    return DataType::structure(std::move(fields));
}

class JsonRows final : public RowParser {
  public:
    JsonRows(const RecordScan& scan, const std::vector<std::size_t>& wanted, const Options& options,
             const Operation& operation)
        : parser_(wanted_columns(scan, wanted), options, operation.time_zone(), operation.started_micros()) {}
    void rows(std::string_view text, std::vector<ParsedRecord>& out) const override {
        std::string repaired;
        for (ParsedRecord& row : parser_.parse_rows(as_utf8(text, repaired))) out.push_back(std::move(row));
    }

  private:
    JsonRecordParser parser_;
};

class XmlDocument final : public RowParser {
  public:
    XmlDocument(const RecordScan& scan, const std::vector<std::size_t>& wanted, const Options& options,
                const Operation& operation)
        : parser_(wanted_columns(scan, wanted), options, operation.time_zone(), operation.started_micros()), rows_(options) {}
    /// The text may say of itself what it is encoded in.
    void rows(std::string_view text, std::vector<ParsedRecord>& out) const override {
        std::string repaired;
        for (ParsedRecord& row : parser_.parse_rows(text, as_utf8(text, repaired), rows_)) out.push_back(std::move(row));
    }

  private:
    XmlRecordParser parser_;
    XmlRows rows_;
};

/// What the threads of one scan share.
struct Global {
    Bound bound;
    std::vector<idx_t> columns;         // of DuckDB's output
    std::vector<std::size_t> wanted;    // those of the records among them, each once
    std::unique_ptr<const RowParser> parser;
    std::unique_ptr<const CsvColumns> csv;  // lines of CSV: columns without rows in between
    files::TextFormat format;
    ParseMode mode = ParseMode::Permissive;

    std::mutex mutex;                   // of what follows
    std::size_t file = 0;               // of the reader, if there is one; of the next reader otherwise
    std::optional<files::RecordReader> reader;
};

/// One thread's block of records, or of lines.
struct Local {
    struct Piece {
        std::size_t begin;
        std::size_t size;
        std::size_t file;
    };
    std::string bytes;
    std::vector<Piece> pieces;
    std::size_t next_piece = 0;
    std::vector<ParsedRecord> rows;  // of the piece before next_piece
    std::size_t next_row = 0;

    std::string_view lines;  // of bytes: those that are left
    std::size_t lines_file = 0;
    bool lines_are_utf8 = true;
    std::string repaired;
    CsvColumns::Scratch scratch;
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
        bound->scan = operation->record_scan(static_cast<std::size_t>(duckdb_get_int64(id.get())));
        bound->operation = std::move(operation);
        // First, so that it is what DuckDB asks for when it only counts.
        duckdb_bind_add_result_column(info, "file_index", logical_type(DataType::long_int()).get());
        for (std::size_t i = 0; i < bound->scan->columns.size(); ++i) {
            duckdb_bind_add_result_column(info, ("c" + std::to_string(i)).c_str(),
                                          logical_type(bound->scan->columns[i].type).get());
        }
        duckdb_bind_set_bind_data(info, bound.release(), [](void* p) { delete static_cast<Bound*>(p); });
    } catch (const std::exception& error) {
        duckdb_bind_set_error(info, error.what());
    }
}

void make_csv(Global& global, const Options& options) {
    const RecordScan& scan = *global.bound.scan;
    auto rows = std::make_unique<CsvRows>(scan, global.wanted, options, *global.bound.operation);
    const bool is_lines = global.format.unit == files::TextFormat::Unit::Line && global.format.separator.empty();
    if (is_lines && rows->parser() != nullptr) {
        Schema columns;
        for (const std::size_t i : global.wanted) columns.push_back(scan.columns[i]);
        global.csv = std::make_unique<CsvColumns>(*rows->parser(), columns, corrupt_record_column(options));
    }
    global.parser = std::move(rows);
}

std::unique_ptr<const RowParser> make_parser(const Global& global, const Options& options) {
    const RecordScan& scan = *global.bound.scan;
    if (scan.format == "xml") return std::make_unique<XmlDocument>(scan, global.wanted, options, *global.bound.operation);
    return std::make_unique<JsonRows>(scan, global.wanted, options, *global.bound.operation);
}

idx_t threads_for(const RecordScan& scan) {
    std::uintmax_t bytes = 0;
    for (const std::string& file : scan.files) {
        std::error_code ignored;
        const std::uintmax_t size = std::filesystem::file_size(file, ignored);
        if (!ignored) bytes += size;
    }
    return 1 + bytes / kBytesPerThread;
}

void init(duckdb_init_info info) {
    const auto* bound = static_cast<Bound*>(duckdb_init_get_bind_data(info));
    try {
        auto global = std::make_unique<Global>();
        global->bound = *bound;
        const RecordScan& scan = *bound->scan;
        const Options options(scan.options);
        for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
            const idx_t column = duckdb_init_get_column_index(info, i);
            global->columns.push_back(column);
            if (column > 0 && column <= scan.columns.size()) global->wanted.push_back(column - 1);
        }
        const bool is_corrupt_only = global->wanted.size() == 1 &&
                                     scan.columns[global->wanted[0]].name == corrupt_record_column(options);
        if (is_corrupt_only) throw Error(ErrorClass::QueryOnlyCorruptRecordColumn);
        global->format = files::record_format(scan.format, options);
        global->mode = parse_mode(options);
        if (scan.format == "csv") {
            make_csv(*global, options);
        } else {
            global->parser = make_parser(*global, options);
        }
        duckdb_init_set_max_threads(info, threads_for(scan));
        duckdb_init_set_init_data(info, global.release(), [](void* p) { delete static_cast<Global*>(p); });
    } catch (const Error& error) {
        bound->operation->raise(error);
        duckdb_init_set_error(info, error.what());
    } catch (const std::exception& error) {
        duckdb_init_set_error(info, error.what());
    }
}

void init_local(duckdb_init_info info) {
    duckdb_init_set_init_data(info, new Local, [](void* p) { delete static_cast<Local*>(p); });
}

/// The next records of any file; false at the end.
bool take_block(Global& global, Local& local) {
    const std::lock_guard lock(global.mutex);
    local.bytes.clear();
    local.pieces.clear();
    local.next_piece = 0;
    const RecordScan& scan = *global.bound.scan;
    while (local.pieces.size() < kBlockRecordsMax && local.bytes.size() < kBlockBytesMax && global.file < scan.files.size()) {
        if (!global.reader) global.reader.emplace(scan.files[global.file], global.format);
        if (const auto record = global.reader->next()) {
            local.pieces.push_back({local.bytes.size(), record->size(), global.file});
            local.bytes += *record;
            continue;
        }
        global.reader.reset();
        ++global.file;
    }
    return !local.pieces.empty();
}

void parse_piece(const Global& global, Local& local, const Local::Piece& piece) {
    const std::string_view text = std::string_view(local.bytes).substr(piece.begin, piece.size);
    local.rows.clear();
    local.next_row = 0;
    global.parser->rows(text, local.rows);
    if (global.mode == ParseMode::Permissive) return;
    const auto is_malformed = [](const ParsedRecord& row) { return row.malformed; };
    if (global.mode == ParseMode::DropMalformed) {
        std::erase_if(local.rows, is_malformed);
    } else if (std::ranges::any_of(local.rows, is_malformed)) {
        throw Error(ErrorClass::FailedReadFile, {{"path", "file://" + global.bound.scan->files[piece.file]}});
    }
}

/// Whether there is a row; `file` is whose.
bool next_row(Global& global, Local& local, std::size_t& file) {
    while (local.next_row >= local.rows.size()) {
        if (local.next_piece >= local.pieces.size() && !take_block(global, local)) return false;
        parse_piece(global, local, local.pieces[local.next_piece++]);
    }
    file = local.pieces[local.next_piece - 1].file;
    return true;
}

void put_row(const Global& global, const ValueList& row, std::size_t file, duckdb_data_chunk out, idx_t at) {
    const Schema& columns = global.bound.scan->columns;
    std::size_t next = 0;
    for (std::size_t i = 0; i < global.columns.size(); ++i) {
        const idx_t column = global.columns[i];
        duckdb_vector vector = duckdb_data_chunk_get_vector(out, i);
        if (column > 0 && column <= columns.size()) {
            write_value(vector, columns[column - 1].type, at, row[next++]);
        } else if (column == 0) {
            static_cast<std::int64_t*>(duckdb_vector_get_data(vector))[at] = static_cast<std::int64_t>(file);
        }
    }
}

/// The next lines of any file; false at the end.
bool take_lines(Global& global, Local& local) {
    {
        const std::lock_guard lock(global.mutex);
        const RecordScan& scan = *global.bound.scan;
        std::optional<std::string_view> lines;
        for (; !lines && global.file < scan.files.size();) {
            if (!global.reader) global.reader.emplace(scan.files[global.file], global.format);
            lines = global.reader->next_lines(kBlockBytesMax);
            local.lines_file = global.file;
            if (lines) continue;
            global.reader.reset();
            ++global.file;
        }
        if (!lines) return false;
        local.bytes = *lines;
    }
    local.lines = local.bytes;
    local.lines_are_utf8 = simdjson::validate_utf8(local.bytes.data(), local.bytes.size());
    return true;
}

/// The next line that is a record; none at the end.
std::optional<std::string_view> next_line(Global& global, Local& local) {
    while (true) {
        if (local.lines.empty() && !take_lines(global, local)) return std::nullopt;
        const std::string_view line = files::take_line(local.lines);
        if (!files::is_record(line, global.format)) continue;
        return local.lines_are_utf8 ? line : as_utf8(line, local.repaired);
    }
}

/// Whether the row stays.
bool put_line(const Global& global, Local& local, std::string_view line, idx_t row) {
    if (global.csv->put(line, row, local.scratch) || global.mode == ParseMode::Permissive) return true;
    if (global.mode == ParseMode::DropMalformed) return false;
    throw Error(ErrorClass::FailedReadFile, {{"path", "file://" + global.bound.scan->files[local.lines_file]}});
}

idx_t put_lines(Global& global, Local& local, duckdb_data_chunk out) {
    std::vector<duckdb_vector> vectors;
    std::int64_t* files = nullptr;
    for (std::size_t i = 0; i < global.columns.size(); ++i) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(out, i);
        if (global.columns[i] == 0) {
            files = static_cast<std::int64_t*>(duckdb_vector_get_data(vector));
        } else if (global.columns[i] <= global.bound.scan->columns.size()) {
            vectors.push_back(vector);
        }
    }
    CsvColumns::aim(vectors, local.scratch);
    idx_t rows = 0;
    while (rows < duckdb_vector_size()) {
        const auto line = next_line(global, local);
        if (!line) break;
        if (!put_line(global, local, *line, rows)) continue;
        if (files != nullptr) files[rows] = static_cast<std::int64_t>(local.lines_file);
        ++rows;
    }
    return rows;
}

void run(duckdb_function_info info, duckdb_data_chunk out) {
    auto& global = *static_cast<Global*>(duckdb_function_get_init_data(info));
    auto& local = *static_cast<Local*>(duckdb_function_get_local_init_data(info));
    fill_or_fail(info, *global.bound.operation, [&] {
        global.bound.operation->stop().throw_if_stopped();
        if (global.csv) {
            duckdb_data_chunk_set_size(out, put_lines(global, local, out));
            return;
        }
        idx_t rows = 0;
        std::size_t file = 0;
        for (; rows < duckdb_vector_size() && next_row(global, local, file); ++rows) {
            put_row(global, local.rows[local.next_row++].value.list(), file, out, rows);
        }
        duckdb_data_chunk_set_size(out, rows);
    });
}

}  // namespace

void register_record_scan(duckdb_connection connection, KernelRegistry& registry) {
    register_scan(connection, registry, {"fs_records", bind, init, run, init_local});
}

}  // namespace firesteel::duckdb
