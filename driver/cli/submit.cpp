#include "cli/submit.h"

#include <array>
#include <filesystem>
#include <iostream>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/child.h"
#include "cli/environment.h"
#include "cli/private_engine.h"

namespace firesteel::cli {
namespace {

constexpr int kExitUsage = 2;

/// Tells Python that the engine listens. Both start at the same time, so the launcher waits, when
/// the script opens a session, until the exclusive lock on this file is gone. The file has no name:
/// it is reached through /proc while we live.
class ReadyNote {
  public:
    ReadyNote() : file_(::memfd_create("firesteel-ready", MFD_CLOEXEC)) {
        ::flock(file_.get(), LOCK_EX);
    }
    std::string path() const {
        return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_.get());
    }
    /// An empty file says that there is no engine.
    void publish(bool ready) {
        if (ready && ::ftruncate(file_.get(), 1) != 0)
            throw std::system_error(errno, std::generic_category());
        ::flock(file_.get(), LOCK_UN);
    }

  private:
    Fd file_;
};

/// Takes the signals that are meant for the script, to hand them on.
class SignalRelay {
  public:
    SignalRelay() {
        sigset_t set;
        sigemptyset(&set);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) {
            sigaddset(&set, signal);
        }
        ::sigprocmask(SIG_BLOCK, &set, nullptr);
        fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC));
    }
    int fd() const { return fd_.get(); }
    void relay_to(const Child& child) {
        signalfd_siginfo info{};
        if (::read(fd_.get(), &info, sizeof info) != sizeof info) return;
        // The terminal sends Ctrl-C and Ctrl-\ to the script as well, since it is in our group.
        const bool from_terminal = info.ssi_code == SI_KERNEL;
        if (!from_terminal) child.send(static_cast<int>(info.ssi_signo));
    }

  private:
    Fd fd_;
};

/// As spark-submit: what the user names, else the first Python on PATH.
std::string python_program(const Environment& environment) {
    for (const char* key : {"PYSPARK_DRIVER_PYTHON", "PYSPARK_PYTHON"}) {
        if (auto program = environment.get(key)) return *program;
    }
    return "python3";
}

bool is_local(const std::string& master) {
    return master.empty() || master == "local" || master.starts_with("local[");
}

std::string json_quoted(const std::string& text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            quoted += escape;
        } else {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
    }
    return quoted + '"';
}

/// The launcher gives them to the session that the script opens, where the script says nothing
/// else.
std::string session_confs(const std::vector<std::string>& confs) {
    std::string object = "{";
    for (const auto& conf : confs) {
        if (object.size() > 1) object += ", ";
        const std::size_t equals = conf.find('=');
        object += json_quoted(conf.substr(0, equals)) + ": " + json_quoted(conf.substr(equals + 1));
    }
    return object + "}";
}

Environment script_environment(const Environment& ours) {
    Environment environment = ours;
    environment.prepend("PYTHONPATH", launcher_directory());
    environment.unset("MASTER");  // pyspark refuses it beside a remote URL
    environment.set("FIRESTEEL_SUBMIT", "1");
    return environment;
}

std::vector<std::string> script_command(const std::string& python,
                                        const std::vector<std::string>& command) {
    std::vector<std::string> arguments{python};
    arguments.insert(arguments.end(), command.begin(), command.end());
    return arguments;
}

/// A cluster is Apache Spark's business: its own spark-submit takes over.
[[noreturn]] void hand_to_apache_spark(const SubmitOptions& options, const Environment& ours) {
    std::string program = "spark-submit";
    if (const auto home = ours.get("SPARK_HOME")) program = *home + "/bin/spark-submit";
    std::vector<std::string> arguments{program, "--master", options.master};
    if (!options.name.empty()) arguments.insert(arguments.end(), {"--name", options.name});
    for (const auto& conf : options.confs) arguments.insert(arguments.end(), {"--conf", conf});
    arguments.insert(arguments.end(), options.command.begin(), options.command.end());
    replace_process(arguments, ours.entries());
}

/// Waits for the script; meanwhile tells it when the engine is ready and passes signals on.
ExitStatus attend(Child& script, PrivateEngine& engine, ReadyNote& note) {
    SignalRelay signals;
    std::array<pollfd, 4> events{
        {{script.pidfd(), POLLIN, 0},
         {signals.fd(), POLLIN, 0},
         {engine.ready_fd(), POLLIN, 0},
         {engine.pidfd(), POLLIN, 0}}
    };
    auto& [script_ended, signal_came, engine_ready, engine_ended] = events;
    while (true) {
        if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR) break;
        if (script_ended.revents != 0) break;
        if (signal_came.revents != 0) signals.relay_to(script);
        if (engine_ready.revents != 0) {
            note.publish(engine.wait_until_ready());
            engine_ready.fd = -1;
        }
        if (engine_ended.revents != 0) {
            std::cerr << "firesteel: the engine ended while the script ran\n" << engine.log_tail();
            engine_ended.fd = -1;
        }
    }
    return script.wait();
}

/// --name is a conf like any other.
std::vector<std::string> all_confs(const SubmitOptions& options) {
    auto confs = options.confs;
    if (!options.name.empty()) confs.push_back("spark.app.name=" + options.name);
    return confs;
}

ExitStatus run_with_private_engine(const SubmitOptions& options, const Environment& ours) {
    const std::string python = python_program(ours);
    Environment engine_environment = ours;
    engine_environment.set_if_absent("PYSPARK_PYTHON", python);
    PrivateEngine engine = PrivateEngine::start(
        {.master = options.master, .confs = all_confs(options), .log_file = options.engine_log},
        engine_environment);
    ReadyNote note;
    Environment environment = script_environment(ours);
    environment.set("SPARK_REMOTE", engine.url());
    environment.set("FIRESTEEL_READY_NOTE", note.path());
    Child script = Child::start({.arguments = script_command(python, options.command),
                                 .environment = environment.entries(),
                                 .when_we_die = Launch::WhenWeDie::Terminate});
    const ExitStatus status = attend(script, engine, note);
    engine.stop();
    return status;
}

}  // namespace

int submit(const SubmitOptions& options) {
    const Environment ours = Environment::current();
    if (!is_local(options.master)) hand_to_apache_spark(options, ours);
    if (!std::filesystem::exists(options.command[0])) {
        std::cerr << "firesteel submit: there is no file " << options.command[0] << "\n";
        return kExitUsage;
    }
    if (options.remote.empty()) run_with_private_engine(options, ours).repeat();

    Environment environment = script_environment(ours);
    environment.set("SPARK_REMOTE", options.remote);
    environment.set("FIRESTEEL_SESSION_CONFS", session_confs(all_confs(options)));
    replace_process(script_command(python_program(ours), options.command), environment.entries());
}

}  // namespace firesteel::cli
