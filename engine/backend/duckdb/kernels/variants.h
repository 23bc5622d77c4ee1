#pragma once
/// The casts from and to VARIANT, for the kernel "cast".

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

KernelBody bind_cast_from_variant(const KernelSite& site);
KernelBody bind_cast_to_variant(const KernelSite& site);

}  // namespace firesteel::duckdb
