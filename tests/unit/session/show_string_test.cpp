#include <catch2/catch.hpp>

#include "session/show_string.h"

using namespace firesteel;

namespace {

Value text(const char* t) { return Value(std::string(t)); }
Value number(std::int64_t n) { return Value(n); }

RowSet strings(std::vector<std::string> values, const char* name = "s") {
    RowSet out;
    out.schema = {{name, DataType::string(), true, ""}};
    for (auto& value : values) out.rows.push_back({Value(std::move(value))});
    return out;
}

}  // namespace

TEST_CASE("show aligns right when it truncates and left when it doesn't", "[session][show]") {
    RowSet data;
    data.schema = {{"id", DataType::integer(), true, ""}, {"name", DataType::string(), true, ""}};
    data.rows = {{number(1), text("Alice")}, {Value(), text("Bob")}};
    CHECK(show_string(data, {}) ==
          "+----+-----+\n|  id| name|\n+----+-----+\n|   1|Alice|\n|NULL|  Bob|\n+----+-----+\n");
    ShowOptions options;
    options.truncate = 0;
    CHECK(show_string(data, options) ==
          "+----+-----+\n|id  |name |\n+----+-----+\n|1   |Alice|\n|NULL|Bob  |\n+----+-----+\n");
}

TEST_CASE("show says that there is more", "[session][show]") {
    ShowOptions options;
    options.rows = 1;
    CHECK(show_string(strings({"a", "b"}), options) == "+---+\n|  s|\n+---+\n|  a|\n+---+\nonly showing top 1 row");
    options.rows = 0;
    CHECK(show_string(strings({"a"}), options) == "+---+\n|  s|\n+---+\n+---+\nonly showing top 0 rows");
}

TEST_CASE("show without columns or rows still has its frame", "[session][show]") {
    CHECK(show_string(strings({}), {}) == "+---+\n|  s|\n+---+\n+---+\n");
    RowSet none;
    none.rows = {{}, {}};
    CHECK(show_string(none, {}) == "++\n||\n++\n||\n||\n++\n");
}

TEST_CASE("vertical show names each cell", "[session][show]") {
    RowSet data;
    data.schema = {{"id", DataType::integer(), true, ""}, {"name", DataType::string(), true, ""}};
    data.rows = {{number(1), text("Ann")}};
    ShowOptions options;
    options.vertical = true;
    CHECK(show_string(data, options) == "-RECORD 0---\n id   | 1   \n name | Ann \n");
    data.rows.clear();
    CHECK(show_string(data, options) == "(0 rows)");
}

TEST_CASE("cells are cut by UTF-16 units, and wide characters count twice in width", "[session][show]") {
    const auto cell = [](const char* value, std::int32_t truncate) {
        ShowOptions options;
        options.truncate = truncate;
        options.vertical = true;
        const std::string shown = show_string(strings({value}), options);
        const auto begin = shown.find("| ") + 2;
        return shown.substr(begin, shown.rfind(" \n") - begin);
    };
    CHECK(cell("abcdefgh", 6) == "abc...");
    CHECK(cell("abcdefgh", 3) == "abc");
    CHECK(cell("a\nb\tc", 0) == "a\\nb\\tc");
    CHECK(cell("\xF0\x9F\x94\xA5\xF0\x9F\x94\xA5\xF0\x9F\x94\xA5", 5) == "\xF0\x9F\x94\xA5...");
    CHECK(show_string(strings({"\xE4\xB8\xAD\xE6\x96\x87"}), {}) ==
          "+----+\n|   s|\n+----+\n|\xE4\xB8\xAD\xE6\x96\x87|\n+----+\n");
}

TEST_CASE("nested cells show NULL at any depth and binary as hex", "[session][show]") {
    const DataType list = DataType::array(DataType::string());
    CHECK(cell_text(list, Value(ValueList{text(""), text("a"), Value()}), *TimeZone::utc()) == "[, a, NULL]");
    CHECK(cell_text(DataType::binary(), Value(std::string("\0\xff" "A", 3)), *TimeZone::utc()) == "[00 FF 41]");
    const DataType map = DataType::map(DataType::string(), DataType::integer());
    CHECK(cell_text(map, Value(MapValue{{{text("k"), number(1)}, {text("j"), Value()}}}), *TimeZone::utc()) ==
          "{k -> 1, j -> NULL}");
    const DataType pair = DataType::structure({{"a", DataType::integer()}, {"b", DataType::binary()}});
    CHECK(cell_text(pair, Value(ValueList{Value(), text("x")}), *TimeZone::utc()) == "{NULL, [78]}");
}

TEST_CASE("HTML cells are escaped", "[session][show]") {
    CHECK(html_string(strings({"<a&\"\xC3\xA9>"}), {}) ==
          "<table border='1'>\n<tr><th>s</th></tr>\n<tr><td>&lt;a&amp;&quot;&eacute;&gt;</td></tr>\n</table>\n");
    ShowOptions options;
    options.rows = 1;
    CHECK(html_string(strings({"a", "b"}), options) ==
          "<table border='1'>\n<tr><th>s</th></tr>\n<tr><td>a</td></tr>\n</table>\nonly showing top 1 row\n");
}
