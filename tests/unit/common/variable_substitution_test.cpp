#include "common/variable_substitution.h"

#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "common/error.h"

using firesteel::Error;

namespace {

std::string substituted(const std::string& text) {
    static const std::map<std::string, std::string> kSettings{
        {"my.key", "v"       },
        {"spark.y", "w"      },
        {"chain", "<${my.key}>"},
        {"self", "${self}"   },
        {"dollar", "$1\\2"   }
    };
    return firesteel::substitute_variables(text, [](const std::string& name) {
        const auto found = kSettings.find(name);
        return found == kSettings.end() ? std::string() : found->second;
    });
}

}  // namespace

TEST_CASE("references in SQL text are read as Spark reads them", "[common][sql]") {
    REQUIRE(substituted("'${my.key}', '${hivevar:my.key}', '${spark:my.key}', '${sparkconf:my.key}'") ==
            "'v', 'v', 'v', 'v'");
    REQUIRE(substituted("${hiveconf:spark.y} ${my.key}${spark.y} $${my.key}") == "w vw $v");
    REQUIRE(substituted("'${nope}' '${hivevar:nope}' '${nope:x}' '${_1:x}'") == "'' '' '${nope:x}' '${_1:x}'");
    REQUIRE(substituted("'${a' '${}' '${ my.key }' '${a\nb}'") == "'${a' '${}' '${ my.key }' '${a\nb}'");
    REQUIRE(substituted("${${my.key}} ${my.key:y} ${a:}") == "}  ");
    REQUIRE(substituted("'${a:}}'") == "'${a:}}'");
    REQUIRE(substituted("'${é}' '${é:x}'") == "'' ''");
    REQUIRE(substituted("${chain} ${dollar}") == "<v> $1\\2");
    REQUIRE(substituted("no reference, $ and {") == "no reference, $ and {");
}

TEST_CASE("references that lead nowhere are errors", "[common][sql]") {
    REQUIRE_THROWS_AS(substituted("${self}"), Error);
    REQUIRE_THROWS_AS(substituted("${env:HOME}"), Error);
    REQUIRE_THROWS_AS(substituted("${system:user.name}"), Error);
}

TEST_CASE("references have limits", "[common][sql]") {
    const auto next = [](const std::string& name) { return "${" + name + "x}"; };
    REQUIRE_THROWS_AS(firesteel::substitute_variables("${a}", next), Error);
    const auto doubled = [](const std::string& name) {
        return name.size() > 60 ? "text" : "${" + name + "x}${" + name + "x}";
    };
    REQUIRE_THROWS_AS(firesteel::substitute_variables("${a}", doubled), Error);
}
