/// Dates and timestamps as text of a pattern, and back.

#include <array>
#include <map>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "types/calendar.h"
#include "types/datetime_pattern.h"
#include "types/legacy_datetime_pattern.h"

namespace firesteel::duckdb {
namespace {

using Date = std::int32_t;
using Micros = std::int64_t;
using Text = std::string_view;

/// Compiled patterns by their text, for one chunk.
template <typename Pattern>
class PatternsOf {
  public:
    explicit PatternsOf(PatternUse use) : use_(use) {}

    const Pattern& compiled(Text text) {
        if (last_ != nullptr && text == last_text_) return *last_;
        if (patterns_.size() >= kPatternsMax) patterns_.clear();
        auto found = patterns_.find(text);
        if (found == patterns_.end()) {
            found = patterns_.emplace(std::string(text), Pattern::compile(text, use_)).first;
        }
        last_text_ = found->first;
        last_ = &found->second;
        return *last_;
    }

  private:
    static constexpr std::size_t kPatternsMax = 256;
    PatternUse use_;
    std::map<std::string, Pattern, std::less<>> patterns_;
    Text last_text_;
    const Pattern* last_ = nullptr;
};
using Patterns = PatternsOf<DatetimePattern>;
using LegacyPatterns = PatternsOf<LegacyDatetimePattern>;

void append_moment(std::string& out, const DatetimePattern& pattern, Micros micros, const TimeZone& zone) {
    pattern.append(out, {zone.to_local_micros(micros), floor_div(micros, kMicrosPerSecond), zone});
}

KernelBody bind_date_format(const KernelSite& site) {
    return [zone = TimeZone::named(site.zone)](KernelCall& call) {
        Patterns patterns(PatternUse::Format);
        std::string text;
        rows([&](Micros micros, Text pattern) -> Text {
            text.clear();
            append_moment(text, patterns.compiled(pattern), micros, *zone);
            return text;
        })(call);
    };
}

KernelBody bind_from_unixtime(const KernelSite& site) {
    return [zone = TimeZone::named(site.zone)](KernelCall& call) {
        Patterns patterns(PatternUse::Format);
        std::string text;
        rows([&](std::int64_t seconds, Text pattern) -> Text {
            text.clear();
            // Java's product wraps around.
            const auto micros = static_cast<Micros>(static_cast<std::uint64_t>(seconds) *
                                                    static_cast<std::uint64_t>(kMicrosPerSecond));
            append_moment(text, patterns.compiled(pattern), micros, *zone);
            return text;
        })(call);
    };
}

std::optional<Micros> failed(EvalMode mode, std::string message, Text function) {
    if (mode != EvalMode::Ansi) return std::nullopt;
    throw Error(ErrorClass::CannotParseTimestamp,
                {{"message", std::move(message)}, {"func", "`" + std::string(function) + "`"}});
}

/// Microseconds since the epoch, or of local time where `local`.
std::optional<Micros> parsed(const DatetimePattern& pattern, Text text, const KernelSite& site,
                             const TimeZone& session, bool local) {
    PatternResult found;
    std::string message = pattern.parse(text, found);
    if (!message.empty()) {
        return failed(site.mode, std::move(message),
                      site.result.is(TypeKind::Date) ? "try_to_date" : "try_to_timestamp");
    }
    const Micros micros = found.days * kMicrosPerDay + found.nanos_of_day / kNanosPerMicro;
    if (local) return micros;
    return (found.zone ? *found.zone : session).to_utc_micros(micros);
}

KernelBody bind_to_timestamp(const KernelSite& site) {
    const bool local = site.result.is(TypeKind::TimestampNtz);
    return [&site, local, zone = TimeZone::named(site.zone)](KernelCall& call) {
        Patterns patterns(PatternUse::Parse);
        rows([&](Text text, Text pattern) {
            return parsed(patterns.compiled(pattern), text, site, *zone, local);
        })(call);
    };
}
KernelBody bind_to_date(const KernelSite& site) {
    return [&site, zone = TimeZone::named(site.zone)](KernelCall& call) {
        Patterns patterns(PatternUse::Parse);
        rows([&](Text text, Text pattern) -> std::optional<Date> {
            const auto micros = parsed(patterns.compiled(pattern), text, site, *zone, /*local=*/false);
            if (!micros) return std::nullopt;
            return static_cast<Date>(floor_div(zone->to_local_micros(*micros), kMicrosPerDay));
        })(call);
    };
}

KernelBody bind_parse(const KernelSite& site) {
    return site.result.is(TypeKind::Date) ? bind_to_date(site) : bind_to_timestamp(site);
}

/// Seconds are cut off towards zero, as Spark's division does.
KernelBody bind_unix_timestamp(const KernelSite& site) {
    const auto zone = TimeZone::named(site.zone);
    if (site.argument(0).is(TypeKind::Date)) {
        return rows([zone](Date days, Text) {
            return zone->to_utc_micros(days * kMicrosPerDay) / kMicrosPerSecond;
        });
    }
    if (site.argument(0).is_datetime()) {
        return rows([](Micros micros, Text) { return micros / kMicrosPerSecond; });
    }
    return [&site, zone](KernelCall& call) {
        Patterns patterns(PatternUse::Parse);
        rows([&](Text text, Text pattern) -> std::optional<std::int64_t> {
            const auto micros = parsed(patterns.compiled(pattern), text, site, *zone, /*local=*/false);
            if (!micros) return std::nullopt;
            return *micros / kMicrosPerSecond;
        })(call);
    };
}

/// Every wrong pattern is the same error here, and NULL in try mode.
const DatetimePattern* time_pattern(Patterns& patterns, Text pattern, EvalMode mode) {
    try {
        return &patterns.compiled(pattern);
    } catch (const Error&) {
        if (mode == EvalMode::Try) return nullptr;
        throw Error(ErrorClass::InvalidDatetimePatternWithSuggestion,
                    {{"pattern", "'" + std::string(pattern) + "'"},
                     {"docroot", "https://spark.apache.org/docs/latest"}});
    }
}

KernelBody bind_to_time(const KernelSite& site) {
    return [mode = site.mode](KernelCall& call) {
        Patterns patterns(PatternUse::Parse);
        rows([&](Text text, Text pattern) -> std::optional<std::int64_t> {
            PatternResult found;
            const DatetimePattern* compiled = time_pattern(patterns, pattern, mode);
            if (compiled == nullptr) return std::nullopt;
            if (compiled->parse(text, found).empty()) return found.nanos_of_day;
            if (mode == EvalMode::Try) return std::nullopt;
            throw Error(ErrorClass::CannotParseTime, {{"input", "'" + std::string(text) + "'"},
                                                      {"format", "'" + std::string(pattern) + "'"}});
        })(call);
    };
}

// ---- spark.sql.legacy.timeParserPolicy = LEGACY and EXCEPTION ---------------------------------------

KernelBody bind_legacy_date_format(const KernelSite& site) {
    return [zone = TimeZone::named(site.zone)](KernelCall& call) {
        LegacyPatterns patterns(PatternUse::Format);
        std::string text;
        rows([&](Micros micros, Text pattern) -> Text {
            text.clear();
            patterns.compiled(pattern).append(text, zone->to_local_micros(micros));
            return text;
        })(call);
    };
}

KernelBody bind_legacy_from_unixtime(const KernelSite& site) {
    return [zone = TimeZone::named(site.zone)](KernelCall& call) {
        LegacyPatterns patterns(PatternUse::Format);
        std::string text;
        rows([&](std::int64_t seconds, Text pattern) -> Text {
            text.clear();
            const auto micros = static_cast<Micros>(static_cast<std::uint64_t>(seconds) *
                                                    static_cast<std::uint64_t>(kMicrosPerSecond));
            patterns.compiled(pattern).append(text, zone->to_local_micros(micros));
            return text;
        })(call);
    };
}

/// Microseconds since the epoch, by the older formatter alone.
std::optional<Micros> legacy_parsed(const LegacyDatetimePattern& pattern, Text text, const KernelSite& site,
                                    const TimeZone& session, Text function) {
    PatternResult found;
    if (!pattern.parse(text, site.now_micros, found)) {
        return failed(site.mode, "Unparseable date: \"" + std::string(text) + "\"", function);
    }
    return session.to_utc_micros(found.days * kMicrosPerDay + found.nanos_of_day / kNanosPerMicro);
}

/// What the older formatter would have taken may not fail as if nothing would.
std::optional<Micros> checked_parsed(const DatetimePattern& pattern, LegacyPatterns& legacy, Text text, Text pattern_text,
                                     const KernelSite& site, const TimeZone& session, Text function) {
    PatternResult found;
    std::string message = pattern.parse(text, found);
    if (message.empty()) {
        const Micros micros = found.days * kMicrosPerDay + found.nanos_of_day / kNanosPerMicro;
        return (found.zone ? *found.zone : session).to_utc_micros(micros);
    }
    if (legacy.compiled(pattern_text).parse(text, site.now_micros, found)) {
        throw Error(ErrorClass::InconsistentBehaviorParseDatetimeByNewParser,
                    {{"datetime", "'" + std::string(text) + "'"}, {"config", "\"spark.sql.legacy.timeParserPolicy\""}});
    }
    return failed(site.mode, std::move(message), function);
}

enum class Policy : bool { Legacy, Exception };

/// parse(text, pattern) → microseconds, as the policy says; `made` makes the result of them.
template <typename Made>
KernelBody parsed_by(Policy policy, const KernelSite& site, Made made) {
    const Text function = site.result.is(TypeKind::Date) ? "try_to_date" : "try_to_timestamp";
    return [&site, policy, function, made, zone = TimeZone::named(site.zone)](KernelCall& call) {
        Patterns patterns(PatternUse::Parse);
        LegacyPatterns legacy(PatternUse::Parse);
        using Result = decltype(made(Micros{}, *zone));
        rows([&](Text text, Text pattern) -> std::optional<Result> {
            const auto micros = policy == Policy::Legacy
                                    ? legacy_parsed(legacy.compiled(pattern), text, site, *zone, function)
                                    : checked_parsed(patterns.compiled(pattern), legacy, text, pattern, site, *zone, function);
            if (!micros) return std::nullopt;
            return made(*micros, *zone);
        })(call);
    };
}

template <Policy kPolicy>
KernelBody bind_policy_parse(const KernelSite& site) {
    if (site.result.is(TypeKind::TimestampNtz)) {
        throw unsupported("timestamps without zone with another spark.sql.legacy.timeParserPolicy than CORRECTED", site.origin);
    }
    if (site.result.is(TypeKind::Date)) {
        return parsed_by(kPolicy, site, [](Micros micros, const TimeZone& zone) {
            return static_cast<Date>(floor_div(zone.to_local_micros(micros), kMicrosPerDay));
        });
    }
    return parsed_by(kPolicy, site, [](Micros micros, const TimeZone&) { return micros; });
}

template <Policy kPolicy>
KernelBody bind_policy_unix_timestamp(const KernelSite& site) {
    return parsed_by(kPolicy, site, [](Micros micros, const TimeZone&) { return micros / kMicrosPerSecond; });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"date_format", bind_date_format, Placed::No},
    {"date_format legacy", bind_legacy_date_format, Placed::No},
    {"from_unixtime", bind_from_unixtime, Placed::No},
    {"from_unixtime legacy", bind_legacy_from_unixtime, Placed::No},
    {"parse_time", bind_to_time, Placed::No},
    {"parse_timestamp", bind_parse, Placed::No},
    {"parse_timestamp checked", bind_policy_parse<Policy::Exception>, Placed::No},
    {"parse_timestamp legacy", bind_policy_parse<Policy::Legacy>, Placed::No},
    {"unix_timestamp", bind_unix_timestamp, Placed::No},
    {"unix_timestamp checked", bind_policy_unix_timestamp<Policy::Exception>, Placed::No},
    {"unix_timestamp legacy", bind_policy_unix_timestamp<Policy::Legacy>, Placed::No},
});

}  // namespace

KernelTable datetime_pattern_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
