#include "cli/child.h"

#include <string>
#include <system_error>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace firesteel::cli;

namespace {

std::string text_of(int fd) {
    char buffer[256];
    const ssize_t count = ::pread(fd, buffer, sizeof buffer, 0);
    return {buffer, static_cast<std::size_t>(count)};
}

Launch shell(const std::string& script) {
    return {
        .arguments = {"/bin/sh", "-c", script},
          .environment = {"PLACE=here"}
    };
}

}  // namespace

TEST_CASE("a child ends with its own code or signal", "[cli][child]") {
    REQUIRE(Child::start(shell("exit 0")).wait().success());
    REQUIRE(Child::start(shell("exit 7")).wait().code() == 7);
    REQUIRE(Child::start(shell("exit 7")).wait().text() == "exit code 7");
    REQUIRE(Child::start(shell("kill -9 $$")).wait().code() == 128 + SIGKILL);
}

TEST_CASE("a child gets the environment and the output that it is given", "[cli][child]") {
    const Fd output(::memfd_create("output", MFD_CLOEXEC));
    Launch launch = shell("echo $PLACE; echo error >&2");
    launch.output = output.get();
    REQUIRE(Child::start(launch).wait().success());
    REQUIRE(text_of(output.get()) == "here\nerror\n");
}

TEST_CASE("only the descriptor that is handed down is open in a child", "[cli][child]") {
    const Fd handed(::memfd_create("handed", MFD_CLOEXEC));
    const Fd kept(::memfd_create("kept", MFD_CLOEXEC));
    Launch launch = shell("test -e /proc/self/fd/" + std::to_string(handed.get()) +
                          " && ! test -e /proc/self/fd/" + std::to_string(kept.get()));
    launch.inherited = handed.get();
    REQUIRE(Child::start(launch).wait().success());
}

TEST_CASE("a program that does not exist is an error of start", "[cli][child]") {
    REQUIRE_THROWS_AS(Child::start({.arguments = {"/no/such/program"}}), std::system_error);
}

TEST_CASE("the pidfd of a child is readable when it has ended", "[cli][child]") {
    Child child = Child::start({
        .arguments = {"sleep", "60"},
          .environment = {"PATH=/bin:/usr/bin"}
    });
    REQUIRE_FALSE(wait_readable(child.pidfd(), 0));
    child.send(SIGTERM);
    REQUIRE(wait_readable(child.pidfd(), 10'000));
    REQUIRE(child.wait().code() == 128 + SIGTERM);
}
