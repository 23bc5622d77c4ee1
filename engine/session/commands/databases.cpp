// CREATE, DROP, ALTER and DESCRIBE DATABASE.
#include <filesystem>
#include <system_error>

#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::Database;

constexpr std::string_view kDefaultDatabase = "default";

std::string as_uri(const std::string& path) { return path.starts_with('/') ? "file:" + path : path; }

Value text(std::string t) { return Value(std::move(t)); }

/// "((a,b), (c,d))".
std::string shown(const catalog::Properties& properties) {
    std::string out;
    for (const auto& [key, value] : properties) {
        out += (out.empty() ? "(" : ", (") + key + "," + value + ")";
    }
    return out.empty() ? out : "(" + out + ")";
}

}  // namespace

void run_create_database(Queries& queries, const u::CreateDatabase& command) {
    auto& metastore = queries.session().catalog().metastore();
    const std::string name = new_namespace(command.name);
    if (catalog::lower(name) == catalog::SessionCatalog::kGlobalDatabase) {
        throw Error(ErrorClass::LegacyReservedDatabase, {{"database", name}});
    }
    Database made;
    made.name = catalog::lower(name);
    made.comment = command.comment.value_or("");
    made.location = command.location ? as_uri(*command.location)
                                     : metastore.find_database(kDefaultDatabase)->location + "/" + made.name + ".db";
    made.owner = queries.settings().user;
    for (const auto& [key, value] : command.properties) made.properties[key] = value;
    if (!metastore.put_database(std::move(made), /*replace=*/false) && !command.if_not_exists) {
        throw Error(ErrorClass::SchemaAlreadyExists, {{"schemaName", catalog::quoted(name)}});
    }
}

void run_drop_database(Queries& queries, const u::DropDatabase& command) {
    auto& names = queries.session().catalog();
    if (command.if_exists && !find_namespace(names, command.name)) return;
    const Database found = existing_namespace(names, command.name);
    if (found.name == kDefaultDatabase) {
        throw Error(ErrorClass::DropDefaultDatabase,
                    {{"database", catalog::quoted(catalog::NameParts{
                                      std::string(catalog::SessionCatalog::kCatalog), found.name})}});
    }
    auto& metastore = names.metastore();
    const auto tables = metastore.tables(found.name);
    if (!command.cascade && (!tables.empty() || !metastore.functions(found.name).empty())) {
        throw Error(ErrorClass::SchemaNotEmpty, {{"schemaName", catalog::quoted(found.name)}});
    }
    metastore.erase_database(found.name);
    for (const catalog::TablePtr& table : tables) remove_files(*table);
}

void run_alter_database(Queries& queries, const u::AlterDatabase& command) {
    auto& names = queries.session().catalog();
    Database changed = existing_namespace(names, command.name);
    for (const auto& [key, value] : command.set_properties) changed.properties[key] = value;
    for (const std::string& key : command.unset_properties) changed.properties.erase(key);
    if (command.location) changed.location = as_uri(*command.location);
    if (command.comment) changed.comment = *command.comment;
    names.metastore().put_database(std::move(changed), /*replace=*/true);
}

RowSet describe_database(Queries& queries, const u::Describe& command) {
    const Database found = existing_namespace(queries.session().catalog(), command.target);
    RowSet out{{{"info_name", DataType::string(), false, ""}, {"info_value", DataType::string(), true, ""}},
               {{text("Catalog Name"), text(std::string(catalog::SessionCatalog::kCatalog))},
                {text("Namespace Name"), text(found.name)},
                {text("Comment"), text(found.comment)},
                {text("Location"), text(found.location)},
                {text("Owner"), text(found.owner.empty() ? queries.settings().user : found.owner)}}};
    if (command.extended) out.rows.push_back({text("Properties"), text(shown(found.properties))});
    return out;
}

void remove_files(const catalog::Table& table) {
    if (table.type != catalog::Table::Type::Managed || table.location.empty()) return;
    std::error_code ignored;  // what is left behind hides nothing: a new table refuses a place that exists
    std::filesystem::remove_all(table.location, ignored);
}

}  // namespace firesteel
