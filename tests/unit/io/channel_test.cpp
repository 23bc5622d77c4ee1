#include "io/channel.h"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <array>
#include <string>

using namespace firesteel;
using namespace firesteel::io;

TEST_CASE("a channel carries messages with descriptors and keeps their bounds", "[io][channel]") {
    ChannelPair pair = make_channel();
    const Channel other(std::move(pair.theirs));
    Message message;
    REQUIRE(other.receive(message) == Channel::Received::Nothing);

    Pipe pipe = make_pipe();
    const std::array<int, 1> given{pipe.write.get()};
    REQUIRE(pair.ours.send("first", given));
    REQUIRE(pair.ours.send("second"));
    pipe.write.reset();

    REQUIRE(other.receive(message) == Channel::Received::Message);
    REQUIRE(message.bytes == "first");
    REQUIRE(message.descriptors.size() == 1);
    REQUIRE(::write(message.descriptors[0].get(), "x", 1) == 1);
    char byte = 0;
    REQUIRE(::read(pipe.read.get(), &byte, 1) == 1);
    REQUIRE(byte == 'x');

    REQUIRE(other.receive(message) == Channel::Received::Message);
    REQUIRE(message.bytes == "second");
    REQUIRE(message.descriptors.empty());

    pair.ours.close();
    REQUIRE(other.receive(message) == Channel::Received::Closed);
}
