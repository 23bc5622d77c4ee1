#include "formats/json_record.h"

#include <catch2/catch.hpp>

#include "formats/json_generate.h"
#include "formats/json_path.h"
#include "types/type_text.h"

using namespace firesteel;

namespace {

/// Options by name and value.
Options with(std::initializer_list<std::pair<std::string, std::string>> entries) {
    return Options(std::vector<std::pair<std::string, std::string>>(entries));
}

/// What from_json gives, printed by to_json; "!" where the record is malformed.
std::string read(std::string_view text, std::string_view schema, const Options& options = {}) {
    const DataType type = parse_schema_text(schema);
    const ParsedRecord record = JsonRecordParser(type, options, "UTC", 0).parse(text);
    std::string out;
    if (record.value.is_null()) {
        out = "null";
    } else {
        JsonGenerator(type, with({{"ignoreNullFields", "false"}}), "UTC").append(out, record.value);
    }
    return record.malformed ? out + "!" : out;
}

std::string selected(std::string_view text, std::string_view path) {
    const auto parsed = json::Path::parse(path);
    std::string out;
    return parsed && json::append_selected(out, text, *parsed) ? out : "nothing";
}

}  // namespace

TEST_CASE("JSON keeps what fits of a record", "[formats][json]") {
    CHECK(read(R"({"a":1,"b":0.8})", "a int, b double") == R"({"a":1,"b":0.8})");
    CHECK(read(R"({"a":"x","b":1})", "a int, b int") == R"({"a":null,"b":1}!)");
    CHECK(read(R"({"a":{"x":"q","y":2},"b":1})", "a struct<x:int,y:int>, b int") ==
          R"({"a":{"x":null,"y":2},"b":1}!)");
    CHECK(read(R"({"a":[1,"x"],"b":1})", "a array<int>, b int") == R"({"a":null,"b":1}!)");
    CHECK(read(R"({"a":{"k":"v","l":2},"b":1})", "a map<string,int>, b int") == R"({"a":null,"b":1}!)");
    CHECK(read(R"({"a":1,"b":bad})", "a int, b int") == R"({"a":null,"b":null}!)");
    CHECK(read(R"({"a":1,"b":{"c":1,,},"d":2})", "a int, b struct<c:int>, d int") ==
          R"({"a":1,"b":null,"d":null}!)");
    CHECK(read(R"({"a":1} rest)", "a int") == R"({"a":1})");
    CHECK(read(R"([{"a":1}])", "a int") == R"({"a":null}!)");
    CHECK(read(R"({"a":1})", "array<struct<a:int>>") == R"([{"a":1}])");
    CHECK(read(R"([1,"x"])", "array<int>") == "null!");
}

TEST_CASE("what stands beyond JSON is an option", "[formats][json]") {
    CHECK(read("{'a':1}", "a int") == R"({"a":1})");
    CHECK(read("{'a':1}", "a int", with({{"allowSingleQuotes", "false"}})) == R"({"a":null}!)");
    CHECK(read("{a:01}", "a int",
               with({{"allowUnquotedFieldNames", "true"}, {"allowNumericLeadingZeros", "true"}})) ==
          R"({"a":1})");
    CHECK(read("/*x*/{\"a\":1}", "a int", with({{"ALLOWCOMMENTS", "true"}})) == R"({"a":1})");
}

TEST_CASE("paths select as in Hive", "[formats][json]") {
    CHECK(selected(R"({"a":[{"b":1},{"b":2}]})", "$.a[*].b") == "[1,2]");
    CHECK(selected(R"({"a":[{"b":"x"}]})", "$.a[*].b") == "\"x\"");
    CHECK(selected(R"({"a":[[1,2],[3]]})", "$.a[*][*]") == "[1,2,3]");
    CHECK(selected(R"({"a":"s"})", "$.a") == "s");
    CHECK(selected(R"({"a":1.50})", "$.a") == "1.5");
    CHECK(selected(R"({"a":null})", "$.a") == "nothing");
    CHECK(selected(R"({"a":1)", "$.a") == "nothing");
    CHECK(selected(R"({"a":1})", "a") == "nothing");
}
