#include "types/value_parse.h"

#include <catch2/catch.hpp>
#include <string>

#include "common/error.h"
#include "types/type_text.h"
#include "types/value_text.h"

using namespace firesteel;

namespace {

struct Row {
    const char* type;
    const char* text;
    const char* legacy;
    const char* ansi;
    const char* attempt;  // try_cast
};
const Row kRows[] = {
#define PARSED(...) {__VA_ARGS__},
#include "parse_matrix.inc"
#undef PARSED
};

std::string shown(const DataType& type, Value value, const TimeZone& zone) {
    return value_text(type, value, {TextStyle::Use::Cast, Ansi::On, &zone});
}

/// What the cast gives: a text, "NULL", or the condition of a failing interval.
std::string parsed(const DataType& type, std::string_view text, Fractions fractions,
                   const ParseClock& clock) {
    const auto answer = [&](Parse result, Value value) {
        return result == Parse::Ok ? shown(type, std::move(value), clock.zone) : std::string("NULL");
    };
    std::int64_t integer = 0;
    double real = 0;
    float single = 0;
    bool flag = false;
    Int128 decimal = 0;
    switch (type.kind()) {
        case TypeKind::Byte: {
            const Parse result = parse_integer(text, 1, fractions, integer);
            return answer(result, Value(integer));
        }
        case TypeKind::Int: {
            const Parse result = parse_integer(text, 4, fractions, integer);
            return answer(result, Value(integer));
        }
        case TypeKind::Long: {
            const Parse result = parse_integer(text, 8, fractions, integer);
            return answer(result, Value(integer));
        }
        case TypeKind::Double: {
            const Parse result = parse_double(text, real);
            return answer(result, Value(real));
        }
        case TypeKind::Float: {
            const Parse result = parse_float(text, single);
            return answer(result, Value(static_cast<double>(single)));
        }
        case TypeKind::Decimal: {
            const Parse result = parse_decimal(text, type.precision(), type.scale(), decimal);
            return answer(result, Value(decimal));
        }
        case TypeKind::Boolean: {
            const Parse result = parse_boolean(text, flag);
            return answer(result, Value(flag));
        }
        case TypeKind::Date: {
            const Parse result = parse_date(text, integer);
            return answer(result, Value(integer));
        }
        case TypeKind::Timestamp: {
            const Parse result = parse_timestamp(text, clock, integer);
            return answer(result, Value(integer));
        }
        case TypeKind::TimestampNtz: {
            const Parse result = parse_timestamp_ntz(text, Zones::Ignored, clock.zones, integer);
            return answer(result, Value(integer));
        }
        case TypeKind::Time: {
            const Parse result = parse_time(text, integer);
            return answer(result, Value(integer));
        }
        case TypeKind::CalendarInterval: {
            CalendarIntervalValue interval;
            const bool ok = try_parse_calendar_interval(text, interval);
            return answer(ok ? Parse::Ok : Parse::Malformed, Value(interval));
        }
        case TypeKind::YearMonthInterval:
            integer = parse_year_month_interval(text, type.year_month_start(), type.year_month_end());
            return answer(Parse::Ok, Value(integer));
        default:
            integer = parse_day_time_interval(text, type.day_time_start(), type.day_time_end());
            return answer(Parse::Ok, Value(integer));
    }
}

std::string outcome(const DataType& type, std::string_view text, Fractions fractions,
                    const ParseClock& clock) {
    try {
        return parsed(type, text, fractions, clock);
    } catch (const Error& error) {
        const std::string_view condition = error.row().condition;
        return condition.empty() ? "ERR None" : "ERR " + std::string(condition);
    }
}

}  // namespace

TEST_CASE("texts become the values that Spark's casts give", "[types][parse]") {
    const auto zone = TimeZone::named("America/New_York");
    TimeZoneCache zones;
    const ParseClock clock{*zone, 0, zones};
    for (const Row& row : kRows) {
        CAPTURE(row.type, row.text);
        const DataType type = parse_data_type(row.type);
        const std::string legacy = outcome(type, row.text, Fractions::CutOff, clock);
        CHECK(legacy == row.legacy);
        const std::string ansi = outcome(type, row.text, Fractions::Refused, clock);
        const std::string expected = row.ansi;
        // In ANSI mode the caller turns what is malformed into an error; intervals raise their own.
        const bool refused = expected == "ERR CAST_INVALID_INPUT" ||
                             expected == "ERR NUMERIC_OUT_OF_SUPPORTED_RANGE" ||
                             expected == "ERR NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION" ||
                             expected == "ERR NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION";
        CHECK(ansi == (refused ? "NULL" : expected));
    }
}
