#include "formats/csv_record.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "types/type_text.h"

using namespace firesteel;

namespace {

/// Options by name and value.
Options with(std::initializer_list<std::pair<std::string, std::string>> entries) {
    return Options(std::vector<std::pair<std::string, std::string>>(entries));
}

std::string fields(std::string_view text, const Options& options = {}) {
    CsvFields out;
    if (!split_csv(text, CsvDialect::of_reader(options), out)) return "nothing";
    std::string joined;
    for (const auto& field : out) joined += "<" + field.value_or("NULL") + ">";
    return joined;
}

}  // namespace

TEST_CASE("a CSV record falls into fields as Spark's parser splits it", "[formats][csv]") {
    CHECK(fields("1,b") == "<1><b>");
    CHECK(fields(",") == "<><>");
    CHECK(fields("") == "nothing");
    CHECK(fields("\"a,b\",c") == "<a,b><c>");
    CHECK(fields("\"a\\\"b\",c") == "<a\"b><c>");
    CHECK(fields("\"a\"\"b\",c") == "<\"a\"\"b\"><c>");
    CHECK(fields("\"a\"x,b") == "<\"a\"x><b>");
    CHECK(fields("\"a\" ,b") == "<a><b>");
    CHECK(fields(" \"a\" ,b") == "< \"a\" ><b>");
    CHECK(fields("\"a,b") == "<a,b>");
    CHECK(fields("a\nb") == "<a\nb>");
    CHECK(fields("1||2", with({{"sep", "||"}})) == "<1><2>");
    CHECK(fields("#1", with({{"comment", "#"}})) == "nothing");
    CHECK(fields("\"a\"\"b\",b", with({{"escape", "\""}})) == "<a\"b><b>");
    CHECK_THROWS_AS(fields("1,2", with({{"maxColumns", "1"}})), Error);
}

TEST_CASE("a CSV record that has too few, too many or other fields is malformed", "[formats][csv]") {
    const CsvRecordParser parser(DataType::structure(parse_table_schema("a int, b int, bad string")),
                                 with({{"columnNameOfCorruptRecord", "bad"}}), "UTC", 0);
    const auto row = [&](std::string_view text) { return parser.parse(text); };
    CHECK(row("1,2").value.list()[1] == Value(std::int64_t{2}));
    CHECK(!row("1,2").malformed);
    CHECK(row("1").malformed);
    CHECK(row("1,2,3").value.list()[2] == Value(std::string("1,2,3")));
    CHECK(row("x,2").value.list()[0].is_null());
    CHECK(row("x,2").value.list()[1] == Value(std::int64_t{2}));
}
