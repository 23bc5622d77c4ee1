#pragma once
/// Plans whose rows are constants, as SELECT 1, VALUES, and what the session answers itself: they
/// need no statement (Spark's LocalTableScan). Pure; the source keeps the plan.

#include <memory>

#include "backend/duckdb/chunk_source.h"
#include "plan/bound.h"

namespace firesteel::duckdb {

/// Null for a plan that computes anything.
std::unique_ptr<ChunkSource> constant_rows(const bound::Relation& plan);

}  // namespace firesteel::duckdb
