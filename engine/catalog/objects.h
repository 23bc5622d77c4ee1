#pragma once
/// What names stand for: views, variables, functions. Made by session's commands, read by analysis.
/// Plain immutable values behind shared pointers.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "catalog/settings.h"
#include "plan/bound.h"
#include "plan/unresolved_command.h"

namespace firesteel::catalog {

using NameParts = std::vector<std::string>;

inline constexpr std::string_view kSessionCatalog = "spark_catalog";

/// How a view follows changes of what its query reads.
using ViewSchemaMode = unresolved::ViewSchemaMode;

/// SQL text of a view with what it was written under.
struct ViewText {
    std::string sql;
    Settings settings;
    std::string current_catalog;
    std::string current_database;
    std::vector<std::string> query_columns;  // the query's names for the view's columns
    ViewSchemaMode mode = ViewSchemaMode::Compensation;
    bool has_column_list = false;
};

/// A view: the plan of a DataFrame, or SQL text that is analysed at each use.
struct View {
    std::string name;
    bool global = false;
    std::variant<ViewText, bound::Relation> body;
    /// Output names with comments, and the types the view had when it was made.
    Schema schema;
    std::optional<std::string> comment;
    std::vector<std::pair<std::string, std::string>> properties;
    NameParts qualifier = {};  // of a permanent view: catalog and database
    bool is_permanent() const { return !qualifier.empty(); }
};
using ViewPtr = std::shared_ptr<const View>;

/// A variable of the session or of a script.
struct Variable {
    std::string name;
    NameParts qualifier;  // system.session, or a script's scope
    DataType type;
    Literal value;
    std::string default_text;
};
using VariablePtr = std::shared_ptr<const Variable>;

/// A function that users made: a SQL body, or a registered Python function (scalar, aggregate or table).
struct UserFunction {
    std::string name;
    std::shared_ptr<const unresolved::CreateFunction> sql;  // or
    std::shared_ptr<const PythonFunction> python;
    bool is_table_function = false;
    Settings settings;  // SQL bodies: as when it was made
    NameParts qualifier = {};  // of a permanent function: catalog and database
    std::string current_database = {};
    bool is_permanent() const { return !qualifier.empty(); }
    /// With the qualifier, if it has one.
    NameParts full_name() const;
};
using FunctionPtr = std::shared_ptr<const UserFunction>;

/// `a`.`b` with back-quotes doubled inside.
std::string quoted(std::string_view part);
std::string quoted(const NameParts& parts);
/// ASCII lower case: how names compare when case does not matter.
std::string lower(std::string_view text);

}  // namespace firesteel::catalog
