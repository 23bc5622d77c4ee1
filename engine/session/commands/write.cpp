// df.write: rows become files beside the target, which then take its place.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "analysis/files.h"
#include "catalog/staged_folder.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/ids.h"
#include "formats/xml_record.h"
#include "session/commands/commands.h"
#include "session/python_sources.h"
#include "types/type_parts.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
namespace u = unresolved;
using catalog::lower;

class WriteOptions {
  public:
    explicit WriteOptions(const u::Options& options) : all_(options) {
        for (const auto& [key, value] : options) values_[lower(key)] = value;
    }
    std::optional<std::string> find(const char* name) const {
        const auto at = values_.find(name);
        return at == values_.end() ? std::nullopt : std::optional(at->second);
    }
    std::string text(const char* name) const { return find(name).value_or(""); }
    const u::Options& all() const { return all_; }

  private:
    const u::Options& all_;
    std::map<std::string, std::string> values_;
};

/// to_csv and to_json take the writer's options as a map.
u::Expr as_text(const char* function, u::Expr row, const WriteOptions& options) {
    std::vector<u::Expr> arguments{std::move(row)};
    std::vector<u::Expr> map;
    for (const auto& [key, value] : options.all()) {
        map.push_back(text_constant(key));
        map.push_back(text_constant(value));
    }
    if (!map.empty()) arguments.push_back(u::call("map", std::move(map)));
    return u::call(function, std::move(arguments));
}

u::Expr row_of(const std::vector<std::string>& names) {
    std::vector<u::Expr> items;
    for (const std::string& name : names) {
        items.push_back(text_constant(name));
        items.push_back(column(name));
    }
    return u::call("named_struct", std::move(items));
}

using Columns = std::vector<u::Expr> (*)(const std::vector<std::string>&, const WriteOptions&);
std::vector<u::Expr> columns_themselves(const std::vector<std::string>& names, const WriteOptions&) {
    std::vector<u::Expr> out;
    for (const std::string& name : names) out.push_back(column(name));
    return out;
}
std::vector<u::Expr> csv_lines(const std::vector<std::string>& names, const WriteOptions& options) {
    return {as_text("to_csv", row_of(names), options)};
}
std::vector<u::Expr> json_lines(const std::vector<std::string>& names, const WriteOptions& options) {
    return {as_text("to_json", row_of(names), options)};
}

std::vector<u::Expr> xml_rows(const std::vector<std::string>& names, const WriteOptions& options) {
    return {as_text("__xml_row", row_of(names), options)};
}

bool has_interval(const DataType& type) {
    return any_part(type, [](const DataType& t) { return t.is(TypeKind::CalendarInterval); });
}
bool is_flat(const DataType& type) {
    return !type.is_nested() && !type.is(TypeKind::Null) && !type.is(TypeKind::Variant) && !has_interval(type);
}

/// A format that can be written.
struct Format {
    std::string_view name;
    std::string_view label;  // in errors
    std::string_view files;  // FileOutput::format
    const char* extension;
    Columns columns;
    bool (*takes)(const DataType&);
};
constexpr auto kFormats = std::to_array<Format>({
    {"csv", "CSV", "text", ".csv", csv_lines, is_flat},
    {"json", "JSON", "text", ".json", json_lines, [](const DataType& t) { return !has_interval(t); }},
    {"parquet", "Parquet", "parquet", "", columns_themselves, [](const DataType& t) { return !has_interval(t); }},
    {"text", "Text", "text", ".txt", columns_themselves, [](const DataType& t) { return t.is(TypeKind::String); }},
    {"xml", "XML", "text", ".xml", xml_rows, [](const DataType& t) { return !has_interval(t); }},
});

const Format& format_named(const std::string& given) {
    const std::string name = lower(given);
    const auto found = std::ranges::find(kFormats, name, &Format::name);
    if (found != kFormats.end()) return *found;
    if (name == "binaryfile") throw Error(ErrorClass::WriteForBinarySource);
    throw analysis::no_such_format(given, "write");
}

/// What is written: columns for the files, columns for the folders.
struct Split {
    std::vector<std::string> data;
    std::vector<std::string> partitions;
};

Split split_columns(const Schema& schema, const u::Write& command, bool case_sensitive) {
    const auto same = [&](const std::string& a, const std::string& b) {
        return case_sensitive ? a == b : lower(a) == lower(b);
    };
    for (std::size_t i = 0; i < schema.size(); ++i) {
        for (std::size_t j = i + 1; j < schema.size(); ++j) {
            if (!same(schema[i].name, schema[j].name)) continue;
            const std::string name = case_sensitive ? schema[i].name : lower(schema[i].name);
            throw Error(ErrorClass::ColumnAlreadyExists, {{"columnName", quote_identifier(name)}});
        }
    }
    Split out;
    for (const std::string& name : command.partition_by) {
        const auto field = std::ranges::find_if(schema, [&](const StructField& f) { return same(f.name, name); });
        if (field == schema.end()) {
            throw Error(ErrorClass::LegacyPartitionColumnNotFound,
                        {{"col", name}, {"schemaCatalog", catalog_string(DataType::structure(schema))}});
        }
        out.partitions.push_back(field->name);
    }
    for (const StructField& f : schema) {
        const bool is_partition = std::ranges::find(out.partitions, f.name) != out.partitions.end();
        if (!is_partition) out.data.push_back(f.name);
    }
    if (out.data.empty() && !out.partitions.empty()) throw Error(ErrorClass::AllPartitionColumns);
    return out;
}

void check_types(const Format& format, const Schema& schema, const Split& split, const WriteOptions& options) {
    for (const StructField& field : schema) {
        if (std::ranges::find(split.data, field.name) == split.data.end() || format.takes(field.type)) continue;
        throw Error(ErrorClass::UnsupportedTypeForSource,
                    {{"format", std::string(format.label)}, {"columnName", quote_identifier(field.name)},
                     {"columnType", quoted_sql_name(field.type)}});
    }
    if (format.name == "xml") XmlRows(Options(options.all()));  // throws for a row tag that is none
    if (format.name == "text" && split.data.size() != 1) {
        throw Error(ErrorClass::LegacyTextColumns, {{"schemaSize", std::to_string(split.data.size())}});
    }
    const auto is_variant = [](const DataType& t) { return t.is(TypeKind::Variant); };
    for (const StructField& field : schema) {
        if (format.files == "parquet" && any_part(field.type, is_variant)) {
            throw unsupported("writing variants to Parquet files");
        }
    }
}

/// A folder's value: NULL and "" have a name of their own.
u::Expr folder_value(const std::string& name) {
    u::Expr text(u::Cast{column(name), DataType::string(), EvalMode::Session});
    return u::call("coalesce", {u::call("nullif", {std::move(text), text_constant("")}),
                             text_constant("__HIVE_DEFAULT_PARTITION__")});
}

bound::Relation plan_of(Queries& queries, const u::Write& command, const Format& format, const Split& split,
                        const WriteOptions& options) {
    u::Project project{command.child, format.columns(split.data, options), false};
    u::Sort sort{command.child, {}, false, false};
    for (std::size_t i = 0; i < split.partitions.size(); ++i) {
        const std::string name = "partition" + std::to_string(i);
        project.expressions.emplace_back(u::Alias{folder_value(split.partitions[i]), {name}, ""});
        sort.orders.push_back({column(split.partitions[i]), SortDirection::Ascending, NullOrder::First});
    }
    if (!sort.orders.empty() && format.files == "text") project.child = u::Relation(std::move(sort));
    return queries.analyze(u::Relation(std::move(project)));
}

std::string codec_of(Queries& queries, const Format& format, const WriteOptions& options) {
    if (const auto codec = options.find("compression")) return *codec;
    if (const auto codec = options.find("codec")) return *codec;
    if (format.files != "parquet") return "";
    return options.find("parquet.compression").value_or(queries.config().get(keys::kParquetCodec));
}

/// What stands around the rows of a document.
void frame_document(FileOutput& out, const WriteOptions& options) {
    const std::string root = options.find("roottag").value_or("ROWS");
    const std::string declaration =
        options.find("declaration").value_or(R"(version="1.0" encoding="UTF-8" standalone="yes")");
    if (root.empty()) throw Error(ErrorClass::IllegalArgument, {{"message", "The option rootTag can't be empty."}});
    out.is_document = true;
    out.has_header = true;
    out.header = (declaration.empty() ? "" : "<?xml " + declaration + "?>\n") + "<" + root + ">";
    out.footer = "</" + root.substr(0, root.find(' ')) + ">";
    out.separator = "\n";
}

FileOutput output_of(Queries& queries, const Format& format, const Split& split, const WriteOptions& options,
                     const fs::path& folder) {
    FileOutput out;
    out.format = format.files;
    out.directory = folder.string();
    out.file_stem = "part-00000-" + random_uuid();
    out.codec = codec_of(queries, format, options);
    out.partition_names = split.partitions;
    out.extension = options.find("extension") ? "." + options.text("extension") : format.extension;
    if (const auto separator = options.find("linesep")) out.separator = *separator;
    const std::string charset = options.find("encoding").value_or(options.text("charset"));
    if (format.files == "text" && !charset.empty() && lower(charset) != "utf-8") {
        throw unsupported("writing files in the encoding " + charset);
    }
    if (const auto rows = options.find("maxrecordsperfile")) out.file_rows_max = std::stoll(*rows);
    if (format.name == "xml") {
        frame_document(out, options);
        return out;
    }
    out.has_header = format.name == "csv" && Options(options.all()).csv_flag("header", false);
    if (out.has_header) {
        std::vector<u::Expr> names;
        for (const std::string& name : split.data) {
            names.push_back(text_constant(name));
            names.push_back(text_constant(name));
        }
        out.header = queries.evaluate(as_text("to_csv", u::call("named_struct", std::move(names)), options)).value.bytes();
    }
    return out;
}

void discard_rows(Queries& queries, const u::Write& command) {
    auto rows = queries.stream(queries.analyze(command.child));
    while (rows.next_batch()) {
    }
}

void write_folder(Queries& queries, const u::Write& command, const Format& format, const fs::path& target,
                  const fs::path& part = {}) {
    const WriteOptions options(command.options);
    const Schema schema = analysis::schema_of(queries.analyze(command.child));
    const Split split = split_columns(schema, command, queries.settings().case_sensitive);
    check_types(format, schema, split, options);
    const bound::Relation plan = plan_of(queries, command, format, split, options);
    catalog::StagedFolder folder(target);
    queries.write_files(plan, output_of(queries, format, split, options, folder.path()));
    const std::string overwrite = options.find("partitionoverwritemode")
                                      .value_or(queries.config().get(keys::kPartitionOverwriteMode));
    const auto settled = std::distance(part.begin(), part.end());
    const bool has_open = static_cast<std::size_t>(settled) < split.partitions.size();
    if (command.mode == "append") {
        folder.append();
    } else if (command.mode == "overwrite" && has_open && lower(overwrite) == "dynamic") {
        folder.replace_folders(split.partitions.size());
    } else if (!part.empty()) {
        folder.replace_folder(part);
    } else {
        folder.replace();
    }
}

}  // namespace

void write_to_folder(Queries& queries, const u::Write& command, const fs::path& folder, const fs::path& part) {
    write_folder(queries, command, format_named(command.format), folder, part);
}

void check_format(const std::string& format) { format_named(format); }

std::string format_label(const std::string& format) { return std::string(format_named(format).label); }

void run_write(Queries& queries, const u::Write& command) {
    if (command.is_v2 || !command.table.empty()) return write_table(queries, command);
    const auto refuse = [](const char* what) {
        throw Error(ErrorClass::LegacyWriteClause, {{"operation", "save"}, {"clause", what}});
    };
    if (command.buckets > 0) refuse("bucketBy");
    if (!command.sort_by.empty()) refuse("sortBy");
    const std::string name = command.format.empty() ? queries.settings().default_format : command.format;
    if (lower(name) == "noop") return discard_rows(queries, command);
    if (const auto source = queries.session().python_sources().find(name)) {
        return write_python_source(queries, command, *source);
    }
    const Format& format = format_named(name);
    const std::string path = command.path.empty() ? WriteOptions(command.options).text("path") : command.path;
    if (path.empty()) throw Error(ErrorClass::LegacyPathNotSpecified);
    const fs::path target = catalog::local_path(path);
    if (fs::exists(target)) {
        if (command.mode == "ignore") return;
        if (command.mode == "error") {
            throw Error(ErrorClass::PathAlreadyExists, {{"outputPath", "file:" + target.string()}});
        }
    }
    write_folder(queries, command, format, target);
}

}  // namespace firesteel
