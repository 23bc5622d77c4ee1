#include "types/datetime_pattern.h"

#include <catch2/catch.hpp>
#include <optional>

#include "common/error.h"
#include "types/calendar.h"

using namespace firesteel;

namespace {

std::string written(std::string_view pattern, std::int64_t micros, std::string_view zone_id = "UTC") {
    const auto zone = TimeZone::named(zone_id);
    std::string out;
    DatetimePattern::compile(pattern, PatternUse::Format)
        .append(out, {zone->to_local_micros(micros), floor_div(micros, kMicrosPerSecond), *zone});
    return out;
}

PatternResult read(std::string_view pattern, std::string_view text) {
    PatternResult out;
    const std::string reason = DatetimePattern::compile(pattern, PatternUse::Parse).parse(text, out);
    INFO(reason);
    REQUIRE(reason.empty());
    return out;
}

std::string reason(std::string_view pattern, std::string_view text) {
    PatternResult out;
    return DatetimePattern::compile(pattern, PatternUse::Parse).parse(text, out);
}

std::optional<ErrorClass> refusal(std::string_view pattern, PatternUse use = PatternUse::Format) {
    try {
        DatetimePattern::compile(pattern, use);
    } catch (const Error& error) {
        return error.id();
    }
    return std::nullopt;
}

constexpr std::int64_t kMarch = 1'709'622'489'123'456;  // 2024-03-05 07:08:09.123456

}  // namespace

TEST_CASE("every letter writes its field", "[types][pattern]") {
    CHECK(written("yyyy yy y yyyyy", kMarch) == "2024 24 2024 02024");
    CHECK(written("M MM MMM MMMM L LLL", kMarch) == "3 03 Mar March 3 Mar");
    CHECK(written("d dd D DDD E EEEE F", kMarch) == "5 05 65 065 Tue Tuesday 5");
    CHECK(written("H HH h K k a m s S SSS SSSSSS", kMarch) == "7 07 7 7 7 AM 8 9 1 123 123456");
    CHECK(written("q qq qqq QQQQ G GGGG", kMarch) == "1 01 Q1 1st quarter AD Anno Domini");
    CHECK(written("''yyyy'T''x'[MM]", kMarch) == "'2024T'x03");
    CHECK(written("yyyy y G", -63'549'273'600'000'000) == "0045 45 BC");
}

TEST_CASE("zones are written by name and offset", "[types][pattern]") {
    CHECK(written("z VV O OOOO X XX XXXXX x xxx Z ZZZZ ZZZZZ", kMarch, "America/Los_Angeles") ==
          "PST America/Los_Angeles GMT-8 GMT-08:00 -08 -0800 -08:00 -08 -08:00 -0800 GMT-08:00 -08:00");
    CHECK(written("X XXXXX x xxx Z ZZZZ O", kMarch) == "Z Z +00 +00:00 +0000 GMT GMT");
    CHECK(written("X XX O", kMarch, "+05:30") == "+0530 +0530 GMT+5:30");
}

TEST_CASE("texts give dates and times; what is left out is 1970", "[types][pattern]") {
    CHECK(read("yyyy-MM-dd", "2024-03-05").days == 19'787);
    CHECK(read("yyyyMMdd", "20240305").days == 19'787);
    CHECK(read("d MMMM y", "5 march 2024").days == 19'787);
    CHECK(read("yy-M-d", "24-3-5").days == 19'787);
    CHECK(read("yyyy-DDD", "2024-065").days == 19'787);
    CHECK(read("HH:mm", "10:11").days == 0);
    CHECK(read("hh:mm a", "10:11 PM").nanos_of_day == (22 * 60 + 11) * 60 * kNanosPerSecond);
    CHECK(read("ss.SSS", "12.5").nanos_of_day == 12'500'000'000);
    CHECK(read("yyyy XXXXX", "2024 +05:30").zone->offset_at(0) == 19'800);
    CHECK(read("yyyy-MM[-dd]", "2024-03").days == 19'783);
}

TEST_CASE("what doesn't fit is told in Java's words", "[types][pattern]") {
    CHECK(reason("yyyy-MM-dd", "2024-1-1") == "Text '2024-1-1' could not be parsed at index 5");
    CHECK(reason("yyyy-MM-dd", "2024-01-01é") ==
          "Text '2024-01-01é' could not be parsed, unparsed text found at index 10");
    CHECK(reason("yyyy-MM-dd", "2024-02-30") ==
          "Text '2024-02-30' could not be parsed: Invalid date 'FEBRUARY 30'");
    CHECK(reason("MM-dd", "02-29") == "Invalid date 'February 29' as '1970' is not a leap year");
    CHECK(reason("HH:mm a", "10:11 PM") ==
          "Text '10:11 PM' could not be parsed: Conflict found: Field AmPmOfDay 0 differs from AmPmOfDay 1 "
          "derived from 10:11");
}

TEST_CASE("patterns that Spark refuses", "[types][pattern]") {
    CHECK(refusal("YYYY") == ErrorClass::InconsistentBehaviorDatetimePatternRecognition);
    CHECK(refusal("aa") == ErrorClass::InconsistentBehaviorDatetimePatternRecognition);
    CHECK(refusal("c") == ErrorClass::InconsistentBehaviorDatetimeWeekBasedPattern);
    CHECK(refusal("A") == ErrorClass::InvalidDatetimePatternIllegalCharacter);
    CHECK(refusal("b") == ErrorClass::InvalidDatetimePatternWithSuggestion);
    CHECK(refusal("yyyy'T") == ErrorClass::InvalidDatetimePatternWithSuggestion);
    CHECK(refusal("Q", PatternUse::Parse) == ErrorClass::InvalidDatetimePatternIllegalCharacter);
    CHECK(refusal("Q") == std::nullopt);
}
