// DESCRIBE, and the definitions of tables and views as text.
#include <algorithm>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "session/commands/commands.h"
#include "session/spark_context.h"
#include "types/column_metadata.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;
using catalog::Table;
/// Names and values in Spark's order.
using Details = std::vector<std::pair<std::string, std::string>>;

StructField text_column(const char* name, bool nullable = false) {
    return {name, DataType::string(), nullable, ""};
}

Value text(std::string t) { return Value(std::move(t)); }

/// "Sun Nov 29 19:48:50 UTC 2026".
std::string time_text(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char out[40];
    const std::size_t size = std::strftime(out, sizeof out, "%a %b %d %H:%M:%S UTC %Y", &parts);
    return {out, size};
}

const char* mode_name(catalog::ViewSchemaMode mode) {
    switch (mode) {
        case catalog::ViewSchemaMode::Binding: return "BINDING";
        case catalog::ViewSchemaMode::Compensation: return "COMPENSATION";
        case catalog::ViewSchemaMode::TypeEvolution: return "TYPE EVOLUTION";
        case catalog::ViewSchemaMode::Evolution: break;
    }
    return "EVOLUTION";
}

template <typename Pairs>
std::string listed(const Pairs& pairs) {
    std::vector<std::string> items;
    for (const auto& [key, value] : pairs) items.push_back(key + "=" + value);
    std::ranges::sort(items);
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
    return "[" + out + "]";
}

std::string quoted_list(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + catalog::quoted(name);
    return "[" + out + "]";
}

void add_view_details(const catalog::View& view, Details& out) {
    const auto* body = std::get_if<catalog::ViewText>(&view.body);
    if (body == nullptr) return;
    out.emplace_back("View Text", body->sql);
    if (view.is_permanent()) out.emplace_back("View Original Text", body->sql);
    out.emplace_back("View Schema Mode", mode_name(view.is_permanent() ? body->mode : catalog::ViewSchemaMode::Binding));
    out.emplace_back("View Catalog and Namespace", dotted({body->current_catalog, body->current_database}));
    out.emplace_back("View Query Output Columns", quoted_list(body->query_columns));
}

Details details_of(Queries& queries, const Table& table) {
    Details out{{"Catalog", std::string(catalog::kSessionCatalog)},
                {"Database", table.database},
                {"Table", table.name},
                {"Created Time", time_text(table.created_at)},
                {"Last Access", "UNKNOWN"},
                {"Created By", "Spark " + queries.session().context().facts().spark_version},
                {"Type", type_name_of(table)}};
    if (!table.is_view()) out.emplace_back("Provider", table.provider);
    if (table.comment && !table.comment->empty()) out.emplace_back("Comment", *table.comment);
    if (table.is_view()) add_view_details(*table.view, out);
    if (!table.properties.empty()) out.emplace_back("Table Properties", listed(table.properties));
    if (table.is_view()) return out;
    if (table.buckets > 0) {
        out.emplace_back("Num Buckets", std::to_string(table.buckets));
        out.emplace_back("Bucket Columns", quoted_list(table.bucket_by));
        out.emplace_back("Sort Columns", quoted_list(table.sort_by));
    }
    out.emplace_back("Location", "file:" + table.location);
    if (!table.options.empty()) out.emplace_back("Storage Properties", listed(table.options));
    if (!table.partition_by.empty()) out.emplace_back("Partition Provider", "Catalog");
    return out;
}

RowSet describe_columns(const Schema& schema) {
    RowSet out{{text_column("col_name"), text_column("data_type"), text_column("comment", true)}, {}};
    for (const StructField& field : schema) {
        const auto comment = comment_of(field);
        out.rows.push_back({text(field.name), text(catalog_string(field.type)),
                            comment ? text(*comment) : Value()});
    }
    return out;
}

RowSet describe_column(const Schema& schema, const u::Describe& command) {
    for (const StructField& field : schema) {
        if (catalog::lower(field.name) != catalog::lower(command.column.back())) continue;
        RowSet out{{text_column("info_name"), text_column("info_value")},
                   {{text("col_name"), text(field.name)},
                    {text("data_type"), text(catalog_string(field.type))},
                    {text("comment"), text(comment_of(field).value_or("NULL"))}}};
        if (!command.extended) return out;
        const auto value = metadata_text(field.metadata, kCurrentDefault);
        for (const char* statistic : {"min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len",
                                      "histogram"}) {
            out.rows.push_back({text(statistic), text("NULL")});
        }
        if (value) out.rows.push_back({text("default"), text(*value)});
        return out;
    }
    throw Error(ErrorClass::ColumnNotFound, {{"colName", catalog::quoted(command.column)},
                                             {"caseSensitiveConfig", "\"spark.sql.caseSensitive\""}});
}

/// A table's columns, partitions and, if asked for, its definition.
RowSet describe_table(Queries& queries, const Table& table, bool extended) {
    RowSet out = describe_columns(table.schema());
    const auto line = [&](const std::string& name, const std::string& type = "", const std::string& comment = "") {
        out.rows.push_back({text(name), text(type), text(comment)});
    };
    if (!table.partition_by.empty()) {
        line("# Partition Information");
        line("# col_name", "data_type", "comment");
        const auto count = static_cast<std::ptrdiff_t>(table.partition_by.size());
        const Schema keys(table.columns.end() - count, table.columns.end());
        for (ValueList& row : describe_columns(keys).rows) out.rows.push_back(std::move(row));
    }
    if (extended) {
        line("");
        line("# Detailed Table Information");
        for (const auto& [name, value] : details_of(queries, table)) line(name, value);
    }
    bool has_defaults = false;
    for (const StructField& field : table.schema()) {
        const auto value = metadata_text(field.metadata, kCurrentDefault);
        if (!value) continue;
        if (!std::exchange(has_defaults, true)) {
            line("");
            line("# Column Default Values");
        }
        line(field.name, catalog_string(field.type), *value);
    }
    return out;
}

std::string with_lines(const Details& details, const Schema& schema) {
    std::string out;
    for (const auto& [name, value] : details) out += name + ": " + value + "\n";
    return out + "Schema: " + tree_string(schema) + "\n";
}

std::string quoted_text(const std::string& value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

template <typename Pairs>
std::string property_list(const Pairs& pairs) {
    std::vector<std::string> items;
    for (const auto& [key, value] : pairs) items.push_back("  " + quoted_text(key) + " = " + quoted_text(value));
    std::ranges::sort(items);
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : ",\n") + item;
    return "(\n" + out + ")\n";
}

}  // namespace

std::optional<std::string> comment_of(const StructField& field) { return metadata_text(field.metadata, "comment"); }

StructField with_comment(StructField field, const std::string& comment) {
    return with_metadata(std::move(field), "comment", comment);
}

std::string details_text(Queries& queries, const Table& table) {
    Details details = details_of(queries, table);
    if (!table.partition_by.empty()) details.emplace_back("Partition Columns", quoted_list(table.partition_by));
    return with_lines(details, table.schema());
}

std::string details_text(Queries& queries, const catalog::View& view) {
    Details details{{"Table", view.name},
                    {"Created Time", time_text(seconds_now())},
                    {"Last Access", "UNKNOWN"},
                    {"Created By", "Spark " + queries.session().context().facts().spark_version},
                    {"Type", "VIEW"}};
    if (view.global) details.insert(details.begin(), {"Database", std::string(catalog::SessionCatalog::kGlobalDatabase)});
    add_view_details(view, details);
    return with_lines(details, view.schema);
}

std::string create_statement(const Table& table) {
    const bool is_view = table.is_view();
    std::string out = is_view ? "CREATE VIEW " + quote_if_needed(table.database) + "." + quote_if_needed(table.name)
                              : "CREATE TABLE spark_catalog." + quote_if_needed(table.database) + "." +
                                    quote_if_needed(table.name);
    std::string columns;
    for (const StructField& field : table.schema()) {
        columns += (columns.empty() ? "  " : ",\n  ") + quote_if_needed(field.name);
        if (!is_view) columns += " " + sql_name(field.type) + (field.nullable ? "" : " NOT NULL");
        if (const auto value = metadata_text(field.metadata, kCurrentDefault)) columns += " DEFAULT " + *value;
        if (const auto comment = comment_of(field)) columns += " COMMENT " + quoted_text(*comment);
    }
    out += " (\n" + columns + ")\n";
    if (!is_view) {
        out += "USING " + table.provider + "\n";
        if (!table.options.empty()) out += "OPTIONS " + property_list(table.options);
        const auto list = [](const std::vector<std::string>& names) {
            std::string text;
            for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quote_if_needed(name);
            return text;
        };
        if (!table.partition_by.empty()) out += "PARTITIONED BY (" + list(table.partition_by) + ")\n";
        if (table.buckets > 0) {
            out += "CLUSTERED BY (" + list(table.bucket_by) + ")\n";
            if (!table.sort_by.empty()) out += "SORTED BY (" + list(table.sort_by) + ")\n";
            out += "INTO " + std::to_string(table.buckets) + " BUCKETS\n";
        }
    }
    if (table.comment && !table.comment->empty()) out += "COMMENT " + quoted_text(*table.comment) + "\n";
    if (!is_view && table.type == Table::Type::External) out += "LOCATION " + quoted_text("file:" + table.location) + "\n";
    if (!table.properties.empty()) out += "TBLPROPERTIES " + property_list(table.properties);
    if (!is_view) return out;
    const auto& body = std::get<catalog::ViewText>(table.view->body);
    return out + "WITH SCHEMA " + mode_name(body.mode) + "\nAS " + body.sql + "\n";
}

Schema table_schema(Queries& queries, const NameParts& name) {
    u::NamedTable table;
    table.name = name;
    return queries.schema(u::Relation(std::move(table)));
}

RowSet run_describe(Queries& queries, const u::Describe& command) {
    if (command.query) return describe_columns(queries.schema(*command.query));
    if (command.kind == "DATABASE") return describe_database(queries, command);
    if (command.kind == "FUNCTION") return describe_function(queries, command);
    if (command.kind != "TABLE") throw unsupported("DESCRIBE " + command.kind);
    if (command.as_json && !command.extended) {
        throw Error(ErrorClass::DescribeJsonNotExtended, {{"tableName", dotted(command.target)}});
    }
    if (command.as_json) throw unsupported("DESCRIBE … AS JSON");
    auto& names = queries.session().catalog();
    const auto place = catalog::object_name(command.target, names.current_database());
    const bool temporary = names.find_view(command.target) != nullptr;
    const catalog::TablePtr table = temporary || !place ? nullptr : names.metastore().find_table(*place);
    const Schema schema = table ? table->schema() : table_schema(queries, command.target);
    if (!command.column.empty()) return describe_column(schema, command);
    return table ? describe_table(queries, *table, command.extended) : describe_columns(schema);
}

}  // namespace firesteel
