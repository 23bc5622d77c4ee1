#include <set>
#include <utility>

#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;

constexpr const char* kSearchPath = "`SYSTEM`.`SESSION`";

/// The variable's own name out of x, session.x or system.session.x.
std::string variable_name(const NameParts& parts, const Origin& origin = {}) {
    const bool fits = parts.size() == 1 ||
                      (parts.size() == 2 && catalog::lower(parts[0]) == "session") ||
                      (parts.size() == 3 && catalog::lower(parts[0]) == "system" &&
                       catalog::lower(parts[1]) == "session");
    if (!fits) {
        throw Error(ErrorClass::UnresolvedVariable,
                    {{"variableName", catalog::quoted(parts)}, {"searchPath", kSearchPath}}, origin);
    }
    return parts.back();
}

std::string full_name(const std::string& name) {
    return catalog::quoted(NameParts{"system", "session", catalog::lower(name)});
}

/// `expr` as the type that a variable has.
Literal evaluate_as(Queries& queries, const u::Expr& expr, const DataType& type) {
    u::Cast cast{expr, type};
    return queries.evaluate(u::Expr(std::move(cast)));
}

catalog::VariablePtr existing(Queries& queries, const NameParts& parts) {
    auto found = queries.session().catalog().find_variable(variable_name(parts));
    if (!found) {
        throw Error(ErrorClass::UnresolvedVariable,
                    {{"variableName", catalog::quoted(parts)}, {"searchPath", kSearchPath}});
    }
    return found;
}

void assign(Queries& queries, const catalog::Variable& variable, Literal value) {
    auto changed = variable;
    changed.value = std::move(value);
    queries.session().catalog().put_variable(
        std::make_shared<const catalog::Variable>(std::move(changed)), /*replace=*/true);
}

/// SET VAR (a, b) = (query): the query's one row, cast; no row means NULLs.
void assign_row(Queries& queries, const std::vector<catalog::VariablePtr>& variables,
                const u::Relation& query) {
    const Schema schema = queries.schema(query);
    if (schema.size() != variables.size()) {
        throw Error(ErrorClass::AssignmentArityMismatch,
                    {{"numExpr", std::to_string(schema.size())},
                     {"numTarget", std::to_string(variables.size())}});
    }
    const RowSet rows = queries.rows(queries.analyze(query), 2);
    if (rows.rows.size() > 1) throw Error(ErrorClass::RowSubqueryTooManyRows);
    std::vector<Literal> values;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const DataType& type = variables[i]->type;
        if (rows.rows.empty()) {
            values.push_back(Literal::null(type));
        } else {
            const Literal given{rows.schema[i].type, rows.rows[0][i]};
            values.push_back(evaluate_as(queries, u::Expr(u::Constant{given}), type));
        }
    }
    for (std::size_t i = 0; i < variables.size(); ++i) assign(queries, *variables[i], values[i]);
}

}  // namespace

void run_declare_variable(Queries& queries, const u::DeclareVariable& command) {
    for (const NameParts& parts : command.names) {
        const std::string name = variable_name(parts);
        const std::string shown_name = full_name(name);
        Literal value = Literal::null(command.type.value_or(DataType::null()));
        if (command.value) {
            value = command.type ? evaluate_as(queries, *command.value, *command.type)
                                 : queries.evaluate(*command.value);
        }
        auto variable = std::make_shared<const catalog::Variable>(
            catalog::Variable{name, value.type, value, command.value ? command.value_text : "NULL"});
        if (!queries.session().catalog().put_variable(std::move(variable), command.replace)) {
            throw Error(ErrorClass::VariableAlreadyExists, {{"variableName", shown_name}});
        }
    }
}

void run_drop_variable(Queries& queries, const u::DropVariable& command) {
    const std::string name = variable_name(command.name);
    if (!queries.session().catalog().erase_variable(name) && !command.if_exists) {
        throw Error(ErrorClass::VariableNotFound, {{"variableName", full_name(name)}});
    }
}

void run_set_variable(Queries& queries, const u::SetVariable& command, const CommandArguments& arguments) {
    std::vector<catalog::VariablePtr> variables;
    std::set<std::string> seen;
    for (const NameParts& parts : command.names) {
        variables.push_back(existing(queries, parts));
        if (!seen.insert(catalog::lower(parts.back())).second) {
            throw Error(ErrorClass::DuplicateAssignments, {{"nameList", catalog::quoted(parts.back())}});
        }
    }
    if (command.query) return assign_row(queries, variables, with_arguments(*command.query, arguments));
    FS_ASSERT(command.values.size() == variables.size());
    std::vector<Literal> values;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const catalog::Variable& variable = *variables[i];
        const u::Expr expr = command.values[i] ? *command.values[i]
                                               : sql::parse_expression(variable.default_text,
                                                                       queries.parser_options());
        const u::Relation one(u::Project{u::Relation(u::OneRow{}), {u::Expr(u::Cast{expr, variable.type})}});
        const RowSet row = queries.rows(with_arguments(one, arguments));
        values.push_back({variable.type, row.rows.at(0).at(0)});
    }
    for (std::size_t i = 0; i < variables.size(); ++i) assign(queries, *variables[i], values[i]);
}

RowSet run_execute_immediate(Queries& queries, const u::ExecuteImmediate& command) {
    const Literal text = queries.evaluate(command.text);
    if (text.is_null()) {
        throw Error(ErrorClass::NullQueryStringExecuteImmediate, {{"varName", "NULL"}});
    }
    CommandArguments arguments;
    for (const auto& [name, value] : command.arguments) {
        if (name.empty()) {
            arguments.positional.push_back(value);
        } else {
            arguments.named.emplace_back(name, value);
        }
    }
    const u::Statement statement = sql::parse_statement(text.value.bytes(), queries.parser_options());
    if (const u::Command* inner = statement.command()) {
        if (std::holds_alternative<u::ExecuteImmediate>(inner->node)) {
            throw Error(ErrorClass::NestedExecuteImmediate, {{"sqlString", text.value.bytes()}});
        }
        if (!command.into.empty()) {
            throw Error(ErrorClass::InvalidStatementForExecuteInto, {{"sqlString", text.value.bytes()}});
        }
        return queries.run(*inner, arguments);
    }
    const u::Relation query = with_arguments(*statement.query(), arguments);
    if (command.into.empty()) return queries.rows(query);
    std::vector<catalog::VariablePtr> variables;
    for (const NameParts& parts : command.into) variables.push_back(existing(queries, parts));
    assign_row(queries, variables, query);
    return {};
}

}  // namespace firesteel
