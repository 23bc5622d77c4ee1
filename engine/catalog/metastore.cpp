#include "catalog/metastore.h"

#include <utility>

#include "catalog/name_map.h"

namespace firesteel::catalog {

std::optional<ObjectName> object_name(const NameParts& parts, const std::string& current_database) {
    switch (parts.size()) {
        case 1: return ObjectName{current_database, parts[0]};
        case 2: return ObjectName{parts[0], parts[1]};
        case 3:
            if (lower(parts[0]) == kSessionCatalog) return ObjectName{parts[1], parts[2]};
            return std::nullopt;
        default: return std::nullopt;
    }
}

Metastore::Metastore(std::string location) {
    Database standard{"default", "default database", std::move(location), "", {}};
    contents_[standard.name] = Content{standard, {}, {}};
}

/// With the lock held.
const Metastore::Content* Metastore::content(std::string_view database) const {
    const auto at = contents_.find(lower(database));
    return at == contents_.end() ? nullptr : &at->second;
}

Metastore::Content* Metastore::content(std::string_view database) {
    const auto at = contents_.find(lower(database));
    return at == contents_.end() ? nullptr : &at->second;
}

std::optional<Database> Metastore::find_database(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const Content* found = content(name);
    return found == nullptr ? std::nullopt : std::optional(found->database);
}

bool Metastore::put_database(Database database, bool replace) {
    const std::lock_guard lock(mutex_);
    if (!replace && content(database.name) != nullptr) return false;
    contents_[lower(database.name)].database = std::move(database);
    return true;
}

void Metastore::erase_database(std::string_view name) {
    const std::lock_guard lock(mutex_);
    contents_.erase(lower(name));
}

std::vector<Database> Metastore::databases() const {
    const std::lock_guard lock(mutex_);
    std::vector<Database> out;
    for (const auto& [name, found] : contents_) out.push_back(found.database);
    return out;
}

TablePtr Metastore::find_table(const ObjectName& name) const {
    const std::lock_guard lock(mutex_);
    const Content* found = content(name.database);
    return found == nullptr ? nullptr : found_in(found->tables, name.name);
}

bool Metastore::put_table(TablePtr table, bool replace) {
    const std::lock_guard lock(mutex_);
    Content* found = content(table->database);
    return found != nullptr && put_into(found->tables, std::move(table), replace);
}

bool Metastore::erase_table(const ObjectName& name) {
    const std::lock_guard lock(mutex_);
    Content* found = content(name.database);
    return found != nullptr && found->tables.erase(lower(name.name)) > 0;
}

std::vector<TablePtr> Metastore::tables(std::string_view database) const {
    const std::lock_guard lock(mutex_);
    const Content* found = content(database);
    return found == nullptr ? std::vector<TablePtr>{} : values_of(found->tables);
}

FunctionPtr Metastore::find_function(const ObjectName& name) const {
    const std::lock_guard lock(mutex_);
    const Content* found = content(name.database);
    return found == nullptr ? nullptr : found_in(found->functions, name.name);
}

bool Metastore::put_function(std::string_view database, FunctionPtr function, bool replace) {
    const std::lock_guard lock(mutex_);
    Content* found = content(database);
    return found != nullptr && put_into(found->functions, std::move(function), replace);
}

bool Metastore::erase_function(const ObjectName& name) {
    const std::lock_guard lock(mutex_);
    Content* found = content(name.database);
    return found != nullptr && found->functions.erase(lower(name.name)) > 0;
}

std::vector<FunctionPtr> Metastore::functions(std::string_view database) const {
    const std::lock_guard lock(mutex_);
    const Content* found = content(database);
    return found == nullptr ? std::vector<FunctionPtr>{} : values_of(found->functions);
}

}  // namespace firesteel::catalog
