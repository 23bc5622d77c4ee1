#include "types/value_text.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "types/calendar.h"

using namespace firesteel;

namespace {

template <typename F>
std::string text(F&& append) {
    std::string out;
    append(out);
    return out;
}

std::int64_t micros(std::int64_t year, int month, int day, std::int64_t of_day = 0) {
    return days_from_civil({year, month, day}) * kMicrosPerDay + of_day;
}

}  // namespace

// Recorded with Java 17's own Double.toString and Float.toString.
TEST_CASE("doubles and floats have Java 17's digits", "[types][text]") {
    const std::pair<double, const char*> doubles[] = {
        {0x1.0000000000000p+0, "1.0"},
        {0x1.312d000000000p+23, "1.0E7"},
        {0x1.312cfe0000000p+23, "9999999.0"},
        {0x1.0624dd2f1a9fcp-10, "0.001"},
        {0x1.05e1c15097c81p-10, "9.99E-4"},
        {0x1.2a05f20000000p+33, "1.0E10"},
        {0x1.d6f3454800000p+26, "1.23456789125E8"},
        {0x1.0000000000000p+60, "1.15292150460684698E18"},
        {0x1.12210f47de981p+60, "1.23456789012345677E18"},
        {0x1.0000000000000p+53, "9.007199254740992E15"},
        {0x1.52d02c7e14af6p+77, "1.9999999999999998E23"},
        {0x1.52d02c7e14af6p+76, "9.999999999999999E22"},
        {0x0.0000000000001p-1022, "4.9E-324"},
        {0x1.fffffffffffffp+1023, "1.7976931348623157E308"},
        {0x1.0000000000000p-1022, "2.2250738585072014E-308"},
        {0x1.999999999999ap-4, "0.1"},
        {0x1.5555555555555p-2, "0.3333333333333333"},
        {0x1.9000000000000p+6, "100.0"},
        {0x1.78c29dccccccdp+23, "1.23456789E7"},
        {0x1.85ac3e178f312p+84, "2.9442846016306655E25"},
        {0x1.4f8b588e368f1p-17, "1.0E-5"},
        {0x1.a36e2eb1c432dp-13, "2.0E-4"},
        {0x0.0000000000001p-1022, "4.9E-324"},
        {0x1.b1ae4d6e2ef50p+69, "1.0E21"},
        {0x1.c7e83209e90b2p+72, "8.409999999999999E21"},
        {0x1.0624dd2f1a9fcp-10, "0.001"},
        {0x1.426fe718a86d7p-10, "0.00123"},
        {-0x0.0p+0, "-0.0"},
        {0x1.1c37937e08000p+53, "1.0E16"},
        {0x1.b69b4ba630f35p+56, "1.2345678901234568E17"},
    };
    for (const auto& [value, expected] : doubles) {
        CHECK(text([&](std::string& out) { append_double(out, value); }) == expected);
    }
    const std::pair<double, const char*> floats[] = {
        {0x1.0000000000000p+0, "1.0"},
        {0x1.8000000000000p+0, "1.5"},
        {0x1.99999a0000000p-4, "0.1"},
        {0x1.0000000000000p+24, "1.6777216E7"},
        {0x1.0000000000000p+25, "3.3554432E7"},
        {0x1.d6f3460000000p+26, "1.23456792E8"},
        {0x1.2a05f20000000p+33, "1.0E10"},
        {0x1.fffffe0000000p+127, "3.4028235E38"},
        {0x1.0000000000000p-149, "1.4E-45"},
        {0x1.8fd0be0000000p+85, "6.0418394E25"},
        {0x1.0624de0000000p-10, "0.001"},
        {0x1.312d000000000p+23, "1.0E7"},
        {0x1.5555540000000p-2, "0.3333333"},
    };
    for (const auto& [value, expected] : floats) {
        CHECK(text([&](std::string& out) { append_float(out, static_cast<float>(value)); }) == expected);
    }
    CHECK(text([](std::string& out) { append_double(out, std::nan("")); }) == "NaN");
    CHECK(text([](std::string& out) {
              append_double(out, -std::numeric_limits<double>::infinity());
          }) == "-Infinity");
}

TEST_CASE("decimals are plain or scientific", "[types][text]") {
    struct Row {
        Int128 unscaled;
        int scale;
        const char* plain;
        const char* scientific;
    };
    const Int128 large = static_cast<Int128>(12345678901234567890ULL) * 1000000000000ULL + 12;
    const Row rows[] = {
        {1, 7, "0.0000001", "1E-7"},       {0, 7, "0.0000000", "0E-7"},
        {-12, 8, "-0.00000012", "-1.2E-7"}, {150, 2, "1.50", "1.50"},
        {-5, 1, "-0.5", "-0.5"},           {0, 0, "0", "0"},
        {1, 6, "0.000001", "0.000001"},
        {large, 2, "123456789012345678900000000000.12", "123456789012345678900000000000.12"},
    };
    for (const Row& row : rows) {
        CHECK(text([&](std::string& out) { append_decimal_plain(out, row.unscaled, row.scale); }) ==
              row.plain);
        CHECK(text([&](std::string& out) { append_decimal_scientific(out, row.unscaled, row.scale); }) ==
              row.scientific);
    }
}

TEST_CASE("dates and times print in every year", "[types][text]") {
    const auto date = [](std::int64_t year, int month, int day) {
        return text([&](std::string& out) { append_date(out, days_from_civil({year, month, day})); });
    };
    CHECK(date(2020, 1, 2) == "2020-01-02");
    CHECK(date(-44, 3, 15) == "-0044-03-15");
    CHECK(date(10000, 1, 1) == "+10000-01-01");
    CHECK(date(0, 2, 29) == "0000-02-29");
    const auto ntz = [](std::int64_t value) {
        return text([&](std::string& out) { append_timestamp_ntz(out, value); });
    };
    CHECK(ntz(micros(2020, 1, 2, 11'045'600'000)) == "2020-01-02 03:04:05.6");
    CHECK(ntz(micros(-1, 1, 1, 1)) == "-0001-01-01 00:00:00.000001");
    CHECK(ntz(micros(12345, 1, 1)) == "+12345-01-01 00:00:00");
    const auto zone = TimeZone::named("America/New_York");
    CHECK(text([&](std::string& out) { append_timestamp(out, micros(2024, 7, 1), *zone); }) ==
          "2024-06-30 20:00:00");
    CHECK(text([](std::string& out) { append_time(out, 3'723'500'000'000); }) == "01:02:03.5");
}

TEST_CASE("intervals print as SQL", "[types][text]") {
    using D = DayTimeField;
    struct Row {
        std::int64_t micros;
        D start;
        D end;
        const char* expected;
    };
    const Row rows[] = {
        {93'784'500'000, D::Day, D::Second, "INTERVAL '1 02:03:04.5' DAY TO SECOND"},
        {kMicrosPerDay, D::Day, D::Day, "INTERVAL '1' DAY"},
        {26 * kMicrosPerHour, D::Day, D::Hour, "INTERVAL '1 02' DAY TO HOUR"},
        {26 * kMicrosPerHour, D::Hour, D::Hour, "INTERVAL '26' HOUR"},
        {5 * kMicrosPerHour, D::Hour, D::Hour, "INTERVAL '05' HOUR"},
        {5 * kMicrosPerMinute, D::Minute, D::Minute, "INTERVAL '05' MINUTE"},
        {126 * kMicrosPerHour + 3 * kMicrosPerMinute, D::Hour, D::Minute,
         "INTERVAL '126:03' HOUR TO MINUTE"},
        {-(3 * kMicrosPerMinute + 4'000'001), D::Minute, D::Second,
         "INTERVAL '-03:04.000001' MINUTE TO SECOND"},
        {-5'050'000, D::Second, D::Second, "INTERVAL '-05.05' SECOND"},
        {65 * kMicrosPerSecond, D::Second, D::Second, "INTERVAL '65' SECOND"},
        {-59'500'000, D::Day, D::Second, "INTERVAL '-0 00:00:59.5' DAY TO SECOND"},
        {INT64_MIN, D::Day, D::Second, "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND"},
    };
    for (const Row& row : rows) {
        CHECK(text([&](std::string& out) {
                  append_day_time_interval(out, row.micros, row.start, row.end);
              }) == row.expected);
    }
    using Y = YearMonthField;
    const auto months = [](std::int64_t value, Y start, Y end) {
        return text([&](std::string& out) { append_year_month_interval(out, value, start, end); });
    };
    CHECK(months(14, Y::Year, Y::Month) == "INTERVAL '1-2' YEAR TO MONTH");
    CHECK(months(-23, Y::Year, Y::Month) == "INTERVAL '-1-11' YEAR TO MONTH");
    CHECK(months(-12, Y::Year, Y::Year) == "INTERVAL '-1' YEAR");
    CHECK(months(-3, Y::Month, Y::Month) == "INTERVAL '-3' MONTH");
    const auto calendar = [](CalendarIntervalValue value) {
        return text([&](std::string& out) { append_calendar_interval(out, value); });
    };
    CHECK(calendar({14, 25, 5 * kMicrosPerHour + 6 * kMicrosPerMinute + 7'008'000}) ==
          "1 years 2 months 25 days 5 hours 6 minutes 7.008 seconds");
    CHECK(calendar({0, 0, 0}) == "0 seconds");
    CHECK(calendar({0, 0, -1}) == "-0.000001 seconds");
    CHECK(calendar({-13, 1, -25 * kMicrosPerHour - 61 * kMicrosPerMinute + 61'100'000}) ==
          "-1 years -1 months 1 days -25 hours -59 minutes -58.9 seconds");
}

TEST_CASE("nested values print for casts and for show", "[types][text]") {
    const TextStyle cast{};
    const TextStyle show{TextStyle::Use::Show, Ansi::On, nullptr};
    const DataType ints = DataType::array(DataType::integer());
    const Value list(ValueList{Value(std::int64_t{1}), Value()});
    CHECK(value_text(ints, list, cast) == "[1, null]");
    CHECK(value_text(ints, list, show) == "[1, NULL]");
    const DataType map = DataType::map(DataType::string(), DataType::integer());
    const Value entries(MapValue{{{Value(std::string("k")), Value(std::int64_t{1})},
                                  {Value(std::string("j")), Value()}}});
    CHECK(value_text(map, entries, cast) == "{k -> 1, j -> null}");
    CHECK(value_text(map, entries, show) == "{k -> 1, j -> NULL}");
    const DataType bytes = DataType::binary();
    CHECK(value_text(bytes, Value(std::string("\0\xFF" "A", 3)), show) == "[00 FF 41]");
    CHECK(value_text(DataType::array(bytes), Value(ValueList{Value(std::string("ab"))}), cast) == "[ab]");
}

TEST_CASE("literals are SQL again", "[types][text]") {
    const auto sql = [](const Literal& literal) { return sql_literal(literal, "UTC"); };
    const auto name = [](const Literal& literal) { return pretty_literal(literal, "UTC"); };
    const Literal text_literal = Literal::string("it's \\ \n");
    CHECK(sql(text_literal) == "'it\\'s \\\\ \n'");
    CHECK(name(text_literal) == "it's \\ \n");
    CHECK(sql({DataType::byte(), Value(std::int64_t{1})}) == "1Y");
    CHECK(sql({DataType::short_int(), Value(std::int64_t{1})}) == "1S");
    CHECK(sql(Literal::integer(-1)) == "-1");
    CHECK(sql(Literal::long_int(1)) == "1L");
    CHECK(name(Literal::long_int(1)) == "1");
    CHECK(sql(Literal::float64(1000)) == "1000.0D");
    CHECK(sql(Literal::float64(std::nan(""))) == "CAST('NaN' AS DOUBLE)");
    CHECK(sql({DataType::float32(), Value(1.5)}) == "CAST('1.5' AS FLOAT)");
    CHECK(sql({DataType::decimal(3, 2), Value(Int128{150})}) == "1.50BD");
    CHECK(name({DataType::decimal(7, 7), Value(Int128{1})}) == "1E-7");
    CHECK(sql(Literal::null()) == "NULL");
    CHECK(sql(Literal::null(DataType::integer())) == "CAST(NULL AS INT)");
    CHECK(name(Literal::null(DataType::integer())) == "NULL");
    CHECK(name({DataType::date(), Value(days_from_civil({2020, 1, 2}))}) == "DATE '2020-01-02'");
    CHECK(sql({DataType::timestamp(), Value(micros(2020, 1, 2, 11'045'600'000))}) ==
          "TIMESTAMP '2020-01-02 03:04:05.6'");
    CHECK(sql({DataType::binary(), Value(std::string("ab"))}) == "X'6162'");
    CHECK(sql({DataType::calendar_interval(), Value(CalendarIntervalValue{14, 0, 0})}) ==
          "INTERVAL '1 years 2 months'");
    CHECK(sql({DataType::year_month_interval(), Value(std::int64_t{14})}) ==
          "INTERVAL '1-2' YEAR TO MONTH");
}

// The bytes are Spark's parse_json('{"a":[1,2.5,null]}').
TEST_CASE("variants print as JSON", "[types][text][variant]") {
    const std::string value("\x02\x01\x00\x00\x0f\x03\x03\x00\x02\x08\t\x0c\x01 \x01\x19\x00\x00\x00\x00", 20);
    const std::string metadata("\x01\x01\x00\x01" "a", 5);
    CHECK(value_text(DataType::variant(), Value(VariantValue{value, metadata}), {}) ==
          R"({"a":[1,2.5,null]})");
}
