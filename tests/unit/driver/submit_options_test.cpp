#include "cli/submit_options.h"

#include <catch2/catch.hpp>

#include "cli/properties.h"

using namespace firesteel::cli;

namespace {

std::string mistake(const std::vector<std::string>& words) {
    try {
        parse_submit(words);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("options end where the script begins", "[cli][submit]") {
    const auto options =
        parse_submit({"--name=n", "-c", "a=b=c", "--conf", "d=", "-v", "x.py", "--name", "-z"});
    REQUIRE(options.value("--name") == "n");
    REQUIRE(options.has("--verbose"));
    REQUIRE(options.confs == std::vector<std::pair<std::string, std::string>>{
                                 {"a", "b=c"},
                                 {"d", ""   }
    });
    REQUIRE(options.command == std::vector<std::string>{"x.py", "--name", "-z"});
    REQUIRE(flag_settings(options) == std::vector<std::pair<std::string, std::string>>{
                                          {"spark.app.name", "n"}
    });
}

TEST_CASE("an unknown option names the nearest", "[cli][submit]") {
    REQUIRE(mistake({"--pyfiles", "x"}) ==
            "there is no option --pyfiles; the nearest is --py-files");
    REQUIRE(mistake({"--archive=x"}) == "there is no option --archive; the nearest is --archives");
    REQUIRE(mistake({"--conf", "x"}) == "--conf takes key=value, not 'x'");
    REQUIRE(mistake({"--name"}) == "--name needs a value: NAME");
    REQUIRE(mistake({"--verbose=1"}) == "--verbose takes no value");
}

TEST_CASE("properties are read as Java reads them", "[cli][properties]") {
    REQUIRE(parse_properties("# comment\n! another\n\n") == Properties{});
    REQUIRE(parse_properties("a b") == Properties{
                                           {"a", "b"}
    });
    REQUIRE(parse_properties("a=b\na : c \r\n") == Properties{
                                                       {"a", "b"},
                                                       {"a", "c"}
    });
    REQUIRE(parse_properties("  a\t=  b=c") == Properties{
                                                   {"a", "b=c"}
    });
    REQUIRE(parse_properties("a b \\\n   c\nd e") == Properties{
                                                         {"a", "b c"},
                                                         {"d", "e"  }
    });
    REQUIRE(parse_properties("a\\ b=\\u0041\\t\\z\\\\") == Properties{
                                                               {"a b", "A\tz\\"}
    });
    REQUIRE(parse_properties("key") == Properties{
                                           {"key", ""}
    });
    REQUIRE_THROWS(parse_properties("a=\\u12"));
}
