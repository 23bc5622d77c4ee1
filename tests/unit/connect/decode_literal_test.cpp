#include <cmath>

#include <catch2/catch.hpp>

#include "connect/encode/values.h"
#include "decode_fixture.h"
#include "types/type_text.h"

namespace firesteel::connect::test {
namespace {

using LiteralProto = spark::connect::Expression::Literal;

Literal literal(std::string_view text) { return decode_literal(from_text<LiteralProto>(text)); }
DataType type(std::string_view text) {
    return decode_data_type(from_text<spark::connect::DataType>(text));
}
std::string type_text(std::string_view text) { return simple_string(type(text)); }

ErrorClass literal_error(std::string_view text) {
    return error_of([&] { literal(text); }).id();
}
ErrorClass type_error(std::string_view text) {
    return error_of([&] { type(text); }).id();
}

/// type, unscaled digits
std::pair<std::string, std::int64_t> decimal(std::string_view text) {
    const Literal decoded = literal("decimal {" + std::string(text) + "}");
    return {simple_string(decoded.type), static_cast<std::int64_t>(decoded.value.decimal())};
}

}  // namespace

TEST_CASE("every scalar literal has its type and value", "[connect][decode]") {
    REQUIRE(literal("null { integer {} }") == Literal::null(DataType::integer()));
    REQUIRE(literal("boolean: true") == Literal::boolean(true));
    REQUIRE(literal("byte: -128") == Literal{DataType::byte(), Value(std::int64_t{-128})});
    REQUIRE(literal("short: 300") == Literal{DataType::short_int(), Value(std::int64_t{300})});
    REQUIRE(literal("integer: 7") == Literal::integer(7));
    REQUIRE(literal("long: 9000000000") == Literal::long_int(9000000000));
    REQUIRE(literal("float: 0.5") == Literal{DataType::float32(), Value(0.5)});
    REQUIRE(std::isnan(literal("double: nan").value.floating()));
    REQUIRE(literal("string: 'q'") == Literal::string("q"));
    REQUIRE(literal("binary: '\\377'").value.bytes() == "\xff");
    REQUIRE(literal("date: -1") == Literal{DataType::date(), Value(std::int64_t{-1})});
    REQUIRE(literal("timestamp: 5").type == DataType::timestamp());
    REQUIRE(literal("timestamp_ntz: 5").type == DataType::timestamp_ntz());
    REQUIRE(literal("time { nano: 1000 }").type == DataType::time(6));
    REQUIRE(literal("year_month_interval: 14").type == DataType::year_month_interval());
    REQUIRE(literal("day_time_interval: 14").type == DataType::day_time_interval());
    REQUIRE(literal("calendar_interval { months: 1 days: 2 microseconds: 3 }").value.interval() ==
            CalendarIntervalValue{1, 2, 3});
}

TEST_CASE("a decimal has at least the digits that it shows", "[connect][decode]") {
    using Pair = std::pair<std::string, std::int64_t>;
    REQUIRE(decimal("value: '3.14' precision: 10 scale: 0") == Pair{"decimal(10,2)", 314});
    REQUIRE(decimal("value: '0.01'") == Pair{"decimal(2,2)", 1});
    REQUIRE(decimal("value: '1E+2'") == Pair{"decimal(3,0)", 100});
    REQUIRE(decimal("value: '-12.50' scale: 4") == Pair{"decimal(6,4)", -125000});
    REQUIRE(decimal("value: '0'") == Pair{"decimal(1,0)", 0});
    REQUIRE(literal_error("decimal { value: 'NaN' }") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("decimal { value: '1e' }") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("decimal { value: '1E+9999' }") ==
            ErrorClass::DecimalPrecisionExceedsMaxPrecision);
    REQUIRE(literal_error("decimal { value: '123456789012345678901234567890123456789' }") ==
            ErrorClass::DecimalPrecisionExceedsMaxPrecision);
}

TEST_CASE("nested literals take their type from old fields, new ones or their elements",
          "[connect][decode]") {
    REQUIRE(
        simple_string(literal("array { element_type { long {} } elements { long: 1 } }").type) ==
        "array<bigint>");
    REQUIRE(
        simple_string(literal("array { elements { integer: 1 } } data_type { array { element_type "
                              "{ integer {} } contains_null: false } }")
                          .type) == "array<int>");
    REQUIRE(simple_string(
                literal("array { elements { null { null {} } } elements { string: 'a' } }").type) ==
            "array<string>");
    REQUIRE(simple_string(literal("map { keys { string: 'a' } values { integer: 1 } }").type) ==
            "map<string,int>");
    REQUIRE(simple_string(
                literal("struct { struct_type { struct { fields { name: 'a' data_type { integer "
                        "{} } } } } elements { integer: 1 } }")
                    .type) == "struct<a:int>");
    REQUIRE(literal("specialized_array { ints { values: 3 } }").value.list().size() == 1);
}

TEST_CASE("literals that contradict themselves are refused", "[connect][decode]") {
    REQUIRE(literal_error("") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("byte: 128") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("short: -40000") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("time { nano: -1 }") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("map { keys { integer: 1 } }") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("struct { elements { integer: 1 } }") == ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("array { element_type { string {} } elements { integer: 1 } }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(literal_error("map { keys { null { integer {} } } values { integer: 1 } }") ==
            ErrorClass::NullMapKey);
}

TEST_CASE("every data type of the protocol is read", "[connect][decode]") {
    REQUIRE(type_text("decimal {}") == "decimal(10,0)");
    REQUIRE(type_text("decimal { precision: 12 scale: 3 }") == "decimal(12,3)");
    REQUIRE(type("string { collation: 'UTF8_BINARY' }") == DataType::string());
    REQUIRE(type("string { collation: 'unicode_ci' }").collation() == "UNICODE_CI");
    REQUIRE(type_text("char { length: 5 }") == "char(5)");
    REQUIRE(type_text("var_char { length: 5 }") == "varchar(5)");
    REQUIRE(type_text("day_time_interval {}") == "interval day to second");
    REQUIRE(type_text("day_time_interval { start_field: 1 }") == "interval hour");
    REQUIRE(type_text("year_month_interval { start_field: 0 end_field: 1 }") ==
            "interval year to month");
    REQUIRE(type_text("map { key_type { string {} } value_type { variant {} } }") ==
            "map<string,variant>");
    REQUIRE(type_text("unparsed { data_type_string: 'array<int>' }") == "array<int>");
    REQUIRE(type_text("unparsed { data_type_string: 'a int, b string' }") ==
            "struct<a:int,b:string>");
    REQUIRE(type("udt { type: 'udt' python_class: 'm.C' sql_type { double {} } }")
                .udt_body()
                .sql_type == DataType::float64());
}

TEST_CASE("impossible data types are refused", "[connect][decode]") {
    REQUIRE(type_error("") == ErrorClass::InvalidPlanInput);
    REQUIRE(type_error("array {}") == ErrorClass::InvalidPlanInput);
    REQUIRE(type_error("decimal { precision: 39 }") ==
            ErrorClass::DecimalPrecisionExceedsMaxPrecision);
    REQUIRE(type_error("day_time_interval { start_field: 2 end_field: 1 }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(type_error("year_month_interval { start_field: 0 end_field: 2 }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(type_error("var_char {}") == ErrorClass::InvalidPlanInput);
    REQUIRE(type_error("string { collation: 'nowhere' }") == ErrorClass::CollationInvalidName);
    REQUIRE(type_error("geometry { srid: 1 }") == ErrorClass::UnsupportedFeature);
    REQUIRE(type_error("struct { fields { name: 'a' data_type { long {} } metadata: '{' } }") ==
            ErrorClass::InvalidPlanInput);
}

TEST_CASE("types and literals come back as they were sent", "[connect][encode]") {
    for (const char* text : {"null {}", "time { precision: 3 }", "calendar_interval {}"}) {
        spark::connect::DataType encoded;
        encode_data_type(type(text), encoded);
        REQUIRE(encoded.ShortDebugString() ==
                from_text<spark::connect::DataType>(text).ShortDebugString());
    }
    const std::string structure =
        "struct { fields { name: 'a' data_type { array { element_type { decimal { precision: 5 "
        "scale: 2 } } "
        "} } nullable: true metadata: '{\"comment\":\"x\"}' } }";
    spark::connect::DataType encoded;
    encode_data_type(type(structure), encoded);
    REQUIRE(encoded.ShortDebugString() ==
            from_text<spark::connect::DataType>(structure).ShortDebugString());

    for (const char* text :
         {"integer: -5", "decimal { value: '-0.050' precision: 3 scale: 3 }", "string: 'x'",
          "map { key_type { long {} } value_type { boolean {} } keys { long: 1 } values { boolean: "
          "false } }"}) {
        LiteralProto message;
        encode_literal(literal(text), message);
        REQUIRE(message.ShortDebugString() == from_text<LiteralProto>(text).ShortDebugString());
    }
}

}  // namespace firesteel::connect::test
