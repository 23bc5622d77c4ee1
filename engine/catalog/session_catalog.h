#pragma once
/// The names of one session: temporary views, functions, variables, current catalog and database;
/// and the global temporary views that all sessions of the engine share. Written by session's
/// commands, read by analysis. Thread-safe: what a lookup returns is immutable and stays valid.

#include <map>
#include <memory>
#include <mutex>
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

/// SQL text of a view with what it was written under.
struct ViewText {
    std::string sql;
    Settings settings;
    std::string current_catalog;
    std::string current_database;
};

/// A temporary view: the plan of a DataFrame, or SQL text that is analysed at each use.
struct View {
    std::string name;
    bool global = false;
    std::variant<ViewText, bound::Relation> body;
    /// Output names with comments, and the types the view had when it was made.
    Schema schema;
    std::optional<std::string> comment;
    std::vector<std::pair<std::string, std::string>> properties;
};
using ViewPtr = std::shared_ptr<const View>;

/// A session variable.
struct Variable {
    std::string name;
    DataType type;
    Literal value;
    std::string default_text;
};
using VariablePtr = std::shared_ptr<const Variable>;

/// A temporary function: a SQL body, or a registered Python function (scalar, aggregate or table).
struct TemporaryFunction {
    std::string name;
    std::shared_ptr<const unresolved::CreateFunction> sql;  // or
    std::shared_ptr<const PythonFunction> python;
    bool is_table_function = false;
    Settings settings;  // SQL bodies: as when it was made
};
using FunctionPtr = std::shared_ptr<const TemporaryFunction>;

/// Views by name, case-insensitively.
class ViewMap {
  public:
    ViewPtr find(std::string_view name) const;
    /// False if the name is taken and `replace` isn't given.
    bool put(ViewPtr view, bool replace);
    bool erase(std::string_view name);
    /// Sorted by name.
    std::vector<ViewPtr> all() const;
    void clear();

  private:
    mutable std::mutex mutex_;
    std::map<std::string, ViewPtr> views_;  // by lower-case name
};

/// Where things of one SQL script or session are looked up.
class SessionCatalog {
  public:
    static constexpr std::string_view kCatalog = "spark_catalog";
    static constexpr std::string_view kGlobalDatabase = "global_temp";

    explicit SessionCatalog(std::shared_ptr<ViewMap> global_views);
    /// A session's copy for CloneSession.
    SessionCatalog(const SessionCatalog& other);
    SessionCatalog& operator=(const SessionCatalog&) = delete;

    ViewMap& temp_views() { return temp_views_; }
    const ViewMap& temp_views() const { return temp_views_; }
    ViewMap& global_views() { return *global_views_; }
    const ViewMap& global_views() const { return *global_views_; }
    /// `v` or `global_temp.v`; null if there is no such view.
    ViewPtr find_view(const NameParts& name) const;

    std::string current_catalog() const;
    std::string current_database() const;
    void set_current_catalog(std::string name);
    void set_current_database(std::string name);

    FunctionPtr find_function(std::string_view name) const;
    bool put_function(FunctionPtr function, bool replace);
    bool erase_function(std::string_view name);
    std::vector<FunctionPtr> functions() const;

    VariablePtr find_variable(std::string_view name) const;
    bool put_variable(VariablePtr variable, bool replace);
    bool erase_variable(std::string_view name);
    std::vector<VariablePtr> variables() const;

  private:
    ViewMap temp_views_;
    std::shared_ptr<ViewMap> global_views_;
    mutable std::mutex mutex_;
    std::string current_catalog_{kCatalog};
    std::string current_database_ = "default";
    std::map<std::string, FunctionPtr> functions_;
    std::map<std::string, VariablePtr> variables_;
};

/// `a`.`b` with back-quotes doubled inside.
std::string quoted(std::string_view part);
std::string quoted(const NameParts& parts);
/// ASCII lower case: how names compare when case does not matter.
std::string lower(std::string_view text);

}  // namespace firesteel::catalog
