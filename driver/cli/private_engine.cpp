#include "cli/private_engine.h"

#include <algorithm>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace firesteel::cli {
namespace {

constexpr int kStopTimeoutMs = 10'000;
constexpr off_t kLogTailBytes = 4096;

/// A socket bound to a free port of `host`, an address of loopback. It never listens, so the engine may bind the same
/// port (both with SO_REUSEADDR), while nobody is given it as a free one.
Fd reserve_port(const std::string& host, std::uint16_t& port) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);  // localhost
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket.get(), generic, size) != 0 ||
        ::getsockname(socket.get(), generic, &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "no free port");
    }
    port = ntohs(address.sin_port);
    return socket;
}

}  // namespace

std::string reason_in(std::string output) {
    constexpr std::string_view kName = "firesteel-engine: ";
    while (!output.empty() && output.back() == '\n') output.pop_back();
    output.erase(0, output.rfind('\n') + 1);
    return output.starts_with(kName) ? output.substr(kName.size()) : output;
}

PrivateEngine PrivateEngine::start(const Options& options, Environment environment) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
    Fd ready(ends[0]);
    const Fd engine_end(ends[1]);
    Fd log(::memfd_create("firesteel-engine.log", MFD_CLOEXEC));
    if (!log) throw std::system_error(errno, std::generic_category(), "memfd_create");

    const std::string host = local_address(environment);
    std::uint16_t port = 0;
    Fd reserved = reserve_port(host, port);

    Launch launch{.environment = environment.entries(),
                  .group = Launch::Group::Own,
                  .when_we_die = Launch::WhenWeDie::Terminate,
                  .output = log.get(),
                  .inherited = engine_end.get()};
    auto& arguments = launch.arguments;
    arguments = {engine_program(),
                 "--host",
                 host,
                 "--port",
                 std::to_string(port),
                 "--state-file",
                 "",
                 "--ready-fd",
                 std::to_string(engine_end.get())};
    auto add = [&](const std::string& flag, const std::string& value) {
        arguments.push_back(flag);
        arguments.push_back(value);
    };
    if (!options.master.empty()) add("--master", options.master);
    if (options.log_file.empty()) {
        for (const char* conf : kLogInMemory) add("--conf", conf);
    } else {
        add("--log-file", options.log_file);
    }
    for (const auto& conf : options.confs) add("--conf", conf);
    return PrivateEngine(Child::start(launch), host, port, std::move(reserved), std::move(ready),
                         std::move(log));
}

bool PrivateEngine::wait_until_ready() {
    char first = 0;
    ssize_t count = 0;
    do {
        count = ::read(ready_.get(), &first, 1);
    } while (count < 0 && errno == EINTR);
    return count == 1;
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
