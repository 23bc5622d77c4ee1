#pragma once
/// SQL's and DataFrames' commands, by kind of what they act on. Called by Queries on an operation's
/// thread; each throws Error before it changes anything.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/session_catalog.h"
#include "common/error.h"
#include "plan/unresolved_command.h"
#include "session/queries.h"

namespace firesteel {

/// Rows of a command; none for those that only act.
RowSet run_command(Queries& queries, const unresolved::Command& command, const CommandArguments& arguments);

// views.cpp
void run_create_view(Queries& queries, const unresolved::CreateView& command,
                     const CommandArguments& arguments);
void run_drop_relation(Queries& queries, const unresolved::DropRelation& command);
void run_alter_view_query(Queries& queries, const unresolved::AlterViewQuery& command,
                          const CommandArguments& arguments);
/// INVALID_TEMP_OBJ_REFERENCE if the permanent `name` would refer to something temporary.
void check_permanent(const analysis::References& references, const char* kind, const catalog::NameParts& name);
/// Since 1970.
std::int64_t seconds_now();
/// The query with values for its parameter markers and the DataFrames it names.
unresolved::Relation with_arguments(unresolved::Relation query, const CommandArguments& arguments);

// cache.cpp
void run_cache_statement(Queries& queries, const unresolved::CacheStatement& command,
                         const CommandArguments& arguments);
/// "MEMORY_ONLY"; IllegalArgument for what is no level.
StorageLevel storage_level_named(const std::string& name);

// write.cpp
void run_write(Queries& queries, const unresolved::Write& command);
/// Rows become files of a folder, as the command's format, options, mode and partitions say.
/// `part`: the folder below it that alone is overwritten.
void write_to_folder(Queries& queries, const unresolved::Write& command, const std::filesystem::path& folder,
                     const std::filesystem::path& part = {});
/// DATA_SOURCE_NOT_FOUND and the like unless files of the format can be written.
void check_format(const std::string& format);
/// "Parquet", as errors name a format.
std::string format_label(const std::string& format);

// settings.cpp
RowSet run_set_config(Queries& queries, const unresolved::SetConfig& command);
void run_reset_config(Queries& queries, const unresolved::ResetConfig& command);
RowSet run_set_time_zone(Queries& queries, const unresolved::SetTimeZone& command);

// variables.cpp
void run_declare_variable(Queries& queries, const unresolved::DeclareVariable& command,
                          const CommandArguments& arguments);
void run_drop_variable(Queries& queries, const unresolved::DropVariable& command);
void run_set_variable(Queries& queries, const unresolved::SetVariable& command,
                      const CommandArguments& arguments);
/// The text's statement run with its values; a query's rows, unless they go INTO variables.
struct ImmediateResult {
    RowSet rows;
    bool is_query = false;
};
ImmediateResult run_execute_immediate(Queries& queries, const unresolved::ExecuteImmediate& command,
                                      const CommandArguments& arguments);
/// A script's DECLARE, and the columns of a FOR loop's row: VARIABLE_ALREADY_EXISTS.
void declare_local(catalog::LocalVariables& locals, std::string name, Literal value,
                   std::string default_text);

// script.cpp
/// The rows of the last query that ran.
RowSet run_script(Queries& queries, const unresolved::RunScript& command,
                  const CommandArguments& arguments);

// functions.cpp
enum class FunctionScope : std::uint8_t { All, User, System };
/// As SHOW FUNCTIONS lists them: permanent ones with their database.
std::vector<std::string> function_names(Queries& queries, FunctionScope scope,
                                        const std::function<bool(std::string_view)>& is_wanted,
                                        const std::string& database);
/// How DESCRIBE FUNCTION calls a function; none if there is none of this name.
std::optional<std::string> shown_function(Queries& queries, const catalog::NameParts& name);
RowSet describe_function(Queries& queries, const unresolved::Describe& command);
void run_create_function(Queries& queries, const unresolved::CreateFunction& command);
void run_drop_function(Queries& queries, const unresolved::DropFunction& command);
void run_register_function(Queries& queries, const unresolved::RegisterPythonFunction& command);

// databases.cpp
void run_create_database(Queries& queries, const unresolved::CreateDatabase& command);
void run_drop_database(Queries& queries, const unresolved::DropDatabase& command);
void run_alter_database(Queries& queries, const unresolved::AlterDatabase& command);
RowSet describe_database(Queries& queries, const unresolved::Describe& command);
/// Of a table that owns its files.
void remove_files(const catalog::Table& table);

// alter.cpp
void run_alter_relation(Queries& queries, const unresolved::AlterRelation& command);
/// "MANAGED", "EXTERNAL", "VIEW".
std::string type_name_of(const catalog::Table& table);
std::string default_location(const catalog::SessionCatalog& names, const catalog::ObjectName& place);

// table_write.cpp
/// saveAsTable, insertInto, writeTo.
void write_table(Queries& queries, const unresolved::Write& command);
/// spark.catalog.createTable.
void create_table(Queries& queries, const unresolved::CatalogQuery& request);
void run_create_table(Queries& queries, const unresolved::CreateTable& command);
/// What writing does to a table's files.
struct TableChange {
    bool overwrite = false;
    std::string partition;  // the folder whose files alone are overwritten; may be empty
};
/// Rows with the table's columns become its files.
void write_table_rows(Queries& queries, unresolved::Relation rows, const catalog::Table& table, const TableChange& change);
/// UNSUPPORTED_OVERWRITE.TABLE: the rows come from the files that they would take the place of.
void check_not_read(Queries& queries, const unresolved::Relation& rows, const catalog::Table& table);

// table_insert.cpp
/// df.write.insertInto.
void insert_into(Queries& queries, const unresolved::Write& command);
void run_insert_into(Queries& queries, const unresolved::InsertInto& command);
void run_insert_directory(Queries& queries, const unresolved::InsertDirectory& command);

// tables.cpp
void run_truncate_table(Queries& queries, const unresolved::TruncateTable& command);
void run_change_rows(Queries& queries, const unresolved::ChangeRows& command);

// show.cpp
RowSet run_show(Queries& queries, const unresolved::Show& command);
RowSet run_explain(Queries& queries, const unresolved::Explain& command, const CommandArguments& arguments);

// describe.cpp
RowSet run_describe(Queries& queries, const unresolved::Describe& command);
/// The columns of a table or view; its name stands in the error as written.
Schema table_schema(Queries& queries, const catalog::NameParts& name);
/// As SHOW TABLE EXTENDED shows a definition.
std::string details_text(Queries& queries, const catalog::Table& table);
std::string details_text(Queries& queries, const catalog::View& view);
/// As SHOW CREATE TABLE shows it.
std::string create_statement(const catalog::Table& table);
/// The comment in a field's metadata.
std::optional<std::string> comment_of(const StructField& field);
StructField with_comment(StructField field, const std::string& comment);

// terms.cpp: what commands make plans and messages of.
unresolved::Expr column(const std::string& name);
unresolved::Expr text_constant(const std::string& value);
/// By the session's rule for the case of names.
bool same_name(const Queries& queries, const std::string& a, const std::string& b);
/// "a, b".
std::string joined(const std::vector<std::string>& names);

// names.cpp: the one catalog, its databases, and names in them.
std::optional<catalog::Database> find_namespace(const catalog::SessionCatalog& names,
                                                const catalog::NameParts& parts);
/// SCHEMA_NOT_FOUND unless it is one.
catalog::Database existing_namespace(const catalog::SessionCatalog& names, const catalog::NameParts& parts);
/// The name of a database to be made.
std::string new_namespace(const catalog::NameParts& parts);
void use_namespace(catalog::SessionCatalog& names, const catalog::NameParts& parts);
void use_catalog(catalog::SessionCatalog& names, const std::string& name);
/// REQUIRES_SINGLE_PART_NAMESPACE.
[[nodiscard]] Error wide_namespace(catalog::NameParts parts);
/// INVALID_SCHEMA_OR_RELATION_NAME unless it is letters, digits and _.
void check_plain_name(const std::string& name);
/// Where a name's table or function is, or would be; in lower case.
catalog::ObjectName place_of(const catalog::SessionCatalog& names, const catalog::NameParts& parts);
/// The same for one to be made, whose database must exist.
catalog::ObjectName new_place(const catalog::SessionCatalog& names, const catalog::NameParts& parts);
catalog::NameParts full_name(const catalog::ObjectName& place);
/// "a.b.c".
std::string dotted(const catalog::NameParts& parts);
/// TABLE_OR_VIEW_NOT_FOUND.
[[nodiscard]] Error table_not_found(const catalog::NameParts& parts);

}  // namespace firesteel
