#pragma once
/// What stands in FROM. Joins follow each other without a SELECT between them, since DuckDB finds an
/// order only for joins that do: "a JOIN b ON … JOIN c ON …". A filter of an inner join is part of its
/// condition, and a choice of columns leaves more of them in sight, where the reader allows that.

#include "backend/duckdb/lowering/lowering.h"

namespace firesteel::duckdb {

void write_source(Lowering& to, const bound::Relation& relation, Columns columns);

/// A lateral join without condition whose right side is a generator, with selections above: a generator over the left
/// side, which keeps the order of rows. Spark's optimizer does so of a LEFT JOIN too, which loses rows without any.
std::optional<bound::Relation> as_generate(const bound::Join& join);

/// Whether the relation stands in FROM as joins.
bool holds_join(const bound::Relation& relation);

}  // namespace firesteel::duckdb
