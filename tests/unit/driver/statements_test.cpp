#include "cli/statements.h"

#include <catch2/catch.hpp>

using firesteel::cli::split_statements;
using Statements = std::vector<std::string>;

TEST_CASE("statements end at semicolons outside quotes and comments", "[cli][sql]") {
    REQUIRE(split_statements("") == Statements{});
    REQUIRE(split_statements(" ; -- nothing\n; /* nor; here */") == Statements{});
    REQUIRE(split_statements("SELECT 1") == Statements{"SELECT 1"});
    REQUIRE(split_statements("SELECT 1;\n SELECT 2 ;") == Statements{"SELECT 1", "SELECT 2"});
    REQUIRE(split_statements("SELECT ';', \";\", `;`; x") ==
            Statements{"SELECT ';', \";\", `;`", "x"});
    REQUIRE(split_statements(R"(SELECT '\';'; x)") == Statements{R"(SELECT '\';')", "x"});
    REQUIRE(split_statements(R"(SELECT r'\'; x)") == Statements{R"(SELECT r'\')", "x"});
    REQUIRE(split_statements("a -- b; c\n; d") == Statements{"a -- b; c", "d"});
    REQUIRE(split_statements("a /* /* ; */ ; */ b; c") == Statements{"a /* /* ; */ ; */ b", "c"});
    REQUIRE(split_statements("SELECT 'open; x") == Statements{"SELECT 'open; x"});
}

TEST_CASE("a script is one statement", "[cli][sql]") {
    const std::string script =
        "BEGIN DECLARE x INT; IF x > 1 THEN SELECT CASE WHEN x THEN 1 END; END IF; "
        "WHILE x DO SET x = 1; END WHILE; BEGIN SELECT 2; END; END";
    REQUIRE(split_statements(script + "; SELECT 1") == Statements{script, "SELECT 1"});
    REQUIRE(split_statements("l: BEGIN SELECT 1; END l; y") ==
            Statements{"l: BEGIN SELECT 1; END l", "y"});
    REQUIRE(split_statements("SELECT CASE WHEN a THEN b END; y") ==
            Statements{"SELECT CASE WHEN a THEN b END", "y"});
}

TEST_CASE("what is typed goes on until a semicolon ends it", "[cli][sql]") {
    using firesteel::cli::ends_open;
    REQUIRE(ends_open("SELECT 1"));
    REQUIRE(ends_open("SELECT 1; SELECT 2"));
    REQUIRE(ends_open("SELECT ';"));
    REQUIRE(ends_open("SELECT 1 -- ;"));
    REQUIRE(ends_open("/* ;"));
    REQUIRE(ends_open("BEGIN SELECT 1;"));
    REQUIRE_FALSE(ends_open("SELECT 1;"));
    REQUIRE_FALSE(ends_open("SELECT 1; -- and no more"));
    REQUIRE_FALSE(ends_open("BEGIN SELECT 1; END;"));
    REQUIRE_FALSE(ends_open(""));
}
