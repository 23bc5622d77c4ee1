/// Files that are read: Parquet by DuckDB, text and records by our own scans, whole files as bytes by DuckDB. Each
/// source names its files by position ("file_index"), which picks the partition columns' values.

#include <algorithm>
#include <array>

#include "backend/duckdb/files/carried_value.h"
#include "backend/duckdb/files/record_scan.h"
#include "backend/duckdb/files/text_scan.h"
#include "backend/duckdb/lowering/file_metadata.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/relation.h"
#include "types/type_text.h"

namespace firesteel::duckdb {
namespace {

void file_list(Lowering& to, const std::vector<std::string>& files) {
    to.out().text("[");
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().string(files[i]);
    }
    to.out().text("]");
}

/// The value that each file's folders give to a partition column.
void partition_value(Lowering& to, const bound::FileScan& n, std::size_t column) {
    const auto value = [&](std::size_t file) -> const Literal& { return n.partition_values[file][column]; };
    const bool is_one = std::ranges::all_of(n.partition_values, [&](const auto& row) { return row[column] == value(0); });
    if (is_one) {
        to.literal(value(0));
        return;
    }
    value_per_file(to, n, value);
}

/// Whether Parquet's reader may give values of one type as another: wider ones only.
bool may_read_as(const DataType& from, const DataType& to) {
    if (from.same_ignoring_nullability(to) || from.is_nested() || to.is_nested()) return from.kind() == to.kind();
    if (same_carrier(from, to)) return true;
    if (from.is_integral() && to.is_integral()) return true;  // checked by the cast
    if (from.is(TypeKind::Float) && to.is(TypeKind::Double)) return true;
    if (from.is_integral() && !from.is(TypeKind::Long) && to.is(TypeKind::Double)) return true;
    if (from.is_integral() && to.is(TypeKind::Decimal)) return true;
    if (from.is(TypeKind::Decimal) && to.is(TypeKind::Decimal)) {
        return to.scale() >= from.scale() && to.precision() - to.scale() >= from.precision() - from.scale();
    }
    const auto is_text = [](const DataType& t) { return t.is_string_like() || t.is(TypeKind::Binary); };
    return (is_text(from) && is_text(to)) || (from.is(TypeKind::Date) && to.is(TypeKind::TimestampNtz)) ||
           (from.is(TypeKind::TimestampNtz) && to.is(TypeKind::Timestamp));
}

std::string parquet_name(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Boolean: return "BOOLEAN";
        case TypeKind::Float: return "FLOAT";
        case TypeKind::Double: return "DOUBLE";
        case TypeKind::Long:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz: return "INT64";
        case TypeKind::String:
        case TypeKind::Binary: return "BINARY";
        default: return type.is_nested() ? "group" : "INT32";
    }
}

bool is_records(const bound::FileScan& n) { return n.format == "csv" || n.format == "json" || n.format == "xml"; }

void file_column(Lowering& to, const bound::FileScan& n, std::size_t i) {
    if (is_records(n)) {
        to.out().text("c" + std::to_string(i));
        return;
    }
    const DataType& type = n.columns[i].type;
    const StructField& file = n.file_columns[i];
    if (file.name.empty()) {
        to.literal(Literal::null(type));
        return;
    }
    const DataType& from = carried(file.type);
    if (!may_read_as(from, carried(type))) {
        throw Error(ErrorClass::FailedReadParquetType,
                    {{"path", n.files.empty() ? "" : "file://" + n.files[0]}, {"column", "[" + file.name + "]"},
                     {"expectedType", catalog_string(type)}, {"actualType", parquet_name(from)}});
    }
    SqlWriter name;
    name.identifier(file.name);
    to.out().text(carried_value(name.take(), from, type));
}

void data_column(Lowering& to, const bound::FileScan& n, std::size_t i) {
    const auto absent = std::ranges::find(n.absent, i, &bound::FileScan::Absent::column);
    if (absent == n.absent.end() || std::ranges::count(absent->files, true) == 0) {
        file_column(to, n, i);
        return;
    }
    to.out().text("CASE WHEN ");
    value_per_file(to, n, [&](std::size_t file) { return Literal::boolean(absent->files[file]); });
    to.out().text(" THEN ");
    to.literal(absent->value);
    to.out().text(" ELSE ");
    file_column(to, n, i);
    to.out().text(" END");
}

void columns(Lowering& to, const bound::FileScan& n) {
    to.out().text("SELECT ");
    if (n.columns.empty() && !n.reads_metadata) to.out().text("NULL AS none");
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        if (i < n.data_columns) {
            data_column(to, n, i);
        } else {
            partition_value(to, n, i - n.data_columns);
        }
        to.out().text(" AS ").column(n.columns[i].id);
    }
    if (!n.reads_metadata) return;
    if (!n.columns.empty()) to.out().text(", ");
    file_metadata(to, n, to.metadata_fields(n.metadata.id));
    to.out().text(" AS ").column(n.metadata.id);
}

void parquet(Lowering& to, const bound::FileScan& n) {
    to.out().text("read_parquet(");
    file_list(to, n.files);
    to.out().text(", union_by_name = true, hive_partitioning = false");
    if (n.reads_metadata && reads_row_index(n, to.metadata_fields(n.metadata.id))) to.out().text(", file_row_number = true");
    to.out().text(")");
}

void records(Lowering& to, const bound::FileScan& n) {
    RecordScan scan{n.format, n.files, n.options, {}};
    for (std::size_t i = 0; i < n.data_columns; ++i) {
        scan.columns.push_back({n.columns[i].name, n.columns[i].type, true, {}});
    }
    const std::size_t id = to.operation().add_record_scan(std::make_shared<const RecordScan>(std::move(scan)));
    to.out().text("fs_records(").number(static_cast<std::int64_t>(id)).text(")");
}

std::string option(const bound::FileScan& n, std::string_view name) {
    for (const auto& [key, value] : n.options) {
        if (key == name) return value;
    }
    return {};
}

void text(Lowering& to, const bound::FileScan& n) {
    TextScan scan;
    scan.files = n.files;
    files::TextFormat& format = scan.format;
    using Unit = files::TextFormat::Unit;
    format.unit = option(n, "unit") == "file" ? Unit::WholeFile : Unit::Line;
    format.separator = option(n, "lineSep");
    const std::size_t id = to.operation().add_text_scan(std::make_shared<const TextScan>(std::move(scan)));
    to.out().text("fs_text(").number(static_cast<std::int64_t>(id)).text(")");
}

void binary(Lowering& to, const bound::FileScan& n) {
    to.out().text("(SELECT 'file:' || filename AS path, last_modified AS \"modificationTime\", size AS length, "
                  "content, list_position(");
    file_list(to, n.files);
    to.out().text(", filename) - 1 AS file_index FROM read_blob(");
    file_list(to, n.files);
    to.out().text("))");
}

struct Source {
    std::string_view format;
    void (*write)(Lowering&, const bound::FileScan&);
};
constexpr auto kSources = std::to_array<Source>({{"binaryfile", binary}, {"csv", records}, {"json", records}, {"parquet", parquet}, {"text", text}, {"xml", records}});

}  // namespace

void lower(Lowering& to, const bound::FileScan& n) {
    if (n.files.empty()) {
        lower(to, bound::Values{{}, bound::output_of(n)});
        return;
    }
    const auto source = std::ranges::find(kSources, n.format, &Source::format);
    FS_ASSERT(source != kSources.end());
    columns(to, n);
    to.out().text(" FROM ");
    source->write(to, n);
}

}  // namespace firesteel::duckdb
