#include "types/time_zone.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/error.h"
#include "types/calendar.h"
#include "types/tzif.h"

namespace firesteel {
namespace {

constexpr std::string_view kZoneFolder = "/usr/share/zoneinfo/";
constexpr std::int64_t kCycleSeconds = std::int64_t{146'097} * kSecondsPerDay;  // 400 years
constexpr std::int32_t kOffsetMax = 18 * 3600;
// Half-year slices of 1900-2170, where nearly every lookup is.
constexpr std::int64_t kIndexBegin = -2'208'988'800;
constexpr int kIndexShift = 24;
constexpr std::int64_t kIndexSlices = 512;

struct ShortId {
    std::string_view id;
    std::string_view zone;
};
/// java.time.ZoneId.SHORT_IDS.
constexpr auto kShortIds = std::to_array<ShortId>({
    {"ACT", "Australia/Darwin"},    {"AET", "Australia/Sydney"},
    {"AGT", "America/Argentina/Buenos_Aires"}, {"ART", "Africa/Cairo"},
    {"AST", "America/Anchorage"},   {"BET", "America/Sao_Paulo"},
    {"BST", "Asia/Dhaka"},          {"CAT", "Africa/Harare"},
    {"CNT", "America/St_Johns"},    {"CST", "America/Chicago"},
    {"CTT", "Asia/Shanghai"},       {"EAT", "Africa/Addis_Ababa"},
    {"ECT", "Europe/Paris"},        {"EST", "-05:00"},
    {"HST", "-10:00"},              {"IET", "America/Indiana/Indianapolis"},
    {"IST", "Asia/Kolkata"},        {"JST", "Asia/Tokyo"},
    {"MIT", "Pacific/Apia"},        {"MST", "-07:00"},
    {"NET", "Asia/Yerevan"},        {"NST", "Pacific/Auckland"},
    {"PLT", "Asia/Karachi"},        {"PNT", "America/Phoenix"},
    {"PRT", "America/Puerto_Rico"}, {"PST", "America/Los_Angeles"},
    {"SST", "Pacific/Guadalcanal"}, {"VST", "Asia/Ho_Chi_Minh"},
});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Two digits, or -1.
int two_digits(std::string_view text) {
    if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/// "+h", "+hh", "+hh:mm", "+hhmm", "+hh:mm:ss", "+hhmmss", and what Spark 2 took: "+h:mm", "+hh:m".
bool parse_offset(std::string_view text, std::int32_t& offset) {
    if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return false;
    const bool negative = text[0] == '-';
    std::string digits(text.substr(1));
    if (digits.size() == 1 || (digits.size() > 1 && digits[1] == ':')) digits.insert(0, "0");
    if (digits.size() == 4 && digits[2] == ':') digits.insert(3, "0");
    if (digits.size() >= 5 && digits[2] == ':') {
        if (digits.size() == 8 && digits[5] == ':') digits.erase(5, 1);
        digits.erase(2, 1);
    }
    if (digits.size() != 2 && digits.size() != 4 && digits.size() != 6) return false;
    std::array<int, 3> parts{};
    for (std::size_t i = 0; i * 2 < digits.size(); ++i) {
        parts[i] = two_digits(std::string_view(digits).substr(i * 2, 2));
        if (parts[i] < 0) return false;
    }
    if (parts[1] > 59 || parts[2] > 59) return false;
    offset = parts[0] * 3600 + parts[1] * 60 + parts[2];
    if (offset > kOffsetMax) return false;
    if (negative) offset = -offset;
    return true;
}

/// "+05:30", "Z" for zero: how Java names an offset.
std::string offset_id(std::int32_t offset) {
    if (offset == 0) return "Z";
    const std::int32_t size = std::abs(offset);
    std::string out(1, offset < 0 ? '-' : '+');
    const auto put = [&](int value) {
        out += static_cast<char>('0' + value / 10);
        out += static_cast<char>('0' + value % 10);
    };
    put(size / 3600);
    out += ':';
    put(size / 60 % 60);
    if (size % 60 != 0) {
        out += ':';
        put(size % 60);
    }
    return out;
}

bool is_region_name(std::string_view id) {
    if (id.size() < 2 || std::isalpha(static_cast<unsigned char>(id[0])) == 0) return false;
    if (id.find("..") != id.npos || id.starts_with("posix") || id.starts_with("right/")) return false;
    if (id == "localtime" || id == "Factory" || id == "ROC") return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '_' || c == '-' ||
               c == '+' || c == '.' || c == '~';
    });
}

}  // namespace

std::shared_ptr<const TimeZone> TimeZone::utc() { return fixed("UTC", 0); }

std::shared_ptr<const TimeZone> TimeZone::fixed(std::string id, std::int32_t offset) {
    auto zone = std::make_shared<TimeZone>();
    zone->periods_.push_back({offset, offset == 0 ? "UTC" : offset_id(offset)});
    zone->id_ = std::move(id);
    return zone;
}

std::shared_ptr<const TimeZone> TimeZone::find(std::string_view id) {
    for (const ShortId& row : kShortIds) {
        if (row.id == id) return find(row.zone);
    }
    if (id == "Z") return fixed("Z", 0);
    std::int32_t offset = 0;
    if (id.starts_with('+') || id.starts_with('-')) {
        return parse_offset(id, offset) ? fixed(offset_id(offset), offset) : nullptr;
    }
    for (std::string_view prefix : {"UTC", "GMT", "UT"}) {
        if (!id.starts_with(prefix)) continue;
        const std::string_view rest = id.substr(prefix.size());
        if (rest.empty()) return fixed(std::string(id), 0);
        if (rest[0] != '+' && rest[0] != '-') continue;
        // Java keeps GMT0 and its like as regions; everything else after a prefix is an offset.
        if (!parse_offset(rest, offset)) return nullptr;
        return fixed(std::string(prefix) + (offset == 0 ? "" : offset_id(offset)), offset);
    }
    return is_region_name(id) ? region(id, std::string(kZoneFolder).append(id)) : nullptr;
}

std::shared_ptr<const TimeZone> TimeZone::named(std::string_view id) {
    auto zone = find(id);
    if (!zone) throw Error(ErrorClass::InvalidTimezone, {{"timeZone", std::string(id)}});
    return zone;
}

std::shared_ptr<const TimeZone> TimeZone::region(std::string_view id, std::string_view file) {
    if (!std::filesystem::is_regular_file(file)) return nullptr;  // "America" is a folder
    std::ifstream in{std::string(file), std::ios::binary};
    if (!in) return nullptr;
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    auto zone = std::make_shared<TimeZone>();
    zone->id_ = id;
    return zone->parse(bytes) ? zone : nullptr;
}

bool TimeZone::parse(std::string_view bytes) {
    const auto file = tzif::read(bytes);
    if (!file) return false;
    for (const tzif::LocalType& type : file->types) periods_.push_back({type.offset, type.abbreviation});
    for (const auto& [at, type] : file->transitions) add_transition(at, type);
    const auto rules = tzif::read_rules(file->footer);
    if (rules && rules->changes()) extend(*rules);
    if (transitions_.size() > UINT16_MAX) return false;
    index();
    return true;
}

/// The rules for the future, for one whole cycle of the calendar; later years repeat it.
void TimeZone::extend(const tzif::Rules& rules) {
    const auto standard = static_cast<std::uint32_t>(periods_.size());
    periods_.push_back({rules.standard.offset, rules.standard.abbreviation});
    periods_.push_back({rules.summer.offset, rules.summer.abbreviation});
    const std::int64_t last = transitions_.empty() ? 0 : transitions_.back().at;
    const std::int64_t first_year = civil_from_days(floor_div(last, kSecondsPerDay)).year;
    for (std::int64_t year = first_year; year <= first_year + 401; ++year) {
        std::array<std::pair<std::int64_t, std::uint32_t>, 2> changes = {
            {{rules.start.at(year) - rules.standard.offset, standard + 1},
             {rules.end.at(year) - rules.summer.offset, standard}}};
        if (changes[1].first < changes[0].first) std::swap(changes[0], changes[1]);
        for (const auto& [at, period] : changes) {
            if (at > last) add_transition(at, period);
        }
    }
    cycle_end_ = days_from_civil({first_year + 401, 1, 1}) * kSecondsPerDay;
}

void TimeZone::add_transition(std::int64_t at, std::uint32_t period) {
    const std::int32_t before = periods_[transitions_.empty() ? 0 : transitions_.back().period].offset;
    const std::int32_t after = periods_[period].offset;
    transitions_.push_back({at, at + std::max(before, after), period});
}

std::int64_t TimeZone::into_table(std::int64_t seconds) const {
    if (seconds < cycle_end_) return seconds;
    return seconds - ((seconds - cycle_end_) / kCycleSeconds + 1) * kCycleSeconds;
}

void TimeZone::index() {
    std::size_t next = 0;
    for (std::int64_t slice = 0; slice < kIndexSlices; ++slice) {
        const std::int64_t begin = kIndexBegin + (slice << kIndexShift);
        while (next < transitions_.size() && transitions_[next].local_until <= begin - kSecondsPerDay) {
            ++next;
        }
        index_.push_back(static_cast<std::uint16_t>(next));
    }
}

std::size_t TimeZone::first_candidate(std::int64_t seconds) const {
    const std::int64_t slice = (seconds - kIndexBegin) >> kIndexShift;
    if (slice >= 0 && slice < kIndexSlices) return index_[static_cast<std::size_t>(slice)];
    if (slice < 0) return 0;
    // Rare: a day early is early enough for local and UTC times alike.
    const auto next = std::lower_bound(
        transitions_.begin(), transitions_.end(), seconds - kSecondsPerDay,
        [](const Transition& t, std::int64_t value) { return t.local_until < value; });
    return static_cast<std::size_t>(next - transitions_.begin());
}

const TimeZone::Period& TimeZone::period_at(std::int64_t utc_seconds) const {
    const std::int64_t at = into_table(utc_seconds);
    std::size_t next = first_candidate(at);
    while (next < transitions_.size() && transitions_[next].at <= at) ++next;
    return periods_[next == 0 ? 0 : transitions_[next - 1].period];
}

std::int32_t TimeZone::offset_at(std::int64_t utc_seconds) const {
    return transitions_.empty() ? periods_[0].offset : period_at(utc_seconds).offset;
}

std::string_view TimeZone::abbreviation_at(std::int64_t utc_seconds) const {
    return transitions_.empty() ? periods_[0].abbreviation : period_at(utc_seconds).abbreviation;
}

std::int32_t TimeZone::offset_of_local(std::int64_t local_seconds) const {
    if (transitions_.empty()) return periods_[0].offset;
    const std::int64_t at = into_table(local_seconds);
    std::size_t next = first_candidate(at);
    while (next < transitions_.size() && transitions_[next].local_until <= at) ++next;
    return periods_[next == 0 ? 0 : transitions_[next - 1].period].offset;
}

std::int64_t TimeZone::to_local_micros(std::int64_t utc_micros) const {
    const std::int64_t offset = offset_at(floor_div(utc_micros, kMicrosPerSecond));
    std::int64_t out = 0;
    if (__builtin_add_overflow(utc_micros, offset * kMicrosPerSecond, &out)) {
        return offset > 0 ? INT64_MAX : INT64_MIN;
    }
    return out;
}

std::int64_t TimeZone::to_utc_micros(std::int64_t local_micros) const {
    const std::int64_t offset = offset_of_local(floor_div(local_micros, kMicrosPerSecond));
    std::int64_t out = 0;
    if (__builtin_sub_overflow(local_micros, offset * kMicrosPerSecond, &out)) {
        return offset < 0 ? INT64_MAX : INT64_MIN;
    }
    return out;
}

const TimeZone* TimeZoneCache::find(std::string_view id) {
    if (last_ != nullptr && last_id_ == id) return last_;
    auto found = zones_.find(id);
    if (found == zones_.end()) {
        if (zones_.size() >= kZonesMax) zones_.clear();
        found = zones_.emplace(std::string(id), TimeZone::find(id)).first;
    }
    last_id_ = id;
    last_ = found->second.get();
    return last_;
}

}  // namespace firesteel
