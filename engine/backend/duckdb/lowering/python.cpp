/// Python stages are cut out of the plan before it is lowered; what is left here is a plan that
/// nobody cut.

#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/relation.h"

namespace firesteel::duckdb {

void lower(Lowering&, const bound::MapPartitions&) { throw unsupported("mapInPandas and mapInArrow"); }
void lower(Lowering&, const bound::GroupMap&) { throw unsupported("applyInPandas"); }
void lower(Lowering&, const bound::CoGroupMap&) { throw unsupported("cogroup"); }
void lower(Lowering&, const bound::PythonTable&) { throw unsupported("Python table functions"); }

}  // namespace firesteel::duckdb
