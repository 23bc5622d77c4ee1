#include <catch2/catch.hpp>

#include <future>
#include <thread>

#include "session/response_log.h"

using namespace firesteel;
using ReadState = ResponseLog::ReadState;

namespace {

constexpr ResponseLog::Limits kRoomy{1 << 20, 1 << 20, std::chrono::minutes(5)};

std::string condition_of(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        return std::string(error.row().condition);
    }
    return "none";
}

/// Appends `text` and returns the response's id.
ResponseId append(ResponseLog& log, std::string text) {
    ResponseId seen;
    log.append(
        [&](const ResponseId& id) {
            seen = id;
            return text;
        },
        StopToken());
    return seen;
}

std::string read(ResponseLog& log, ResponseLog::ReaderId reader) {
    const auto read = log.next(reader);
    return read.state == ReadState::Ready ? *read.bytes : "";
}

}  // namespace

TEST_CASE("a reader gets responses in order and then the end", "[session][log]") {
    ResponseLog log(kRoomy, ResponseLog::Replay::Kept);
    append(log, "a");
    append(log, "b");
    const auto reader = log.attach({}, [] {});
    CHECK(read(log, reader) == "a");
    CHECK(read(log, reader) == "b");
    CHECK(log.next(reader).state == ReadState::Pending);
    log.finish(std::nullopt);
    const auto end = log.next(reader);
    CHECK(end.state == ReadState::End);
    CHECK_FALSE(end.error);
    CHECK(log.end_was_read());
}

TEST_CASE("response ids are UUIDs and differ", "[session][log]") {
    ResponseLog log(kRoomy, ResponseLog::Replay::Kept);
    const auto a = append(log, "a");
    const auto b = append(log, "b");
    CHECK(is_uuid(a.text()));
    CHECK(a != b);
}

TEST_CASE("a waiting reader is woken once", "[session][log]") {
    ResponseLog log(kRoomy, ResponseLog::Replay::Kept);
    int woken = 0;
    const auto reader = log.attach({}, [&] { ++woken; });
    CHECK(log.next(reader).state == ReadState::Pending);
    append(log, "a");
    append(log, "b");
    CHECK(woken == 1);
    log.finish(Error(ErrorClass::OperationCanceled));
    CHECK(woken == 1);
    read(log, reader);
    read(log, reader);
    CHECK(log.next(reader).error->id() == ErrorClass::OperationCanceled);
}

TEST_CASE("a new reader starts behind the response that the client has, and preempts", "[session][log]") {
    ResponseLog log(kRoomy, ResponseLog::Replay::Kept);
    const auto a = append(log, "a");
    append(log, "b");
    int woken = 0;
    const auto first = log.attach({}, [&] { ++woken; });
    read(log, first);
    read(log, first);
    CHECK(log.next(first).state == ReadState::Pending);
    const auto second = log.attach(a, [] {});
    CHECK(woken == 1);
    CHECK(log.next(first).state == ReadState::Preempted);
    CHECK(read(log, second) == "b");
    const auto third = log.attach({}, [] {});
    CHECK(read(log, third) == "a");
    CHECK_FALSE(log.detach(second));
}

TEST_CASE("positions that are unknown or gone are told apart", "[session][log]") {
    ResponseLog log(kRoomy, ResponseLog::Replay::Kept);
    const auto a = append(log, "a");
    const auto b = append(log, "b");
    const auto reader = log.attach({}, [] {});
    read(log, reader);
    read(log, reader);
    log.release_until(b);
    CHECK(condition_of([&] { log.attach(a, [] {}); }) == "INVALID_CURSOR.POSITION_NOT_AVAILABLE");
    CHECK(condition_of([&] { log.attach(ResponseId("x"), [] {}); }) == "INVALID_CURSOR.POSITION_NOT_FOUND");
    CHECK(condition_of([&] { log.attach(b, [] {}); }) == "none");
    CHECK(condition_of([&] { log.release_until(ResponseId("x")); }) == "INVALID_CURSOR.POSITION_NOT_FOUND");
}

TEST_CASE("what was sent is kept up to its bound, and not at all without replay", "[session][log]") {
    ResponseLog kept({100, 10, std::chrono::minutes(5)}, ResponseLog::Replay::Kept);
    const auto a = append(kept, std::string(8, 'a'));
    const auto b = append(kept, std::string(8, 'b'));
    append(kept, std::string(8, 'c'));
    const auto reader = kept.attach({}, [] {});
    while (kept.next(reader).state == ReadState::Ready) {
    }
    CHECK(condition_of([&] { kept.attach(a, [] {}); }) == "INVALID_CURSOR.POSITION_NOT_AVAILABLE");
    CHECK(condition_of([&] { kept.attach(b, [] {}); }) == "none");

    ResponseLog none(kRoomy, ResponseLog::Replay::None);
    append(none, "a");
    const auto only = none.attach({}, [] {});
    CHECK(read(none, only) == "a");
    const auto again = none.attach({}, [] {});
    CHECK(none.next(again).state == ReadState::Pending);
}

TEST_CASE("the writer waits while too much is unsent", "[session][log]") {
    ResponseLog log({4, 100, std::chrono::minutes(5)}, ResponseLog::Replay::Kept);
    append(log, "aaaa");
    auto blocked = std::async(std::launch::async, [&] { append(log, "b"); });
    CHECK(blocked.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
    const auto reader = log.attach({}, [] {});
    CHECK(read(log, reader) == "aaaa");
    blocked.get();
    CHECK(read(log, reader) == "b");
}

TEST_CASE("a waiting writer ends when stopped, released or abandoned", "[session][log]") {
    StopSource source;
    ResponseLog log({1, 1, std::chrono::minutes(5)}, ResponseLog::Replay::Kept);
    append(log, "a");
    auto stopped = std::async(std::launch::async, [&] {
        return condition_of([&] { log.append([](const ResponseId&) { return "b"; }, source.token()); });
    });
    source.request_stop(StopReason::Interrupted);
    CHECK(stopped.get() == "OPERATION_CANCELED");
    auto released = std::async(std::launch::async, [&] { append(log, "c"); });
    log.release_all();
    released.get();

    ResponseLog unread({1, 1, std::chrono::milliseconds(1)}, ResponseLog::Replay::Kept);
    append(unread, "a");
    CHECK(condition_of([&] { append(unread, "b"); }) == "OPERATION_CANCELED");
}

TEST_CASE("detaching tells whether a wake was pending", "[session][log]") {
    ResponseLog log(kRoomy, ResponseLog::Replay::Kept);
    const auto reader = log.attach({}, [] {});
    CHECK_FALSE(log.unread_since());
    CHECK(log.next(reader).state == ReadState::Pending);
    CHECK(log.detach(reader));
    CHECK_FALSE(log.detach(reader));
    CHECK(log.unread_since());
}
