#include "session/catalog_query.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/error.h"
#include "session/commands/commands.h"
#include "session/queries.h"
#include "session/spark_context.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::ViewPtr;

StructField column(const char* name, DataType type, bool nullable) {
    return {name, std::move(type), nullable, ""};
}
StructField text(const char* name) { return column(name, DataType::string(), true); }
StructField flag(const char* name) { return column(name, DataType::boolean(), false); }
StructField names(const char* name) { return column(name, DataType::array(DataType::string()), true); }

Value optional_text(const std::optional<std::string>& value) { return value ? Value(*value) : Value(); }

using Run = void (*)(Queries&, const u::CatalogQuery&, RowSet&);
struct Kind {
    std::string_view name;
    Schema (*schema)();
    Run run;
};

Schema value_text_schema() { return {column("value", DataType::string(), false)}; }
Schema value_flag_schema() { return {flag("value")}; }
Schema databases_schema() { return {text("name"), text("catalog"), text("description"), text("locationUri")}; }
Schema tables_schema() {
    return {text("name"), text("catalog"), names("namespace"), text("description"), text("tableType"),
            flag("isTemporary")};
}
Schema functions_schema() {
    return {text("name"), text("catalog"), names("namespace"), text("description"), text("className"),
            flag("isTemporary")};
}
Schema columns_schema() {
    return {text("name"), text("description"), text("dataType"), flag("nullable"), flag("isPartition"),
            flag("isBucket"), flag("isCluster")};
}
Schema catalogs_schema() { return {text("name"), text("description")}; }

std::optional<std::string> argument(const u::CatalogQuery& query, const char* name) {
    const auto found = query.arguments.find(name);
    if (found == query.arguments.end()) return std::nullopt;
    return found->second;
}

std::string required(const u::CatalogQuery& query, const char* name) {
    return argument(query, name).value_or("");
}

bool is_wanted(const u::CatalogQuery& query, std::string_view name) {
    const auto pattern = argument(query, "pattern");
    return !pattern || matches_pattern(name, *pattern);
}

/// The table or view that a request names: `name`, or `db_name`.`name`.
catalog::NameParts named(Queries& queries, const u::CatalogQuery& query, const char* name) {
    catalog::NameParts parts = sql::parse_identifier(required(query, name), queries.parser_options());
    if (const auto database = argument(query, "db_name")) parts.insert(parts.begin(), *database);
    return parts;
}

void add_view(RowSet& out, const catalog::View& view) {
    ValueList place;
    if (view.global) place.emplace_back(std::string(catalog::SessionCatalog::kGlobalDatabase));
    out.rows.push_back({Value(catalog::lower(view.name)), Value(), Value(std::move(place)), optional_text(view.comment),
                        Value(std::string("TEMPORARY")), Value(true)});
}

/// A table or permanent view.
void add_table(RowSet& out, const catalog::Table& table) {
    out.rows.push_back({Value(table.name), Value(std::string(catalog::kSessionCatalog)),
                        Value(ValueList{Value(table.database)}), optional_text(table.comment),
                        Value(type_name_of(table)), Value(false)});
}

void add_database(RowSet& out, const catalog::Database& database) {
    out.rows.push_back({Value(database.name), Value(std::string(catalog::kSessionCatalog)),
                        Value(database.comment), Value(database.location)});
}

catalog::Database database_named(Queries& queries, const std::string& text) {
    return existing_namespace(queries.session().catalog(), sql::parse_identifier(text, queries.parser_options()));
}

/// The table or permanent view of a name, if there is one.
catalog::TablePtr find_table(Queries& queries, const catalog::NameParts& parts) {
    const auto& names_of_session = queries.session().catalog();
    const auto place = catalog::object_name(parts, names_of_session.current_database());
    return place ? names_of_session.metastore().find_table(*place) : nullptr;
}

void current_database(Queries& queries, const u::CatalogQuery&, RowSet& out) {
    out.rows.push_back({Value(queries.session().catalog().current_database())});
}

void current_catalog(Queries& queries, const u::CatalogQuery&, RowSet& out) {
    out.rows.push_back({Value(queries.session().catalog().current_catalog())});
}

void set_current_database(Queries& queries, const u::CatalogQuery& query, RowSet&) {
    use_namespace(queries.session().catalog(),
                  sql::parse_identifier(required(query, "db_name"), queries.parser_options()));
}

void set_current_catalog(Queries& queries, const u::CatalogQuery& query, RowSet&) {
    use_catalog(queries.session().catalog(), required(query, "catalog_name"));
}

void list_databases(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    for (const catalog::Database& database : queries.session().catalog().metastore().databases()) {
        if (is_wanted(query, database.name)) add_database(out, database);
    }
}

void get_database(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    add_database(out, database_named(queries, required(query, "db_name")));
}

void database_exists(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    const auto parts = sql::parse_identifier(required(query, "db_name"), queries.parser_options());
    out.rows.push_back({Value(find_namespace(queries.session().catalog(), parts).has_value())});
}

void list_tables(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    const auto& names_of_session = queries.session().catalog();
    const auto database = argument(query, "db_name");
    if (database && catalog::lower(*database) == catalog::SessionCatalog::kGlobalDatabase) {
        for (const ViewPtr& view : names_of_session.global_views().all()) {
            if (is_wanted(query, view->name)) add_view(out, *view);
        }
    } else {
        const std::string& current = names_of_session.current_database();
        const std::string place = database_named(queries, database.value_or(catalog::quoted(current))).name;
        for (const catalog::TablePtr& table : names_of_session.metastore().tables(place)) {
            if (is_wanted(query, table->name)) add_table(out, *table);
        }
    }
    for (const ViewPtr& view : names_of_session.temp_views().all()) {
        if (is_wanted(query, view->name)) add_view(out, *view);
    }
}

void get_table(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    const auto parts = named(queries, query, "table_name");
    if (const ViewPtr view = queries.session().catalog().find_view(parts)) return add_view(out, *view);
    const catalog::TablePtr table = find_table(queries, parts);
    if (!table) throw table_not_found(parts);
    add_table(out, *table);
}

void table_exists(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    const auto parts = named(queries, query, "table_name");
    const bool temporary = queries.session().catalog().find_view(parts) != nullptr;
    out.rows.push_back({Value(temporary || find_table(queries, parts) != nullptr)});
}

void list_columns(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    const auto parts = named(queries, query, "table_name");
    const bool temporary = queries.session().catalog().find_view(parts) != nullptr;
    const catalog::TablePtr table_found = temporary ? nullptr : find_table(queries, parts);
    if (!temporary && !table_found) throw table_not_found(parts);
    const auto is_partition = [&](const std::string& column) {
        return table_found && std::ranges::find(table_found->partition_by, column) != table_found->partition_by.end();
    };
    u::NamedTable table;
    table.name = parts;
    for (const StructField& field : queries.schema(u::Relation(std::move(table)))) {
        out.rows.push_back({Value(field.name), optional_text(comment_of(field)),
                            Value(catalog_string(field.type)), Value(field.nullable),
                            Value(is_partition(field.name)), Value(false), Value(false)});
    }
}

void drop_temp_view(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    out.rows.push_back({Value(queries.session().catalog().temp_views().erase(required(query, "view_name")))});
}

void drop_global_temp_view(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    out.rows.push_back(
        {Value(queries.session().catalog().global_views().erase(required(query, "view_name")))});
}

void add_function(RowSet& out, const std::string& name, bool is_temporary) {
    out.rows.push_back({Value(name), Value(), Value(), Value(std::string()), Value(std::string()),
                        Value(is_temporary)});
}

void add_permanent_function(RowSet& out, const catalog::UserFunction& function) {
    out.rows.push_back({Value(function.name), Value(std::string(catalog::kSessionCatalog)),
                        Value(ValueList{Value(function.qualifier.back())}), Value(), Value(std::string("sqlFunction.")),
                        Value(false)});
}

void list_functions(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    const std::string current = catalog::quoted(queries.session().catalog().current_database());
    const std::string database = database_named(queries, argument(query, "db_name").value_or(current)).name;
    const auto all = [&](std::string_view name) { return is_wanted(query, name); };
    for (const std::string& name : function_names(queries, FunctionScope::All, all, "")) {
        add_function(out, name, true);
    }
    for (const auto& function : queries.session().catalog().metastore().functions(database)) {
        if (is_wanted(query, function->name)) add_permanent_function(out, *function);
    }
}

catalog::FunctionPtr find_permanent(Queries& queries, const catalog::NameParts& parts) {
    const auto& names_of_session = queries.session().catalog();
    const auto place = catalog::object_name(parts, names_of_session.current_database());
    return place ? names_of_session.metastore().find_function(*place) : nullptr;
}

bool has_function(Queries& queries, const catalog::NameParts& parts) {
    const bool own = parts.size() == 1 && (queries.session().catalog().find_function(parts[0]) != nullptr ||
                                           queries.session().context().registry().row(parts[0]) != nullptr);
    return own || find_permanent(queries, parts) != nullptr;
}

void get_function(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    const auto parts = named(queries, query, "function_name");
    if (!has_function(queries, parts)) {
        throw Error(ErrorClass::UnresolvedRoutine,
                    {{"routineName", catalog::quoted(parts)},
                     {"searchPath", "[`system`.`builtin`, `system`.`session`, `spark_catalog`." +
                                        catalog::quoted(queries.session().catalog().current_database()) + "]"}});
    }
    if (const auto permanent = find_permanent(queries, parts)) return add_permanent_function(out, *permanent);
    add_function(out, catalog::lower(parts[0]), true);
}

void function_exists(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    out.rows.push_back({Value(has_function(queries, named(queries, query, "function_name")))});
}

void list_catalogs(Queries&, const u::CatalogQuery& query, RowSet& out) {
    const std::string name(catalog::SessionCatalog::kCatalog);
    if (is_wanted(query, name)) out.rows.push_back({Value(name), Value()});
}

u::Relation relation_named(Queries& queries, const u::CatalogQuery& query) {
    u::NamedTable table;
    table.name = named(queries, query, "table_name");
    return u::Relation(std::move(table));
}

void cache_table(Queries& queries, const u::CatalogQuery& query, RowSet&) {
    const auto flag = [&](const char* name) { return argument(query, name) == "true"; };
    StorageLevel level = kDefaultStorage;
    if (argument(query, "storage_level.replication")) {
        level = {flag("storage_level.use_disk"), flag("storage_level.use_memory"),
                 flag("storage_level.use_off_heap"), flag("storage_level.deserialized"),
                 static_cast<std::int32_t>(std::stol(required(query, "storage_level.replication")))};
    }
    queries.persist(relation_named(queries, query), level);
}

void uncache_table(Queries& queries, const u::CatalogQuery& query, RowSet&) {
    queries.unpersist(relation_named(queries, query));
}

void is_cached(Queries& queries, const u::CatalogQuery& query, RowSet& out) {
    out.rows.push_back({Value(queries.storage_level(relation_named(queries, query)).has_value())});
}

void clear_cache(Queries& queries, const u::CatalogQuery&, RowSet&) { queries.session().plan_cache().clear(); }

void refresh_table(Queries& queries, const u::CatalogQuery& query, RowSet&) {
    queries.analyze(relation_named(queries, query));  // TABLE_OR_VIEW_NOT_FOUND
    queries.session().plan_cache().refresh();
}

/// Partitions are found by what is in a table's folder each time it is read.
void recover_partitions(Queries& queries, const u::CatalogQuery& query, RowSet&) {
    const catalog::NameParts name = named(queries, query, "table_name");
    const catalog::TablePtr table = find_table(queries, name);
    if (!table) throw table_not_found(name);
    if (table->partition_by.empty()) {
        throw Error(ErrorClass::NotPartitionedTable,
                    {{"operation", "ALTER TABLE RECOVER PARTITIONS"}, {"tableIdentWithDB", catalog::quoted(table->full_name())}});
    }
    queries.session().plan_cache().refresh();
}

void refresh_by_path(Queries& queries, const u::CatalogQuery&, RowSet&) { queries.session().plan_cache().refresh(); }

constexpr auto kKinds = std::to_array<Kind>({
    {"cache_table", value_text_schema, cache_table},
    {"clear_cache", value_text_schema, clear_cache},
    {"current_catalog", value_text_schema, current_catalog},
    {"current_database", value_text_schema, current_database},
    {"database_exists", value_flag_schema, database_exists},
    {"drop_global_temp_view", value_flag_schema, drop_global_temp_view},
    {"drop_temp_view", value_flag_schema, drop_temp_view},
    {"function_exists", value_flag_schema, function_exists},
    {"get_database", databases_schema, get_database},
    {"get_function", functions_schema, get_function},
    {"get_table", tables_schema, get_table},
    {"is_cached", value_flag_schema, is_cached},
    {"list_catalogs", catalogs_schema, list_catalogs},
    {"list_columns", columns_schema, list_columns},
    {"list_databases", databases_schema, list_databases},
    {"list_functions", functions_schema, list_functions},
    {"list_tables", tables_schema, list_tables},
    {"list_views", tables_schema, list_tables},
    {"recover_partitions", value_text_schema, recover_partitions},
    {"refresh_by_path", value_text_schema, refresh_by_path},
    {"refresh_table", value_text_schema, refresh_table},
    {"set_current_catalog", value_text_schema, set_current_catalog},
    {"set_current_database", value_text_schema, set_current_database},
    {"table_exists", value_flag_schema, table_exists},
    {"uncache_table", value_text_schema, uncache_table},
});

const Kind& kind_of(const u::CatalogQuery& query) {
    for (const Kind& kind : kKinds) {
        if (kind.name == query.kind) return kind;
    }
    throw unsupported("the catalog request " + query.kind);
}

/// One alternative, with * as anything. Iterative, so long patterns cost no stack.
bool matches_one(std::string_view name, std::string_view pattern) {
    std::size_t n = 0;
    std::size_t p = 0;
    std::size_t star = pattern.npos;
    std::size_t retry = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = n;
        } else if (p < pattern.size() && (pattern[p] == name[n] || pattern[p] == '.')) {
            ++p;
            ++n;
        } else if (star != pattern.npos) {
            p = star + 1;
            n = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace

bool matches_pattern(std::string_view name, std::string_view pattern) {
    const std::string low_name = catalog::lower(name);
    const std::string low_pattern = catalog::lower(pattern);
    std::string_view rest = low_pattern;
    while (true) {
        const auto bar = rest.find('|');
        std::string_view one = rest.substr(0, bar);
        while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
        while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
        if (matches_one(low_name, one)) return true;
        if (bar == rest.npos) return false;
        rest.remove_prefix(bar + 1);
    }
}

Schema catalog_query_schema(const u::CatalogQuery& query) { return kind_of(query).schema(); }

RowSet run_catalog_query(Queries& queries, const u::CatalogQuery& query) {
    const Kind& kind = kind_of(query);
    RowSet out{kind.schema(), {}};
    kind.run(queries, query, out);
    return out;
}

}  // namespace firesteel
