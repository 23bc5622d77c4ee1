// Functions that users make: CREATE, DROP, SHOW and DESCRIBE FUNCTION.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "common/error.h"
#include "plan/bound_traverse.h"
#include "common/own_kinds.h"
#include "session/commands/commands.h"
#include "session/spark_context.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;
using catalog::UserFunction;

bool is_builtin(Queries& queries, const std::string& name) {
    return queries.session().context().registry().row(name) != nullptr;
}

std::string repeated(const std::vector<std::string>& names) {
    std::set<std::string> seen;
    std::set<std::string> twice;
    for (const std::string& name : names) {
        if (!seen.insert(catalog::lower(name)).second) twice.insert(catalog::lower(name));
    }
    std::string out;
    for (const std::string& name : twice) out += (out.empty() ? "" : ", ") + catalog::quoted(name);
    return out;
}

void check_parameters(const u::CreateFunction& command) {
    std::vector<std::string> names;
    const std::string& routine = command.name.back();
    const u::CreateFunction::Parameter* with_default = nullptr;
    for (const auto& parameter : command.parameters) {
        names.push_back(parameter.name);
        if (parameter.not_null) throw Error(ErrorClass::UdfNotNullParameter, {{"input", parameter.text}});
        if (with_default != nullptr && !parameter.default_value) {
            throw Error(ErrorClass::UdfInvalidDefaultPosition, {{"functionName", routine},
                                                            {"parameterName", with_default->name},
                                                            {"nextParameterName", parameter.name}});
        }
        if (parameter.default_value) with_default = &parameter;
    }
    if (const std::string twice = repeated(names); !twice.empty()) {
        throw Error(ErrorClass::DuplicateRoutineParameterNames, {{"routineName", routine}, {"names", twice}});
    }
    if (!command.returns_table) return;
    std::vector<std::string> columns;
    for (const StructField& field : *command.returns_table) columns.push_back(field.name);
    if (const std::string twice = repeated(columns); !twice.empty()) {
        throw Error(ErrorClass::DuplicateRoutineReturnsColumns, {{"routineName", routine}, {"columns", twice}});
    }
}

u::Relation one_row_of(const std::vector<u::Expr>& items) {
    return u::Relation(u::Project{u::Relation(u::OneRow{}), items});
}

void check_defaults(Queries& queries, const u::CreateFunction& command) {
    for (const auto& parameter : command.parameters) {
        if (!parameter.default_value) continue;
        const bound::Relation plan = queries.analyze(one_row_of({*parameter.default_value}));
        const auto* project = plan.get_if<bound::Project>();
        const bool has_query = project == nullptr || bound::any_of(project->items[0].expr, [](const bound::Expr& e) {
            return e.get_if<bound::Subquery>() != nullptr;
        });
        if (!has_query) continue;
        throw Error(ErrorClass::UdfInvalidDefault,
                    {{"functionName", command.name.back()}, {"parameterName", parameter.name}});
    }
}

/// A row whose columns are the parameters, for the body to be checked over.
u::Relation parameters_row(const u::CreateFunction& command) {
    if (command.parameters.empty()) return u::Relation(u::OneRow{});
    std::vector<u::Expr> items;
    for (const auto& parameter : command.parameters) {
        u::Expr null(u::Cast{u::Expr(u::Constant{Literal::null()}), parameter.type});
        items.emplace_back(u::Alias{std::move(null), {parameter.name}, {}});
    }
    return u::Relation(u::SubqueryAlias{one_row_of(items), {command.name.back()}});
}

/// What the body may not compute: aggregates and windows, found above the parameters.
bool is_complex(const bound::Relation& plan) {
    if (plan.get_if<bound::Aggregate>() != nullptr || plan.get_if<bound::Window>() != nullptr) return true;
    bool found = false;
    bound::for_each_input(plan, [&](const bound::Relation& input) { found = found || is_complex(input); });
    return found;
}

void check_scalar_body(Queries& queries, const u::CreateFunction& command, analysis::References& references) {
    const u::Relation body(u::Project{parameters_row(command), {*command.body}});
    const bound::Relation plan = queries.analyze(body, &references);
    if (plan.get_if<bound::Project>() != nullptr &&
        plan.get_if<bound::Project>()->child.get_if<bound::Generate>() != nullptr) {
        throw Error(ErrorClass::GeneratorNested, {{"expression", "\"" + command.body_text + "\""}});
    }
    if (is_complex(plan)) {
        throw Error(ErrorClass::UdfComplexFunctions, {{"queryText", command.body_text}});
    }
}

void check_table_body(Queries& queries, const u::CreateFunction& command, const std::string& routine,
                      analysis::References& references) {
    if (!command.query) throw Error(ErrorClass::UdfBodyMustBeQuery, {{"name", command.name.back()}});
    u::Join join{parameters_row(command), *command.query, JoinType::Inner, {}, {}, false, true};
    const bound::Relation plan = queries.analyze(u::Relation(std::move(join)), &references);
    const std::size_t columns = plan.output().size() - command.parameters.size();
    const std::size_t wanted = command.returns_table->size();
    if (wanted != 0 && wanted != columns) {
        throw Error(ErrorClass::UdfReturnColumnCount, {{"name", routine},
                                                   {"outputSize", std::to_string(columns)},
                                                   {"returnParamSize", std::to_string(wanted)}});
    }
    if (wanted != 0) return;
    const auto* project = command.query->get_if<u::Project>();
    const auto unnamed = [](const u::Expr& item) {
        return item.get_if<u::Alias>() == nullptr && item.get_if<u::Attribute>() == nullptr &&
               item.get_if<u::Star>() == nullptr;
    };
    if (project != nullptr && std::ranges::any_of(project->expressions, unnamed)) {
        throw Error(ErrorClass::UdfMissingColumnNames, {{"functionName", catalog::quoted(command.name.back())}});
    }
}

/// A body's unknown functions are looked up as the database's own.
void check_body(Queries& queries, const u::CreateFunction& command, const std::string& routine,
                analysis::References& references) {
    try {
        if (command.is_table) {
            check_table_body(queries, command, routine, references);
        } else {
            check_scalar_body(queries, command, references);
        }
    } catch (const Error& error) {
        if (error.id() != ErrorClass::UnresolvedRoutine) throw;
        std::string name = error.parameters().front().second;
        const bool qualified = name.find("`.`") != name.npos;
        if (!qualified) name = catalog::quoted(queries.session().catalog().current_database()) + "." + name;
        throw Error(ErrorClass::RoutineNotFound, {{"routineName", name}});
    }
}

Error already_exists(const NameParts& name) {
    return Error(ErrorClass::RoutineAlreadyExists, {{"routineName", catalog::quoted(name)},
                                                    {"newRoutineType", "routine"},
                                                    {"existingRoutineType", "routine"}});
}

void create_temporary(Queries& queries, const u::CreateFunction& command) {
    auto& names = queries.session().catalog();
    const std::string& name = command.name.back();
    if (!command.class_name.empty()) {
        throw Error(ErrorClass::CannotLoadFunctionClass,
                    {{"functionName", catalog::quoted(name)}, {"className", command.class_name}});
    }
    analysis::References references;
    check_body(queries, command, name, references);
    if (is_builtin(queries, name) && names.find_function(name) == nullptr) {
        if (!command.replace) throw already_exists({name});
        throw Error(ErrorClass::UdfReplaceNonSql, {{"name", name}});
    }
    auto function = std::make_shared<const UserFunction>(
        UserFunction{name, std::make_shared<const u::CreateFunction>(command), nullptr, command.is_table,
                     queries.settings(), {}, names.current_database()});
    if (!names.put_function(std::move(function), command.replace)) throw already_exists({name});
}

void create_permanent(Queries& queries, const u::CreateFunction& command) {
    auto& names = queries.session().catalog();
    const catalog::ObjectName place = place_of(names, command.name);
    existing_namespace(names, {place.database});
    const NameParts full = full_name(place);
    const NameParts shown{place.database, place.name};
    const bool exists = names.metastore().find_function(place) != nullptr;
    if (exists && command.if_not_exists) return;
    if (command.class_name.empty()) {
        analysis::References references;
        check_body(queries, command, dotted(full), references);
        check_permanent(references, "FUNCTION", shown);
    }
    auto function = std::make_shared<const UserFunction>(UserFunction{
        place.name, std::make_shared<const u::CreateFunction>(command), nullptr, command.is_table,
        queries.settings(), {full[0], full[1]}, names.current_database()});
    if (!names.metastore().put_function(place.database, std::move(function), command.replace)) {
        throw already_exists(shown);
    }
}

Error unresolved_routine(Queries& queries, const NameParts& name) {
    const auto& names = queries.session().catalog();
    return Error(ErrorClass::UnresolvedRoutine,
                 {{"routineName", catalog::quoted(name)},
                  {"searchPath", "[`system`.`builtin`, `system`.`session`, " +
                                     catalog::quoted(names.current_catalog()) + "." +
                                     catalog::quoted(names.current_database()) + "]"}});
}

}  // namespace

std::vector<std::string> function_names(Queries& queries, FunctionScope scope,
                                        const std::function<bool(std::string_view)>& is_wanted,
                                        const std::string& database) {
    std::set<std::string> out;
    const auto& names = queries.session().catalog();
    if (scope != FunctionScope::User) {
        for (const std::string& name : queries.session().context().registry().names()) {
            if (is_wanted(name)) out.insert(name);
        }
    }
    if (scope == FunctionScope::System) return {out.begin(), out.end()};
    for (const auto& function : names.functions()) {
        if (is_wanted(function->name)) out.insert(catalog::lower(function->name));
    }
    for (const auto& function : names.metastore().functions(database)) {
        if (is_wanted(function->name)) out.insert(dotted(function->full_name()));
    }
    return {out.begin(), out.end()};
}

void run_create_function(Queries& queries, const u::CreateFunction& command) {
    check_parameters(command);
    check_defaults(queries, command);
    if (command.temporary) {
        create_temporary(queries, command);
    } else {
        create_permanent(queries, command);
    }
}

void run_drop_function(Queries& queries, const u::DropFunction& command) {
    auto& names = queries.session().catalog();
    const std::string& name = command.name.back();
    const bool is_temporary = names.find_function(name) != nullptr;
    if (command.temporary) {
        if (names.erase_function(name)) return;
        if (is_builtin(queries, name)) throw Error(ErrorClass::LegacyDropBuiltinFunction, {{"functionName", name}});
        if (!command.if_exists) {
            throw Error(ErrorClass::RoutineNotFound, {{"routineName", catalog::quoted(command.name)}});
        }
        return;
    }
    if (command.name.size() == 1 && (is_temporary || is_builtin(queries, name))) {
        throw Error(ErrorClass::LegacyDropFunctionByName,
                    {{"cmd", "DROP FUNCTION"},
                     {"name", name},
                     {"hintStr", " Please use fully qualified identifier to drop the persistent function."}});
    }
    if (!names.metastore().erase_function(place_of(names, command.name)) && !command.if_exists) {
        throw unresolved_routine(queries, command.name);
    }
}

void run_register_function(Queries& queries, const u::RegisterPythonFunction& command) {
    if (command.function->eval_type == kPlanReadKind) {
        return queries.session().python_sources().put(command.name, command.function);
    }
    queries.session().catalog().put_function(
        std::make_shared<const UserFunction>(UserFunction{
            command.name, nullptr, command.function, command.is_table_function, queries.settings(), {}, {}}),
        /*replace=*/true);
}

std::optional<std::string> shown_function(Queries& queries, const NameParts& name) {
    auto& names = queries.session().catalog();
    const std::string own = catalog::lower(name.back());
    if (name.size() == 1 && (names.find_function(own) != nullptr || is_builtin(queries, own))) return own;
    const auto place = catalog::object_name(name, names.current_database());
    const auto found = place ? names.metastore().find_function(*place) : nullptr;
    if (!found) return std::nullopt;
    return dotted(found->full_name());
}

RowSet describe_function(Queries& queries, const u::Describe& command) {
    const auto shown = shown_function(queries, command.target);
    if (!shown) throw unresolved_routine(queries, command.target);
    const auto text = [](std::string t) { return Value(std::move(t)); };
    auto& names = queries.session().catalog();
    const auto place = catalog::object_name(command.target, names.current_database());
    auto function = names.find_function(command.target.back());
    if (!function && place) function = names.metastore().find_function(*place);
    const bool has_class = function && function->sql && !function->sql->class_name.empty();
    RowSet out{{{"function_desc", DataType::string(), false, ""}}, {{text("Function: " + *shown)}}};
    const char* kind = function && function->sql ? "sqlFunction." : "firesteel";
    out.rows.push_back({text("Class: " + (has_class ? function->sql->class_name : std::string(kind)))});
    out.rows.push_back({text("Usage: N/A.")});
    if (command.extended) {
        out.rows.push_back({text("Extended Usage:\n    No example/argument for " + command.target.back() + ".\n")});
    }
    return out;
}

}  // namespace firesteel
