#include "io/parent_process.h"

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "io/fd.h"

using namespace firesteel;
using namespace firesteel::io;

namespace {

sigset_t one_signal(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    return set;
}

}  // namespace

TEST_CASE("only the process that started us is watched as a parent", "[io][parent]") {
    REQUIRE_NOTHROW(ParentProcess(::getppid()));
    REQUIRE_THROWS_AS(ParentProcess(::getpid()), Error);
    REQUIRE_THROWS_AS(ParentProcess(-1), Error);
}

TEST_CASE("a signal is waited for beside the parent's end", "[io][parent]") {
    const sigset_t set = one_signal(SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    const ParentProcess parent(::getppid());
    ::kill(::getpid(), SIGUSR1);
    REQUIRE(wait_for_signal(set, &parent) == SIGUSR1);
    ::kill(::getpid(), SIGUSR1);
    REQUIRE(wait_for_signal(set, nullptr) == SIGUSR1);
}

TEST_CASE("the end of the parent is noticed", "[io][parent]") {
    Pipe told = make_pipe();
    // The child's child outlives its parent, which waits until it is watched.
    const pid_t child = ::fork();
    if (child == 0) {
        Pipe watched = make_pipe();
        if (::fork() == 0) {
            const sigset_t set = one_signal(SIGUSR2);
            const ParentProcess parent(::getppid());
            const bool wrote = ::write(watched.write.get(), "w", 1) == 1;
            const char answer = wrote && wait_for_signal(set, &parent) == 0 ? 'y' : 'n';
            ::_exit(::write(told.write.get(), &answer, 1) == 1 ? 0 : 1);
        }
        char byte = 0;
        ::_exit(::read(watched.read.get(), &byte, 1) == 1 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(status == 0);
    told.write.reset();
    char answer = 0;
    REQUIRE(::read(told.read.get(), &answer, 1) == 1);
    REQUIRE(answer == 'y');
}
