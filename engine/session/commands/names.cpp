#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {

using catalog::NameParts;

namespace {

constexpr std::string_view kDefaultDatabase = "default";

/// With the catalog in front.
NameParts full_namespace(NameParts parts) {
    if (parts.size() == 1) parts.insert(parts.begin(), std::string(catalog::SessionCatalog::kCatalog));
    return parts;
}

}  // namespace

bool is_namespace(const NameParts& parts) {
    const NameParts full = full_namespace(parts);
    return full.size() == 2 && catalog::lower(full[0]) == catalog::SessionCatalog::kCatalog &&
           catalog::lower(full[1]) == kDefaultDatabase;
}

void check_namespace(const NameParts& parts) {
    if (!is_namespace(parts)) {
        throw Error(ErrorClass::SchemaNotFound, {{"schemaName", catalog::quoted(full_namespace(parts))}});
    }
}

void use_namespace(catalog::SessionCatalog& names, const NameParts& parts) {
    if (parts.size() == 1 && catalog::lower(parts[0]) == catalog::SessionCatalog::kCatalog) {
        return use_catalog(names, parts[0]);
    }
    check_namespace(parts);
    names.set_current_catalog(std::string(catalog::SessionCatalog::kCatalog));
    names.set_current_database(std::string(kDefaultDatabase));
}

void use_catalog(catalog::SessionCatalog& names, const std::string& name) {
    if (catalog::lower(name) != catalog::SessionCatalog::kCatalog) {
        throw Error(ErrorClass::CatalogNotFound,
                    {{"catalogName", catalog::quoted(name)}, {"config", "\"spark.sql.catalog." + name + "\""}});
    }
    names.set_current_catalog(std::string(catalog::SessionCatalog::kCatalog));
    names.set_current_database(std::string(kDefaultDatabase));
}

}  // namespace firesteel
