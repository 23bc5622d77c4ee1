/// The kernel "cast": every pair of plain types that DuckDB's own cast does not serve.

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/runtime_errors.h"

namespace firesteel::duckdb {
namespace {

KernelBody bind_cast(const KernelSite& site) {
    throw unsupported("a cast of this pair of types", site.origin);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"cast", bind_cast},
});

}  // namespace

KernelTable cast_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
