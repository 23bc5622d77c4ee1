#pragma once
/// random_at(seed, partition, position): the position-th number (from 0) of a partition's sequence, as
/// Spark draws it from a seed; gaussian_at draws from the normal distribution, letters_at (seed, partition,
/// position, length) strings. Rows of the math kernels.

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

KernelBody bind_random_at(const KernelSite& site);
KernelBody bind_gaussian_at(const KernelSite& site);
KernelBody bind_letters_at(const KernelSite& site);

}  // namespace firesteel::duckdb
