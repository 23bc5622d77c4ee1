#pragma once
/// The names of one session: temporary views, functions, variables, current catalog and database;
/// and what all sessions of the engine share: global temporary views and the metastore. Written by session's
/// commands, read by analysis. Thread-safe: what a lookup returns is immutable and stays valid.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/metastore.h"
#include "catalog/objects.h"

namespace firesteel::catalog {

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
    static constexpr std::string_view kCatalog = kSessionCatalog;
    static constexpr std::string_view kGlobalDatabase = "global_temp";

    SessionCatalog(std::shared_ptr<ViewMap> global_views, std::shared_ptr<Metastore> metastore);
    /// A session's copy for CloneSession.
    SessionCatalog(const SessionCatalog& other);
    SessionCatalog& operator=(const SessionCatalog&) = delete;

    ViewMap& temp_views() { return temp_views_; }
    const ViewMap& temp_views() const { return temp_views_; }
    ViewMap& global_views() { return *global_views_; }
    const ViewMap& global_views() const { return *global_views_; }
    /// A temporary view: `v` or `global_temp.v`; null if there is no such view.
    ViewPtr find_view(const NameParts& name) const;

    Metastore& metastore() const { return *metastore_; }

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
    std::shared_ptr<Metastore> metastore_;
    mutable std::mutex mutex_;
    std::string current_catalog_{kCatalog};
    std::string current_database_ = "default";
    std::map<std::string, FunctionPtr> functions_;
    std::map<std::string, VariablePtr> variables_;
};

}  // namespace firesteel::catalog
