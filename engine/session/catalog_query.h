#pragma once
/// spark.catalog: what its requests answer, by kind ("list_tables"). The columns are Spark's, which
/// clients read by position. Called by Queries.

#include <string>
#include <string_view>

#include "plan/unresolved_relation.h"
#include "session/show_string.h"

namespace firesteel {

class Queries;

/// The columns of a request's answer; throws for a kind that is not supported.
Schema catalog_query_schema(const unresolved::CatalogQuery& query);
RowSet run_catalog_query(Queries& queries, const unresolved::CatalogQuery& query);

/// Spark's patterns of names: `*` is anything, `|` is or, case doesn't matter.
bool matches_pattern(std::string_view name, std::string_view pattern);

}  // namespace firesteel
