#include <chrono>
#include <memory>
#include <set>
#include <utility>

#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;

bool is_global_name(const NameParts& name) {
    return name.size() == 2 && catalog::lower(name[0]) == catalog::SessionCatalog::kGlobalDatabase;
}

/// The view's columns: the query's, renamed and commented as the command says.
Schema view_schema(Schema schema, const u::CreateView& command) {
    if (command.columns.empty()) return schema;
    if (command.columns.size() != schema.size()) {
        const auto list = [](const auto& items, auto name) {
            std::string out;
            for (const auto& item : items) out += (out.empty() ? "" : ", ") + catalog::quoted(name(item));
            return out;
        };
        throw Error(command.columns.size() > schema.size() ? ErrorClass::CreateViewNotEnoughDataColumns
                                                           : ErrorClass::CreateViewTooManyDataColumns,
                    {{"viewName", catalog::quoted(command.name)},
                     {"viewColumns", list(command.columns, [](const auto& c) { return c.first; })},
                     {"dataColumns", list(schema, [](const auto& c) { return c.name; })}});
    }
    for (std::size_t i = 0; i < schema.size(); ++i) {
        schema[i].name = command.columns[i].first;
        if (command.columns[i].second) schema[i] = with_comment(schema[i], *command.columns[i].second);
    }
    return schema;
}

}  // namespace

u::Relation with_arguments(u::Relation query, const CommandArguments& arguments) {
    if (!arguments.named.empty() || !arguments.positional.empty()) {
        query = u::Relation(u::WithParameters{query, arguments.named, arguments.positional});
    }
    if (!arguments.references.empty()) {
        query = u::Relation(u::WithReferences{query, arguments.references});
    }
    return query;
}

namespace {

/// The names that the query has for the view's columns.
std::vector<std::string> query_columns(const Schema& schema) {
    std::vector<std::string> out;
    for (const StructField& field : schema) out.push_back(field.name);
    return out;
}

catalog::ViewText view_text(Queries& queries, const u::CreateView& command, const Schema& schema) {
    const auto& names = queries.session().catalog();
    return {command.text,          queries.settings(),
            names.current_catalog(), names.current_database(),
            query_columns(schema), command.schema_mode.value_or(u::ViewSchemaMode::Compensation),
            !command.columns.empty()};
}

void check_no_duplicates(const Schema& schema, bool case_sensitive) {
    std::set<std::string> seen;
    for (const StructField& field : schema) {
        const std::string name = case_sensitive ? field.name : catalog::lower(field.name);
        if (seen.insert(name).second) continue;
        throw Error(ErrorClass::ColumnAlreadyExists, {{"columnName", catalog::quoted(name)}});
    }
}

/// A view can't be made of itself.
void check_not_recursive(const catalog::ObjectName& place, const analysis::References& references) {
    const NameParts own = full_name(place);
    for (const auto& path : references.view_paths) {
        if (path.back() != own) continue;
        std::string shown = catalog::quoted(own);
        for (const NameParts& step : path) shown += " -> " + catalog::quoted(step);
        throw Error(ErrorClass::RecursiveView, {{"viewIdent", catalog::quoted(own)}, {"newPath", shown}});
    }
}

/// The permanent view of a CREATE or ALTER, checked.
std::shared_ptr<catalog::Table> permanent_view(Queries& queries, const catalog::ObjectName& place,
                                               const u::CreateView& command, const CommandArguments& arguments) {
    if (!arguments.empty()) throw unsupported("permanent views with parameters or DataFrames");
    analysis::References references;
    const bound::Relation plan = queries.analyze(command.query, &references);
    check_permanent(references, "VIEW", full_name(place));
    u::CreateView named = command;
    named.name = full_name(place);
    const Schema own = analysis::schema_of(plan);
    const Schema schema = view_schema(own, named);
    check_no_duplicates(schema, queries.settings().case_sensitive);
    check_not_recursive(place, references);
    auto table = std::make_shared<catalog::Table>();
    table->database = place.database;
    table->name = place.name;
    table->type = catalog::Table::Type::View;
    table->created_at = seconds_now();
    table->comment = command.comment;
    for (const auto& [key, value] : command.properties) table->properties[key] = value;
    table->view = std::make_shared<const catalog::View>(
        catalog::View{place.name, false, view_text(queries, command, own), schema, command.comment, {},
                      {std::string(catalog::SessionCatalog::kCatalog), place.database}});
    return table;
}

void create_permanent_view(Queries& queries, const u::CreateView& command, const CommandArguments& arguments) {
    auto& names = queries.session().catalog();
    const catalog::ObjectName place = new_place(names, command.name);
    const catalog::TablePtr old = names.metastore().find_table(place);
    const std::string shown = catalog::quoted(full_name(place));
    if (old && command.if_not_exists) return;
    auto made = permanent_view(queries, place, command, arguments);
    if (old && command.replace && !old->is_view()) {
        throw Error(ErrorClass::ExpectViewNotTable, {{"tableName", shown}, {"operation", "CREATE OR REPLACE VIEW"}});
    }
    if (!names.metastore().put_table(std::move(made), command.replace)) {
        throw Error(ErrorClass::TableOrViewAlreadyExists, {{"relationName", shown}});
    }
}

}  // namespace

std::int64_t seconds_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

void check_permanent(const analysis::References& references, const char* kind, const NameParts& name) {
    if (references.temporary.empty()) return;
    const auto& first = references.temporary.front();
    throw Error(ErrorClass::InvalidTempObjReference, {{"obj", kind},
                                                  {"objName", catalog::quoted(name)},
                                                  {"tempObj", first.kind},
                                                  {"tempObjName", catalog::quoted(first.name)}});
}

void run_create_view(Queries& queries, const u::CreateView& command, const CommandArguments& arguments) {
    const bool global = command.global || is_global_name(command.name);
    if (!command.temporary && !global) return create_permanent_view(queries, command, arguments);
    if (command.name.size() > 1 && !is_global_name(command.name)) {
        throw Error(ErrorClass::TempViewNameTooManyNameParts, {{"actualName", catalog::quoted(command.name)}});
    }
    auto& names = queries.session().catalog();
    auto& views = global ? names.global_views() : names.temp_views();
    const std::string& name = command.name.back();
    const auto fail_exists = [&] {
        throw Error(ErrorClass::TempTableOrViewAlreadyExists, {{"relationName", catalog::quoted(name)}});
    };
    if (!command.replace && views.find(name)) {
        if (command.if_not_exists) return;
        fail_exists();
    }
    const bound::Relation plan = queries.analyze(with_arguments(command.query, arguments));
    const Schema own = analysis::schema_of(plan);
    auto view = std::make_shared<catalog::View>(catalog::View{name, global, plan, view_schema(own, command),
                                                              command.comment, command.properties, {}});
    // Text is analysed anew at each use; what refers to DataFrames or parameters can't be.
    if (!command.text.empty() && arguments.empty()) view->body = view_text(queries, command, own);
    if (!views.put(std::move(view), command.replace) && !command.if_not_exists) fail_exists();
}

void run_drop_relation(Queries& queries, const u::DropRelation& command) {
    auto& names = queries.session().catalog();
    const bool dropped = is_global_name(command.name) ? names.global_views().erase(command.name[1])
                         : command.name.size() == 1   ? names.temp_views().erase(command.name[0])
                                                      : false;
    if (dropped) return;
    const catalog::ObjectName place = place_of(names, command.name);
    const catalog::TablePtr table = names.metastore().find_table(place);
    if (!table) {
        if (command.if_exists) return;
        throw table_not_found(full_name(place));
    }
    if (table->is_view() != command.is_view) {
        throw Error(ErrorClass::WrongCommandForObjectType,
                    {{"operation", command.is_view ? "DROP VIEW" : "DROP TABLE"},
                     {"requiredType", command.is_view ? "VIEW" : "EXTERNAL or MANAGED"},
                     {"objectName", dotted(full_name(place))},
                     {"foundType", type_name_of(*table)},
                     {"alternative", command.is_view ? "DROP TABLE" : "DROP VIEW"}});
    }
    names.metastore().erase_table(place);
    remove_files(*table);
}

void run_alter_view_query(Queries& queries, const u::AlterViewQuery& command, const CommandArguments& arguments) {
    auto& names = queries.session().catalog();
    u::CreateView create{command.name, command.query, command.text, true, false, false, false, {}, {}, {}, {}};
    if (const catalog::ViewPtr old = names.find_view(command.name)) {
        create.temporary = true;
        create.global = old->global;
        create.name = {command.name.back()};
        return run_create_view(queries, create, arguments);
    }
    const catalog::ObjectName place = place_of(names, command.name);
    const catalog::TablePtr old = names.metastore().find_table(place);
    if (!old) throw table_not_found(command.name);
    if (!old->is_view()) {
        throw Error(ErrorClass::ExpectViewNotTable, {{"tableName", catalog::quoted(full_name(place))},
                                                 {"operation", "ALTER VIEW ... AS"}});
    }
    auto made = permanent_view(queries, place, create, arguments);
    made->created_at = old->created_at;
    made->comment = old->comment;
    made->properties = old->properties;
    names.metastore().put_table(std::move(made), /*replace=*/true);
}

}  // namespace firesteel
