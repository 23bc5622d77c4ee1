#include "cli/state_file.h"

#include <catch2/catch.hpp>

using firesteel::cli::parse_state;
using firesteel::cli::running_engine;

TEST_CASE("an engine's state is one JSON object", "[cli][state]") {
    const auto state = parse_state(
        R"({"pid": 42, "host": "127.0.0.1", "port": 15002, "token": "t", "started": "now", "x": 1})"
        "\n");
    REQUIRE(state);
    REQUIRE(state->pid == 42);
    REQUIRE(state->url() == "sc://127.0.0.1:15002");
    REQUIRE(state->token == "t");
    REQUIRE(state->started == "now");
    REQUIRE(state->log.empty());
}

TEST_CASE("what is not an engine's state is nothing", "[cli][state]") {
    REQUIRE_FALSE(parse_state(""));
    REQUIRE_FALSE(parse_state("{"));
    REQUIRE_FALSE(parse_state("[1]"));
    REQUIRE_FALSE(parse_state(R"({"pid": 1})"));
    REQUIRE_FALSE(parse_state(R"({"pid": 0, "port": 5})"));
    REQUIRE_FALSE(parse_state(R"({"pid": 1, "port": 70000})"));
    REQUIRE_FALSE(parse_state(R"({"pid": "1", "port": 5})"));
    REQUIRE_FALSE(running_engine("/no/such/file"));
}
