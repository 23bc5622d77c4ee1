#include <optional>
#include <set>
#include <string>
#include <utility>

#include "common/error.h"
#include "functions/resolve.h"
#include "plan/bound_traverse.h"
#include "session/commands/commands.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;

/// The variable's own name out of x, session.x or system.session.x.
std::string variable_name(const NameParts& parts) {
    const bool fits = parts.size() == 1 ||
                      (parts.size() == 2 && catalog::lower(parts[0]) == "session") ||
                      (parts.size() == 3 && catalog::lower(parts[0]) == "system" &&
                       catalog::lower(parts[1]) == "session");
    if (!fits) {
        throw Error(ErrorClass::UnresolvedVariable,
                    {{"variableName", catalog::quoted(parts)}, {"searchPath", "`system`.`session`"}});
    }
    return parts.back();
}

NameParts session_qualifier() { return {"system", "session"}; }

std::string full_name(const std::string& name) {
    return catalog::quoted(NameParts{"system", "session", catalog::lower(name)});
}

/// `expr` as the type that a variable has.
Literal evaluate_as(Queries& queries, const u::Expr& expr, const DataType& type) {
    u::Cast cast{expr, type};
    return queries.evaluate(u::Expr(std::move(cast)));
}

/// What an assignment changes.
struct Target {
    NameParts name;
    catalog::VariablePtr variable;
    bool is_local = false;
};

std::optional<Target> find_target(Queries& queries, const NameParts& parts) {
    if (queries.locals() != nullptr) {
        if (auto found = queries.locals()->find(parts)) return Target{parts, std::move(found), true};
    }
    const bool qualified = parts.size() == 1 ||
                           (parts.size() == 2 && catalog::lower(parts[0]) == "session") ||
                           (parts.size() == 3 && catalog::lower(parts[0]) == "system" &&
                            catalog::lower(parts[1]) == "session");
    auto found = qualified ? queries.session().catalog().find_variable(parts.back()) : nullptr;
    if (!found) return std::nullopt;
    return Target{parts, std::move(found), false};
}

Target existing(Queries& queries, const NameParts& parts) {
    auto found = find_target(queries, parts);
    if (!found) {
        throw Error(ErrorClass::UnresolvedVariable,
                    {{"variableName", catalog::quoted(parts)}, {"searchPath", "`SYSTEM`.`SESSION`"}});
    }
    return *found;
}

void assign(Queries& queries, const Target& target, Literal value) {
    auto changed = *target.variable;
    changed.value = std::move(value);
    auto variable = std::make_shared<const catalog::Variable>(std::move(changed));
    if (target.is_local) {
        queries.locals()->assign(target.name, std::move(variable));
    } else {
        queries.session().catalog().put_variable(std::move(variable), /*replace=*/true);
    }
}

void check_no_duplicates(const std::vector<Target>& targets) {
    std::set<const catalog::Variable*> seen;
    for (const Target& target : targets) {
        if (!seen.insert(target.variable.get()).second) {
            throw Error(ErrorClass::DuplicateAssignments,
                        {{"nameList", catalog::quoted(target.variable->name)}});
        }
    }
}

/// SET VAR (a, b) = (query): the query's one row, cast; no row means NULLs.
void assign_row(Queries& queries, const std::vector<Target>& variables, const u::Relation& query) {
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
        const DataType& type = variables[i].variable->type;
        if (rows.rows.empty()) {
            values.push_back(Literal::null(type));
        } else {
            const Literal given{rows.schema[i].type, rows.rows[0][i]};
            values.push_back(evaluate_as(queries, u::Expr(u::Constant{given}), type));
        }
    }
    for (std::size_t i = 0; i < variables.size(); ++i) assign(queries, variables[i], values[i]);
}

/// A DEFAULT's value. It is computed at once, so it can't be a query.
Literal default_value(Queries& queries, const u::DeclareVariable& command, const std::string& shown_name,
                      const CommandArguments& arguments) {
    if (!command.value) return Literal::null(command.type.value_or(DataType::null()));
    u::Expr expr = *command.value;
    if (command.type) expr = u::Expr(u::Cast{expr, *command.type});
    const u::Relation one(u::Project{u::Relation(u::OneRow{}), {expr}});
    const bound::Relation plan = queries.analyze(with_arguments(one, arguments));
    const auto* project = plan.get_if<bound::Project>();
    const bool has_subquery =
        project != nullptr && bound::any_of(project->items[0].expr, [](const bound::Expr& e) {
            return e.get_if<bound::Subquery>() != nullptr;
        });
    if (has_subquery) {
        throw Error(ErrorClass::InvalidDefaultValueSubquery,
                    {{"statement", "DECLARE VARIABLE"},
                     {"colName", shown_name},
                     {"defaultValue", command.value_text}});
    }
    const RowSet row = queries.rows(plan, 1);
    return {row.schema.at(0).type, row.rows.at(0).at(0)};
}

void declare_in_script(Queries& queries, const u::DeclareVariable& command,
                       const CommandArguments& arguments) {
    for (const NameParts& parts : command.names) {
        if (parts.size() > 1) {
            throw Error(ErrorClass::InvalidVariableDeclarationQualified, {{"varName", catalog::quoted(parts)}});
        }
        if (command.replace) {
            throw Error(ErrorClass::InvalidVariableDeclarationReplace, {{"varName", catalog::quoted(parts)}});
        }
        const std::string shown = catalog::quoted(NameParts{queries.locals()->label(), parts.back()});
        declare_local(*queries.locals(), parts.back(), default_value(queries, command, shown, arguments),
                      command.value ? command.value_text : "NULL");
    }
}

/// As error parameters show an expression: its text.
std::string written(const u::Expr& expr) {
    const Origin& origin = expr.origin();
    if (!origin.known() || origin.start < 0) return {};
    return origin.source->text.substr(static_cast<std::size_t>(origin.start),
                                      static_cast<std::size_t>(origin.stop - origin.start + 1));
}

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

std::string immediate_text(Queries& queries, const u::ExecuteImmediate& command,
                           const CommandArguments& arguments) {
    const u::Relation one(u::Project{u::Relation(u::OneRow{}), {command.text}});
    const RowSet row = queries.rows(with_arguments(one, arguments));
    if (!row.schema.at(0).type.is_string_like()) {
        throw Error(ErrorClass::InvalidExprTypeForExecuteImmediate,
                    {{"exprType", "\"" + sql_name(row.schema[0].type) + "\""}}, command.text.origin());
    }
    const Value& value = row.rows.at(0).at(0);
    if (value.is_null()) {
        throw Error(ErrorClass::NullQueryStringExecuteImmediate,
                    {{"varName", catalog::quoted(written(command.text))}}, command.text.origin());
    }
    return value.bytes();
}

/// A value for a marker: constant, so neither of a query nor of chance.
u::Expr argument_value(Queries& queries, const u::Expr& expr, const CommandArguments& arguments) {
    const u::Relation one(u::Project{u::Relation(u::OneRow{}), {expr}});
    const bound::Relation plan = queries.analyze(with_arguments(one, arguments));
    const auto* project = plan.get_if<bound::Project>();
    const bool constant =
        project != nullptr && functions::is_deterministic(project->items[0].expr) &&
        !bound::any_of(project->items[0].expr, [](const bound::Expr& e) {
            return e.get_if<bound::Subquery>() != nullptr;
        });
    if (!constant) {
        const Schema schema = analysis::schema_of(plan);
        throw Error(ErrorClass::UnsupportedExprForParameter,
                    {{"invalidExprSql", "\"" + schema.at(0).name + "\""}}, expr.origin());
    }
    const RowSet row = queries.rows(plan, 1);
    return u::Expr(u::Constant{{row.schema.at(0).type, row.rows.at(0).at(0)}}, expr.origin());
}

/// USING's values for the markers that the text has.
CommandArguments immediate_arguments(Queries& queries, const u::ExecuteImmediate& command,
                                     const u::Statement& statement, const CommandArguments& outer) {
    if (statement.has_named_markers && statement.has_positional_markers) {
        throw Error(ErrorClass::MixedParameters);
    }
    CommandArguments out;
    out.references = outer.references;
    std::string unnamed;
    for (const auto& [name, expr] : command.arguments) {
        u::Expr value = argument_value(queries, expr, outer);
        if (!statement.has_named_markers) {
            out.positional.push_back(std::move(value));
        } else if (name.empty()) {
            const Literal& literal = value.get_if<u::Constant>()->literal;
            unnamed += (unnamed.empty() ? "" : ", ") +
                       ("\"" + pretty_literal(literal, queries.settings().time_zone) + "\"");
        } else {
            out.named.emplace_back(name, std::move(value));
        }
    }
    if (!unnamed.empty()) throw Error(ErrorClass::AllParametersMustBeNamed, {{"exprs", unnamed}});
    return out;
}

std::vector<Target> into_targets(Queries& queries, const u::ExecuteImmediate& command) {
    std::vector<Target> out;
    for (const NameParts& parts : command.into) {
        auto found = find_target(queries, parts);
        if (!found) {
            throw Error(ErrorClass::UnresolvedColumnWithoutSuggestion, {{"objectName", catalog::quoted(parts)}});
        }
        out.push_back(std::move(*found));
    }
    check_no_duplicates(out);
    return out;
}

/// The text's statement doesn't see the variables of a script around it.
class WithoutLocals {
  public:
    explicit WithoutLocals(Queries& queries) : queries_(queries), locals_(queries.locals()) {
        queries_.set_locals(nullptr);
    }
    ~WithoutLocals() { queries_.set_locals(locals_); }
    WithoutLocals(const WithoutLocals&) = delete;
    WithoutLocals& operator=(const WithoutLocals&) = delete;

  private:
    Queries& queries_;
    catalog::LocalVariables* const locals_;
};

}  // namespace

void declare_local(catalog::LocalVariables& locals, std::string name, Literal value,
                   std::string default_text) {
    const std::string shown = catalog::quoted(NameParts{locals.label(), name});
    auto variable = std::make_shared<const catalog::Variable>(
        catalog::Variable{std::move(name), {"local", locals.label()}, value.type, value, std::move(default_text)});
    if (!locals.declare(std::move(variable))) {
        throw Error(ErrorClass::VariableAlreadyExists, {{"variableName", shown}});
    }
}

void run_declare_variable(Queries& queries, const u::DeclareVariable& command,
                          const CommandArguments& arguments) {
    if (queries.locals() != nullptr) return declare_in_script(queries, command, arguments);
    std::set<std::string> seen;
    for (const NameParts& parts : command.names) {
        const std::string name = variable_name(parts);
        if (seen.insert(catalog::lower(name)).second) continue;
        throw Error(ErrorClass::DuplicateVariableNameInDeclare, {{"variableName", full_name(name)}});
    }
    for (const NameParts& parts : command.names) {
        const std::string& name = parts.back();
        const Literal value = default_value(queries, command, full_name(name), arguments);
        auto variable = std::make_shared<const catalog::Variable>(
            catalog::Variable{name, session_qualifier(), value.type, value,
                              command.value ? command.value_text : "NULL"});
        if (!queries.session().catalog().put_variable(std::move(variable), command.replace)) {
            throw Error(ErrorClass::VariableAlreadyExists, {{"variableName", full_name(name)}});
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
    std::vector<Target> variables;
    for (const NameParts& parts : command.names) variables.push_back(existing(queries, parts));
    check_no_duplicates(variables);
    if (command.query) return assign_row(queries, variables, with_arguments(*command.query, arguments));
    FS_ASSERT(command.values.size() == variables.size());
    // One select list: a value may refer to those assigned before it, as to lateral aliases.
    u::Project project{u::Relation(u::OneRow{}), {}};
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const catalog::Variable& variable = *variables[i].variable;
        const u::Expr expr = command.values[i] ? *command.values[i]
                                               : sql::parse_expression(variable.default_text,
                                                                       queries.parser_options());
        project.expressions.emplace_back(
            u::Alias{u::Expr(u::Cast{expr, variable.type}), {variable.name}, {}});
    }
    const RowSet row = queries.rows(with_arguments(u::Relation(std::move(project)), arguments));
    for (std::size_t i = 0; i < variables.size(); ++i) {
        assign(queries, variables[i], {variables[i].variable->type, row.rows.at(0).at(i)});
    }
}

ImmediateResult run_execute_immediate(Queries& queries, const u::ExecuteImmediate& command,
                                      const CommandArguments& outer) {
    const Queries::Nested nested(queries);
    const std::string text = immediate_text(queries, command, outer);
    const std::vector<Target> into = into_targets(queries, command);
    const u::Statement statement = sql::parse_statement(queries.substituted(text), queries.parser_options());
    const CommandArguments arguments = immediate_arguments(queries, command, statement, outer);
    if (const u::Command* inner = statement.command()) {
        if (std::holds_alternative<u::RunScript>(inner->node)) {
            throw Error(ErrorClass::ScriptInExecuteImmediate, {{"sqlString", upper(text)}});
        }
        if (!into.empty()) {
            throw Error(ErrorClass::InvalidStatementForExecuteInto, {{"sqlString", upper(text)}});
        }
        const WithoutLocals hidden(queries);
        if (const auto* again = std::get_if<u::ExecuteImmediate>(&inner->node)) {
            return run_execute_immediate(queries, *again, arguments);
        }
        return {queries.run(*inner, arguments), false};
    }
    const u::Relation query = with_arguments(*statement.query(), arguments);
    if (into.empty()) {
        const WithoutLocals hidden(queries);
        return {queries.rows(query), true};
    }
    assign_row(queries, into, query);
    return {};
}

}  // namespace firesteel
