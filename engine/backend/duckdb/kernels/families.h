#pragma once
/// The tables of kernels, one per family. A new kernel is a row in one of them.

#include <span>

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

using KernelTable = std::span<const Kernel>;

KernelTable arithmetic_kernels();
KernelTable array_kernels();
KernelTable bit_kernels();
KernelTable cast_kernels();
KernelTable datetime_kernels();
KernelTable datetime_field_kernels();
KernelTable datetime_make_kernels();
KernelTable datetime_pattern_kernels();
KernelTable decimal_kernels();
KernelTable digest_kernels();
KernelTable distribution_kernels();
KernelTable hash_kernels();
KernelTable hyperloglog_kernels();
KernelTable json_kernels();
KernelTable interval_kernels();
KernelTable map_kernels();
KernelTable math_kernels();
KernelTable order_kernels();
KernelTable python_kernels();
KernelTable record_kernels();
KernelTable regex_kernels();
KernelTable rounding_kernels();
KernelTable sequence_kernels();
KernelTable string_kernels();
KernelTable table_value_kernels();
KernelTable time_kernels();
KernelTable url_kernels();
KernelTable variant_kernels();
KernelTable xml_kernels();

}  // namespace firesteel::duckdb
