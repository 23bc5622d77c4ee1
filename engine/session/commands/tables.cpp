// Statements that empty tables, or change them in ways that files do not take.
#include "catalog/staged_folder.h"
#include "common/error.h"
#include "session/commands/commands.h"
#include "session/commands/partitions.h"

namespace firesteel {
namespace {

namespace u = unresolved;

/// The table that a statement writes: views can't be written.
catalog::TablePtr target_table(Queries& queries, const catalog::NameParts& name, const char* operation,
                               const Origin& origin) {
    auto& names = queries.session().catalog();
    const bool temporary = names.find_view(name) != nullptr;
    const catalog::TablePtr table = temporary ? nullptr : names.metastore().find_table(place_of(names, name));
    if (temporary || (table && table->is_view())) {
        const std::string shown = catalog::quoted(temporary ? name : table->full_name());
        throw Error(ErrorClass::ExpectTableNotView, {{"viewName", shown}, {"operation", operation}}, origin);
    }
    if (!table) throw table_not_found(name).at(origin);
    return table;
}

}  // namespace

/// The table's folder becomes an empty one.
void run_truncate_table(Queries& queries, const u::TruncateTable& command) {
    const auto table = target_table(queries, command.name, "TRUNCATE TABLE", command.origin);
    if (!command.partition.empty() && table->partition_by.empty()) {
        throw Error(ErrorClass::LegacyTruncateNotPartitioned, {{"tableIdentWithDB", catalog::quoted(table->full_name())}});
    }
    if (table->type != catalog::Table::Type::Managed) throw unsupported("TRUNCATE TABLE of an external table", command.origin);
    if (!command.partition.empty()) return truncate_partitions(queries, *table, command.partition);
    catalog::StagedFolder(table->location).replace();
    queries.session().plan_cache().refresh();
}

void run_change_rows(Queries& queries, const u::ChangeRows& command) {
    const auto table = target_table(queries, command.table, command.operation.c_str(), command.origin);
    throw Error(ErrorClass::TableOperation, {{"tableName", catalog::quoted(table->full_name())},
                                         {"operation", command.operation}});
}

}  // namespace firesteel
