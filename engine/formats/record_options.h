#pragma once
/// What the readers and writers of records as text (JSON, CSV, XML) are told, and what they have in common: the options by
/// name, what to do with a malformed record, how times look. Made once per call site or file; then only read.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "types/datetime_pattern.h"
#include "types/literal.h"
#include "types/time_zone.h"
#include "types/value_parse.h"

namespace firesteel {

/// Options as a user wrote them; names in any case, the last of a name counts.
class Options {
  public:
    Options() = default;
    explicit Options(std::vector<std::pair<std::string, std::string>> entries)
        : entries_(std::move(entries)) {}
    /// Of a constant map<string, string>, or of NULL.
    static Options of(const Literal& map);

    std::optional<std::string> find(std::string_view name) const;
    std::string text(std::string_view name, std::string_view fallback) const;
    /// Throws an IllegalArgumentException for anything but true and false.
    bool flag(std::string_view name, bool fallback) const;
    /// As CSV's flags are: with a condition of their own.
    bool csv_flag(std::string_view name, bool fallback) const;
    std::int64_t number(std::string_view name, std::int64_t fallback) const;
    /// As CSV's numbers are: with a condition of their own.
    std::int64_t csv_number(std::string_view name, std::int64_t fallback) const;
    double real(std::string_view name, double fallback) const;

  private:
    std::vector<std::pair<std::string, std::string>> entries_;
};

enum class ParseMode : std::uint8_t { Permissive, FailFast, DropMalformed };
/// What no mode is called is PERMISSIVE.
ParseMode parse_mode(const Options& options);
std::string corrupt_record_column(const Options& options);

/// A format for reading; one that can't be used reads nothing, as in Spark, where only the reading finds it out.
class ReadFormat {
  public:
    explicit ReadFormat(const std::optional<std::string>& text);
    bool given() const { return given_; }
    bool read(std::string_view text, PatternResult& out) const;

  private:
    bool given_;
    std::optional<DatetimePattern> pattern_;
};

/// How dates and timestamps are read. A format that can't be used makes every value malformed, as in Spark.
class TimeReader {
  public:
    TimeReader(const Options& options, std::string_view session_zone, std::int64_t now_micros);
    /// False if the text is none.
    bool date(std::string_view text, std::int64_t& days) const;
    bool timestamp(std::string_view text, std::int64_t& micros) const;
    bool timestamp_ntz(std::string_view text, std::int64_t& micros) const;
    const TimeZone& zone() const { return *zone_; }

  private:
    ReadFormat date_format_;
    ReadFormat timestamp_format_;
    ReadFormat ntz_format_;
    std::shared_ptr<const TimeZone> zone_;
    std::int64_t now_micros_;
};

/// How they are written.
class TimeWriter {
  public:
    TimeWriter(const Options& options, std::string_view session_zone);
    void date(std::string& out, std::int64_t days) const;
    void timestamp(std::string& out, std::int64_t micros) const;
    void timestamp_ntz(std::string& out, std::int64_t micros) const;
    const TimeZone& zone() const { return *zone_; }

  private:
    std::shared_ptr<const TimeZone> zone_;
    std::optional<DatetimePattern> date_format_;
    std::optional<DatetimePattern> timestamp_format_;
    std::optional<DatetimePattern> ntz_format_;
};

/// A record: a value of the schema, and whether the text kept to it. A malformed one has what could be read of it.
struct ParsedRecord {
    Value value;
    bool malformed = false;
};

}  // namespace firesteel
