#include "cli/private_engine.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace firesteel::cli {
namespace {

constexpr int kStopTimeoutMs = 10'000;
constexpr off_t kLogTailBytes = 4096;

}  // namespace

PrivateEngine PrivateEngine::start(const Options& options, Environment environment) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
    Fd ready(ends[0]);
    const Fd engine_end(ends[1]);
    Fd log(::memfd_create("firesteel-engine.log", MFD_CLOEXEC));
    if (!log) throw std::system_error(errno, std::generic_category(), "memfd_create");

    Launch launch{.environment = environment.entries(),
                  .group = Launch::Group::Own,
                  .when_we_die = Launch::WhenWeDie::Terminate,
                  .output = log.get(),
                  .inherited = engine_end.get()};
    auto& arguments = launch.arguments;
    arguments = {engine_program(), "--port", "0", "--state-file", "",
                 "--ready-fd",     std::to_string(engine_end.get())};
    auto add = [&](const std::string& flag, const std::string& value) {
        arguments.push_back(flag);
        arguments.push_back(value);
    };
    if (!options.master.empty()) add("--master", options.master);
    if (options.log_file.empty()) {
        add("--conf", "firesteel.log.level=warn");
    } else {
        add("--log-file", options.log_file);
    }
    for (const auto& conf : options.confs) add("--conf", conf);
    return PrivateEngine(Child::start(launch), std::move(ready), std::move(log));
}

std::optional<EngineState> PrivateEngine::state() {
    std::string text;
    char buffer[1024];
    while (text.empty() || text.back() != '\n') {
        const ssize_t count = ::read(ready_.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return std::nullopt;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return parse_state(text);
}

std::string PrivateEngine::log_tail() const {
    const off_t size = ::lseek(log_.get(), 0, SEEK_END);
    const off_t start = std::max<off_t>(0, size - kLogTailBytes);
    std::string text(static_cast<std::size_t>(size - start), '\0');
    const ssize_t count = ::pread(log_.get(), text.data(), text.size(), start);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return text;
}

void PrivateEngine::stop() {
    child_.send(SIGTERM);
    if (!wait_readable(child_.pidfd(), kStopTimeoutMs)) child_.send(SIGKILL);
    child_.wait();
}

}  // namespace firesteel::cli
