/// The kernel "python": a chunk's columns go to the site's batch function, its column comes back.

#include <array>

#include "backend/batch_function.h"
#include "backend/duckdb/column_exchange.h"
#include "backend/duckdb/kernels/families.h"

namespace firesteel::duckdb {
namespace {

KernelBody bind_python(const KernelSite& site) {
    FS_ASSERT(site.batch != nullptr);
    return [](KernelCall& call) {
        const KernelSite& s = call.site();
        std::vector<ColumnView> inputs;
        inputs.reserve(call.argument_count());
        for (std::size_t i = 0; i < call.argument_count(); ++i) {
            inputs.push_back(view_of_vector(call.argument(i), s.argument(i), call.rows()));
        }
        s.batch->run(inputs, call.rows(), s.stop,
                     [&](std::size_t first_row, const ResultColumn& column) {
                         fill_from_result(column, s.result, call.result(), first_row);
                     });
    };
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"python", bind_python},
});

}  // namespace

KernelTable python_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
