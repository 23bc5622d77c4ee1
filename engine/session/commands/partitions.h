#pragma once
/// Partitions of tables: folders `a=1/b=x` below the table's. Used by the commands that name them.

#include <optional>
#include <string>
#include <vector>

#include "session/commands/commands.h"

namespace firesteel {

/// What PARTITION (…) says of one partition column of a table.
struct PartitionPart {
    std::string column;          // as the table has it
    std::optional<Literal> value;  // of the column's type; none: any
    std::string text;            // the value as errors show it
    std::string folder;          // "a=1"; empty without a value
};

/// The columns in the order of the table's. PARTITIONS_NOT_FOUND for those that are none of them.
std::vector<PartitionPart> partition_parts(Queries& queries, const catalog::Table& table,
                                           const unresolved::PartitionSpec& spec);
/// The table's partitions that a specification matches, as paths below its folder, sorted.
std::vector<std::string> partition_folders(const catalog::Table& table, const std::vector<PartitionPart>& parts);
/// ALTER TABLE ADD | DROP | … RENAME TO PARTITION.
void alter_partitions(Queries& queries, const unresolved::AlterRelation& command, const catalog::Table& table);
/// Empties the matching ones.
void truncate_partitions(Queries& queries, const catalog::Table& table, const unresolved::PartitionSpec& spec);

}  // namespace firesteel
