#include "catalog/session_catalog.h"

#include "catalog/name_map.h"

namespace firesteel::catalog {

ViewPtr ViewMap::find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return found_in(views_, name);
}

bool ViewMap::put(ViewPtr view, bool replace) {
    const std::lock_guard lock(mutex_);
    return put_into(views_, std::move(view), replace);
}

bool ViewMap::erase(std::string_view name) {
    const std::lock_guard lock(mutex_);
    return views_.erase(lower(name)) > 0;
}

std::vector<ViewPtr> ViewMap::all() const {
    const std::lock_guard lock(mutex_);
    return values_of(views_);
}

void ViewMap::clear() {
    const std::lock_guard lock(mutex_);
    views_.clear();
}

SessionCatalog::SessionCatalog(std::shared_ptr<ViewMap> global_views, std::shared_ptr<Metastore> metastore)
    : global_views_(std::move(global_views)), metastore_(std::move(metastore)) {
    FS_ASSERT(global_views_ != nullptr && metastore_ != nullptr);
}

SessionCatalog::SessionCatalog(const SessionCatalog& other)
    : global_views_(other.global_views_), metastore_(other.metastore_) {
    for (ViewPtr& view : other.temp_views_.all()) temp_views_.put(std::move(view), true);
    const std::lock_guard lock(other.mutex_);
    current_catalog_ = other.current_catalog_;
    current_database_ = other.current_database_;
    functions_ = other.functions_;
    variables_ = other.variables_;
}

ViewPtr SessionCatalog::find_view(const NameParts& name) const {
    if (name.size() == 1) return temp_views_.find(name[0]);
    const bool global = name.size() == 2 && lower(name[0]) == kGlobalDatabase;
    return global ? global_views_->find(name[1]) : nullptr;
}

std::string SessionCatalog::current_catalog() const {
    const std::lock_guard lock(mutex_);
    return current_catalog_;
}

std::string SessionCatalog::current_database() const {
    const std::lock_guard lock(mutex_);
    return current_database_;
}

void SessionCatalog::set_current_catalog(std::string name) {
    const std::lock_guard lock(mutex_);
    current_catalog_ = std::move(name);
}

void SessionCatalog::set_current_database(std::string name) {
    const std::lock_guard lock(mutex_);
    current_database_ = std::move(name);
}

FunctionPtr SessionCatalog::find_function(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return found_in(functions_, name);
}

bool SessionCatalog::put_function(FunctionPtr function, bool replace) {
    const std::lock_guard lock(mutex_);
    return put_into(functions_, std::move(function), replace);
}

bool SessionCatalog::erase_function(std::string_view name) {
    const std::lock_guard lock(mutex_);
    return functions_.erase(lower(name)) > 0;
}

std::vector<FunctionPtr> SessionCatalog::functions() const {
    const std::lock_guard lock(mutex_);
    return values_of(functions_);
}

VariablePtr SessionCatalog::find_variable(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return found_in(variables_, name);
}

bool SessionCatalog::put_variable(VariablePtr variable, bool replace) {
    const std::lock_guard lock(mutex_);
    return put_into(variables_, std::move(variable), replace);
}

bool SessionCatalog::erase_variable(std::string_view name) {
    const std::lock_guard lock(mutex_);
    return variables_.erase(lower(name)) > 0;
}

std::vector<VariablePtr> SessionCatalog::variables() const {
    const std::lock_guard lock(mutex_);
    return values_of(variables_);
}

}  // namespace firesteel::catalog
