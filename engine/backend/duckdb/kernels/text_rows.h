#pragma once
/// rows() for kernels that write text: the function appends to a buffer that is reused, and may say
/// "no value" by returning false.

#include <string>

#include "backend/duckdb/kernels/column.h"

namespace firesteel::duckdb {

/// fn(std::string& out, T value) -> bool or void, for every row whose argument is not NULL.
template <typename T, typename F>
KernelBody text_rows(F fn) {
    return [fn = std::move(fn)](KernelCall& call) {
        const Reader<T> reader(call.argument(0), call.site().argument(0));
        const Validity validity(call.argument(0));
        Writer<std::string_view> writer(call.result(), call.site().result);
        std::uint64_t* mask = nullptr;
        std::string text;
        for (idx_t row = 0; row < call.rows(); ++row) {
            if (!validity.valid(row)) {
                detail::set_null(call.result(), mask, row);
                continue;
            }
            text.clear();
            fn(text, reader[row]);
            writer.set(row, text);
        }
    };
}

}  // namespace firesteel::duckdb
