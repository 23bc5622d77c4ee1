/// Real workers that crash, hang and print: the right error for the right call, nothing left behind.
#include <catch2/catch.hpp>
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "common/error.h"
#include "io/child_process.h"
#include "python_fixture.h"

using namespace firesteel;
using namespace firesteel::python;
using namespace firesteel::python::test;

namespace {

std::int64_t call(const BatchFunction& function, std::int64_t value, const StopToken& stop = {}) {
    const std::array<ColumnView, 1> views{ColumnView{1, nullptr, &value, 0, {}}};
    std::int64_t result = -1;
    function.run(views, 1, stop, [&](const ResultBatch& batch) {
        if (batch.columns[0].valid(0)) std::memcpy(&result, batch.columns[0].values, 8);
    });
    return result;
}

CallSpec of_long(const std::string& function, const std::string& prelude = "") {
    return call_spec(pickled(function, prelude), {DataType::long_int()}, DataType::long_int());
}

std::string failure_of(const BatchFunction& function, const StopToken& stop = {}) {
    try {
        call(function, 1, stop);
    } catch (const Error& error) {
        return error.message();
    }
    return "no failure";
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

int open_descriptors() {
    int count = 0;
    DIR* directory = ::opendir("/proc/self/fd");
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
}

/// Waits until a process is gone; a zombie counts as there.
bool gone(pid_t pid) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
        if (::kill(pid, 0) < 0 && errno == ESRCH) return true;
        std::this_thread::yield();
    }
    return false;
}

const char* const kPrelude =
    "import os, sys, ctypes, signal, time\n"
    "def exits(a):\n    os._exit(3)\n"
    "def leaves(a):\n    sys.exit('good bye')\n"
    "def killed(a):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    "def crashes(a):\n    print('about to crash', flush=True)\n    ctypes.string_at(0)\n"
    "def loops(a):\n    while True: pass\n"
    "def sleeps(a):\n    time.sleep(1000)\n"
    "def pid(a):\n    return os.getpid()\n"
    "def prints(a):\n    print('x' * 100000)\n    sys.stderr.write('y' * 100000)\n    return a\n"
    "def forks(a):\n    child = os.fork()\n    if child == 0: return -5\n    os.waitpid(child, 0)\n    return a\n"
    "def starts(a):\n    import subprocess\n    return subprocess.Popen(['sleep', '1000']).pid\n"
    "def threads(a):\n    import threading\n    threading.Thread(target=time.sleep, args=(1000,)).start()\n    return a\n"
    "def closes(a):\n    os.closerange(3, 256)\n    return a\n"
    "def exhausts(a):\n    raise MemoryError()\n";

}  // namespace

TEST_CASE("a worker that ends is an error of its call only, and says how", "[python][fault]") {
    WorkerPool pool(pool_options());
    const auto env = environment();
    const BatchFunction fine(pool, env, of_long("lambda a: a"));
    REQUIRE(call(fine, 1) == 1);
    const auto failure = [&](const char* name) {
        return failure_of(BatchFunction(pool, env, of_long(name, kPrelude)));
    };
    REQUIRE(mentions(failure("exits"), "Python worker exited unexpectedly (crashed): exit code 3"));
    REQUIRE(mentions(failure("killed"), "signal 9 (Killed)"));
    const std::string crash = failure("crashes");
    REQUIRE(mentions(crash, "signal 11"));
    REQUIRE(mentions(crash, "about to crash"));
    REQUIRE(mentions(crash, "Fatal Python error: Segmentation fault"));
    REQUIRE(mentions(failure("leaves"), "SystemExit: good bye\n"));
    REQUIRE(mentions(failure("exhausts"), "MemoryError"));
    REQUIRE(mentions(failure("closes"), "Python worker exited unexpectedly"));
    REQUIRE(call(fine, 2) == 2);
}

TEST_CASE("a function that never returns is ended by the stop token", "[python][fault]") {
    WorkerPool pool(pool_options());
    const auto env = environment();
    for (const char* name : {"loops", "sleeps"}) {
        const BatchFunction endless(pool, env, of_long(name, kPrelude));
        const BatchFunction pid(pool, env, of_long("pid", kPrelude));
        const auto worker = static_cast<pid_t>(call(pid, 0));
        StopSource source;
        std::thread stopper([&] {
            while (pool.status().empty() || !pool.status()[0].leased) std::this_thread::yield();
            source.request_stop(StopReason::Interrupted);
        });
        try {
            call(endless, 1, source.token());
            FAIL("it returned");
        } catch (const Error& error) {
            REQUIRE(error.id() == ErrorClass::OperationCanceled);
        }
        stopper.join();
        REQUIRE(gone(worker));
    }
}

TEST_CASE("output, forks and threads of a function do no harm", "[python][fault]") {
    WorkerPool pool(pool_options());
    const auto env = environment();
    for (const char* name : {"prints", "forks", "threads"}) {
        const BatchFunction function(pool, env, of_long(name, kPrelude));
        for (std::int64_t i = 0; i < 5; ++i) REQUIRE(call(function, i) == i);
    }
    REQUIRE(pool.started_total() == 1);
}

TEST_CASE("processes that a function started end with its worker", "[python][fault]") {
    pid_t child = 0;
    {
        WorkerPool pool(pool_options());
        const BatchFunction starts(pool, environment(), of_long("starts", kPrelude));
        child = static_cast<pid_t>(call(starts, 0));
        REQUIRE(::kill(child, 0) == 0);
    }
    std::ifstream state("/proc/" + std::to_string(child) + "/stat");
    std::string text;
    std::getline(state, text);
    // Whoever inherits it reaps it: here it only must not run.
    REQUIRE((text.empty() || mentions(text, ") Z ") || gone(child)));
}

TEST_CASE("an interpreter that can't run says so, and may be mended", "[python][fault]") {
    WorkerPool pool(pool_options());
    const CallSpec spec = of_long("lambda a: a");
    const BatchFunction nowhere(pool, environment("/nowhere/python"), spec);
    REQUIRE(mentions(failure_of(nowhere), "can't run /nowhere/python: No such file or directory"));
    const BatchFunction other(pool, environment("/bin/false"), spec);
    REQUIRE(mentions(failure_of(other), "can't start a Python worker with /bin/false: exit code 1"));
    const BatchFunction fine(pool, environment(), spec);
    REQUIRE(call(fine, 1) == 1);
}

TEST_CASE("a worker that dies while idle fails nobody", "[python][fault]") {
    WorkerPool pool(pool_options());
    const BatchFunction pid(pool, environment(), of_long("pid", kPrelude));
    for (int i = 0; i < 10; ++i) {
        const auto worker = static_cast<pid_t>(call(pid, 0));
        ::kill(worker, SIGKILL);
        REQUIRE(gone(worker));
    }
    REQUIRE(pool.started_total() == 10);
}

TEST_CASE("a template that dies is replaced", "[python][fault]") {
    WorkerPool pool(pool_options());
    const BatchFunction fine(pool, environment(), of_long("lambda a: a"));
    const BatchFunction parent(pool, environment(), of_long("lambda a: __import__('os').getppid()"));
    const auto first = static_cast<pid_t>(call(parent, 1));
    ::kill(first, SIGKILL);
    REQUIRE(gone(first));
    std::int64_t result = -1;
    while (result != 5) {
        try {
            result = call(fine, 5);
        } catch (const Error&) {
            // Its workers die with it: a call may still have met one.
        }
    }
    REQUIRE(static_cast<pid_t>(call(parent, 1)) != first);
}

TEST_CASE("the pool bounds its workers and serves who waits", "[python][fault]") {
    PoolOptions options = pool_options();
    options.workers_max = 2;
    WorkerPool pool(options);
    const BatchFunction pid(pool, environment(), of_long("pid", kPrelude));
    std::vector<std::thread> threads;
    std::atomic<int> served{0};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 10; ++i) {
                if (call(pid, 0) > 0) ++served;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    REQUIRE(served == 80);
    REQUIRE(pool.started_total() <= 2);

    const BatchFunction sleeps(pool, environment(), of_long("sleeps", kPrelude));
    StopSource source;
    std::thread one([&] { failure_of(sleeps, source.token()); });
    std::thread two([&] { failure_of(sleeps, source.token()); });
    const auto leased = [&] {
        std::size_t count = 0;
        for (const WorkerStatus& worker : pool.status()) count += worker.leased ? 1 : 0;
        return count;
    };
    while (leased() < 2) std::this_thread::yield();
    StopSource waiting;
    std::thread stopper([&] { waiting.request_stop(StopReason::Interrupted); });
    REQUIRE_THROWS_AS(call(pid, 0, waiting.token()), Error);
    stopper.join();
    source.request_stop(StopReason::Interrupted);
    one.join();
    two.join();
    REQUIRE(call(pid, 0) > 0);
}

TEST_CASE("idle workers end, also those of a session that closes", "[python][fault]") {
    PoolOptions options = pool_options();
    WorkerPool pool(options);
    WorkerEnvironment made;
    made.interpreter = default_interpreter();
    made.session_directory = "/usr";
    const BatchFunction pid(pool, std::make_shared<const WorkerEnvironment>(made), of_long("pid", kPrelude));
    const auto worker = static_cast<pid_t>(call(pid, 0));
    pool.forget_session("/tmp");
    REQUIRE(pool.status().size() == 1);
    pool.forget_session("/usr");
    REQUIRE(pool.status().empty());
    REQUIRE(gone(worker));
}

TEST_CASE("a thousand restarts leave neither descriptors nor zombies", "[python][fault]") {
    WorkerPool pool(pool_options());
    const BatchFunction exits(pool, environment(), of_long("exits", kPrelude));
    const BatchFunction parent(pool, environment(), of_long("lambda a: __import__('os').getppid()"));
    const auto process = static_cast<pid_t>(call(parent, 1));
    failure_of(exits);
    const int before = open_descriptors();
    for (int i = 0; i < 1000; ++i) REQUIRE(mentions(failure_of(exits), "exit code 3"));
    REQUIRE(call(parent, 1) == process);
    REQUIRE(open_descriptors() <= before + 8);
    std::ifstream children("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) + "/children");
    std::string text;
    std::getline(children, text);
    REQUIRE(std::count(text.begin(), text.end(), ' ') <= 2);
}

/// Not a test of its own: what the next one runs in a process and kills.
TEST_CASE("an engine that is about to be killed", "[.victim]") {
    WorkerPool pool(pool_options());
    const BatchFunction pid(pool, environment(), of_long("pid", kPrelude));
    const BatchFunction parent(pool, environment(), of_long("lambda a: __import__('os').getppid()"));
    const BatchFunction loops(pool, environment(), of_long("loops", kPrelude));
    std::printf("pids %d %d\n", static_cast<int>(call(pid, 0)), static_cast<int>(call(parent, 0)));
    std::fflush(stdout);
    call(loops, 0);
}

TEST_CASE("template and workers die with an engine that is killed, busy ones too", "[python][fault]") {
    io::Pipe output = io::make_pipe();
    io::SpawnOptions options;
    options.arguments = {"/proc/self/exe", "[.victim]"};
    options.arguments[0] = std::filesystem::read_symlink("/proc/self/exe");
    options.output = output.write.get();
    io::ChildProcess engine = io::ChildProcess::spawn(options);
    output.write.reset();
    std::string text;
    int worker = 0;
    int process = 0;
    while (text.empty() || text.back() != '\n' || text.find("pids") == std::string::npos) {
        char byte = 0;
        REQUIRE(::read(output.read.get(), &byte, 1) == 1);
        text += byte;
    }
    REQUIRE(std::sscanf(text.c_str() + text.find("pids"), "pids %d %d", &worker, &process) == 2);
    engine.kill(SIGKILL);
    REQUIRE(engine.wait(std::chrono::seconds(20)));
    // Whoever inherits them reaps them: here they only must not run.
    const auto ended = [](int pid) {
        std::ifstream state("/proc/" + std::to_string(pid) + "/stat");
        std::string line;
        std::getline(state, line);
        return line.empty() || mentions(line, ") Z ") || mentions(line, ") X ");
    };
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!(ended(worker) && ended(process)) && std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    REQUIRE(ended(worker));
    REQUIRE(ended(process));
}

TEST_CASE("nothing is left when the pool ends", "[python][fault]") {
    pid_t worker = 0;
    pid_t process = 0;
    {
        WorkerPool pool(pool_options());
        const BatchFunction pid(pool, environment(), of_long("pid", kPrelude));
        const BatchFunction parent(pool, environment(), of_long("lambda a: __import__('os').getppid()"));
        worker = static_cast<pid_t>(call(pid, 0));
        process = static_cast<pid_t>(call(parent, 0));
    }
    REQUIRE(gone(worker));
    REQUIRE(gone(process));
}
