#pragma once
/// Dates and times from text as CAST reads them: "2020", "2020-1-2", "2020-01-02T03:04:05.6+01:00".
/// The text is trimmed by the caller; nothing if it is malformed. Pure functions, called per row.

#include <cstdint>
#include <optional>
#include <string_view>

#include "types/time_zone.h"

namespace firesteel::duckdb {

std::optional<std::int32_t> parse_date(std::string_view text);
std::optional<std::int64_t> parse_timestamp(std::string_view text, const TimeZone& zone);
/// A zone in the text is ignored, as Spark does for timestamps without zone.
std::optional<std::int64_t> parse_timestamp_ntz(std::string_view text);

}  // namespace firesteel::duckdb
