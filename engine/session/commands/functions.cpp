#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "common/error.h"
#include "session/commands/commands.h"
#include "session/spark_context.h"

namespace firesteel {

namespace u = unresolved;

std::vector<std::string> function_names(Queries& queries, FunctionScope scope) {
    std::set<std::string> names;
    if (scope != FunctionScope::User) {
        for (const std::string& name : queries.session().context().registry().names()) names.insert(name);
    }
    if (scope != FunctionScope::System) {
        for (const auto& function : queries.session().catalog().functions()) {
            names.insert(catalog::lower(function->name));
        }
    }
    return {names.begin(), names.end()};
}

void run_create_function(Queries& queries, const u::CreateFunction& command) {
    if (!command.temporary) throw unsupported("permanent functions: CREATE TEMPORARY FUNCTION works");
    if (!command.class_name.empty()) throw unsupported("functions of Java classes");
    if (!command.language.empty() && catalog::lower(command.language) != "sql") {
        throw unsupported("functions in " + command.language);
    }
    auto& names = queries.session().catalog();
    const std::string& name = command.name.back();
    auto function = std::make_shared<const catalog::TemporaryFunction>(catalog::TemporaryFunction{
        name, std::make_shared<const u::CreateFunction>(command), nullptr, command.is_table,
        queries.settings()});
    if (!names.put_function(std::move(function), command.replace) && !command.if_not_exists) {
        throw Error(ErrorClass::RoutineAlreadyExists, {{"routineName", catalog::quoted(name)},
                                                       {"newRoutineType", "routine"},
                                                       {"existingRoutineType", "routine"}});
    }
}

void run_drop_function(Queries& queries, const u::DropFunction& command) {
    if (!queries.session().catalog().erase_function(command.name.back()) && !command.if_exists) {
        throw Error(ErrorClass::RoutineNotFound, {{"routineName", catalog::quoted(command.name)}});
    }
}

void run_register_function(Queries& queries, const u::RegisterPythonFunction& command) {
    queries.session().catalog().put_function(
        std::make_shared<const catalog::TemporaryFunction>(catalog::TemporaryFunction{
            command.name, nullptr, command.function, command.is_table_function, queries.settings()}),
        /*replace=*/true);
}

}  // namespace firesteel
