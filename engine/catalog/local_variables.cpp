#include "catalog/local_variables.h"

#include <utility>

#include "common/error.h"

namespace firesteel::catalog {

void LocalVariables::open_scope(std::string label) { scopes_.push_back({std::move(label), {}}); }

void LocalVariables::close_scope() {
    FS_ASSERT(!scopes_.empty());
    scopes_.pop_back();
}

const std::string& LocalVariables::label() const {
    FS_ASSERT(!scopes_.empty());
    return scopes_.back().label;
}

bool LocalVariables::declare(VariablePtr variable) {
    FS_ASSERT(!scopes_.empty());
    return scopes_.back().variables.emplace(lower(variable->name), std::move(variable)).second;
}

VariablePtr* LocalVariables::slot(const NameParts& name) {
    if (name.empty() || name.size() > 2) return nullptr;
    for (std::size_t i = scopes_.size(); i-- > 0;) {
        Scope& scope = scopes_[i];
        if (name.size() == 2 && lower(name[0]) != lower(scope.label)) continue;
        const auto found = scope.variables.find(lower(name.back()));
        if (found != scope.variables.end()) return &found->second;
    }
    return nullptr;
}

VariablePtr LocalVariables::find(const NameParts& name) const {
    const VariablePtr* found = const_cast<LocalVariables*>(this)->slot(name);
    return found == nullptr ? nullptr : *found;
}

bool LocalVariables::assign(const NameParts& name, VariablePtr variable) {
    VariablePtr* found = slot(name);
    if (found == nullptr) return false;
    *found = std::move(variable);
    return true;
}

}  // namespace firesteel::catalog
