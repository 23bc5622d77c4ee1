#pragma once
/// The rows of a query as rows of a table: which column of the data each of the table's is, defaults where the data has
/// none, and Spark's store assignment. Used by the commands that write tables; makes plans and runs none, except for the
/// constants of defaults.

#include <string>
#include <vector>

#include "session/commands/commands.h"

namespace firesteel {

enum class ColumnsBy : std::uint8_t { Position, Name };

/// The data under the names and types of `columns`: those of the table that it is for.
unresolved::Relation table_rows(Queries& queries, const unresolved::Relation& rows, const catalog::Table& table,
                                const Schema& columns, ColumnsBy by);
/// The value of a column of type `from` as one of the table's; `path` names it in errors.
unresolved::Expr stored_value(Queries& queries, const DataType& from, unresolved::Expr value, const DataType& to,
                              const catalog::NameParts& path, const catalog::Table& table);
/// What a column has that nothing is said of: its DEFAULT, or NULL.
unresolved::Expr default_value(Queries& queries, const StructField& column);
/// Checks the defaults of new columns (INVALID_DEFAULT_VALUE) and notes what they are for rows that are there.
void settle_defaults(Queries& queries, Schema& columns, const char* statement, const std::string& format);
/// The query with DEFAULT, where it stands alone in VALUES or in the select list, replaced by what it means for the
/// columns that the query is for.
unresolved::Relation with_defaults(Queries& queries, const unresolved::Relation& query, const Schema& columns);
/// The type that a column of CHAR or VARCHAR has in queries: STRING; others are themselves.
const DataType& type_in_queries(const DataType& type);
/// "`a`, `b`".
std::string quoted_columns(const Schema& columns);
/// The column of this name; null if there is none.
const StructField* find_column(const Queries& queries, const Schema& columns, const std::string& name);

}  // namespace firesteel
