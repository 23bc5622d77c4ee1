#pragma once
/// Time zones by the names Spark takes, over the system's tzdata (all years: files and their rules for the future).
/// The session holds one TimeZone; kernels whose zone is a column hold a TimeZoneCache each.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel {

namespace tzif {
struct Rules;
}

/// Immutable, so any thread may share it.
class TimeZone {
  public:
    /// "UTC", "Z", "+05:30", "GMT+1", "America/New_York", "PST"; null if Spark knows no such zone.
    static std::shared_ptr<const TimeZone> find(std::string_view id);
    /// The same; throws INVALID_TIMEZONE.
    static std::shared_ptr<const TimeZone> named(std::string_view id);
    static std::shared_ptr<const TimeZone> utc();

    const std::string& id() const { return id_; }
    /// No transitions ever, so local time differs by a constant.
    bool is_fixed() const { return transitions_.empty(); }

    /// Seconds east of UTC at an instant.
    std::int32_t offset_at(std::int64_t utc_seconds) const;
    /// The offset that a local time is taken with: before the transition, in gaps as in overlaps (Java's rule).
    std::int32_t offset_of_local(std::int64_t local_seconds) const;
    /// "CET", "PDT", or "+03" where the zone has no letters.
    std::string_view abbreviation_at(std::int64_t utc_seconds) const;

    std::int64_t to_local_micros(std::int64_t utc_micros) const;
    /// INT64_MAX or INT64_MIN where the instant is out of range.
    std::int64_t to_utc_micros(std::int64_t local_micros) const;

  private:
    struct Period {
        std::int32_t offset;
        std::string abbreviation;
    };
    struct Transition {
        std::int64_t at;           // UTC seconds
        std::int64_t local_until;  // local times below keep the offset before
        std::uint32_t period;      // from here on
    };

    static std::shared_ptr<const TimeZone> fixed(std::string id, std::int32_t offset);
    static std::shared_ptr<const TimeZone> region(std::string_view id, std::string_view file);
    bool parse(std::string_view bytes);
    void extend(const tzif::Rules& rules);
    void add_transition(std::int64_t at, std::uint32_t period);
    const Period& period_at(std::int64_t utc_seconds) const;
    void index();
    std::size_t first_candidate(std::int64_t seconds) const;
    std::int64_t into_table(std::int64_t seconds) const;

    std::string id_;
    std::vector<Period> periods_;  // [0]: before every transition
    std::vector<Transition> transitions_;
    std::vector<std::uint16_t> index_;    // by slices of time from 1900: a transition at or before the one wanted
    std::int64_t cycle_end_ = INT64_MAX;  // from here on the last 400 years repeat
};

/// Zones by name for one thread; bounded.
class TimeZoneCache {
  public:
    /// Null if there is no such zone.
    const TimeZone* find(std::string_view id);

  private:
    static constexpr std::size_t kZonesMax = 1024;
    std::string last_id_;
    const TimeZone* last_ = nullptr;
    std::map<std::string, std::shared_ptr<const TimeZone>, std::less<>> zones_;
};

}  // namespace firesteel
