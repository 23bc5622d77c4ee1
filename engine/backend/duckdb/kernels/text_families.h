#pragma once
/// The tables of kernels over text, beside those of families.h. A new kernel is a row in one of them.

#include "backend/duckdb/kernels/families.h"

namespace firesteel::duckdb {

KernelTable cipher_kernels();
KernelTable collated_kernels();
KernelTable number_text_kernels();
KernelTable search_kernels();
KernelTable sentence_kernels();

}  // namespace firesteel::duckdb
