#include <catch2/catch.hpp>

#include <thread>

#include "common/bounded_queue.h"
#include "common/memory_budget.h"
#include "common/stop_token.h"

using namespace firesteel;

TEST_CASE("a queue hands items over in order and ends when closed", "[common][queue]") {
    BoundedQueue<int> queue(2);
    std::thread writer([&] {
        for (int i = 0; i < 100; ++i) queue.push(i, StopToken());
        queue.close();
    });
    int expected = 0;
    while (const auto item = queue.pop(StopToken())) CHECK(*item == expected++);
    CHECK(expected == 100);
    writer.join();
    CHECK_FALSE(queue.push(1, StopToken()));
}

TEST_CASE("a full queue refuses try_push and a stop wakes both sides", "[common][queue]") {
    BoundedQueue<int> queue(1);
    CHECK(queue.try_push(1));
    CHECK_FALSE(queue.try_push(2));
    StopSource source;
    std::thread stopper([&] { source.request_stop(StopReason::Interrupted); });
    CHECK_THROWS_AS(queue.push(2, source.token()), Error);
    CHECK(queue.pop(source.token()) == 1);
    CHECK_THROWS_AS(queue.pop(source.token()), Error);
    stopper.join();
}

TEST_CASE("the first stop request gives the reason", "[common][stop]") {
    StopSource source;
    const StopToken token = source.token();
    CHECK_FALSE(token.stopped());
    CHECK_NOTHROW(token.throw_if_stopped());
    CHECK(source.request_stop(StopReason::Abandoned));
    CHECK_FALSE(source.request_stop(StopReason::Interrupted));
    CHECK(token.reason() == StopReason::Abandoned);
    bool called = false;
    const StopCallback callback(token, [&] { called = true; });
    CHECK(called);
    CHECK_FALSE(StopToken().stopped());
}

TEST_CASE("a budget never lends more than it has", "[common][memory]") {
    MemoryBudget budget(100);
    auto first = budget.try_reserve(60);
    REQUIRE(first);
    CHECK_FALSE(budget.try_reserve(41));
    {
        const auto second = budget.try_reserve(40);
        CHECK(second);
        CHECK(budget.bytes_used() == 100);
    }
    auto moved = std::move(*first);
    CHECK(moved.bytes() == 60);
    CHECK(budget.bytes_used() == 60);
    CHECK_FALSE(budget.try_reserve(static_cast<std::size_t>(-1)));
    CHECK(memory_available_bytes() > 0);
    CHECK(cores_available() > 0);
}
