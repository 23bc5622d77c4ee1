#pragma once
/// The last step before a plan runs: readers of Python data sources plan their partitions, knowing the filters
/// right above them where spark.sql.python.filterPushdown.enabled is set, as Spark's optimizer does.

#include "plan/bound.h"

namespace firesteel {

class Queries;

/// The plan whose reads of Python data sources have partitions. Calls Python; throws Error.
bound::Relation with_planned_reads(Queries& queries, const bound::Relation& plan);

}  // namespace firesteel
