#pragma once
/// frequent_items(list, size): candidates for the items that make up more than 1/size of a list, by
/// Spark's algorithm. arrival(anything): numbers that grow with the order in which rows are met. Rows of the array kernels.

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

KernelBody bind_arrival(const KernelSite& site);
KernelBody bind_frequent_items(const KernelSite& site);

}  // namespace firesteel::duckdb
