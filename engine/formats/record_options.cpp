#include "formats/record_options.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>

#include "common/error.h"
#include "types/calendar.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

Error not_understood(std::string_view value) {
    return Error(ErrorClass::IllegalArgument, {{"message", "An option can't be \"" + std::string(value) + "\"."}});
}

void refuse_format(const Options& options, std::string_view name) {
    if (options.find(name)) throw unsupported("the option " + std::string(name));
}

/// "T03:04:05.123".
void append_time_of_day(std::string& out, std::int64_t micros_of_day) {
    const CivilTime time = civil_time(micros_of_day);
    char text[48];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03d", time.hour, time.minute, time.second,
                  static_cast<int>(micros_of_day % kMicrosPerSecond / 1000));
    out += text;
}

void append_zone_offset(std::string& out, std::int32_t seconds) {
    if (seconds == 0) {
        out += 'Z';
        return;
    }
    char text[48];
    const int minutes = std::abs(seconds) / 60;
    std::snprintf(text, sizeof text, "%c%02d:%02d", seconds < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
    out += text;
}

}  // namespace

Options Options::of(const Literal& map) {
    Options out;
    if (map.is_null()) return out;
    for (const auto& [name, value] : map.value.map().entries) {
        if (!value.is_null()) out.entries_.emplace_back(name.bytes(), value.bytes());
    }
    return out;
}

std::optional<std::string> Options::find(std::string_view name) const {
    const auto found = std::find_if(entries_.rbegin(), entries_.rend(),
                                    [&](const auto& entry) { return same_name(entry.first, name); });
    if (found == entries_.rend()) return std::nullopt;
    return found->second;
}

std::string Options::text(std::string_view name, std::string_view fallback) const {
    return find(name).value_or(std::string(fallback));
}

bool Options::flag(std::string_view name, bool fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    if (same_name(*value, "true")) return true;
    if (same_name(*value, "false")) return false;
    throw not_understood(*value);
}

std::int64_t Options::number(std::string_view name, std::int64_t fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    std::int64_t out = 0;
    const auto [at, error] = std::from_chars(value->data(), value->data() + value->size(), out);
    if (error != std::errc() || at != value->data() + value->size()) throw not_understood(*value);
    return out;
}

ParseMode parse_mode(const Options& options) {
    const std::string name = options.text("mode", "PERMISSIVE");
    if (same_name(name, "FAILFAST")) return ParseMode::FailFast;
    if (same_name(name, "DROPMALFORMED")) return ParseMode::DropMalformed;
    return ParseMode::Permissive;
}

std::string corrupt_record_column(const Options& options) {
    return options.text("columnNameOfCorruptRecord", "_corrupt_record");
}

TimeReader::TimeReader(const Options& options, std::string_view session_zone, std::int64_t now_micros)
    : zone_(TimeZone::named(options.text("timeZone", session_zone))), now_micros_(now_micros) {
    refuse_format(options, "dateFormat");
    refuse_format(options, "timestampFormat");
    refuse_format(options, "timestampNTZFormat");
}

bool TimeReader::date(std::string_view text, std::int64_t& days) const {
    return parse_date(text, days) == Parse::Ok;
}

bool TimeReader::timestamp(std::string_view text, std::int64_t& micros) const {
    TimeZoneCache zones;
    return parse_timestamp(text, ParseClock{*zone_, now_micros_, zones}, micros) == Parse::Ok;
}

bool TimeReader::timestamp_ntz(std::string_view text, std::int64_t& micros) const {
    TimeZoneCache zones;
    return parse_timestamp_ntz(text, Zones::Refused, zones, micros) == Parse::Ok;
}

TimeWriter::TimeWriter(const Options& options, std::string_view session_zone)
    : zone_(TimeZone::named(options.text("timeZone", session_zone))) {
    refuse_format(options, "dateFormat");
    refuse_format(options, "timestampFormat");
    refuse_format(options, "timestampNTZFormat");
}

void TimeWriter::date(std::string& out, std::int64_t days) const { append_date(out, days); }

void TimeWriter::timestamp(std::string& out, std::int64_t micros) const {
    timestamp_ntz(out, zone_->to_local_micros(micros));
    append_zone_offset(out, zone_->offset_at(floor_div(micros, kMicrosPerSecond)));
}

void TimeWriter::timestamp_ntz(std::string& out, std::int64_t micros) const {
    append_date(out, floor_div(micros, kMicrosPerDay));
    append_time_of_day(out, floor_mod(micros, kMicrosPerDay));
}

}  // namespace firesteel
