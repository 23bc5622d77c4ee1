#include "formats/xml_record.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "common/error.h"
#include "formats/json_generate.h"
#include "formats/xml_generate.h"
#include "formats/xml_schema.h"
#include "formats/xml_xpath.h"
#include "types/type_text.h"

using namespace firesteel;

namespace {

/// Options by name and value.
Options with(std::initializer_list<std::pair<std::string, std::string>> entries) {
    return Options(std::vector<std::pair<std::string, std::string>>(entries));
}

/// What from_xml gives, printed by to_json; "!" where the record is malformed.
std::string read(std::string_view text, std::string_view schema) {
    const DataType type = DataType::structure(parse_table_schema(schema));
    const ParsedRecord record = XmlRecordParser(type, {}, "UTC", 0).parse(text);
    std::string out;
    JsonGenerator(type, with({{"ignoreNullFields", "false"}}), "UTC").append(out, record.value);
    return record.malformed ? out + "!" : out;
}

std::string schema(std::string_view text) { return sql_name(xml_schema(text, {}, "UTC")); }

}  // namespace

TEST_CASE("XML elements and attributes are columns", "[formats][xml]") {
    CHECK(read("<p><a>1</a><b>x</b></p>", "a int, b string") == R"({"a":1,"b":"x"})");
    CHECK(read("<p x='7'>t</p>", "_x int, _VALUE string") == R"({"_x":7,"_VALUE":"t"})");
    CHECK(read("<p><a>1</a><a>2</a></p>", "a array<int>") == R"({"a":[1,2]})");
    CHECK(read("<p><m><k>1</k></m></p>", "m map<string,int>") == R"({"m":{"k":1}})");
    CHECK(read("<p><a><b>1</b></a></p>", "a string") == R"({"a":"<b>1</b>"})");
    CHECK(read("<p><A>1</A></p> rest", "a int") == R"({"a":1})");
}

TEST_CASE("a value that does not fit ends its XML element", "[formats][xml]") {
    CHECK(read("<p><a>1</a><b>x</b><c>3</c></p>", "a int, b int, c int") == R"({"a":1,"b":null,"c":null}!)");
    CHECK(read("<p><b><x>q</x></b><c>3</c></p>", "b struct<x:int>, c int") == R"({"b":null,"c":null}!)");
    CHECK(read("<p><a>1", "a int") == R"({"a":null}!)");
    CHECK(read("<!DOCTYPE p [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p><a>&e;</a></p>", "a string") ==
          R"({"a":null}!)");
}

TEST_CASE("XML shows its schema", "[formats][xml]") {
    CHECK(schema("<p x='1'><a>1.5</a><a>2</a></p>") == "STRUCT<_x: BIGINT, a: ARRAY<DOUBLE>>");
    CHECK(schema("<p><a>t<b>1</b></a></p>") == "STRUCT<a: STRUCT<_VALUE: STRING, b: BIGINT>>");
    CHECK(schema("bad") == "STRUCT<_corrupt_record: STRING>");
}

TEST_CASE("XPath 1.0 answers as Java's does", "[formats][xml]") {
    CHECK(xml::XPath("a/b").string("<a><b>x</b><b>y</b></a>") == "x");
    CHECK(xml::XPath("1 div 3").string("<a/>") == "0.3333333333333333");
    CHECK(std::isnan(xml::XPath("a").number("<a>1e3</a>")));
    CHECK(xml::XPath("a").string("<n:a xmlns:n='u'>x</n:a>") == "x");
    CHECK(xml::XPath("a/b").nodes("<a><b>1</b></a>").at(0) == std::nullopt);
    CHECK_THROWS_AS(xml::XPath("bad["), Error);
    CHECK_THROWS_AS(xml::XPath("a").string("<a>"), Error);
}
