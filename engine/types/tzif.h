#pragma once
/// Reader of compiled time zone files (RFC 8536) and of the rule text at their end. Called by time_zone alone.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::tzif {

struct LocalType {
    std::int32_t offset = 0;  // seconds east
    std::string abbreviation;
};

struct File {
    std::vector<LocalType> types;
    std::vector<std::pair<std::int64_t, std::uint32_t>> transitions;  // UTC seconds, index of types
    std::string footer;                                               // "CET-1CEST,M3.5.0,M10.5.0/3"
};

/// None if the bytes are no such file.
std::optional<File> read(std::string_view bytes);

/// The day and time of a yearly change.
struct YearlyChange {
    enum class Kind : std::uint8_t { MonthWeekDay, JulianDay, ZeroBasedDay };
    Kind kind = Kind::MonthWeekDay;
    int month = 0;
    int week = 0;
    int day = 0;
    std::int32_t time = 7200;
    /// Seconds since the epoch, in the local time before the change.
    std::int64_t at(std::int64_t year) const;
};

struct Rules {
    LocalType standard;
    LocalType summer;
    YearlyChange start;
    YearlyChange end;
    bool changes() const { return !summer.abbreviation.empty(); }
};

std::optional<Rules> read_rules(std::string_view footer);

}  // namespace firesteel::tzif
