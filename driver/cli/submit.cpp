#include "cli/submit.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
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

bool is_program(const std::filesystem::path& path) {
    std::error_code ec;
    return std::filesystem::is_regular_file(path, ec) && ::access(path.c_str(), X_OK) == 0;
}

/// Not one of our own shims, which would call us again.
bool is_apache_submit(const std::filesystem::path& path) {
    if (!is_program(path)) return false;
    std::ifstream in(path);
    std::string line;
    for (int i = 0; i < 2 && std::getline(in, line); ++i) {
        if (line.find("firesteel") != line.npos) return false;
    }
    return true;
}

std::string find_apache_submit(const Environment& ours) {
    if (const auto home = ours.get("SPARK_HOME")) {
        const std::string program = *home + "/bin/spark-submit";
        if (is_apache_submit(program)) return program;
        throw UsageError("SPARK_HOME is " + *home + ", which has no bin/spark-submit");
    }
    std::stringstream path(ours.get("PATH").value_or(""));
    for (std::string folder; std::getline(path, folder, ':');) {
        if (is_apache_submit(folder + "/spark-submit")) return folder + "/spark-submit";
    }
    return "";
}

/// A cluster is Apache Spark's business: its own spark-submit gets the same command line.
[[noreturn]] void hand_to_apache_spark(const SubmitOptions& options, const Application& application,
                                       const Environment& ours) {
    const std::string program = find_apache_submit(ours);
    if (program.empty()) {
        throw UsageError("the master " + application.master +
                         " is a cluster's, which takes Apache Spark's own spark-submit: install "
                         "pyspark, or set SPARK_HOME to where Apache Spark is");
    }
    std::vector<std::string> arguments{program};
    for (std::size_t i = 0; i < options.words.size(); ++i) {
        if (options.words[i] == "--engine-log") {
            ++i;
        } else if (!options.words[i].starts_with("--engine-log=")) {
            arguments.push_back(options.words[i]);
        }
    }
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
void check_driver_python(const Application& application) {
    const std::string& python = application.driver_python;
    if (python.find('/') == python.npos || is_program(python)) return;
    throw UsageError("the script's Python, " + python +
                     ", is not here; where it is in an archive, which only functions see, set "
                     "PYSPARK_DRIVER_PYTHON=python3 for the script");
}

}  // namespace

int run_application(const Application& application, const Environment& ours) {
    check_driver_python(application);
    if (application.remote.empty()) run_with_private_engine(application, ours).repeat();
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
        std::cout << "firesteel " FIRESTEEL_VERSION ", as Apache Spark 4.1.1\n";
        return 0;
    }
    const Environment ours = Environment::current();
    if (options.has("--status")) return print_submission(ours, options.value("--status"));
    if (options.has("--kill")) return kill_submission(ours, options.value("--kill"));
    const Application application = make_application(options, ours);
    if (options.has("--verbose")) std::cerr << description(application);
    if (!application.is_local()) hand_to_apache_spark(options, application, ours);
    if (options.command.empty())
        throw UsageError("there is no script to run; see firesteel submit --help");
    if (!std::filesystem::exists(options.command[0])) {
        throw UsageError("there is no file " + options.command[0]);
    }
    if (!application.cluster_mode) return run_application(application, ours);
    check_driver_python(application);
    return submit_in_background(options, ours);
}

}  // namespace firesteel::cli
