#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <future>

#include "common/error.h"
#include "session/spark_context.h"

using namespace firesteel;

namespace {

std::string condition_of(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        const auto condition = error.row().condition;
        return condition.empty() ? error.message() : std::string(condition);
    }
    return "none";
}

SparkContext::Options options(std::vector<std::pair<std::string, std::string>> conf = {}) {
    SparkContext::Options out;
    out.conf = engine_config(conf, {});
    out.master = "local[2]";
    out.work_directory =
        std::filesystem::temp_directory_path() / ("firesteel_session_" + std::to_string(::getpid()));
    return out;
}

SessionKey new_key() { return {UserId("u"), SessionId(random_uuid())}; }

/// Waits until the operation has ended.
void wait_for_end(Operation& operation) {
    std::promise<void> ended;
    const auto reader = operation.log().attach({}, [&] { ended.set_value(); });
    while (true) {
        const auto read = operation.log().next(reader);
        if (read.state == ResponseLog::ReadState::Pending) {
            ended.get_future().wait();
            ended = {};
        }
        if (read.state == ResponseLog::ReadState::End) return;
    }
}

/// Runs until it is stopped.
void run_until_stopped(Operation& operation) {
    std::promise<void> stopped;
    const StopCallback callback(operation.stop(), [&] { stopped.set_value(); });
    stopped.get_future().wait();
    operation.stop().throw_if_stopped();
}

}  // namespace

TEST_CASE("a session is made once per key, and its server id is kept", "[session]") {
    SparkContext context(options());
    const auto key = new_key();
    const auto session = context.session(key, {});
    CHECK(is_uuid(session->server_id().text()));
    CHECK(context.session(key, session->server_id()) == session);
    CHECK(context.session({UserId("other"), key.session}, {}) != session);
    CHECK(session->conf().get("spark.app.id") == context.facts().id);
    CHECK(session->conf().get("spark.master") == "local[2]");
}

TEST_CASE("handles that don't fit are told apart", "[session]") {
    SparkContext context(options());
    const auto key = new_key();
    CHECK(condition_of([&] { context.session({UserId(), SessionId("x")}, {}); }) == "INVALID_HANDLE.FORMAT");
    CHECK(condition_of([&] { context.existing_session(key, {}); }) == "INVALID_HANDLE.SESSION_NOT_FOUND");
    CHECK(condition_of([&] { context.session(key, ServerSessionId("old")); }) == "INVALID_HANDLE.SESSION_CHANGED");
    CHECK(context.release_session(key, true).empty());
    context.session(key, {});
    CHECK_FALSE(context.release_session(key, false).empty());
    CHECK(context.release_session(key, false).empty());
    CHECK(condition_of([&] { context.session(key, {}); }) == "INVALID_HANDLE.SESSION_CLOSED");
}

TEST_CASE("sessions have a limit", "[session]") {
    SparkContext context(options({{"firesteel.sessions.max", "1"}}));
    context.session(new_key(), {});
    CHECK(condition_of([&] { context.session(new_key(), {}); }).find("busy") != std::string::npos);
}

TEST_CASE("a clone has the source's settings and a server id of its own", "[session]") {
    SparkContext context(options());
    const auto source = context.session(new_key(), {});
    source->conf().set("spark.sql.ansi.enabled", "false");
    const auto clone = context.clone_session(source, {});
    CHECK(clone->conf().get("spark.sql.ansi.enabled") == "false");
    CHECK(clone->server_id() != source->server_id());
    CHECK(condition_of([&] { context.clone_session(source, clone->key().session); }) ==
          "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_EXISTS");
    CHECK(condition_of([&] { context.clone_session(source, SessionId("x")); }) ==
          "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_FORMAT");
    context.release_session(clone->key(), false);
    CHECK(condition_of([&] { context.clone_session(source, clone->key().session); }) ==
          "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_CLOSED");
}

TEST_CASE("operations end as succeeded, failed or cancelled", "[session][operation]") {
    SparkContext context(options());
    const auto session = context.session(new_key(), {});
    const auto good = session->start({}, [](Operation&) {}).operation;
    wait_for_end(*good);
    CHECK(good->state() == OperationState::Succeeded);
    const auto bad = session->start({}, [](Operation&) { throw unsupported("x"); }).operation;
    wait_for_end(*bad);
    CHECK(bad->state() == OperationState::Failed);
    const auto defect = session->start({}, [](Operation&) { throw std::runtime_error("x"); }).operation;
    wait_for_end(*defect);
    CHECK(defect->state() == OperationState::Failed);

    OperationRequest tagged;
    tagged.tags = {"t"};
    const auto endless = session->start(tagged, run_until_stopped).operation;
    CHECK(session->interrupt_tag("other").empty());
    CHECK(session->interrupt_tag("t") == std::vector<OperationId>{endless->id()});
    wait_for_end(*endless);
    CHECK(endless->state() == OperationState::Canceled);
    CHECK(session->interrupt_all(StopReason::Interrupted).empty());
}

TEST_CASE("the same request finds its operation, another one is refused", "[session][operation]") {
    SparkContext context(options());
    const auto session = context.session(new_key(), {});
    OperationRequest request;
    request.id = OperationId(random_uuid());
    request.replay = ResponseLog::Replay::Kept;
    request.fingerprint = std::make_shared<const std::string>("plan");
    const auto first = session->start(request, [](Operation&) {});
    CHECK(first.is_new);
    CHECK_FALSE(session->start(request, [](Operation&) {}).is_new);
    auto other = request;
    other.fingerprint = std::make_shared<const std::string>("other");
    CHECK(condition_of([&] { session->start(other, [](Operation&) {}); }) ==
          "INVALID_HANDLE.OPERATION_ALREADY_EXISTS");
    session->release_operation(request.id);
    CHECK(condition_of([&] { session->start(request, [](Operation&) {}); }) ==
          "INVALID_HANDLE.OPERATION_ABANDONED");
    CHECK(session->operation_state(request.id).has_value());
    CHECK(condition_of([&] { session->operation(OperationId(random_uuid())); }) ==
          "INVALID_HANDLE.OPERATION_NOT_FOUND");
}

TEST_CASE("too many operations are told to come back", "[session][operation]") {
    SparkContext context(options({{"firesteel.operations.max", "1"}}));
    const auto session = context.session(new_key(), {});
    const auto endless = session->start({}, run_until_stopped).operation;
    CHECK(condition_of([&] { session->start({}, [](Operation&) {}); }).find("busy") != std::string::npos);
    CHECK(context.stop(std::chrono::seconds(5)));
    CHECK(endless->state() == OperationState::Canceled);
}

TEST_CASE("tags must not be empty or hold commas", "[session][operation]") {
    SparkContext context(options());
    const auto session = context.session(new_key(), {});
    for (const char* tag : {"", "a,b"}) {
        OperationRequest request;
        request.tags = {tag};
        CHECK(condition_of([&] { session->start(request, [](Operation&) {}); }) != "none");
    }
}

TEST_CASE("idle sessions expire and unread operations end", "[session]") {
    SparkContext context(options({{"firesteel.session.idleTimeout", "40ms"},
                                  {"firesteel.operation.abandonedTimeout", "40ms"}}));
    const auto key = new_key();
    {
        const auto session = context.session(key, {});
        OperationRequest request;
        request.replay = ResponseLog::Replay::Kept;
        session->start(request, run_until_stopped);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (context.find_session(key) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    CHECK_FALSE(context.find_session(key));
    CHECK(condition_of([&] { context.session(key, {}); }) == "INVALID_HANDLE.SESSION_CLOSED");
}
