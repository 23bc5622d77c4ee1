#include "io/duplex_pump.h"

#include <catch2/catch.hpp>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "io/child_process.h"

using namespace firesteel;
using namespace firesteel::io;

namespace {

struct Peer {
    Pipe to = make_pipe();
    Pipe from = make_pipe();
    ChildProcess process;

    explicit Peer(const std::string& script) : process(start(script)) {
        to.read.reset();
        from.write.reset();
    }
    ChildProcess start(const std::string& script) const {
        SpawnOptions options;
        options.arguments = {"/bin/sh", "-c", script};
        options.input = to.read.get();
        options.output = from.write.get();
        return ChildProcess::spawn(options);
    }
    DuplexPump pump() { return {std::move(to.write), std::move(from.read), process.pidfd()}; }
};

}  // namespace

TEST_CASE("more bytes than both pipes hold go through a process and back", "[io][pump]") {
    Peer peer("exec cat");
    DuplexPump pump = peer.pump();
    const std::vector<std::byte> sent(std::size_t{8} << 20, std::byte{42});
    std::span<const std::byte> out = sent;
    ReceiveBuffer in;
    std::size_t got = 0;
    while (got < sent.size()) {
        REQUIRE(pump.step(out, in, StopToken{}) == PumpResult::Moved);
        got += in.size();
        in.consume(in.size());
    }
    REQUIRE(out.empty());
    REQUIRE(got == sent.size());
}

TEST_CASE("what a process said before its end is still read", "[io][pump]") {
    Peer peer("printf last; exit 1");
    DuplexPump pump = peer.pump();
    ReceiveBuffer in;
    std::span<const std::byte> out;
    PumpResult result = PumpResult::Moved;
    while (result == PumpResult::Moved) result = pump.step(out, in, StopToken{});
    REQUIRE(result == PumpResult::PeerClosed);
    REQUIRE(std::string(reinterpret_cast<const char*>(in.data()), in.size()) == "last");
}

TEST_CASE("the end of a process is seen though another holds its pipes", "[io][pump]") {
    Peer peer("sleep 1000 & exit 0");
    DuplexPump pump = peer.pump();
    ReceiveBuffer in;
    std::span<const std::byte> out;
    REQUIRE(pump.step(out, in, StopToken{}) == PumpResult::PeerClosed);
    ::kill(-peer.process.pid(), 9);
}

TEST_CASE("waiting ends when the token stops, or at the deadline", "[io][pump]") {
    Peer peer("exec sleep 1000");
    DuplexPump pump = peer.pump();
    ReceiveBuffer in;
    std::span<const std::byte> out;
    const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
    REQUIRE(pump.step(out, in, StopToken{}, soon) == PumpResult::TimedOut);

    StopSource source;
    std::thread stopper([&] { source.request_stop(StopReason::Interrupted); });
    REQUIRE(pump.step(out, in, source.token()) == PumpResult::Stopped);
    stopper.join();
    REQUIRE(pump.step(out, in, source.token(), kNoDeadline, DuplexPump::Spin::Briefly) ==
            PumpResult::Stopped);
    // Another operation's token is not affected.
    const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
    REQUIRE(pump.step(out, in, StopToken{}, later) == PumpResult::TimedOut);
}

TEST_CASE("writing to a process that is gone ends the conversation, not ours", "[io][pump]") {
    Peer peer("exit 0");
    peer.process.wait(std::chrono::seconds(20));
    DuplexPump pump = peer.pump();
    const std::vector<std::byte> sent(100, std::byte{1});
    std::span<const std::byte> out = sent;
    ReceiveBuffer in;
    REQUIRE(pump.step(out, in, StopToken{}) == PumpResult::PeerClosed);
}
