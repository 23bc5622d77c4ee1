#pragma once
/// One overload per relation; relation.cpp, aggregate.cpp, join.cpp, scan.cpp and python.cpp hold
/// them. The compiler refuses a relation without one.

#include "plan/bound.h"

namespace firesteel::duckdb {

class Lowering;

// clang-format off
void lower(Lowering&, const bound::OneRow&);        void lower(Lowering&, const bound::LocalTable&);
void lower(Lowering&, const bound::Values&);        void lower(Lowering&, const bound::Range&);
void lower(Lowering&, const bound::FileScan&);      void lower(Lowering&, const bound::Project&);
void lower(Lowering&, const bound::Filter&);        void lower(Lowering&, const bound::Join&);
void lower(Lowering&, const bound::Aggregate&);     void lower(Lowering&, const bound::Window&);
void lower(Lowering&, const bound::Generate&);      void lower(Lowering&, const bound::Sort&);
void lower(Lowering&, const bound::Limit&);         void lower(Lowering&, const bound::Offset&);
void lower(Lowering&, const bound::Tail&);          void lower(Lowering&, const bound::SetOperation&);
void lower(Lowering&, const bound::Distinct&);      void lower(Lowering&, const bound::DistinctBy&);
void lower(Lowering&, const bound::Sample&);        void lower(Lowering&, const bound::Repartition&);
void lower(Lowering&, const bound::CommonTables&);  void lower(Lowering&, const bound::CommonTableScan&);
void lower(Lowering&, const bound::RecursiveUnion&); void lower(Lowering&, const bound::MapPartitions&);
void lower(Lowering&, const bound::GroupMap&);      void lower(Lowering&, const bound::CoGroupMap&);
void lower(Lowering&, const bound::PythonTable&);   void lower(Lowering&, const bound::CollectMetrics&);
void lower(Lowering&, const bound::Alias&);         void lower(Lowering&, const bound::Expand&);
void lower(Lowering&, const bound::Zip&);           void lower(Lowering&, const bound::StoredScan&);
// clang-format on

/// A relation that Python computes: scans its row source.
void lower_stage(Lowering& to, const bound::Relation& relation);

/// "SELECT * FROM …", or the columns' names where FROM may have more.
void select_all_from(Lowering& to, const bound::Relation& child);

/// "SELECT a1 AS a7, …": attributes of `source` under the names of `target`, by position.
void select_renamed(Lowering& to, const bound::Attributes& source,
                    const bound::Attributes& target);

}  // namespace firesteel::duckdb
