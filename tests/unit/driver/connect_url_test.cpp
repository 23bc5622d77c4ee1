#include "client/connect_url.h"

#include <catch2/catch.hpp>

#include "client/errors.h"

using firesteel::client::ConnectOptions;
using firesteel::client::InvalidUrl;
using firesteel::client::parse_connect_url;

TEST_CASE("a URL names host and port, and 15002 is the default", "[client][url]") {
    REQUIRE(parse_connect_url("sc://localhost").target() == "localhost:15002");
    REQUIRE(parse_connect_url("sc://localhost/").target() == "localhost:15002");
    REQUIRE(parse_connect_url("sc://db.example:443").target() == "db.example:443");
    REQUIRE(parse_connect_url("sc://[::1]:9").target() == "[::1]:9");
    REQUIRE(parse_connect_url("sc://[::1]").target() == "[::1]:15002");
}

TEST_CASE("parameters follow the path, others become headers", "[client][url]") {
    const ConnectOptions options = parse_connect_url(
        "sc://h:1/;use_ssl=TRUE;token=a%20b%3Dc;user_id=ann;user_agent=x/1;x-team=blue;");
    REQUIRE(options.use_ssl);
    REQUIRE(options.token == "a b=c");
    REQUIRE(options.user_id == "ann");
    REQUIRE(options.user_agent == "x/1");
    REQUIRE(options.headers == std::map<std::string, std::string>{
                                   {"x-team", "blue"}
    });
    REQUIRE(parse_connect_url("sc://h/;token=100%").token == "100%");
    REQUIRE_FALSE(parse_connect_url("sc://h/;use_ssl=yes").use_ssl);
}

TEST_CASE("what is no URL of Spark Connect is refused", "[client][url]") {
    REQUIRE_THROWS_AS(parse_connect_url("http://h"), InvalidUrl);
    REQUIRE_THROWS_AS(parse_connect_url("sc://"), InvalidUrl);
    REQUIRE_THROWS_AS(parse_connect_url("sc://h:"), InvalidUrl);
    REQUIRE_THROWS_AS(parse_connect_url("sc://h:70000"), InvalidUrl);
    REQUIRE_THROWS_AS(parse_connect_url("sc://h:1x"), InvalidUrl);
    REQUIRE_THROWS_AS(parse_connect_url("sc://h/path"), InvalidUrl);
    REQUIRE_THROWS_AS(parse_connect_url("sc://h/;token"), InvalidUrl);
    REQUIRE_THROWS_AS(parse_connect_url("sc://h/;=x"), InvalidUrl);
}
