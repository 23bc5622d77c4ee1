#include <array>

#include "backend/duckdb/kernels/sketches.h"
#include "backend/duckdb/kernels/text_families.h"

namespace firesteel::duckdb {

const Kernel* find_kernel(std::string_view name) {
    // One family a line.
    // clang-format off
    const std::array tables = {
        arithmetic_kernels(),
        array_kernels(),
        bit_kernels(),
        cast_kernels(),
        cipher_kernels(),
        collated_kernels(),
        datetime_field_kernels(),
        datetime_kernels(),
        datetime_make_kernels(),
        datetime_pattern_kernels(),
        decimal_kernels(),
        digest_kernels(),
        distribution_kernels(),
        hash_kernels(),
        hyperloglog_kernels(),
        json_kernels(),
        interval_kernels(),
        map_kernels(),
        math_kernels(),
        number_text_kernels(),
        order_kernels(),
        python_kernels(),
        record_kernels(),
        regex_kernels(),
        rounding_kernels(),
        search_kernels(),
        sentence_kernels(),
        sequence_kernels(),
        sketch_kernels(),
        string_kernels(),
        table_value_kernels(),
        top_k_kernels(),
        time_kernels(),
        url_kernels(),
        variant_kernels(),
        xml_kernels(),
    };
    // clang-format on
    for (const KernelTable table : tables) {
        for (const Kernel& kernel : table) {
            if (kernel.name == name) return &kernel;
        }
    }
    return nullptr;
}

}  // namespace firesteel::duckdb
