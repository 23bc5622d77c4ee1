#include <array>

#include <catch2/catch.hpp>

#include "common/error.h"
#include "types/decimal_format.h"
#include "types/java_format.h"
#include "types/number_format.h"
#include "types/number_text.h"

namespace firesteel {
namespace {

std::string read(const char* text, const char* format) {
    const NumberFormat number_format(format);
    const auto value = number_format.read(text);
    if (!value) return "mismatch";
    std::string out;
    append_decimal_plain(out, *value, number_format.scale());
    return out;
}

std::string write(std::int64_t unscaled, int scale, const char* format) {
    return NumberFormat(format).write(Int128{unscaled}, scale);
}

std::string condition_of(const char* format) {
    try {
        const NumberFormat number_format(format);
    } catch (const Error& error) {
        return std::string(error.row().condition);
    }
    return "none";
}

TEST_CASE("to_number reads what its format says", "[types][number_format]") {
    REQUIRE(read("454", "9,999") == "454");
    REQUIRE(read("1,454", "9,999") == "1454");
    REQUIRE(read("1,45", "9,999") == "145");
    REQUIRE(read("14,54", "9,999") == "mismatch");
    REQUIRE(read("454", "0,000") == "mismatch");
    REQUIRE(read(" 454", "9999") == "454");
    REQUIRE(read("4 5", "999") == "45");
    REQUIRE(read("454", "99") == "mismatch");
    REQUIRE(read("454.", "999.9") == "454.0");
    REQUIRE(read(".5", "9.9") == "0.5");
    REQUIRE(read("-5", "S9") == "-5");
    REQUIRE(read("5-", "9MI") == "-5");
    REQUIRE(read("<5>", "9PR") == "-5");
    REQUIRE(read("<5", "9PR") == "mismatch");
    REQUIRE(read("$5", "$9") == "5");
    REQUIRE(read("5", "$9") == "mismatch");
    REQUIRE(read("", "999") == "mismatch");
    REQUIRE(read("-", "S9") == "mismatch");
    REQUIRE(read("12", "9,099") == "mismatch");
    REQUIRE(read("1,234.5", "9G999D9") == "1234.5");
}

TEST_CASE("to_char writes what its format says", "[types][number_format]") {
    REQUIRE(write(454, 0, "99") == "##");
    REQUIRE(write(454, 0, "9999") == " 454");
    REQUIRE(write(454, 0, "09999") == "00454");
    REQUIRE(write(-454, 0, "S999") == "-454");
    REQUIRE(write(454, 0, "999MI") == "454 ");
    REQUIRE(write(-454, 0, "999PR") == "<454>");
    REQUIRE(write(454, 0, "999PR") == "454  ");
    REQUIRE(write(0, 0, "9") == " ");
    REQUIRE(write(5, 1, ".9") == ".5");
    REQUIRE(write(5, 1, "9.9") == "0.5");
    REQUIRE(write(1234, 2, "99.9") == "##.#");
    REQUIRE(write(12, 0, "99.") == "12 ");
    REQUIRE(write(12, 0, "9,999,999") == "       12");
    REQUIRE(write(12, 0, "0,000,000") == "0,000,012");
    REQUIRE(write(-12, 0, "S$9,999") == "-$   12");
    REQUIRE(write(12345678, 3, "$99,999.99") == "$## ###.##");
    REQUIRE(write(-5, 0, "99S") == " 5-");
    REQUIRE(write(-5, 0, "99.PR") == " <5> ");
    REQUIRE(write(0, 0, "S9.9") == " +.0");
    REQUIRE(write(0, 0, "9S") == "+ ");
    REQUIRE(write(-5, 1, "S.9") == "-.5");
}

TEST_CASE("formats of numbers are checked", "[types][number_format]") {
    REQUIRE(condition_of("") == "INVALID_FORMAT.EMPTY");
    REQUIRE(condition_of("9a") == "INVALID_FORMAT.UNEXPECTED_TOKEN");
    REQUIRE(condition_of("$") == "INVALID_FORMAT.WRONG_NUM_DIGIT");
    REQUIRE(condition_of("9$") == "INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT");
    REQUIRE(condition_of(".$9") == "INVALID_FORMAT.CUR_MUST_BEFORE_DEC");
    REQUIRE(condition_of("9,,9") == "INVALID_FORMAT.CONT_THOUSANDS_SEPS");
    REQUIRE(condition_of(",99") == "INVALID_FORMAT.CONT_THOUSANDS_SEPS");
    REQUIRE(condition_of("9.9,9") == "INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC");
    REQUIRE(condition_of("9.9.9") == "INVALID_FORMAT.WRONG_NUM_TOKEN");
    REQUIRE(condition_of("S9S") == "INVALID_FORMAT.WRONG_NUM_TOKEN");
    REQUIRE(condition_of("9PRPR") == "INVALID_FORMAT.WRONG_NUM_TOKEN");
    REQUIRE(condition_of("$S9") == "INVALID_FORMAT.UNEXPECTED_TOKEN");
    REQUIRE(condition_of("mi9") == "none");
}

TEST_CASE("format_number writes as DecimalFormat", "[types][decimal_format]") {
    const auto grouped = [](double value, int digits) { return DecimalFormat::grouped(digits).write(value); };
    REQUIRE(grouped(12332.1234567, 4) == "12,332.1235");
    REQUIRE(grouped(0.5, 0) == "0");
    REQUIRE(grouped(1.5, 0) == "2");
    REQUIRE(grouped(0.125, 2) == "0.12");
    REQUIRE(grouped(2.675, 2) == "2.67");
    REQUIRE(grouped(-0.4, 0) == "-0");
    REQUIRE(grouped(1e20, 2) == "100,000,000,000,000,000,000.00");
    REQUIRE(grouped(1e-7, 10) == "0.0000001000");
    const auto by = [](double value, const char* pattern) { return DecimalFormat(pattern).write(value); };
    REQUIRE(by(12332.123456, "##################.###") == "12332.123");
    REQUIRE(by(12332.6, "#,###.00") == "12,332.60");
    REQUIRE(by(0, "#.##") == "0");
    REQUIRE(by(0.5, "#.##") == "0.5");
    REQUIRE(by(1234.5, "0.00E0") == "1.23E3");
    REQUIRE(by(0.25, "#.#%") == "25%");
    REQUIRE(by(1234.567, "$#,##0.00") == "$1,234.57");
    REQUIRE(by(-1234, "#,##0;(#,##0)") == "(1,234)");
    REQUIRE(by(1234567, "#,####") == "123,4567");
    REQUIRE(by(1, "abc") == "abc1");
    REQUIRE(by(1, "0'x'") == "1x");
    REQUIRE_THROWS_AS(by(1, "#0#"), Error);
    REQUIRE_THROWS_AS(by(1, "0.0.0"), Error);
}

std::string format(const char* text, const DataType& type, Value value) {
    const std::array types{type};
    const std::array values{std::move(value)};
    return java_format(text, types, values);
}
std::string format(const char* text, double value) { return format(text, DataType::float64(), Value(value)); }
std::string format(const char* text, std::int32_t value) {
    return format(text, DataType::integer(), Value(std::int64_t{value}));
}
std::string format(const char* text, const char* value) {
    return format(text, DataType::string(), Value(std::string(value)));
}

TEST_CASE("format_string writes as java.util.Formatter", "[types][java_format]") {
    REQUIRE(format("%.2f|", 2.5) == "2.50|");
    REQUIRE(format("%010.2f", 2.5) == "0000002.50");
    REQUIRE(format("%,.2f", 1234567.891) == "1,234,567.89");
    REQUIRE(format("%(.1f", -3.14) == "(3.1)");
    REQUIRE(format("%e", 12345.678) == "1.234568e+04");
    REQUIRE(format("%.3E", 0.00012) == "1.200E-04");
    REQUIRE(format("%g", 12345.678) == "12345.7");
    REQUIRE(format("%g", 1e-5) == "1.00000e-05");
    REQUIRE(format("%g", 0.0001) == "0.000100000");
    REQUIRE(format("%g", 0.0) == "0.00000");
    REQUIRE(format("%.3g", 123456.0) == "1.23e+05");
    REQUIRE(format("%a", 1.5) == "0x1.8p0");
    REQUIRE(format("%.0f", 2.5) == "3");
    REQUIRE(format("%.2f", 1.005) == "1.01");
    REQUIRE(format("%.20f", 0.1) == "0.10000000000000000000");
    REQUIRE(format("%.0e", 12345.0) == "1e+04");
    REQUIRE(format("%010.3e", 12345.0) == "01.235e+04");
    REQUIRE(format("%5d|%1$-5d|%1$05d|%1$+d", 42) == "   42|42   |00042|+42");
    REQUIRE(format("%,d", -1234567) == "-1,234,567");
    REQUIRE(format("%x", -1) == "ffffffff");
    REQUIRE(format("%#X", 255) == "0XFF");
    REQUIRE(format("%o", -1) == "37777777777");
    REQUIRE(format("%c", 65) == "A");
    REQUIRE(format("%10s|%<-10s|%<.2s|%<10.2s", "abc") == "       abc|abc       |ab|        ab");
    REQUIRE(format("%S", "ß") == "SS");
    REQUIRE(format("%b", "x") == "true");
    REQUIRE(format("%5%|%n", "x") == "    %|\n");
    REQUIRE_THROWS_AS(format("%d", "a"), Error);
    REQUIRE_THROWS_AS(format("%.3d", 5), Error);
    REQUIRE_THROWS_AS(format("%-d", 5), Error);
    REQUIRE_THROWS_AS(format("%2$s", "a"), Error);
    REQUIRE_THROWS_AS(format("%z", "a"), Error);
    REQUIRE_THROWS_AS(format("%", "a"), Error);
}

}  // namespace
}  // namespace firesteel
