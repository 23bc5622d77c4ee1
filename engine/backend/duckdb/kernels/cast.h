#pragma once
/// The parts of the cast kernel by the side that matters. Each gives an empty body for pairs that it
/// doesn't know.

#include <optional>
#include <string_view>

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

KernelBody bind_from_string(const KernelSite& site);
KernelBody bind_number_cast(const KernelSite& site);
KernelBody bind_time_cast(const KernelSite& site);
KernelBody bind_interval_cast(const KernelSite& site);

/// Text without the white space and control characters at both ends, as Spark's trimAll.
std::string_view trimmed(std::string_view text);
/// An unscaled decimal of that scale from "-1.5e3"; nothing if malformed. `overflow` is set if the
/// text is a number that 38 digits can't hold.
struct ParsedDecimal {
    Int128 unscaled = 0;
    bool overflow = false;
};
std::optional<ParsedDecimal> parse_decimal(std::string_view text, int scale, int precision);

}  // namespace firesteel::duckdb
