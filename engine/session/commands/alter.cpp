// ALTER TABLE and ALTER VIEW, COMMENT ON TABLE: one change of a definition.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "catalog/staged_folder.h"
#include "common/error.h"
#include "session/commands/commands.h"
#include "session/commands/partitions.h"
#include "session/commands/table_rows.h"
#include "types/column_metadata.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;
using catalog::Table;
using Change = u::AlterRelation::Change;

/// A view where a table is expected, or the other way round.
void check_kind(const u::AlterRelation& command, const Table& table) {
    if (command.change == Change::Comment) return;
    const std::string full = catalog::quoted(table.full_name());
    if (!command.is_view && table.is_view()) {
        const bool has_alter = command.change == Change::Rename || command.change == Change::SetProperties ||
                               command.change == Change::UnsetProperties;
        const bool as_written = command.change == Change::Rename;
        throw Error(has_alter ? ErrorClass::ExpectTableNotViewAlter : ErrorClass::ExpectTableNotView,
                    {{"viewName", as_written ? catalog::quoted(command.name) : full},
                     {"operation", command.operation}});
    }
    if (command.is_view && !table.is_view()) {
        throw Error(ErrorClass::ExpectViewNotTableAlter, {{"tableName", full}, {"operation", command.operation}});
    }
}

/// Of temporary views only the name can change.
void alter_temporary(Queries& queries, const u::AlterRelation& command, const catalog::ViewPtr& view) {
    const std::string shown = catalog::quoted(command.name);
    if (!command.is_view) {
        throw Error(ErrorClass::ExpectTableNotView, {{"viewName", shown}, {"operation", command.operation}});
    }
    if (command.change != Change::Rename) {
        throw Error(ErrorClass::ExpectPermanentView, {{"viewName", shown}, {"operation", command.operation}});
    }
    auto& names = queries.session().catalog();
    auto& views = view->global ? names.global_views() : names.temp_views();
    auto renamed = std::make_shared<catalog::View>(*view);
    renamed->name = command.new_name.back();
    if (!views.put(std::move(renamed), /*replace=*/false)) {
        throw Error(ErrorClass::TableOrViewAlreadyExists, {{"relationName", catalog::quoted(command.new_name)}});
    }
    views.erase(view->name);
}

void rename(catalog::SessionCatalog& names, const u::AlterRelation& command, const catalog::TablePtr& table) {
    catalog::ObjectName to{table->database, catalog::lower(command.new_name.back())};
    if (command.new_name.size() > 1) to = place_of(names, command.new_name);
    if (to.database != table->database) {
        throw Error(ErrorClass::LegacyRenameDatabases, {{"db", table->database}, {"newDb", to.database}});
    }
    check_plain_name(to.name);
    auto renamed = std::make_shared<Table>(*table);
    renamed->name = to.name;
    if (table->is_view()) {
        auto view = std::make_shared<catalog::View>(*table->view);
        view->name = to.name;
        renamed->view = std::move(view);
    } else if (table->type == Table::Type::Managed) {
        renamed->location = default_location(names, to);
        if (std::filesystem::exists(renamed->location)) {
            throw unsupported("renaming a table to one whose files are still there");
        }
    }
    if (names.metastore().find_table(to)) {
        throw Error(ErrorClass::TableOrViewAlreadyExists,
                    {{"relationName", catalog::quoted(NameParts{to.database, to.name})}});
    }
    std::error_code failed;
    if (renamed->location != table->location) {
        std::filesystem::rename(table->location, renamed->location, failed);
    }
    if (failed) throw unsupported("renaming a table whose files can't be moved: " + failed.message());
    names.metastore().put_table(std::move(renamed), /*replace=*/false);
    names.metastore().erase_table({table->database, table->name});
}

StructField& column_of(Table& table, const u::AlterRelation& command, bool case_sensitive) {
    const std::string& wanted = command.column.back();
    const auto found = std::ranges::find_if(table.columns, [&](const StructField& field) {
        return case_sensitive ? field.name == wanted : catalog::lower(field.name) == catalog::lower(wanted);
    });
    if (found != table.columns.end() && command.column.size() == 1) return *found;
    std::string all;
    for (const StructField& field : table.columns) all += (all.empty() ? "" : ", ") + catalog::quoted(field.name);
    throw Error(ErrorClass::UnresolvedColumnWithSuggestion,
                {{"objectName", catalog::quoted(command.column)}, {"proposal", all}});
}

/// Only a column's comment can change.
void change_column(Table& table, const u::AlterRelation& command, bool case_sensitive) {
    StructField& column = column_of(table, command, case_sensitive);
    const DataType& type = command.columns.empty() ? column.type : command.columns[0].type;
    const std::string& name = command.new_name.empty() ? column.name : command.new_name[0];
    if (!(type == column.type) || name != column.name) {
        throw Error(ErrorClass::NotSupportedChangeColumn,
                    {{"table", catalog::quoted(table.full_name())},
                     {"originName", catalog::quoted(column.name)},
                     {"originType", quoted_sql_name(column.type)},
                     {"newName", catalog::quoted(name)},
                     {"newType", quoted_sql_name(type)}});
    }
    if (command.text) column = with_comment(column, *command.text);
}

void add_columns(Queries& queries, Table& table, const u::AlterRelation& command, bool case_sensitive) {
    Schema added = command.columns;
    settle_defaults(queries, added, "ALTER TABLE ADD COLUMNS", table.provider);
    const bool has_default = std::ranges::any_of(added, [](const StructField& f) { return metadata_text(f.metadata, kExistsDefault).has_value(); });
    if (has_default && table.provider != "parquet") throw unsupported("a new column with a DEFAULT in a table of " + table.provider);
    for (const StructField& column : added) {
        for (const StructField& old : table.columns) {
            const bool same = case_sensitive ? old.name == column.name
                                             : catalog::lower(old.name) == catalog::lower(column.name);
            if (!same) continue;
            throw Error(ErrorClass::ColumnAlreadyExists, {{"columnName", catalog::quoted(column.name)}});
        }
        const auto end = table.columns.end() - static_cast<std::ptrdiff_t>(table.partition_by.size());
        table.columns.insert(end, column);
    }
}

void change_default(Queries& queries, Table& table, const u::AlterRelation& command) {
    StructField& column = column_of(table, command, queries.settings().case_sensitive);
    column = without_metadata(std::move(column), kCurrentDefault);
    if (!command.text) return;
    Schema changed{with_metadata(column, kCurrentDefault, *command.text)};
    const auto before = metadata_text(column.metadata, kExistsDefault);
    settle_defaults(queries, changed, "ALTER TABLE ALTER COLUMN", table.provider);
    column = without_metadata(changed[0], kExistsDefault);
    if (before) column = with_metadata(column, kExistsDefault, *before);
}

/// Partitions are folders: the definition stays.
void alter_partitions_of(Queries& queries, const u::AlterRelation& command, const Table& table) {
    if (table.partition_by.empty()) {
        const bool adds = command.change == Change::AddPartitions;
        throw Error(ErrorClass::LegacyNotPartitioned,
                    {{"tableName", command.name.back()},
                     {"action", command.change == Change::RenamePartition ? "ALTER TABLE RENAME PARTITION"
                                : adds                                    ? "ALTER TABLE ADD PARTITION"
                                                                          : "ALTER TABLE DROP PARTITION"}});
    }
    alter_partitions(queries, command, table);
}

void apply(Queries& queries, const u::AlterRelation& command, Table& table) {
    const bool case_sensitive = queries.settings().case_sensitive;
    switch (command.change) {
        case Change::SetProperties:
            for (const auto& [key, value] : command.properties) table.properties[key] = value;
            return;
        case Change::UnsetProperties:
            for (const std::string& key : command.keys) table.properties.erase(key);
            return;
        case Change::Comment: table.comment = command.text; return;
        case Change::CommentColumn: return change_column(table, command, case_sensitive);
        case Change::AddColumns: return add_columns(queries, table, command, case_sensitive);
        case Change::ColumnDefault: return change_default(queries, table, command);
        case Change::SetLocation: table.location = catalog::local_path(*command.text).string(); return;
        case Change::Rename:
        case Change::AddPartitions:
        case Change::DropPartitions:
        case Change::RenamePartition:
        case Change::Unsupported: break;
    }
    const bool is_spark_name = command.operation == "DROP COLUMN" || command.operation == "RENAME COLUMN" ||
                               command.operation == "REPLACE COLUMNS";
    if (!is_spark_name) throw unsupported(command.operation);
    throw Error(ErrorClass::TableOperation, {{"tableName", catalog::quoted(table.full_name())},
                                         {"operation", command.operation}});
}

}  // namespace

void run_alter_relation(Queries& queries, const u::AlterRelation& command) {
    auto& names = queries.session().catalog();
    if (const catalog::ViewPtr view = names.find_view(command.name)) {
        return alter_temporary(queries, command, view);
    }
    const catalog::TablePtr table = names.metastore().find_table(place_of(names, command.name));
    if (!table) throw table_not_found(command.name);
    check_kind(command, *table);
    if (command.change == Change::Rename) return rename(names, command, table);
    const bool is_of_partitions = command.change == Change::AddPartitions || command.change == Change::DropPartitions ||
                                  command.change == Change::RenamePartition;
    if (is_of_partitions) return alter_partitions_of(queries, command, *table);
    auto changed = std::make_shared<Table>(*table);
    apply(queries, command, *changed);
    names.metastore().put_table(std::move(changed), /*replace=*/true);
}

std::string type_name_of(const Table& table) {
    switch (table.type) {
        case Table::Type::Managed: return "MANAGED";
        case Table::Type::External: return "EXTERNAL";
        case Table::Type::View: break;
    }
    return "VIEW";
}

/// Where a table without LOCATION keeps its files.
std::string default_location(const catalog::SessionCatalog& names, const catalog::ObjectName& place) {
    std::string base = existing_namespace(names, {place.database}).location;
    if (base.starts_with("file:")) base.erase(0, 5);
    return base + "/" + place.name;
}

}  // namespace firesteel
