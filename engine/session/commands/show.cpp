#include <algorithm>
#include <array>
#include <utility>

#include "common/error.h"
#include "session/catalog_query.h"
#include "session/commands/commands.h"
#include "session/spark_context.h"
#include "types/json_tree.h"
#include "types/type_text.h"

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

const NameParts* place_of(const u::Show& command) {
    if (command.in_namespace) return &*command.in_namespace;
    return nullptr;
}

/// SHOW TABLES and SHOW VIEWS: there are temporary views only.
RowSet show_views(Queries& queries, const u::Show& command, const char* name_column) {
    if (command.extended) throw unsupported("SHOW TABLE EXTENDED");
    RowSet out{{text_column("namespace"), text_column(name_column),
                {"isTemporary", DataType::boolean(), false, ""}},
               {}};
    auto& names = queries.session().catalog();
    const NameParts* place = place_of(command);
    const std::string global(catalog::SessionCatalog::kGlobalDatabase);
    if (place != nullptr && place->size() == 1 && catalog::lower((*place)[0]) == global) {
        for (const auto& view : names.global_views().all()) {
            if (is_wanted(command, view->name)) {
                out.rows.push_back({text(global), text(view->name), Value(true)});
            }
        }
    } else if (place != nullptr) {
        check_namespace(*place);
    }
    for (const auto& view : names.temp_views().all()) {
        if (is_wanted(command, view->name)) out.rows.push_back({text(""), text(view->name), Value(true)});
    }
    return out;
}

RowSet show_tables(Queries& queries, const u::Show& command) {
    return show_views(queries, command, "tableName");
}

RowSet show_only_views(Queries& queries, const u::Show& command) {
    return show_views(queries, command, "viewName");
}

RowSet show_databases(Queries&, const u::Show& command) {
    RowSet out{{text_column("namespace")}, {}};
    if (is_wanted(command, "default")) out.rows.push_back({text("default")});
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

/// The columns of a table or view; its name stands in the error as written.
Schema table_schema(Queries& queries, const NameParts& name) {
    u::NamedTable table;
    table.name = name;
    return queries.schema(u::Relation(std::move(table)));
}

RowSet show_columns(Queries& queries, const u::Show& command) {
    RowSet out{{text_column("col_name")}, {}};
    NameParts name = command.target;
    if (command.in_namespace && name.size() == 1) {
        name.insert(name.begin(), command.in_namespace->begin(), command.in_namespace->end());
    }
    for (const StructField& field : table_schema(queries, name)) out.rows.push_back({text(field.name)});
    return out;
}

RowSet show_functions(Queries& queries, const u::Show& command) {
    RowSet out{{text_column("function")}, {}};
    const FunctionScope scope = command.scope == "USER"     ? FunctionScope::User
                                : command.scope == "SYSTEM" ? FunctionScope::System
                                                            : FunctionScope::All;
    for (const std::string& name : function_names(queries, scope)) {
        if (is_wanted(command, name)) out.rows.push_back({text(name)});
    }
    return out;
}

struct Kind {
    std::string_view name;
    RowSet (*run)(Queries&, const u::Show&);
};
constexpr auto kKinds = std::to_array<Kind>({{"CATALOGS", show_catalogs},
                                             {"COLUMNS", show_columns},
                                             {"CURRENT NAMESPACE", show_current_namespace},
                                             {"DATABASES", show_databases},
                                             {"FUNCTIONS", show_functions},
                                             {"NAMESPACES", show_databases},
                                             {"SCHEMAS", show_databases},
                                             {"TABLES", show_tables},
                                             {"VIEWS", show_only_views}});

RowSet describe_columns(const Schema& schema) {
    RowSet out{{text_column("col_name"), text_column("data_type"), text_column("comment", true)}, {}};
    for (const StructField& field : schema) {
        const auto comment = comment_of(field);
        out.rows.push_back({text(field.name), text(catalog_string(field.type)),
                            comment ? text(*comment) : Value()});
    }
    return out;
}

RowSet describe_column(const Schema& schema, const NameParts& column) {
    for (const StructField& field : schema) {
        if (catalog::lower(field.name) != catalog::lower(column.back())) continue;
        return {{text_column("info_name"), text_column("info_value")},
                {{text("col_name"), text(field.name)},
                 {text("data_type"), text(catalog_string(field.type))},
                 {text("comment"), text(comment_of(field).value_or("NULL"))}}};
    }
    throw Error(ErrorClass::ColumnNotFound, {{"colName", catalog::quoted(column)},
                                             {"caseSensitiveConfig", "\"spark.sql.caseSensitive\""}});
}

RowSet describe_database(Queries& queries, const u::Describe& command) {
    check_namespace(command.target);
    const auto& conf = queries.session().context().conf();
    RowSet out{{text_column("info_name"), text_column("info_value")},
               {{text("Catalog Name"), text(std::string(catalog::SessionCatalog::kCatalog))},
                {text("Namespace Name"), text("default")},
                {text("Comment"), text("default database")},
                {text("Location"), text(conf.find("spark.sql.warehouse.dir").value_or(""))},
                {text("Owner"), text(queries.settings().user)}}};
    if (command.extended) out.rows.push_back({text("Properties"), text("")});
    return out;
}

RowSet describe_function(Queries& queries, const u::Describe& command) {
    const std::string name = catalog::lower(command.target.back());
    const bool is_temporary = queries.session().catalog().find_function(name) != nullptr;
    if (!is_temporary && queries.session().context().registry().row(name) == nullptr) {
        throw Error(ErrorClass::UnresolvedRoutine,
                    {{"routineName", catalog::quoted(command.target)},
                     {"searchPath", "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]"}});
    }
    RowSet out{{text_column("function_desc")}, {{text("Function: " + name)}}};
    out.rows.push_back({text("Class: firesteel")});
    out.rows.push_back({text("Usage: N/A.")});
    return out;
}

}  // namespace

std::optional<std::string> comment_of(const StructField& field) {
    if (field.metadata.empty()) return std::nullopt;
    const json::Tree tree = json::parse(field.metadata);
    const json::Tree* comment = tree.find("comment");
    if (comment == nullptr || !comment->is_string()) return std::nullopt;
    return comment->text;
}

StructField with_comment(StructField field, const std::string& comment) {
    json::Tree tree = json::parse(field.metadata.empty() ? "{}" : field.metadata);
    json::Tree text;
    text.kind = json::Tree::Kind::String;
    text.text = comment;
    tree.members.push_back({"comment", std::move(text)});
    field.metadata = json::print(tree);
    return field;
}

RowSet run_show(Queries& queries, const u::Show& command) {
    for (const Kind& kind : kKinds) {
        if (kind.name == command.kind && !command.as_json) return kind.run(queries, command);
    }
    throw unsupported("SHOW " + command.kind + (command.as_json ? " AS JSON" : ""));
}

RowSet run_describe(Queries& queries, const u::Describe& command) {
    if (command.as_json) throw unsupported("DESCRIBE … AS JSON");
    if (command.query) return describe_columns(queries.schema(*command.query));
    if (command.kind == "DATABASE" || command.kind == "SCHEMA" || command.kind == "NAMESPACE") {
        return describe_database(queries, command);
    }
    if (command.kind == "FUNCTION") return describe_function(queries, command);
    if (command.kind != "TABLE") throw unsupported("DESCRIBE " + command.kind);
    const Schema schema = table_schema(queries, command.target);
    if (!command.column.empty()) return describe_column(schema, command.column);
    if (command.extended) throw unsupported("DESCRIBE EXTENDED of a view");
    return describe_columns(schema);
}

RowSet run_explain(Queries& queries, const u::Explain& command, const CommandArguments& arguments) {
    const u::Relation* query = command.statement->query();
    if (query == nullptr) throw unsupported("EXPLAIN of a command");
    return {{text_column("plan")},
            {{text(queries.explain(with_arguments(*query, arguments), command.mode))}}};
}

}  // namespace firesteel
