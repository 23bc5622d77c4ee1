#include <catch2/catch.hpp>

#include "exec/show.h"

namespace firesteel::exec {
namespace {

const Schema kSchema = {{"id", DataType::long_int(), true, {}},
                        {"name", DataType::string(), true, {}}};

ValueList row(std::int64_t id, const char* name) {
    return {Value(id), name == nullptr ? Value() : Value(std::string(name))};
}

TEST_CASE("a table is framed and right aligned", "[exec][show]") {
    REQUIRE(show_table(kSchema, {row(1, "Alice"), row(2, nullptr)}, {}) ==
            "+---+-----+\n"
            "| id| name|\n"
            "+---+-----+\n"
            "|  1|Alice|\n"
            "|  2| NULL|\n"
            "+---+-----+\n");
}

TEST_CASE("without truncation cells stand left", "[exec][show]") {
    REQUIRE(show_table(kSchema, {row(1, "Al\n")}, {.truncate = 0}) ==
            "+---+----+\n"
            "|id |name|\n"
            "+---+----+\n"
            "|1  |Al\\n|\n"
            "+---+----+\n");
}

TEST_CASE("long cells are cut and more rows are named", "[exec][show]") {
    REQUIRE(show_table({kSchema[1]}, {{Value(std::string("abcdefgh"))}, {Value()}},
                       {.rows_max = 1, .truncate = 5}) ==
            "+-----+\n"
            "| name|\n"
            "+-----+\n"
            "|ab...|\n"
            "+-----+\n"
            "only showing top 1 row");
}

TEST_CASE("a table without columns still has a frame", "[exec][show]") {
    REQUIRE(show_table({}, {}, {}) == "++\n||\n++\n++\n");
}

TEST_CASE("vertical records and html", "[exec][show]") {
    REQUIRE(show_vertical(kSchema, {row(0, "x")}, {}) ==
            "-RECORD 0---\n"
            " id  | 0   \n"
            " name| x   \n");
    REQUIRE(show_html({kSchema[1]}, {{Value(std::string("a<b"))}}, {}) ==
            "<table border='1'>\n<tr><th>name</th></tr>\n<tr><td>a&lt;b</td></tr>\n</table>\n");
}

}  // namespace
}  // namespace firesteel::exec
