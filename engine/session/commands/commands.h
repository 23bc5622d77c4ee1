#pragma once
/// SQL's and DataFrames' commands, by kind of what they act on. Called by Queries on an operation's
/// thread; each throws Error before it changes anything.

#include <optional>
#include <string>
#include <vector>

#include "catalog/session_catalog.h"
#include "plan/unresolved_command.h"
#include "session/queries.h"

namespace firesteel {

/// Rows of a command; none for those that only act.
RowSet run_command(Queries& queries, const unresolved::Command& command, const CommandArguments& arguments);

// views.cpp
void run_create_view(Queries& queries, const unresolved::CreateView& command,
                     const CommandArguments& arguments);
void run_drop_relation(Queries& queries, const unresolved::DropRelation& command);
/// The query with values for its parameter markers and the DataFrames it names.
unresolved::Relation with_arguments(unresolved::Relation query, const CommandArguments& arguments);

// settings.cpp
RowSet run_set_config(Queries& queries, const unresolved::SetConfig& command);
void run_reset_config(Queries& queries, const unresolved::ResetConfig& command);
RowSet run_set_time_zone(Queries& queries, const unresolved::SetTimeZone& command);

// variables.cpp
void run_declare_variable(Queries& queries, const unresolved::DeclareVariable& command);
void run_drop_variable(Queries& queries, const unresolved::DropVariable& command);
void run_set_variable(Queries& queries, const unresolved::SetVariable& command,
                      const CommandArguments& arguments);
RowSet run_execute_immediate(Queries& queries, const unresolved::ExecuteImmediate& command);

// functions.cpp
enum class FunctionScope : std::uint8_t { All, User, System };
std::vector<std::string> function_names(Queries& queries, FunctionScope scope);
void run_create_function(Queries& queries, const unresolved::CreateFunction& command);
void run_drop_function(Queries& queries, const unresolved::DropFunction& command);
void run_register_function(Queries& queries, const unresolved::RegisterPythonFunction& command);

// show.cpp
RowSet run_show(Queries& queries, const unresolved::Show& command);
RowSet run_describe(Queries& queries, const unresolved::Describe& command);
RowSet run_explain(Queries& queries, const unresolved::Explain& command, const CommandArguments& arguments);
/// The comment in a field's metadata.
std::optional<std::string> comment_of(const StructField& field);
StructField with_comment(StructField field, const std::string& comment);

// names.cpp: the one catalog and its one database.
bool is_namespace(const catalog::NameParts& parts);
/// SCHEMA_NOT_FOUND unless it is one.
void check_namespace(const catalog::NameParts& parts);
void use_namespace(catalog::SessionCatalog& names, const catalog::NameParts& parts);
void use_catalog(catalog::SessionCatalog& names, const std::string& name);

}  // namespace firesteel
