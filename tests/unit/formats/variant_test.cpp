#include <catch2/catch.hpp>

#include "common/error.h"
#include "formats/variant_build.h"
#include "formats/variant_cast.h"
#include "formats/variant_path.h"
#include "formats/variant_schema.h"

using namespace firesteel;

namespace {

VariantValue made(std::string_view json) {
    VariantValue out;
    REQUIRE(variant_of_json(json, {}, "`parse_json`", out));
    return out;
}

std::string printed(const VariantView& variant) {
    std::string out;
    append_variant_json(out, variant, TimeZone::utc().get());
    return out;
}

std::string round_trip(std::string_view json) {
    const VariantValue value = made(json);
    return printed({value.value, value.metadata});
}

std::string schema(std::string_view json) {
    const VariantValue value = made(json);
    return variant_schema_text(variant_schema({value.value, value.metadata}));
}

}  // namespace

TEST_CASE("JSON becomes a variant and JSON again", "[formats][variant]") {
    CHECK(round_trip(R"({"b":1,"a":[true,null,"s",1.50,1e3]})") == R"({"a":[true,null,"s",1.5,1000.0],"b":1})");
    CHECK(round_trip("12345678901234567890") == "12345678901234567890");
    CHECK(round_trip("-0") == "0");
    VariantValue unused;
    CHECK(!variant_of_json(R"({"a":1,"a":2})", {}, "", unused));
    CHECK(!variant_of_json("{'a':1}", {}, "", unused));
    CHECK(!variant_of_json("", {}, "", unused));
}

TEST_CASE("the bytes are Spark's", "[formats][variant]") {
    using namespace std::string_literals;
    const VariantValue value = made(R"({"a":1,"b":0.8})");
    CHECK(value.value == "\x02\x02\x00\x01\x00\x02\x08\x0c\x01 \x01\x08\x00\x00\x00"s);
    CHECK(value.metadata == "\x01\x02\x00\x01\x02"s + "ab");
}

TEST_CASE("schemas of variants merge items", "[formats][variant]") {
    CHECK(schema("[1,2.5]") == "ARRAY<DECIMAL(21,1)>");
    CHECK(schema("[1,null]") == "ARRAY<BIGINT>");
    CHECK(schema(R"([{"a":1},{"b":2}])") == "ARRAY<OBJECT<a: BIGINT, b: BIGINT>>");
    CHECK(schema("[true,1]") == "ARRAY<VARIANT>");
    CHECK(schema("[]") == "ARRAY<VOID>");
}

TEST_CASE("paths lead into variants", "[formats][variant]") {
    const VariantValue value = made(R"({"a b":{"c":[10,20]}})");
    const VariantView view(value.value, value.metadata);
    const auto at = [&](std::string_view path) {
        const auto found = VariantPath::parse(path)->find(view);
        return found ? printed(*found) : "nothing";
    };
    CHECK(at("$['a b'].c[1]") == "20");
    CHECK(at("$[\"a b\"]") == R"({"c":[10,20]})");
    CHECK(at("$[0]") == "nothing");
    for (const char* path : {"a", "$a", "$[ 1]", "$[-1]", "$.a[", ""}) CHECK(!VariantPath::parse(path));
}

TEST_CASE("variants cast as try_cast does, or raise", "[formats][variant]") {
    TimeZoneCache zones;
    const auto cast = [&](std::string_view json, const DataType& to, bool is_try) {
        const VariantValue value = made(json);
        return VariantCast{*TimeZone::utc(), 0, zones, is_try}.cast({value.value, value.metadata}, to);
    };
    CHECK(cast("1.9", DataType::integer(), false) == Value(std::int64_t{1}));
    CHECK(cast("\" 12 \"", DataType::integer(), false) == Value(std::int64_t{12}));
    CHECK(cast("1.5", DataType::timestamp(), false) == Value(std::int64_t{1'500'000}));
    CHECK(cast("null", DataType::integer(), false).is_null());
    CHECK(cast("300", DataType::byte(), true).is_null());
    CHECK_THROWS_AS(cast("300", DataType::byte(), false), Error);
    CHECK_THROWS_AS(cast("1", DataType::date(), false), Error);
}
