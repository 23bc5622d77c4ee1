#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "common/limits.h"
#include "common/thread_pool.h"

using namespace firesteel;

namespace {

/// Uses about a KiB of stack per level.
int dive(int levels) {
    volatile char frame[1024] = {};
    frame[0] = 1;
    return levels == 0 ? frame[0] : dive(levels - 1) + frame[0];
}

}  // namespace

TEST_CASE("a pool runs every task that it took before it ends", "[common][threads]") {
    std::atomic<int> done = 0;
    {
        ThreadPool pool({"test", 3, 1000, 0});
        for (int i = 0; i < 200; ++i) REQUIRE(pool.try_run([&] { ++done; }));
    }
    CHECK(done == 200);
}

TEST_CASE("a pool says when it is busy", "[common][threads]") {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    ThreadPool pool({"test", 1, 0, 0});
    REQUIRE(pool.try_run([&] {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
    }));
    CHECK_FALSE(pool.try_run([] {}));
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    while (!pool.try_run([] {})) {
    }
}

TEST_CASE("a pool's threads have the stack that was asked for", "[common][threads]") {
    std::atomic<int> depth = 0;
    {
        ThreadPool pool({"test", 1, 0, limits::kPlanStackBytes});
        REQUIRE(pool.try_run([&] { depth = dive(32 * 1024); }));
    }
    CHECK(depth == 32 * 1024 + 1);
}
