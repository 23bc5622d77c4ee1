// Tables that are made and written: saveAsTable, insertInto, writeTo, CREATE TABLE, INSERT. A table is a folder of files;
// its definition is in the metastore.
#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <system_error>

#include "catalog/staged_folder.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/file_errors.h"
#include "plan/bound_traverse.h"
#include "session/commands/commands.h"
#include "session/commands/table_rows.h"
#include "sql/parser.h"
#include "types/column_metadata.h"
#include "types/type_parts.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
namespace u = unresolved;
using catalog::lower;
using catalog::Table;
using catalog::TablePtr;

std::string full_text(const catalog::ObjectName& place) { return catalog::quoted(full_name(place)); }

[[noreturn]] void exists_already(const catalog::ObjectName& place) {
    throw Error(ErrorClass::TableOrViewAlreadyExists, {{"relationName", full_text(place)}});
}

// ---- definitions ---------------------------------------------------------------------------------

/// As files have them: NOT NULL is not kept. What a query has of a CHAR column becomes one.
void settle_columns(Schema& columns) {
    for (StructField& f : columns) {
        if (const auto type = metadata_text(f.metadata, kCharType)) {
            f.type = parse_data_type(*type);
            f = without_metadata(std::move(f), kCharType);
        }
        if (f.type.is_nested() && holds_char(f.type)) throw unsupported("CHAR and VARCHAR inside of other types in tables");
        f.type = f.type.with_all_nullable();
        f.nullable = true;
    }
}

/// The columns that `names` are, as the table has them. `kind` is theirs in errors.
std::vector<std::string> columns_named(const Queries& queries, const Table& table, const std::vector<std::string>& names,
                                       const char* kind) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        const StructField* column = find_column(queries, table.columns, name);
        if (column == nullptr) {
            throw Error(ErrorClass::ColumnNotDefinedInTable,
                        {{"colType", kind}, {"colName", quote_identifier(name)},
                         {"tableName", catalog::quoted(table.full_name())}, {"tableCols", quoted_columns(table.columns)}});
        }
        out.push_back(column->name);
    }
    return out;
}

/// Partition columns are the last ones of a table.
void put_partitions_last(Table& table) {
    Schema ordered;
    const auto is_key = [&](const StructField& f) {
        return std::ranges::find(table.partition_by, f.name) != table.partition_by.end();
    };
    std::ranges::copy_if(table.columns, std::back_inserter(ordered), std::not_fn(is_key));
    if (ordered.empty() && !table.partition_by.empty()) throw Error(ErrorClass::AllPartitionColumns);
    for (const std::string& key : table.partition_by) {
        ordered.push_back(*std::ranges::find(table.columns, key, &StructField::name));
    }
    table.columns = std::move(ordered);
}

/// Options and place: `path` is no option of the files.
void place_table(Queries& queries, const catalog::ObjectName& place, const u::Options& options, Table& table) {
    for (const auto& [key, value] : options) {
        if (lower(key) == "path") {
            table.location = catalog::local_path(value).string();
            table.type = Table::Type::External;
        } else {
            table.options.emplace_back(key, value);
        }
    }
    if (table.location.empty()) table.location = default_location(queries.session().catalog(), place);
}

/// A table without columns of its own yet.
Table new_table(Queries& queries, const catalog::ObjectName& place, const std::string& format, const u::Options& options) {
    Table out;
    out.database = place.database;
    out.name = place.name;
    out.created_at = seconds_now();
    out.provider = lower(format.empty() ? queries.settings().default_format : format);
    place_table(queries, place, options, out);
    return out;
}

void define_layout(const Queries& queries, const u::Write& command, Table& table) {
    if (!command.cluster_by.empty()) throw unsupported("tables with CLUSTER BY");
    if (!command.sort_by.empty() && command.buckets == 0) throw Error(ErrorClass::SortByWithoutBucketing);
    table.partition_by = columns_named(queries, table, command.partition_by, "partition");
    table.buckets = command.buckets;
    table.bucket_by = columns_named(queries, table, command.bucket_by, "bucket");
    table.sort_by = columns_named(queries, table, command.sort_by, "sort");
    for (const std::string& column : table.bucket_by) {
        if (std::ranges::find(table.partition_by, column) == table.partition_by.end()) continue;
        throw Error(ErrorClass::LegacyBucketColumnPartitions,
                    {{"bucketCol", column}, {"normalizedPartCols", joined(table.partition_by)}});
    }
    put_partitions_last(table);
}

void check_free_location(const Table& table) {
    std::error_code ignored;
    if (table.type != Table::Type::Managed || !fs::exists(table.location, ignored)) return;
    if (fs::is_empty(table.location, ignored)) return;
    throw Error(ErrorClass::LocationAlreadyExists,
                {{"location", "'file:" + table.location + "'"},
                 {"identifier", catalog::quoted(table.full_name())}});
}

// ---- rows ----------------------------------------------------------------------------------------

bool is_below(const std::string& file, const std::string& folder) {
    return file.starts_with(folder) && file.size() > folder.size() && file[folder.size()] == '/';
}

/// Texts as CHAR and VARCHAR columns keep them.
u::Relation stored_rows(Queries& queries, const u::Relation& rows, const Table& table) {
    const auto is_char = [](const StructField& f) { return f.type.is(TypeKind::Char) || f.type.is(TypeKind::Varchar); };
    const bool has_char = std::ranges::any_of(table.columns, is_char);
    return has_char ? table_rows(queries, rows, table, table.columns, ColumnsBy::Name) : rows;
}

/// The table, made of the rows that it begins with.
void make_table(Queries& queries, const u::Relation& rows, Table table, bool replace) {
    if (!replace) check_free_location(table);
    write_table_rows(queries, stored_rows(queries, rows, table), table, {/*overwrite=*/true, ""});
    queries.session().catalog().metastore().put_table(std::make_shared<const Table>(std::move(table)), /*replace=*/true);
}

// ---- saveAsTable ---------------------------------------------------------------------------------

/// What errors of Spark's call a format.
std::string provider_class(const std::string& format) {
    struct Row {
        std::string_view format;
        std::string_view name;
    };
    static constexpr auto kRows = std::to_array<Row>({{"csv", "CSVDataSourceV2"}, {"json", "JsonDataSourceV2"},
                                                      {"parquet", "ParquetDataSourceV2"}, {"text", "TextDataSourceV2"},
                                                      {"xml", "XmlDataSourceV2"}});
    const auto row = std::ranges::find(kRows, format, &Row::format);
    return row == kRows.end() ? format : std::string(row->name);
}

void check_has_columns(Queries& queries, const Schema& data, const Table& table) {
    for (const StructField& wanted : table.columns) {
        if (find_column(queries, data, wanted.name) != nullptr) continue;
        std::vector<std::string> names;
        for (const StructField& f : data) names.push_back(f.name);
        throw Error(ErrorClass::LegacyTableColumnMissing, {{"col", wanted.name}, {"inputColumns", joined(names)}});
    }
}

void append_to_table(Queries& queries, const u::Write& command, const Table& table) {
    const Table given = new_table(queries, {table.database, table.name}, command.format, command.options);
    const std::string name = dotted(table.full_name());
    if (given.provider != table.provider) {
        throw Error(ErrorClass::LegacyTableFormat, {{"tableName", name}, {"existingProvider", provider_class(table.provider)},
                                                    {"specifiedProvider", provider_class(given.provider)}});
    }
    if (given.type == Table::Type::External && given.location != table.location) {
        throw Error(ErrorClass::LegacyTableLocation,
                    {{"identifier", catalog::quoted(table.full_name())}, {"existingTableLoc", "file:" + table.location},
                     {"tableDescLoc", "file://" + given.location}});
    }
    const Schema data = queries.schema(command.child);
    if (data.size() != table.columns.size()) {
        throw Error(ErrorClass::LegacyTableColumnNumber,
                    {{"tableName", name}, {"existingTableSchema", catalog_string(DataType::structure(table.columns))},
                     {"querySchema", catalog_string(DataType::structure(data))}});
    }
    check_has_columns(queries, data, table);
    u::Relation rows = table_rows(queries, command.child, table, table.columns, ColumnsBy::Name);
    const auto is_same = [&](const std::string& a, const std::string& b) { return same_name(queries, a, b); };
    if (!std::ranges::equal(command.partition_by, table.partition_by, is_same)) {
        throw Error(ErrorClass::LegacyTablePartitioning,
                    {{"tableName", name}, {"specifiedPartCols", joined(command.partition_by)},
                     {"existingPartCols", joined(table.partition_by)}});
    }
    write_table_rows(queries, std::move(rows), table, {/*overwrite=*/false, ""});
}

void save_as_table(Queries& queries, const u::Write& command) {
    auto& names = queries.session().catalog();
    const catalog::ObjectName place = new_place(names, command.table);
    const TablePtr existing = names.metastore().find_table(place);
    if (existing && command.mode == "ignore") return;
    if (existing && command.mode == "error") exists_already(place);
    if (existing && command.mode == "append") {
        if (existing->is_view()) {
            throw Error(ErrorClass::ExpectTableNotView, {{"viewName", full_text(place)}, {"operation", "saveAsTable"}});
        }
        return append_to_table(queries, command, *existing);
    }
    Table table = new_table(queries, place, command.format, command.options);
    table.columns = queries.schema(command.child);
    settle_columns(table.columns);
    define_layout(queries, command, table);
    if (existing && !existing->is_view()) check_not_read(queries, command.child, *existing);
    const bool keeps_place = existing && !existing->is_view() && existing->location == table.location;
    make_table(queries, command.child, std::move(table), keeps_place);
    if (existing && !existing->is_view() && !keeps_place) remove_files(*existing);
}

// ---- writeTo -------------------------------------------------------------------------------------

/// Columns; tables of files have no other partitions.
std::vector<std::string> partition_names(const std::vector<u::Expr>& transforms) {
    std::vector<std::string> out;
    for (const u::Expr& e : transforms) {
        if (const auto* attribute = e.get_if<u::Attribute>()) {
            out.push_back(attribute->parts.back());
            continue;
        }
        const auto* call = e.get_if<u::Function>();
        const std::string name = call == nullptr || call->name.empty() ? "?" : call->name.back();
        std::string arguments;
        for (std::size_t i = 0; call != nullptr && i < call->arguments.size(); ++i) {
            const auto* argument = call->arguments[i].get_if<u::Attribute>();
            arguments += (i > 0 ? ", " : "") + (argument == nullptr ? "?" : argument->parts.back());
        }
        throw Error(ErrorClass::UnsupportedPartitionTransform, {{"transform", "`" + name + "(" + arguments + ")`"}});
    }
    return out;
}

void write_to(Queries& queries, const u::Write& command) {
    auto& names = queries.session().catalog();
    const bool replaces = command.mode == "replace" || command.mode == "create_or_replace";
    const catalog::ObjectName place = place_of(names, command.table);
    const TablePtr existing = names.metastore().find_table(place);
    if (replaces) {
        throw Error(ErrorClass::TableOperation,
                    {{"tableName", full_text(place)}, {"operation", "REPLACE TABLE AS SELECT"}});
    }
    if (command.mode != "create") {
        if (!existing) throw table_not_found(command.table);
        throw Error(ErrorClass::LegacyCannotWriteV1, {{"identifier", full_text(place)}});
    }
    new_place(names, command.table);
    if (existing) exists_already(place);
    u::Write layout = command;
    layout.partition_by = partition_names(command.partition_transforms);
    Table table = new_table(queries, place, command.format, command.options);
    for (const auto& [key, value] : command.table_properties) table.properties[key] = value;
    table.columns = queries.schema(command.child);
    settle_columns(table.columns);
    define_layout(queries, layout, table);
    make_table(queries, command.child, std::move(table), /*replace=*/false);
}

// ---- CREATE TABLE --------------------------------------------------------------------------------

/// Columns that are not given are those of the files that are there.
void find_columns(Queries& queries, Table& table) {
    u::DataSource files;
    files.format = table.provider;
    files.options = table.options;
    files.paths = {table.location};
    const bound::Relation plan = queries.analyze(u::Relation(files));
    table.columns = analysis::schema_of(plan);
    const auto* scan = plan.get_if<bound::FileScan>();
    for (std::size_t i = scan == nullptr ? table.columns.size() : scan->data_columns; i < table.columns.size(); ++i) {
        table.partition_by.push_back(table.columns[i].name);
    }
}

void define_table(Queries& queries, const catalog::ObjectName& place, Table table) {
    if (table.columns.empty()) {
        if (table.type == Table::Type::Managed) {
            throw Error(ErrorClass::UnableToInferSchema, {{"format", format_label(table.provider)}});
        }
        find_columns(queries, table);
    } else {
        settle_columns(table.columns);
        put_partitions_last(table);
    }
    check_free_location(table);
    std::error_code failed;
    fs::create_directories(table.location, failed);
    if (failed) throw write_failed(table.location, failed);
    auto& metastore = queries.session().catalog().metastore();
    if (!metastore.put_table(std::make_shared<const Table>(std::move(table)), /*replace=*/false)) exists_already(place);
}

/// CREATE TABLE … LIKE: a table with the other's columns, and without its rows.
void create_like(Queries& queries, const u::CreateTable& command, const catalog::ObjectName& place) {
    auto& names = queries.session().catalog();
    const bool is_temporary = names.find_view(command.like) != nullptr;
    const TablePtr source = is_temporary ? nullptr : names.metastore().find_table(place_of(names, command.like));
    if (!source && !is_temporary) throw table_not_found(full_name(place_of(names, command.like)));
    if (names.metastore().find_table(place)) {
        if (command.if_not_exists) return;
        throw Error(ErrorClass::TableOrViewAlreadyExists,
                    {{"relationName", catalog::quoted(catalog::NameParts{place.database, place.name})}});
    }
    const bool is_table = source && !source->is_view();
    u::Options options = command.options;
    if (is_table && command.provider.empty() && options.empty()) options = source->options;
    if (command.location) options.emplace_back("path", *command.location);
    const std::string provider = !command.provider.empty() ? command.provider : is_table ? source->provider : "";
    check_format(provider.empty() ? queries.settings().default_format : provider);
    Table table = new_table(queries, place, provider, options);
    for (const auto& [key, value] : command.properties) table.properties[key] = value;
    table.columns = source ? source->schema() : table_schema(queries, command.like);
    if (is_table) {
        table.partition_by = source->partition_by;
        table.buckets = source->buckets;
        table.bucket_by = source->bucket_by;
        table.sort_by = source->sort_by;
    }
    define_table(queries, place, std::move(table));
}

}  // namespace

void check_not_read(Queries& queries, const u::Relation& rows, const Table& table) {
    const std::function<void(const bound::Relation&)> visit = [&](const bound::Relation& part) {
        if (const auto* scan = part.get_if<bound::FileScan>()) {
            if (std::ranges::any_of(scan->files, [&](const std::string& f) { return is_below(f, table.location); })) {
                throw Error(ErrorClass::UnsupportedOverwriteTable, {{"table", catalog::quoted(table.full_name())}});
            }
        }
        bound::for_each_input(part, visit);
    };
    visit(queries.analyze(rows));
}

void write_table_rows(Queries& queries, u::Relation rows, const Table& table, const TableChange& change) {
    u::Write files{std::move(rows)};
    files.format = table.provider;
    files.mode = change.overwrite ? "overwrite" : "append";
    files.partition_by = table.partition_by;
    files.options = table.options;
    write_to_folder(queries, files, table.location, change.partition);
    queries.session().plan_cache().refresh();
}

void write_table(Queries& queries, const u::Write& command) {
    if (command.is_v2) return write_to(queries, command);
    if (command.save_method == "insert_into") return insert_into(queries, command);
    save_as_table(queries, command);
}

void create_table(Queries& queries, const u::CatalogQuery& request) {
    const auto text = [&](const char* name) {
        const auto at = request.arguments.find(name);
        return at == request.arguments.end() ? std::string() : at->second;
    };
    auto& names = queries.session().catalog();
    const catalog::NameParts name = sql::parse_identifier(text("table_name"), queries.parser_options());
    const catalog::ObjectName place = new_place(names, name);
    if (names.metastore().find_table(place)) exists_already(place);
    u::Options options = request.options;
    if (const std::string path = text("path"); !path.empty()) options.emplace_back("path", path);
    check_format(text("source").empty() ? queries.settings().default_format : text("source"));
    Table table = new_table(queries, place, text("source"), options);
    if (const std::string description = text("description"); !description.empty()) table.comment = description;
    if (request.schema) table.columns = request.schema->fields();
    define_table(queries, place, std::move(table));
}

void run_create_table(Queries& queries, const u::CreateTable& command) {
    auto& names = queries.session().catalog();
    const catalog::ObjectName place = new_place(names, command.name);
    if (!command.unsupported.empty()) throw unsupported(command.unsupported);
    if (command.replace) {
        throw Error(ErrorClass::TableOperation,
                    {{"tableName", full_text(place)},
                     {"operation", command.query ? "REPLACE TABLE AS SELECT" : "REPLACE TABLE"}});
    }
    if (!command.like.empty()) return create_like(queries, command, place);
    if (names.metastore().find_table(place)) {
        if (command.if_not_exists) return;
        exists_already(place);
    }
    u::Options options = command.options;
    if (command.location) options.emplace_back("path", *command.location);
    check_format(command.provider.empty() ? queries.settings().default_format : command.provider);
    Table table = new_table(queries, place, command.provider, options);
    table.comment = command.comment;
    for (const auto& [key, value] : command.properties) table.properties[key] = value;
    table.columns = command.columns;
    settle_defaults(queries, table.columns, "CREATE TABLE", table.provider);
    if (command.query) {
        table.columns = queries.schema(*command.query);
        settle_columns(table.columns);
    }
    table.partition_by = columns_named(queries, table, command.partition_by, "partition");
    if (!command.query) return define_table(queries, place, std::move(table));
    put_partitions_last(table);
    make_table(queries, *command.query, std::move(table), /*replace=*/false);
}

}  // namespace firesteel
