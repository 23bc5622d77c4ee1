#include "io/child_process.h"

#include <catch2/catch.hpp>
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "common/error.h"

using namespace firesteel;
using namespace firesteel::io;

namespace {

constexpr std::chrono::seconds kLong{20};

SpawnOptions shell(const std::string& script) {
    SpawnOptions options;
    options.arguments = {"/bin/sh", "-c", script};
    return options;
}

std::string output_of(SpawnOptions options) {
    Pipe pipe = make_pipe();
    options.output = pipe.write.get();
    ChildProcess child = ChildProcess::spawn(options);
    pipe.write.reset();
    std::string text;
    char byte = 0;
    while (::read(pipe.read.get(), &byte, 1) == 1) text += byte;
    child.wait(kLong);
    return text;
}

int open_descriptors() {
    int count = 0;
    DIR* directory = ::opendir("/proc/self/fd");
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
}

}  // namespace

TEST_CASE("a child's end is told as exit code or signal", "[io][child]") {
    ChildProcess three = ChildProcess::spawn(shell("exit 3"));
    REQUIRE(three.wait(kLong)->text() == "exit code 3");
    ChildProcess killed = ChildProcess::spawn(shell("kill -9 $$"));
    const auto status = killed.wait(kLong);
    REQUIRE(status->signal == SIGKILL);
    REQUIRE(status->text() == "signal 9 (Killed)");
}

TEST_CASE("a child that runs on is not waited for, and ends with its owner", "[io][child]") {
    pid_t pid = 0;
    {
        ChildProcess child = ChildProcess::spawn(shell("exec sleep 1000"));
        pid = child.pid();
        REQUIRE_FALSE(child.wait(std::chrono::milliseconds(1)));
    }
    REQUIRE(::kill(pid, 0) == -1);
    REQUIRE(errno == ESRCH);
}

TEST_CASE("a child gets what it is given", "[io][child]") {
    SpawnOptions options = shell("echo $FS_TEST_NAME; pwd; cat <&3");
    options.environment = {{"FS_TEST_NAME", "value"}};
    options.working_directory = "/usr";
    Pipe passed = make_pipe();
    REQUIRE(::write(passed.write.get(), "passed", 6) == 6);
    passed.write.reset();
    options.passed = passed.read.get();
    REQUIRE(output_of(options) == "value\n/usr\npassed");
}

TEST_CASE("a program that isn't there is an error with its name", "[io][child]") {
    SpawnOptions options;
    options.arguments = {"/nowhere/python"};
    try {
        ChildProcess::spawn(options);
        FAIL("it started");
    } catch (const Error& error) {
        REQUIRE(error.message().find("can't run /nowhere/python") != std::string::npos);
    }
}

TEST_CASE("children leave no descriptors behind", "[io][child]") {
    const int before = open_descriptors();
    for (int i = 0; i < 50; ++i) ChildProcess::spawn(shell("exit 0")).wait(kLong);
    REQUIRE(open_descriptors() == before);
}
