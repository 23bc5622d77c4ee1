// Statements that change tables in ways that files do not take.
#include "common/error.h"
#include "session/commands/commands.h"

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

void run_truncate_table(Queries& queries, const u::TruncateTable& command) {
    target_table(queries, command.name, "TRUNCATE TABLE", command.origin);
    throw unsupported("TRUNCATE TABLE");
}

void run_change_rows(Queries& queries, const u::ChangeRows& command) {
    const auto table = target_table(queries, command.table, command.operation.c_str(), command.origin);
    throw Error(ErrorClass::TableOperation, {{"tableName", catalog::quoted(table->full_name())},
                                         {"operation", command.operation}});
}

}  // namespace firesteel
