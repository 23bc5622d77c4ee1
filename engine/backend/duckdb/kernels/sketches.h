#pragma once
/// The tables of kernels over DataSketches' sketches (sketches.cpp, sketches_top_k.cpp). Those that make a
/// sketch of a group take the list of its values.

#include "backend/duckdb/kernels/families.h"

namespace firesteel::duckdb {

KernelTable sketch_kernels();
KernelTable top_k_kernels();

}  // namespace firesteel::duckdb
