#include <array>
#include <functional>
#include <utility>

#include "common/error.h"
#include "session/catalog_query.h"
#include "session/commands/commands.h"
#include "session/commands/partitions.h"
#include "session/spark_context.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;

StructField text_column(const char* name, bool nullable = false) {
    return {name, DataType::string(), nullable, ""};
}

Value text(std::string t) { return Value(std::move(t)); }

bool is_wanted(const u::Show& command, std::string_view name) {
    return !command.pattern || matches_pattern(name, *command.pattern);
}

/// The database that a SHOW names, or the current one.
std::string database_of(Queries& queries, const u::Show& command) {
    const auto& names = queries.session().catalog();
    return existing_namespace(names, command.in_namespace.value_or(NameParts{names.current_database()})).name;
}

bool is_global(const u::Show& command) {
    return command.in_namespace && command.in_namespace->size() == 1 &&
           catalog::lower(command.in_namespace->front()) == catalog::SessionCatalog::kGlobalDatabase;
}

using AddRow = std::function<void(const std::string& database, const std::string& name, bool temporary,
                                  const std::string& information)>;

/// Tables and views in Spark's order: the database's, then the temporary ones.
void each_relation(Queries& queries, const u::Show& command, bool views_only, const AddRow& add) {
    auto& names = queries.session().catalog();
    const std::string global(catalog::SessionCatalog::kGlobalDatabase);
    if (is_global(command)) {
        for (const auto& view : names.global_views().all()) {
            if (is_wanted(command, view->name)) add(global, view->name, true, command.extended ? details_text(queries, *view) : "");
        }
    } else {
        const std::string database = database_of(queries, command);
        for (const auto& table : names.metastore().tables(database)) {
            if (!is_wanted(command, table->name) || (views_only && !table->is_view())) continue;
            add(database, table->name, false, command.extended ? details_text(queries, *table) : "");
        }
    }
    for (const auto& view : names.temp_views().all()) {
        if (is_wanted(command, view->name)) add("", view->name, true, command.extended ? details_text(queries, *view) : "");
    }
}

RowSet show_relations(Queries& queries, const u::Show& command, const char* name_column, bool views_only) {
    RowSet out{{text_column("namespace"), text_column(name_column),
                {"isTemporary", DataType::boolean(), false, ""}},
               {}};
    if (command.extended) out.schema.push_back(text_column("information"));
    each_relation(queries, command, views_only,
                  [&](const std::string& database, const std::string& name, bool temporary,
                      const std::string& information) {
                      ValueList row{text(database), text(name), Value(temporary)};
                      if (command.extended) row.push_back(text(information));
                      out.rows.push_back(std::move(row));
                  });
    return out;
}

RowSet show_tables(Queries& queries, const u::Show& command) {
    return show_relations(queries, command, "tableName", false);
}

RowSet show_only_views(Queries& queries, const u::Show& command) {
    return show_relations(queries, command, "viewName", true);
}

/// A database holds no further ones.
RowSet show_databases(Queries& queries, const u::Show& command) {
    RowSet out{{text_column("namespace")}, {}};
    const auto& names = queries.session().catalog();
    const bool of_catalog = !command.in_namespace || (command.in_namespace->size() == 1 &&
                                                      catalog::lower(command.in_namespace->front()) ==
                                                          catalog::SessionCatalog::kCatalog);
    if (!of_catalog) return out;
    for (const catalog::Database& database : names.metastore().databases()) {
        if (is_wanted(command, database.name)) out.rows.push_back({text(database.name)});
    }
    return out;
}

RowSet show_catalogs(Queries&, const u::Show& command) {
    RowSet out{{text_column("catalog")}, {}};
    const std::string name(catalog::SessionCatalog::kCatalog);
    if (is_wanted(command, name)) out.rows.push_back({text(name)});
    return out;
}

RowSet show_current_namespace(Queries& queries, const u::Show&) {
    auto& names = queries.session().catalog();
    return {{text_column("catalog"), text_column("namespace")},
            {{text(names.current_catalog()), text(names.current_database())}}};
}

RowSet show_columns(Queries& queries, const u::Show& command) {
    RowSet out{{text_column("col_name")}, {}};
    NameParts name = command.target;
    if (command.in_namespace && name.size() == 1) {
        name.insert(name.begin(), command.in_namespace->begin(), command.in_namespace->end());
    } else if (command.in_namespace && catalog::lower(command.in_namespace->back()) !=
                                           catalog::lower(name[name.size() - 2])) {
        throw Error(ErrorClass::ShowColumnsConflictNamespace,
                    {{"namespaceA", catalog::quoted(*command.in_namespace)},
                     {"namespaceB", catalog::quoted(NameParts(name.begin(), name.end() - 1))}});
    }
    for (const StructField& field : table_schema(queries, name)) out.rows.push_back({text(field.name)});
    return out;
}

RowSet show_functions(Queries& queries, const u::Show& command) {
    RowSet out{{text_column("function")}, {}};
    const FunctionScope scope = command.scope == "USER"     ? FunctionScope::User
                                : command.scope == "SYSTEM" ? FunctionScope::System
                                                            : FunctionScope::All;
    const auto wanted = [&](std::string_view name) { return is_wanted(command, name); };
    for (const std::string& name : function_names(queries, scope, wanted, database_of(queries, command))) {
        out.rows.push_back({text(name)});
    }
    return out;
}

/// A table or permanent view; temporary views have no definition to show.
catalog::TablePtr shown_table(Queries& queries, const NameParts& name, const char* operation) {
    auto& names = queries.session().catalog();
    if (names.find_view(name)) {
        throw Error(ErrorClass::ExpectPermanentView, {{"viewName", catalog::quoted(name)}, {"operation", operation}});
    }
    catalog::TablePtr table = names.metastore().find_table(place_of(names, name));
    if (!table) throw table_not_found(name);
    return table;
}

RowSet show_table_properties(Queries& queries, const u::Show& command) {
    RowSet out{{text_column("key"), text_column("value")}, {}};
    if (queries.session().catalog().find_view(command.target)) return out;
    const catalog::TablePtr table = shown_table(queries, command.target, "SHOW TBLPROPERTIES");
    catalog::Properties all = table->properties;
    for (const auto& [key, value] : table->options) all["option." + key] = value;
    if (command.pattern) {
        const auto found = all.find(*command.pattern);
        const std::string missing =
            "Table " + dotted(table->full_name()) + " does not have property: " + *command.pattern;
        out.rows.push_back({text(*command.pattern), text(found == all.end() ? missing : found->second)});
        return out;
    }
    for (const auto& [key, value] : all) out.rows.push_back({text(key), text(value)});
    return out;
}

RowSet show_create_table(Queries& queries, const u::Show& command) {
    if (command.extended) throw unsupported("SHOW CREATE TABLE … AS SERDE");
    const catalog::TablePtr table = shown_table(queries, command.target, "SHOW CREATE TABLE");
    return {{text_column("createtab_stmt")}, {{text(create_statement(*table))}}};
}

RowSet show_partitions(Queries& queries, const u::Show& command) {
    RowSet out{{text_column("partition")}, {}};
    const catalog::TablePtr table = shown_table(queries, command.target, "SHOW PARTITIONS");
    if (table->is_view()) {
        throw Error(ErrorClass::ExpectTableNotView,
                    {{"viewName", catalog::quoted(table->full_name())}, {"operation", "SHOW PARTITIONS"}});
    }
    if (table->partition_by.empty()) {
        throw Error(ErrorClass::PartitionSchemaIsEmpty, {{"name", catalog::quoted(table->full_name())}});
    }
    const auto parts = partition_parts(queries, *table, command.partition);
    for (const std::string& folder : partition_folders(*table, parts)) out.rows.push_back({text(folder)});
    return out;
}

struct Kind {
    std::string_view name;
    RowSet (*run)(Queries&, const u::Show&);
};
constexpr auto kKinds = std::to_array<Kind>({{"CATALOGS", show_catalogs},
                                             {"COLUMNS", show_columns},
                                             {"CREATE TABLE", show_create_table},
                                             {"CURRENT NAMESPACE", show_current_namespace},
                                             {"DATABASES", show_databases},
                                             {"FUNCTIONS", show_functions},
                                             {"NAMESPACES", show_databases},
                                             {"PARTITIONS", show_partitions},
                                             {"SCHEMAS", show_databases},
                                             {"TABLE EXTENDED", show_tables},
                                             {"TABLES", show_tables},
                                             {"TBLPROPERTIES", show_table_properties},
                                             {"VIEWS", show_only_views}});

}  // namespace

RowSet run_show(Queries& queries, const u::Show& command) {
    for (const Kind& kind : kKinds) {
        if (kind.name == command.kind && !command.as_json) return kind.run(queries, command);
    }
    throw unsupported("SHOW " + command.kind + (command.as_json ? " AS JSON" : ""));
}

RowSet run_explain(Queries& queries, const u::Explain& command, const CommandArguments& arguments) {
    const u::Relation* query = command.statement->query();
    if (query == nullptr) throw unsupported("EXPLAIN of a command");
    return {{text_column("plan", /*nullable=*/true)},
            {{text(queries.explain(with_arguments(*query, arguments), command.mode))}}};
}

}  // namespace firesteel
