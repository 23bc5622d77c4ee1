#include "cli/engine_commands.h"

#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include <fcntl.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/application.h"
#include "cli/child.h"
#include "cli/environment.h"
#include "cli/exit_codes.h"
#include "cli/private_engine.h"
#include "cli/state_file.h"
#include "cli/submit_options.h"

namespace firesteel::cli {
namespace {

constexpr int kStopTimeoutMs = 15'000;

std::filesystem::path state_file() {
    return state_directory(Environment::current()) / "engine.json";
}

std::filesystem::path log_file() { return state_directory(Environment::current()) / "engine.log"; }

bool has_flag(const std::vector<std::string>& flags, const std::string& name) {
    for (const auto& flag : flags) {
        if (flag == name || flag.starts_with(name + "=")) return true;
    }
    return false;
}

/// All that comes until the other side closes.
std::string read_all(int fd) {
    std::string text;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::read(fd, buffer, sizeof buffer)) > 0) {
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

struct Pipe {
    Fd reader;
    Fd writer;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
        reader = Fd(ends[0]);
        writer = Fd(ends[1]);
    }
};

/// As submit does: spark-defaults.conf first, so that the flags win. A cluster's master or a remote
/// that it names is not meant for an engine of one's own.
std::vector<std::string> with_defaults(const std::vector<std::string>& flags) {
    const Application defaults = make_application(SubmitOptions(), Environment::current());
    std::vector<std::string> out;
    if (defaults.is_local() && defaults.remote.empty() && !defaults.master.empty())
        out.insert(out.end(), {"--master", defaults.master});
    for (const auto& conf : defaults.confs()) out.insert(out.end(), {"--conf", conf});
    const auto named = Environment::current().get("SPARK_LOCAL_IP");
    const std::string loopback = local_address(Environment::current());
    if (named && *named != loopback && !has_flag(flags, "--host") && !has_flag(flags, "--tls-certificate")) {
        std::cerr << "firesteel: the engine listens on " << loopback << ", not on SPARK_LOCAL_IP, " << *named
                  << ": beyond loopback it needs --tls-certificate\n";
    }
    out.insert(out.end(), {"--host", named && has_flag(flags, "--tls-certificate") ? *named : loopback});
    out.insert(out.end(), flags.begin(), flags.end());
    return out;
}

int report_not_running() {
    std::cout << "no engine is running\n";
    return kExitNotRunning;
}

}  // namespace

int start_engine(const std::vector<std::string>& flags) {
    if (const auto state = running_engine(state_file())) {
        std::cerr << "firesteel: an engine is already running: " << state->url() << ", pid "
                  << state->pid << "\n";
        return 1;
    }
    make_directory(state_file().parent_path());
    Pipe ready;
    Fd output(::memfd_create("firesteel-engine.out", MFD_CLOEXEC));
    Launch launch{
        .arguments = {engine_program(), "--ready-fd", std::to_string(ready.writer.get())},
        .environment = Environment::current().entries(),
        .group = Launch::Group::Own,
        .output = output.get(),
        .inherited = ready.writer.get()
    };
    if (!has_flag(flags, "--log-file")) {
        launch.arguments.insert(launch.arguments.end(), {"--log-file", log_file()});
    }
    const auto all = with_defaults(flags);
    launch.arguments.insert(launch.arguments.end(), all.begin(), all.end());
    Child engine = Child::start(launch);
    ready.writer.reset();
    const auto state = parse_state(read_all(ready.reader.get()));
    if (!state) {
        const ExitStatus status = engine.wait();
        ::lseek(output.get(), 0, SEEK_SET);
        const std::string reason = reason_in(read_all(output.get()));
        std::cerr << "firesteel: the engine did not start: "
                  << (reason.empty() ? status.text() : reason) << "\n";
        return 1;
    }
    engine.release();
    std::cout << "engine started: " << state->url() << ", pid " << state->pid << "\n";
    return 0;
}

int run_engine(const std::vector<std::string>& flags) {
    std::vector<std::string> arguments{engine_program()};
    const auto all = with_defaults(flags);
    arguments.insert(arguments.end(), all.begin(), all.end());
    replace_process(arguments, Environment::current().entries());
}

void run_private_engine(const std::vector<std::string>& words) {
    if (words.size() < 2) throw UsageError("engine private takes a pid, a descriptor and submit's options");
    const Environment environment = Environment::current();
    const Application application =
        make_application(parse_submit({words.begin() + 2, words.end()}), environment);
    if (!application.is_local() || !application.remote.empty()) {
        throw UsageError("the master of an engine on this machine is local[N], not '" +
                         application.master + application.remote + "'");
    }
    std::vector<std::string> arguments{engine_program(), "--host", local_address(environment),
                                       "--port", "0", "--state-file", "", "--ends-with", words[0], "--ready-fd", words[1]};
    for (const char* conf : kLogInMemory) arguments.insert(arguments.end(), {"--conf", conf});
    if (!application.master.empty()) arguments.insert(arguments.end(), {"--master", application.master});
    for (const auto& conf : application.confs()) {
        arguments.insert(arguments.end(), {"--conf", conf});
    }
    Environment engine_environment = environment;
    engine_environment.set_if_absent("PYSPARK_PYTHON", application.driver_python);
    engine_environment.unset("FIRESTEEL");  // its workers open no sessions
    replace_process(arguments, engine_environment.entries());
}

int stop_engine() {
    const auto state = running_engine(state_file());
    if (!state) return report_not_running();
    const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, state->pid, 0)));
    if (!pidfd) return report_not_running();  // it ended in between
    if (::kill(state->pid, SIGTERM) != 0) {
        throw std::system_error(errno, std::generic_category(), "the engine cannot be stopped");
    }
    if (!wait_readable(pidfd.get(), kStopTimeoutMs)) {
        std::cerr << "firesteel: the engine, pid " << state->pid << ", has not stopped within "
                  << kStopTimeoutMs / 1000 << " s\n";
        return 1;
    }
    std::cout << "engine stopped\n";
    return 0;
}

void run_client(const std::string& command, const std::vector<std::string>& flags) {
    std::vector<std::string> arguments{client_program(), command};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    replace_process(arguments, Environment::current().entries());
}

int print_logs(int lines_max, Follow follow) {
    const auto state = running_engine(state_file());
    const std::filesystem::path file =
        state && !state->log.empty() ? std::filesystem::path(state->log) : log_file();
    std::ifstream stream(file);
    if (!stream) {
        std::cerr << "firesteel: there is no log " << file.string() << "\n";
        return 1;
    }
    std::deque<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
        if (lines.size() > static_cast<std::size_t>(lines_max)) lines.pop_front();
    }
    for (const auto& line : lines) std::cout << line << "\n";
    std::cout << std::flush;
    if (follow == Follow::No) return 0;
    const Fd watch(::inotify_init1(IN_CLOEXEC));
    ::inotify_add_watch(watch.get(), file.c_str(), IN_MODIFY);
    char events[4096];
    while (::read(watch.get(), events, sizeof events) > 0) {
        stream.clear();
        std::cout << stream.rdbuf() << std::flush;
        std::cout.clear();  // an empty read sets failbit
    }
    return 0;
}

}  // namespace firesteel::cli
