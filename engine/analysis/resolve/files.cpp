// Files: spark.read.format(…).load(paths) and format.`path`.
#include "analysis/files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>

#include "analysis/resolver.h"
#include "catalog/files.h"
#include "types/column_metadata.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::lower;

namespace {

/// What a reader's options say, by their names in lower case; the last one of a name counts.
class ReadOptions {
  public:
    explicit ReadOptions(const u::Options& options) {
        for (const auto& [key, value] : options) values_[lower(key)] = value;
    }
    std::optional<std::string> find(const char* name) const {
        const auto at = values_.find(name);
        return at == values_.end() ? std::nullopt : std::optional(at->second);
    }
    std::string text(const char* name) const { return find(name).value_or(""); }
    u::Options all() const { return {values_.begin(), values_.end()}; }
    bool flag(const char* name, bool otherwise = false) const {
        const auto value = find(name);
        return value ? lower(*value) == "true" : otherwise;
    }

  private:
    std::map<std::string, std::string> values_;
};

/// A format: its own columns, or how they are found; what its scan is told.
struct Format {
    std::string_view name;
    std::string_view label;  // in errors
    Schema (*columns)();     // null: those of the files
    u::Options (*scan_options)(const ReadOptions&);
    std::string_view alias;           // a class's name that means the same
    bool (*takes)(const DataType&);   // what its columns may be
    /// Records as text: a schema that is given says what they hold, else they are read for one.
    bool is_records = false;
    bool has_row_index = false;  // in `_metadata`
};

Schema binary_columns() {
    return {{"path", DataType::string(), true, {}},
            {"modificationTime", DataType::timestamp(), true, {}},
            {"length", DataType::long_int(), true, {}},
            {"content", DataType::binary(), true, {}}};
}
Schema text_columns() { return {{"value", DataType::string(), true, {}}}; }

u::Options no_options(const ReadOptions&) { return {}; }
u::Options all_options(const ReadOptions& options) { return options.all(); }
u::Options text_options(const ReadOptions& options) {
    u::Options out;
    if (options.flag("wholetext")) out.emplace_back("unit", "file");
    if (const auto separator = options.find("linesep")) out.emplace_back("lineSep", *separator);
    return out;
}

bool takes_any(const DataType&) { return true; }
bool takes_text(const DataType& type) { return type.is(TypeKind::String); }
bool takes_flat(const DataType& type) {
    return !type.is_nested() && !type.is(TypeKind::Null) && !type.is(TypeKind::CalendarInterval);
}
bool takes_json(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::CalendarInterval: return false;
        case TypeKind::Array: return takes_json(type.element());
        case TypeKind::Map: return takes_json(type.key()) && takes_json(type.value());
        case TypeKind::Struct:
            return std::ranges::all_of(type.fields(), [](const StructField& f) { return takes_json(f.type); });
        default: return true;
    }
}

constexpr auto kFormats = std::to_array<Format>({
    {"binaryfile", "binaryFile", binary_columns, no_options, "", takes_any},
    {"csv", "CSV", nullptr, all_options, "com.databricks.spark.csv", takes_flat, true},
    {"json", "JSON", nullptr, all_options, "org.apache.spark.sql.execution.datasources.json", takes_json, true},
    {"parquet", "Parquet", nullptr, no_options, "org.apache.spark.sql.parquet", takes_any, false, true},
    {"text", "Text", text_columns, text_options, "org.apache.spark.sql.execution.datasources.text", takes_text},
    {"xml", "XML", nullptr, all_options, "com.databricks.spark.xml", takes_json, true},
});

/// Sources of Spark that are not computed here, and what else does.
struct OtherSource {
    std::string_view name;
    std::string_view instead;  // empty: Spark has a condition for it
};
constexpr auto kOtherSources = std::to_array<OtherSource>({
    {"avro", ""},
    {"hive", ""},
    {"jdbc", "tables over JDBC (there is no JVM; createDataFrame takes rows that a Python driver fetched, and a Python data "
             "source can do so for spark.read)"},
    {"kafka", ""},
    {"orc", "ORC files (pyarrow.orc reads and writes them: createDataFrame takes a pyarrow table, toArrow() gives one; Parquet "
            "files are read and written here)"},
});

const Format& format_named(const std::string& given, const Origin& origin) {
    const std::string name = lower(given);
    for (const Format& format : kFormats) {
        if (format.name == name || (!format.alias.empty() && format.alias == name)) return format;
    }
    throw no_such_format(given, "read", origin);
}

catalog::ListingOptions listing_options(const ReadOptions& options, const catalog::Settings& settings) {
    catalog::ListingOptions out;
    out.infer_types = settings.partition_column_types;
    out.case_sensitive = settings.case_sensitive;
    out.time_zone = settings.time_zone;
    out.recursive = options.flag("recursivefilelookup");
    out.base_path = options.text("basepath");
    out.glob_filter = options.text("pathglobfilter");
    return out;
}

/// What every file source says of a row's file. Its name gets underscores until no column has it.
bound::Attribute metadata_column(const bound::Attributes& columns, const Format& format, AttributeId id) {
    Schema fields = {{"file_path", DataType::string(), false, {}},
                     {"file_name", DataType::string(), false, {}},
                     {"file_size", DataType::long_int(), false, {}},
                     {"file_block_start", DataType::long_int(), false, {}},
                     {"file_block_length", DataType::long_int(), false, {}},
                     {"file_modification_time", DataType::timestamp(), false, {}}};
    if (format.has_row_index) fields.push_back({"row_index", DataType::long_int(), false, {}});
    std::string name = "_metadata";
    while (std::ranges::any_of(columns, [&](const bound::Attribute& a) { return same_name(a.name, name, false); })) {
        name.insert(name.begin(), '_');
    }
    return {id, name, DataType::structure(std::move(fields)), false,
            R"({"__file_source_metadata_col":true,"__metadata_col":"_metadata"})"};
}

const StructField* find_field(const Schema& schema, const std::string& name, bool case_sensitive) {
    const auto at = std::ranges::find_if(schema, [&](const StructField& f) { return same_name(f.name, name, case_sensitive); });
    return at == schema.end() ? nullptr : &*at;
}

/// Spark packs the largest files first, so their rows come first.
void order_by_size(catalog::FileListing& found) {
    const auto size = [](const std::string& path) {
        std::error_code ignored;
        const std::uintmax_t bytes = std::filesystem::file_size(path, ignored);
        return ignored ? 0 : bytes;
    };
    std::vector<std::pair<std::uintmax_t, std::size_t>> order;
    for (std::size_t i = 0; i < found.files.size(); ++i) order.emplace_back(size(found.files[i]), i);
    std::ranges::stable_sort(order, std::greater(), &std::pair<std::uintmax_t, std::size_t>::first);
    catalog::FileListing sorted;
    for (const auto& [bytes, i] : order) {
        sorted.files.push_back(std::move(found.files[i]));
        sorted.partition_values.push_back(std::move(found.partition_values[i]));
    }
    found.files = std::move(sorted.files);
    found.partition_values = std::move(sorted.partition_values);
}

void check_columns(const Format& format, const Schema& columns, const ReadOptions& options, bool case_sensitive,
                   const Origin& origin) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const StructField& column = columns[i];
        const auto is_same = [&](const StructField& f) { return same_name(f.name, column.name, case_sensitive); };
        if (std::any_of(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), is_same)) {
            const std::string name = case_sensitive ? column.name : lower(column.name);
            throw Error(ErrorClass::ColumnAlreadyExists, {{"columnName", quote_identifier(name)}}, origin);
        }
        if (!format.takes(column.type)) {
            throw Error(ErrorClass::UnsupportedTypeForSource,
                        {{"format", std::string(format.label)}, {"columnName", quote_identifier(column.name)},
                         {"columnType", quoted_sql_name(column.type)}},
                        origin);
        }
        const std::string corrupt = options.find("columnnameofcorruptrecord").value_or("_corrupt_record");
        if (format.is_records && column.name == corrupt && !column.type.is(TypeKind::String)) {
            throw Error(ErrorClass::InvalidCorruptRecordType,
                        {{"columnName", quote_identifier(column.name)}, {"actualType", quoted_sql_name(column.type)}},
                        origin);
        }
    }
}

/// Text files have one column, whatever it is called.
void name_text_column(const Format& format, const Schema& schema, const catalog::FileListing& found, Schema& in_files,
                      bool case_sensitive, const Origin& origin) {
    if (format.name != "text") return;
    Schema columns;
    for (const StructField& f : schema) {
        if (find_field(found.partition_columns, f.name, case_sensitive) == nullptr) columns.push_back(f);
    }
    if (columns.size() != 1) {
        throw Error(ErrorClass::LegacyTextColumns, {{"schemaSize", std::to_string(columns.size())}}, origin);
    }
    in_files[0].name = columns[0].name;
}

}  // namespace

bool is_file_format(const std::string& name) {
    const std::string low = lower(name);
    return std::ranges::find(kFormats, low, &Format::name) != kFormats.end() ||
           std::ranges::find(kOtherSources, low, &OtherSource::name) != kOtherSources.end();
}

Error no_such_format(const std::string& given, const std::string& operation, const Origin& origin) {
    const std::string name = lower(given);
    if (name == "avro") return Error(ErrorClass::LegacyAvroSource, {{"provider", given}}, origin);
    if (name == "kafka") return Error(ErrorClass::LegacyKafkaSource, {{"provider", given}}, origin);
    if (name == "hive") return Error(ErrorClass::LegacyHiveSource, {{"operation", operation}}, origin);
    const auto other = std::ranges::find(kOtherSources, name, &OtherSource::name);
    if (other != kOtherSources.end()) return unsupported(other->instead, origin);
    return Error(ErrorClass::DataSourceNotFound, {{"provider", given}}, origin);
}

bool is_there(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

Resolver::Made Resolver::resolve(const u::DataSource& n, const u::Relation& whole) {
    if (n.is_streaming) throw unsupported("streaming reads", whole.origin());
    std::optional<Schema> schema;
    if (!n.schema.empty()) schema = schema_from_text(n.schema);
    return file_source(n.format.empty() ? settings_.default_format : n.format, n.paths, n.options, schema,
                       whole.origin());
}

Resolver::Made Resolver::file_source(const std::string& name, const std::vector<std::string>& given,
                                     const u::Options& written, const std::optional<Schema>& schema,
                                     const Origin& origin) {
    if (context_.python_read && !is_file_format(name)) {
        if (const auto read = context_.python_read(name, written, given, schema)) return python_read(*read);
    }
    const Format& format = format_named(name, origin);
    const ReadOptions options(written);
    if (format.is_records && options.find("singlevariantcolumn")) {
        throw unsupported("records as one VARIANT (singleVariantColumn)", origin);
    }
    std::vector<std::string> paths = given;
    if (const auto path = options.find("path")) paths.push_back(*path);
    catalog::ListingOptions listing = listing_options(options, settings_);
    if (schema) listing.wanted = *schema;
    catalog::FileListing found = catalog::list_files(paths, listing);
    if (format.is_records) order_by_size(found);
    Schema in_files;
    if (format.columns != nullptr) {
        in_files = format.columns();
        if (schema) name_text_column(format, *schema, found, in_files, case_sensitive(), origin);
    } else if (format.is_records && schema) {
        if (format.name == "csv" && options.flag("header") && !options.flag("enforceschema", true)) {
            throw unsupported("headers that must agree with a schema (enforceSchema=false)", origin);
        }
        in_files = *schema;
    } else if (!found.files.empty()) {
        const bool merge = schema.has_value() || options.flag("mergeschema", settings_.merge_schema);
        in_files = context_.file_schema(format.name, found.files, merge, written);
    } else if (!schema) {
        throw Error(ErrorClass::UnableToInferSchema, {{"format", std::string(format.label)}}, origin);
    }
    check_columns(format, schema ? *schema : in_files, options, case_sensitive(), origin);
    if (!format.is_records) order_by_size(found);
    bound::FileScan scan;
    scan.format = format.name;
    scan.files = found.files;
    scan.options = format.scan_options(options);
    for (const StructField& f : schema ? *schema : in_files) {
        if (find_field(found.partition_columns, f.name, case_sensitive()) != nullptr) continue;
        const StructField* file = find_field(in_files, f.name, case_sensitive());
        // Files can always hold NULLs: Spark reads every column as nullable.
        scan.columns.push_back({fresh(), f.name, f.type.with_all_nullable(), true, f.metadata});
        scan.file_columns.push_back(file != nullptr ? *file : StructField{"", f.type, true, {}});
        if (format.name == "text") scan.file_columns.back().name = "value";
    }
    scan.data_columns = scan.columns.size();
    for (const StructField& f : found.partition_columns) {
        const StructField* wanted = schema ? find_field(*schema, f.name, case_sensitive()) : nullptr;
        scan.columns.push_back({fresh(), f.name, f.type, true, wanted != nullptr ? wanted->metadata : ""});
    }
    scan.partition_values = found.partition_values;
    note_absent(scan, written);
    scan.metadata = metadata_column(scan.columns, format, fresh());
    const ScopeColumn metadata{scan.metadata, nullptr, true};
    bound::Relation plan(std::move(scan));
    return make(plan, Scope(scope_of(plan).columns(), {metadata}), {}, Reach::Stops);
}

/// Columns that came to a table later have a default in the files from before.
void Resolver::note_absent(bound::FileScan& scan, const u::Options& options) {
    if (scan.format != "parquet") return;
    std::vector<Schema> schemas;  // of the files, once they are asked for
    for (std::size_t i = 0; i < scan.data_columns; ++i) {
        const bound::Attribute& column = scan.columns[i];
        const auto text = metadata_text(column.metadata, kExistsDefault);
        if (!text) continue;
        Names none;
        const auto value = constant(bind(sql::parse_expression(*text, parser_options()), none));
        if (!value || value->is_null()) continue;
        if (!(value->type == column.type)) throw unsupported("a column's default of another type than the column");
        for (std::size_t f = schemas.size(); f < scan.files.size(); ++f) {
            schemas.push_back(context_.file_schema(scan.format, {scan.files[f]}, false, options));
        }
        bound::FileScan::Absent absent{i, *value, {}};
        for (const Schema& schema : schemas) {
            absent.files.push_back(find_field(schema, column.name, case_sensitive()) == nullptr);
        }
        scan.absent.push_back(std::move(absent));
    }
}

}  // namespace firesteel::analysis
