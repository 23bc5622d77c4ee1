#include <array>

#include "backend/duckdb/kernels/families.h"

namespace firesteel::duckdb {

const Kernel* find_kernel(std::string_view name) {
    const std::array tables = {arithmetic_kernels(), bit_kernels(),   cast_kernels(),
                               datetime_kernels(),   decimal_kernels(), digest_kernels(), math_kernels(),
                               regex_kernels(),      string_kernels(), url_kernels()};
    for (const KernelTable table : tables) {
        for (const Kernel& kernel : table) {
            if (kernel.name == name) return &kernel;
        }
    }
    return nullptr;
}

}  // namespace firesteel::duckdb
