#pragma once
/// The parts of the cast kernel by the side that matters. Each gives an empty body for pairs that it
/// doesn't know.

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

KernelBody bind_from_string(const KernelSite& site);
KernelBody bind_number_cast(const KernelSite& site);
KernelBody bind_time_cast(const KernelSite& site);
KernelBody bind_interval_cast(const KernelSite& site);

}  // namespace firesteel::duckdb
