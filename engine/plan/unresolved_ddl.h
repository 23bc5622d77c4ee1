#pragma once
/// Commands on what databases hold: databases, permanent views, tables and their partitions, and the
/// statements that write tables. Part of unresolved_command.h.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/unresolved_relation.h"

namespace firesteel::unresolved {

/// CREATE DATABASE [IF NOT EXISTS] name [COMMENT …] [LOCATION …] [WITH DBPROPERTIES (…)].
struct CreateDatabase {
    NameParts name;
    bool if_not_exists = false;
    std::optional<std::string> comment;
    std::optional<std::string> location;
    Options properties;
};

struct DropDatabase {
    NameParts name;
    bool if_exists = false;
    bool cascade = false;
};

/// ALTER DATABASE name SET DBPROPERTIES | UNSET DBPROPERTIES | SET LOCATION; COMMENT ON DATABASE.
struct AlterDatabase {
    NameParts name;
    Options set_properties;
    std::vector<std::string> unset_properties;
    std::optional<std::string> location;
    std::optional<std::string> comment;
};

/// ALTER VIEW name AS query.
struct AlterViewQuery {
    NameParts name;
    Relation query;
    std::string text;
};

/// PARTITION (a = 1, b): what a column must be; no value: any.
using PartitionSpec = std::vector<std::pair<std::string, MaybeExpr>>;

/// ALTER TABLE | VIEW name …, COMMENT ON TABLE: one change.
struct AlterRelation {
    enum class Change : std::uint8_t {
        Rename,
        SetProperties,
        UnsetProperties,
        SetLocation,
        AddColumns,
        CommentColumn,
        ColumnDefault,  // to `text`; none: no default any more
        Comment,
        AddPartitions,
        DropPartitions,
        RenamePartition,
        Unsupported,  // what tables of files can't do: `operation` names it
    };
    NameParts name;
    bool is_view = false;
    Change change = Change::Unsupported;
    std::string operation;  // as errors name the statement
    NameParts new_name;
    Options properties;
    std::vector<std::string> keys;
    std::optional<std::string> text;  // comment or location
    std::vector<StructField> columns;
    NameParts column;
    std::vector<PartitionSpec> partitions;
    bool if_exists = false;  // or IF NOT EXISTS
};

/// CREATE TABLE, with or without a query, or LIKE another.
struct CreateTable {
    NameParts name;
    bool if_not_exists = false;
    bool replace = false;
    std::vector<StructField> columns;
    std::string provider;
    Options options;
    Options properties;
    std::vector<std::string> partition_by;
    std::optional<std::string> comment;
    std::optional<std::string> location;
    MaybeRelation query;
    NameParts like;
    std::string unsupported;  // a clause that can't be honoured
};

/// INSERT INTO | OVERWRITE table.
struct InsertInto {
    NameParts table;
    bool overwrite = false;
    PartitionSpec partition;
    bool if_not_exists = false;
    std::vector<std::string> columns;
    bool by_name = false;
    bool replace_where = false;
    Relation query;
    Origin table_origin;
};

/// INSERT OVERWRITE DIRECTORY path USING format.
struct InsertDirectory {
    std::string path;
    std::string provider;
    Options options;
    Relation query;
};

struct TruncateTable {
    NameParts name;
    PartitionSpec partition;
    Origin origin;
};

/// DELETE, UPDATE, MERGE: tables of files can't be changed by row.
struct ChangeRows {
    NameParts table;
    std::string operation;
    Origin origin;
};

}  // namespace firesteel::unresolved
