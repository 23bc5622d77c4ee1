#pragma once
/// Date and time patterns as Spark reads them under spark.sql.legacy.timeParserPolicy = LEGACY: those of java.text's
/// SimpleDateFormat, not lenient, English texts. Letters of weeks, eras and zones are refused. Immutable.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/datetime_pattern.h"

namespace firesteel {

class LegacyDatetimePattern {
  public:
    /// Throws UNSUPPORTED_FEATURE for a letter that isn't known here.
    static LegacyDatetimePattern compile(std::string_view text, PatternUse use);

    /// A local time as text.
    void append(std::string& out, std::int64_t local_micros) const;
    /// The beginning of a text; false if it doesn't fit. `now_micros` decides the century of two-digit years.
    bool parse(std::string_view text, std::int64_t now_micros, PatternResult& out) const;

  private:
    struct Element {
        char letter = 0;  // 0: a literal
        int count = 0;
        std::string text;
    };
    struct Fields;
    bool parse_element(std::size_t at, std::string_view text, std::size_t& position, Fields& fields) const;
    bool obeys_count(std::size_t at) const;

    std::vector<Element> elements_;
};

}  // namespace firesteel
