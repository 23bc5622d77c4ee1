#pragma once
/// The texts of DATE, TIMESTAMP and TIME literals, with the words (epoch, now, today, tomorrow,
/// yesterday) that only literals know. Called by the grammar. Reads the clock for those words; any
/// thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace firesteel {
class TimeZone;
}

namespace firesteel::sql {

/// Days; `zone` is what "today" means.
std::optional<std::int64_t> date_of_text(std::string_view text, const TimeZone& zone);

struct TimestampText {
    std::int64_t micros = 0;  // UTC, or local time if so asked for
    bool has_zone = false;    // the text names one
};
/// Microseconds UTC: the text is local time in `zone`, unless it names its own.
std::optional<TimestampText> timestamp_of_text(std::string_view text, const TimeZone& zone);
/// Microseconds of local time; a zone in the text is dropped.
std::optional<TimestampText> local_timestamp_of_text(std::string_view text, const TimeZone& zone);
/// Nanoseconds since midnight, by whole microseconds.
std::optional<std::int64_t> time_of_text(std::string_view text);

}  // namespace firesteel::sql
