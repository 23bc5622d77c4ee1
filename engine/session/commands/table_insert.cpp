// Rows that join a table, or take the place of what it has: insertInto, INSERT, INSERT OVERWRITE DIRECTORY.
#include <algorithm>
#include <filesystem>
#include <set>
#include <variant>

#include "catalog/staged_folder.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "session/commands/commands.h"
#include "session/commands/partitions.h"
#include "session/commands/table_rows.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::lower;
using catalog::Table;
using catalog::TablePtr;

TablePtr insert_target(Queries& queries, const catalog::NameParts& name, const Origin& origin) {
    auto& names = queries.session().catalog();
    if (const catalog::ViewPtr view = names.find_view(name)) {
        // One made of a DataFrame stands for its rows.
        const bool is_text = std::holds_alternative<catalog::ViewText>(view->body);
        if (!is_text) throw Error(ErrorClass::UnsupportedInsertRddBased, {}, origin);
        throw Error(ErrorClass::ExpectTableNotView, {{"viewName", catalog::quoted(name)}, {"operation", "INSERT"}}, origin);
    }
    const catalog::ObjectName place = place_of(names, name);
    const TablePtr table = names.metastore().find_table(place);
    if (!table) throw table_not_found(name).at(origin);
    if (table->is_view()) {
        throw Error(ErrorClass::ExpectTableNotView, {{"viewName", catalog::quoted(full_name(place))}, {"operation", "INSERT"}}, origin);
    }
    return table;
}

std::string comma_separated(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ",") + name;
    return out;
}

/// What an INSERT's PARTITION sets: the leading ones of the partition columns.
class PartitionClause {
  public:
    PartitionClause(Queries& queries, const u::InsertInto& command, const Table& table)
        : parts_(partition_parts(queries, table, command.partition)) {
        if (parts_.empty()) return;
        std::vector<std::string> keys;
        for (const PartitionPart& part : parts_) keys.push_back(part.column);
        if (parts_.size() != table.partition_by.size()) {
            throw Error(ErrorClass::LegacyPartitionNumber,
                        {{"tableName", catalog::quoted(table.full_name())}, {"normalizedPartSpec", comma_separated(keys)},
                         {"partColNames", comma_separated(table.partition_by)}});
        }
        const auto first_free = std::ranges::find_if(parts_, [](const PartitionPart& p) { return !p.value; });
        if (std::any_of(first_free, parts_.end(), [](const PartitionPart& p) { return p.value.has_value(); })) {
            throw Error(ErrorClass::LegacyPartitionOrder, {{"partColumns", "[" + comma_separated(table.partition_by) + "]"}});
        }
        settled_.assign(parts_.begin(), first_free);
    }

    bool is_whole() const { return !parts_.empty() && settled_.size() == parts_.size(); }
    const std::vector<PartitionPart>& settled() const { return settled_; }
    std::string folder() const {
        std::string out;
        for (const PartitionPart& part : settled_) out += (out.empty() ? "" : "/") + part.folder;
        return out;
    }
    /// The columns that the data gives.
    Schema open_columns(const Table& table) const {
        Schema out;
        for (const StructField& f : table.columns) {
            if (std::ranges::find(settled_, f.name, &PartitionPart::column) == settled_.end()) out.push_back(f);
        }
        return out;
    }
    /// `, ` separated, sorted.
    std::string settled_names() const {
        std::set<std::string> names;
        for (const PartitionPart& part : settled_) names.insert(part.column);
        std::string out;
        for (const std::string& name : names) out += (out.empty() ? "" : ", ") + quote_identifier(name);
        return out;
    }

  private:
    std::vector<PartitionPart> parts_;
    std::vector<PartitionPart> settled_;
};

/// The data of an INSERT with a list of columns, under their names.
u::Relation named_by_list(Queries& queries, const u::Relation& rows, const std::vector<std::string>& list,
                          const Table& table, const Schema& columns) {
    Schema wanted;
    for (const std::string& name : list) {
        const StructField* column = find_column(queries, columns, name);
        if (column == nullptr) {
            throw Error(ErrorClass::UnresolvedColumnWithSuggestion,
                        {{"objectName", quote_identifier(name)}, {"proposal", quoted_columns(table.columns)}});
        }
        if (find_column(queries, wanted, name) != nullptr) {
            throw Error(ErrorClass::ColumnAlreadyExists, {{"columnName", quote_identifier(lower(name))}});
        }
        wanted.push_back(*column);
    }
    const u::Relation filled = with_defaults(queries, rows, wanted);
    const Schema data = queries.schema(filled);
    if (data.size() != wanted.size()) {
        throw Error(data.size() < wanted.size() ? ErrorClass::InsertNotEnoughDataColumns : ErrorClass::InsertTooManyDataColumns,
                    {{"tableName", catalog::quoted(table.full_name())}, {"tableColumns", quoted_columns(wanted)},
                     {"dataColumns", quoted_columns(data)}});
    }
    std::vector<std::string> names;
    for (const StructField& f : wanted) names.push_back(f.name);
    return u::Relation(u::ToDataFrame{filled, std::move(names)});
}

/// The data's columns and those that PARTITION sets, in the table's order.
u::Relation with_settled(Queries& queries, const u::Relation& rows, const Table& table, const PartitionClause& clause) {
    if (clause.settled().empty()) return rows;
    u::Project out{rows, {}, false};
    for (const StructField& f : table.columns) {
        const auto part = std::ranges::find(clause.settled(), f.name, &PartitionPart::column);
        u::Expr value = column(f.name);
        if (part != clause.settled().end()) {
            value = stored_value(queries, type_in_queries(f.type), u::Expr(u::Constant{*part->value}), f.type, {f.name}, table);
        }
        out.expressions.emplace_back(u::Alias{std::move(value), {f.name}, ""});
    }
    return u::Relation(std::move(out));
}

/// Columns of the data don't go with PARTITION: another condition than without.
u::Relation rows_for_partition(Queries& queries, const u::Relation& rows, const Table& table, const PartitionClause& clause,
                               ColumnsBy by) {
    const Schema columns = clause.open_columns(table);
    try {
        return table_rows(queries, rows, table, columns, by);
    } catch (const Error& error) {
        const bool is_arity = error.id() == ErrorClass::InsertNotEnoughDataColumns || error.id() == ErrorClass::InsertTooManyDataColumns;
        if (!is_arity || clause.settled().empty()) throw;
        throw Error(ErrorClass::InsertPartitionColumnArity,
                    {{"tableName", catalog::quoted(table.full_name())}, {"tableColumns", quoted_columns(table.columns)}, {"staticPartCols", clause.settled_names()},
                     {"dataColumns", quoted_columns(queries.schema(rows))}});
    }
}

bool overwrites_dynamically(Queries& queries, const Table& table, const PartitionClause& clause) {
    return lower(queries.config().get(keys::kPartitionOverwriteMode)) == "dynamic" && !table.partition_by.empty() && !clause.is_whole();
}

}  // namespace

void insert_into(Queries& queries, const u::Write& command) {
    if (!command.partition_by.empty()) throw Error(ErrorClass::LegacyInsertPartitionBy);
    const auto refuse = [](const char* what) {
        throw Error(ErrorClass::LegacyWriteClause, {{"operation", "insertInto"}, {"clause", what}});
    };
    if (command.buckets > 0) refuse("bucketBy");
    if (!command.sort_by.empty()) refuse("sortBy");
    u::InsertInto insert{command.table, command.mode == "overwrite", {}, false, {}, false, false, command.child, {}};
    run_insert_into(queries, insert);
}

void run_insert_into(Queries& queries, const u::InsertInto& command) {
    const TablePtr table = insert_target(queries, command.table, command.table_origin);
    if (command.replace_where) throw Error(ErrorClass::LegacyCannotWriteV1, {{"identifier", catalog::quoted(table->full_name())}});
    const PartitionClause clause(queries, command, *table);
    if (command.if_not_exists && clause.is_whole() && !partition_folders(*table, clause.settled()).empty()) return;
    const Schema columns = clause.open_columns(*table);
    const bool is_listed = !command.columns.empty();
    const u::Relation query = is_listed ? named_by_list(queries, command.query, command.columns, *table, columns)
                                        : with_defaults(queries, command.query, columns);
    const ColumnsBy by = is_listed || command.by_name ? ColumnsBy::Name : ColumnsBy::Position;
    u::Relation rows = with_settled(queries, rows_for_partition(queries, query, *table, clause, by), *table, clause);
    if (command.overwrite && !overwrites_dynamically(queries, *table, clause)) check_not_read(queries, query, *table);
    write_table_rows(queries, std::move(rows), *table, {command.overwrite, clause.folder()});
}

void run_insert_directory(Queries& queries, const u::InsertDirectory& command) {
    if (command.path.empty()) throw unsupported("INSERT OVERWRITE DIRECTORY without a path");
    check_format(command.provider);
    u::Write files{command.query};
    files.format = command.provider;
    files.mode = "overwrite";
    for (const auto& [key, value] : command.options) {
        if (lower(key) != "path") files.options.emplace_back(key, value);
    }
    write_to_folder(queries, files, catalog::local_path(command.path));
    queries.session().plan_cache().refresh();
}

}  // namespace firesteel
