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

std::optional<DatetimePattern> write_format(const Options& options, std::string_view name) {
    const auto text = options.find(name);
    if (!text) return std::nullopt;
    return DatetimePattern::compile(*text, PatternUse::Format);
}

std::int64_t local_micros(const PatternResult& read) {
    return read.days * kMicrosPerDay + read.nanos_of_day / kNanosPerMicro;
}

/// "T03:04:05.123".
void append_time_of_day(std::string& out, std::int64_t micros_of_day) {
    const CivilTime time = civil_time(micros_of_day);
    char text[48];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03d", time.hour, time.minute, time.second,
                  static_cast<int>(micros_of_day % kMicrosPerSecond / 1000));
    out += text;
}

void append_date_time(std::string& out, std::int64_t local) {
    append_date(out, floor_div(local, kMicrosPerDay));
    append_time_of_day(out, floor_mod(local, kMicrosPerDay));
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

namespace {

std::optional<bool> truth(std::string_view text) {
    if (same_name(text, "true")) return true;
    if (same_name(text, "false")) return false;
    return std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t out = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || at != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace

bool Options::flag(std::string_view name, bool fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    const auto out = truth(*value);
    if (!out) throw not_understood(*value);
    return *out;
}

bool Options::csv_flag(std::string_view name, bool fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    const auto out = truth(*value);
    if (!out) throw Error(ErrorClass::LegacyErrorTemp2147, {{"paramName", std::string(name)}});
    return *out;
}

std::int64_t Options::number(std::string_view name, std::int64_t fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    const auto out = whole_number(*value);
    if (!out) throw not_understood(*value);
    return *out;
}

std::int64_t Options::csv_number(std::string_view name, std::int64_t fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    const auto out = whole_number(*value);
    if (!out) throw Error(ErrorClass::LegacyErrorTemp2146, {{"paramName", std::string(name)}, {"value", *value}});
    return *out;
}

double Options::real(std::string_view name, double fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    double out = 0;
    if (parse_double(trim_all(*value), out) != Parse::Ok) {
        throw Error(ErrorClass::NumberFormat, {{"message", "An option can't be \"" + *value + "\"."}});
    }
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

ReadFormat::ReadFormat(const std::optional<std::string>& text) : given_(text.has_value()) {
    if (!given_) return;
    try {
        pattern_ = DatetimePattern::compile(*text, PatternUse::Parse);
    } catch (const Error&) {
        pattern_.reset();
    }
}

bool ReadFormat::read(std::string_view text, PatternResult& out) const {
    return pattern_ && pattern_->parse(text, out).empty();
}

TimeReader::TimeReader(const Options& options, std::string_view session_zone, std::int64_t now_micros)
    : date_format_(options.find("dateFormat")),
      timestamp_format_(options.find("timestampFormat")),
      ntz_format_(options.find("timestampNTZFormat")),
      zone_(TimeZone::named(options.text("timeZone", session_zone))),
      now_micros_(now_micros) {}

bool TimeReader::date(std::string_view text, std::int64_t& days) const {
    if (!date_format_.given()) return parse_date(text, days) == Parse::Ok;
    PatternResult read;
    if (!date_format_.read(text, read)) return false;
    days = read.days;
    return true;
}

bool TimeReader::timestamp(std::string_view text, std::int64_t& micros) const {
    if (!timestamp_format_.given()) {
        TimeZoneCache zones;
        return parse_timestamp(text, ParseClock{*zone_, now_micros_, zones}, micros) == Parse::Ok;
    }
    PatternResult read;
    if (!timestamp_format_.read(text, read)) return false;
    micros = (read.zone ? *read.zone : *zone_).to_utc_micros(local_micros(read));
    return true;
}

bool TimeReader::timestamp_ntz(std::string_view text, std::int64_t& micros) const {
    if (!ntz_format_.given()) {
        TimeZoneCache zones;
        return parse_timestamp_ntz(text, Zones::Refused, zones, micros) == Parse::Ok;
    }
    PatternResult read;
    if (!ntz_format_.read(text, read) || read.zone) return false;
    micros = local_micros(read);
    return true;
}

TimeWriter::TimeWriter(const Options& options, std::string_view session_zone)
    : zone_(TimeZone::named(options.text("timeZone", session_zone))),
      date_format_(write_format(options, "dateFormat")),
      timestamp_format_(write_format(options, "timestampFormat")),
      ntz_format_(write_format(options, "timestampNTZFormat")) {}

void TimeWriter::date(std::string& out, std::int64_t days) const {
    if (!date_format_) return append_date(out, days);
    date_format_->append(out, {days * kMicrosPerDay, days * kSecondsPerDay, *TimeZone::utc()});
}

void TimeWriter::timestamp(std::string& out, std::int64_t micros) const {
    const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
    if (timestamp_format_) {
        return timestamp_format_->append(out, {zone_->to_local_micros(micros), seconds, *zone_});
    }
    append_date_time(out, zone_->to_local_micros(micros));
    append_zone_offset(out, zone_->offset_at(seconds));
}

void TimeWriter::timestamp_ntz(std::string& out, std::int64_t micros) const {
    if (!ntz_format_) return append_date_time(out, micros);
    ntz_format_->append(out, {micros, floor_div(micros, kMicrosPerSecond), *TimeZone::utc()});
}

}  // namespace firesteel
