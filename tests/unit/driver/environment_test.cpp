#include "cli/environment.h"

#include <catch2/catch.hpp>

using firesteel::cli::Environment;
using firesteel::cli::state_directory;

TEST_CASE("an environment is changed as a copy and handed over whole", "[cli][environment]") {
    Environment environment;
    REQUIRE_FALSE(environment.get("A"));
    environment.set("A", "1");
    environment.set_if_absent("A", "2");
    environment.set_if_absent("B", "3");
    environment.prepend("PATHS", "/x");
    environment.prepend("PATHS", "/y");
    REQUIRE(environment.entries() == std::vector<std::string>{"A=1", "B=3", "PATHS=/y:/x"});
    environment.unset("A");
    REQUIRE(environment.entries().size() == 2);
    environment.set("B", "");
    REQUIRE_FALSE(environment.get("B"));
}

TEST_CASE("an engine's state lies in the runtime directory, else under the home", "[cli]") {
    Environment environment;
    environment.set("HOME", "/home/ann");
    REQUIRE(state_directory(environment) == "/home/ann/.local/state/firesteel");
    environment.set("XDG_RUNTIME_DIR", "/run/user/7");
    REQUIRE(state_directory(environment) == "/run/user/7/firesteel");
}
