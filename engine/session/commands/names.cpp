#include <algorithm>

#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {

using catalog::NameParts;
using catalog::SessionCatalog;

namespace {

/// With the catalog in front.
NameParts full_namespace(NameParts parts) {
    if (parts.empty() || catalog::lower(parts[0]) != SessionCatalog::kCatalog) {
        parts.insert(parts.begin(), std::string(SessionCatalog::kCatalog));
    }
    return parts;
}

bool is_plain_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

}  // namespace

std::optional<catalog::Database> find_namespace(const SessionCatalog& names, const NameParts& parts) {
    const NameParts full = full_namespace(parts);
    return full.size() == 2 ? names.metastore().find_database(full[1]) : std::nullopt;
}

catalog::Database existing_namespace(const SessionCatalog& names, const NameParts& parts) {
    if (auto found = find_namespace(names, parts)) return *std::move(found);
    throw Error(ErrorClass::SchemaNotFound, {{"schemaName", catalog::quoted(full_namespace(parts))}});
}

std::string new_namespace(const NameParts& parts) {
    const NameParts full = full_namespace(parts);
    if (full.size() != 2) throw wide_namespace(parts);
    check_plain_name(full[1]);
    return full[1];
}

void use_namespace(SessionCatalog& names, const NameParts& parts) {
    if (parts.size() == 1 && catalog::lower(parts[0]) == SessionCatalog::kCatalog) {
        return use_catalog(names, parts[0]);
    }
    if (catalog::lower(parts.back()) == SessionCatalog::kGlobalDatabase) {
        throw Error(ErrorClass::LegacyUseGlobalDatabase, {{"database", parts.back()}});
    }
    existing_namespace(names, parts);
    names.set_current_catalog(std::string(SessionCatalog::kCatalog));
    names.set_current_database(parts.back());
}

void use_catalog(SessionCatalog& names, const std::string& name) {
    if (catalog::lower(name) != SessionCatalog::kCatalog) {
        throw Error(ErrorClass::CatalogNotFound,
                    {{"catalogName", catalog::quoted(name)}, {"config", "\"spark.sql.catalog." + name + "\""}});
    }
    names.set_current_catalog(std::string(SessionCatalog::kCatalog));
    names.set_current_database("default");
}

Error wide_namespace(NameParts parts) {
    return Error(ErrorClass::RequiresSinglePartNamespace,
                 {{"sessionCatalog", std::string(SessionCatalog::kCatalog)},
                  {"namespace", catalog::quoted(parts)}});
}

void check_plain_name(const std::string& name) {
    if (!is_plain_name(name)) {
        throw Error(ErrorClass::InvalidSchemaOrRelationName, {{"name", catalog::quoted(name)}});
    }
}

catalog::ObjectName place_of(const SessionCatalog& names, const NameParts& parts) {
    auto place = catalog::object_name(parts, names.current_database());
    if (!place) throw wide_namespace(NameParts(parts.begin(), parts.end() - 1));
    return {catalog::lower(place->database), catalog::lower(place->name)};
}

catalog::ObjectName new_place(const SessionCatalog& names, const NameParts& parts) {
    catalog::ObjectName out = place_of(names, parts);
    check_plain_name(out.name);
    existing_namespace(names, {out.database});
    return out;
}

NameParts full_name(const catalog::ObjectName& place) {
    return {std::string(SessionCatalog::kCatalog), place.database, place.name};
}

std::string dotted(const NameParts& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ".") + part;
    return out;
}

Error table_not_found(const NameParts& parts) {
    return Error(ErrorClass::TableOrViewNotFound, {{"relationName", catalog::quoted(parts)}});
}

}  // namespace firesteel
