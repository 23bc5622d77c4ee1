#pragma once
/// What databases hold, for all sessions of the engine: tables, views and functions. In memory: the
/// definitions end with the engine, files of tables stay where they are. Written by session's
/// commands, read by analysis. Thread-safe: what a lookup returns is immutable and stays valid.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/objects.h"

namespace firesteel::catalog {

using Properties = std::map<std::string, std::string>;

struct Database {
    std::string name;  // in lower case
    std::string comment;
    std::string location;  // a path
    std::string owner;
    Properties properties;
};

/// A table or a permanent view.
struct Table {
    enum class Type : std::uint8_t { Managed, External, View };
    std::string database;
    std::string name;  // in lower case
    Type type = Type::Managed;
    std::int64_t created_at = 0;  // seconds since 1970
    std::optional<std::string> comment;
    Properties properties;
    ViewPtr view;  // of a View: its query and columns

    // Of a table:
    Schema columns;  // with comments; partition columns are the last
    std::vector<std::string> partition_by;
    std::int32_t buckets = 0;  // kept and shown; the files are not bucketed
    std::vector<std::string> bucket_by;
    std::vector<std::string> sort_by;
    std::string provider;  // "parquet"
    std::string location;  // a path
    unresolved::Options options;

    bool is_view() const { return type == Type::View; }
    const Schema& schema() const { return is_view() ? view->schema : columns; }
    /// spark_catalog, database, name.
    NameParts full_name() const { return {std::string(kSessionCatalog), database, name}; }
};
using TablePtr = std::shared_ptr<const Table>;

/// A table's or function's place in the metastore.
struct ObjectName {
    std::string database;
    std::string name;
};
/// `name`, `database.name` or `spark_catalog.database.name`; none for other catalogs and more parts.
std::optional<ObjectName> object_name(const NameParts& parts, const std::string& current_database);

class Metastore {
  public:
    /// With the database "default" at `location`.
    explicit Metastore(std::string location);

    std::optional<Database> find_database(std::string_view name) const;
    /// False if the name is taken and `replace` isn't given.
    bool put_database(Database database, bool replace);
    /// With all it holds.
    void erase_database(std::string_view name);
    std::vector<Database> databases() const;

    TablePtr find_table(const ObjectName& name) const;
    bool put_table(TablePtr table, bool replace);
    bool erase_table(const ObjectName& name);
    /// Sorted by name.
    std::vector<TablePtr> tables(std::string_view database) const;

    FunctionPtr find_function(const ObjectName& name) const;
    bool put_function(std::string_view database, FunctionPtr function, bool replace);
    bool erase_function(const ObjectName& name);
    std::vector<FunctionPtr> functions(std::string_view database) const;

  private:
    struct Content {
        Database database;
        std::map<std::string, TablePtr> tables;
        std::map<std::string, FunctionPtr> functions;
    };
    const Content* content(std::string_view database) const;
    Content* content(std::string_view database);

    mutable std::mutex mutex_;
    std::map<std::string, Content> contents_;  // all keys in lower case
};

}  // namespace firesteel::catalog
