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

#include "cli/apache_spark.h"
#include "cli/child.h"
#include "cli/environment.h"
#include "cli/private_engine.h"
#include "cli/remote.h"
#include "cli/submission.h"
#include "cli/submit_options.h"

namespace firesteel::cli {
namespace {

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

std::string path_list(const std::vector<std::string>& entries) {
    std::string text;
    for (const auto& entry : entries) text += (text.empty() ? "" : ":") + entry;
    return text;
}

/// Packed Python files stand on PYTHONPATH; single modules are found by the launcher, since their
/// directory may hold others.
Environment script_environment(const Application& application, const Environment& ours) {
    Environment environment = ours;
    std::vector<std::string> modules;
    for (auto file = application.python_files.rbegin(); file != application.python_files.rend();
         ++file) {
        if (file->ends_with(".py")) {
            modules.push_back(*file);
        } else {
            environment.prepend("PYTHONPATH", *file);
        }
    }
    environment.prepend("PYTHONPATH", launcher_directory());
    environment.set("FIRESTEEL_PY_MODULES", path_list(modules));
    const auto python = application.settings.find("spark.pyspark.python");
    if (python != application.settings.end()) environment.set("PYSPARK_PYTHON", python->second);
    environment.unset("MASTER");  // pyspark refuses it beside a remote URL
    environment.set("FIRESTEEL_SUBMIT", "1");
    return environment;
}

std::vector<std::string> script_command(const Application& application) {
    std::vector<std::string> arguments{application.driver_python};
    arguments.insert(arguments.end(), application.command.begin(), application.command.end());
    return arguments;
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
    bool ready = false;
    while (true) {
        if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR) break;
        if (script_ended.revents != 0) break;
        if (signal_came.revents != 0) signals.relay_to(script);
        if (engine_ready.revents != 0) {
            ready = engine.wait_until_ready();
            if (!ready)
                std::cerr << "firesteel: the engine did not start: " << reason_in(engine.log_tail())
                          << "\n";
            note.publish(ready);
            engine_ready.fd = -1;
        }
        if (engine_ended.revents != 0) {
            if (ready) {
                std::cerr << "firesteel: the engine ended while the script ran\n"
                          << engine.log_tail();
            }
            engine_ended.fd = -1;
        }
    }
    return script.wait();
}

ExitStatus run_with_private_engine(const Application& application, const Environment& ours) {
    Environment engine_environment = ours;
    engine_environment.set_if_absent("PYSPARK_PYTHON", application.driver_python);
    engine_environment.unset("FIRESTEEL");  // workers open no sessions
    PrivateEngine engine = PrivateEngine::start({.master = application.master,
                                                 .confs = application.confs(),
                                                 .log_file = application.engine_log},
                                                engine_environment);
    ReadyNote note;
    Environment environment = script_environment(application, ours);
    environment.set("SPARK_REMOTE", engine.url());
    environment.set("FIRESTEEL_READY_NOTE", note.path());
    Child script = Child::start({.arguments = script_command(application),
                                 .environment = environment.entries(),
                                 .when_we_die = Launch::WhenWeDie::Terminate});
    const ExitStatus status = attend(script, engine, note);
    engine.stop();
    return status;
}

/// Fails before an engine is started for nothing.
void check_pythons(const Application& application, const Environment& environment) {
    if (application.remote.empty()) check_functions_python(application, environment);
    const std::string& python = application.driver_python;
    if (is_program(python, environment)) return;
    if (python.find('/') == python.npos) {
        throw UsageError(
            "the script's Python, " + python +
            ", is not on PATH; set PYSPARK_DRIVER_PYTHON or PYSPARK_PYTHON to one that is");
    }
    throw UsageError("the script's Python, " + python +
                     ", is not here; where it is in an archive, which only functions see, set "
                     "PYSPARK_DRIVER_PYTHON=python3 for the script");
}

/// Where archives are unpacked for functions, the script's Python may be in one too: in the
/// background, where the script sees what functions see. Empty: it is in none.
std::filesystem::path python_in_archive(const Application& application,
                                        const Environment& environment, const Submission& place) {
    namespace fs = std::filesystem;
    const fs::path python = fs::path(application.driver_python).lexically_normal();
    if (python.is_absolute() || !python.has_parent_path() || is_program(python, environment))
        return {};
    for (const auto& given : application.archives) {
        const auto hash = given.rfind('#');
        const fs::path archive = given.substr(0, hash);
        const fs::path name = hash == given.npos ? archive.filename() : fs::path(given.substr(hash + 1));
        const fs::path inside = python.lexically_relative(name.lexically_normal());
        if (inside.empty() || *inside.begin() == "..") continue;
        std::vector<std::string> command{engine_program(), "--unpack", archive, "--kept-by",
                                         place.running()};
        for (const auto& conf : application.confs()) command.insert(command.end(), {"--conf", conf});
        const Answer answer = ask(command, environment.entries());
        const std::string last_line = reason_in(answer.text);
        if (!answer.ok) throw std::runtime_error(last_line);
        const fs::path found = fs::path(last_line) / inside;
        if (is_program(found, environment)) return found;
        throw UsageError("--archives: " + archive.string() + " has no program " + inside.string() +
                         ", which the script's Python is to be");
    }
    return {};
}

/// As YARN runs it: out of sight, with the variables and the archives of the application.
int run_in_background(const SubmitOptions& options, Application application,
                      const Environment& ours) {
    const Environment its = with_script_variables(application, ours);
    Submission place(ours);
    const auto python = python_in_archive(application, ours, place);
    if (!python.empty()) application.driver_python = python;
    check_pythons(application, its);
    place.start(options, application.driver_python, its);
    return 0;
}

/// --status and --kill with a cluster's master are that cluster's.
bool asks_for_ours(const SubmitOptions& options, const char* flag) {
    Application named;
    named.master = options.value("--master");
    return options.has(flag) && named.is_local();
}

}  // namespace

int run_application(const Application& application, const Environment& ours) {
    check_pythons(application, ours);
    if (application.remote.empty()) run_with_private_engine(application, ours).repeat();
    check_reachable(application.remote, ours);
    Environment environment = script_environment(application, ours);
    environment.set("SPARK_REMOTE", application.remote);
    environment.set("FIRESTEEL_SESSION_CONFS", application.session_settings());
    environment.set("FIRESTEEL_SHIPPED_FILES", shipped_files(application));
    replace_process(script_command(application), environment.entries());
}

int submit(const std::vector<std::string>& words) {
    const SubmitOptions options = parse_submit(words);
    if (options.has("--help")) {
        std::cout << submit_usage("submit");
        return 0;
    }
    if (options.has("--version")) {
        std::cout << version_text();
        return 0;
    }
    const Environment ours = Environment::current();
    if (asks_for_ours(options, "--status"))
        return print_submission(ours, options.value("--status"));
    if (asks_for_ours(options, "--kill")) return kill_submission(ours, options.value("--kill"));
    const Application application = make_application(options, ours);
    if (options.has("--verbose")) std::cerr << description(application);
    if (!application.is_local()) hand_to_apache_spark(options, application, ours);
    if (options.command.empty())
        throw UsageError("there is no script to run; see firesteel submit --help");
    if (!std::filesystem::exists(options.command[0])) {
        throw UsageError("there is no file " + options.command[0]);
    }
    return application.cluster_mode ? run_in_background(options, application, ours)
                                    : run_application(application, ours);
}

}  // namespace firesteel::cli
