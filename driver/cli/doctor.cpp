#include "cli/doctor.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "cli/application.h"
#include "cli/child.h"
#include "cli/environment.h"
#include "cli/state_file.h"

namespace firesteel::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::uint16_t kPort = 15002;
constexpr std::uint64_t kMemoryMin = std::uint64_t{1} << 30;
constexpr std::uint64_t kDiskMin = std::uint64_t{1} << 30;

/// One line a package: its name and version, its name alone where it lacks, or "!" and what is wrong.
constexpr const char* kAskPython =
    "import sys\n"
    "print('python', sys.version.split()[0])\n"
    "for name in ('pyspark', 'grpc', 'pandas', 'pyarrow'):\n"
    "    try:\n"
    "        print(name, __import__(name).__version__)\n"
    "    except ModuleNotFoundError as error:\n"
    "        print(name, *(['!', error] if error.name != name else []))\n"
    "    except Exception as error:\n"
    "        print(name, '!', str(error).strip().split('\\n')[0] or type(error).__name__)\n";
constexpr std::string_view kBroken = "! ";

class Report {
  public:
    void good(const std::string& what) { std::cout << "ok    " << what << "\n"; }
    void bad(const std::string& what, const std::string& advice) {
        std::cout << "FAIL  " << what << "; " << advice << "\n";
        code_ = 1;
    }
    void note(const std::string& what, const std::string& advice) {
        std::cout << "note  " << what << "; " << advice << "\n";
    }
    int code() const { return code_; }

  private:
    int code_ = 0;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void check_engine(const Environment& environment, Report& report) {
    const Answer answer = ask({engine_program(), "--version"}, environment.entries());
    const std::string version = first_line(answer.text);
    if (!answer.ok) {
        report.bad("the engine doesn't run: " + version, "install Firesteel again");
    } else if (version != "firesteel-engine " FIRESTEEL_VERSION) {
        report.bad("the engine is " + version + ", this is " FIRESTEEL_VERSION,
                   "install both from one build");
    } else {
        report.good(version);
    }
}

void check_package(const std::string& name, const std::string& version, const std::string& python,
                   Report& report) {
    const std::string what = name + (version.empty() ? " is not installed" : " " + version);
    if (name == "python" && (std::stoi(version) < 3 || std::stoi(version.substr(2)) < 8)) {
        report.bad(python + " is Python " + version, "use 3.8 or newer");
    } else if (version.starts_with(kBroken)) {
        report.bad(name + " can't be imported: " + version.substr(kBroken.size()),
                   "run " + python + " -m pip install --force-reinstall " + (name == "grpc" ? "grpcio" : name));
    } else if (name == "pyspark" && (version.empty() || version < "3.4")) {
        report.bad(what, "run " + python + " -m pip install pyspark-client");
    } else if (version.empty() && name == "grpc") {
        report.bad(what, "run " + python +
                             " -m pip install grpcio grpcio-status googleapis-common-protos");
    } else if (version.empty()) {
        report.bad(what, "run " + python + " -m pip install " + name);
    } else {
        report.good(what);
    }
}

/// As submit would run a script.
void check_python(const std::string& python, Environment environment, Report& report) {
    environment.prepend("PYTHONPATH", launcher_directory());
    environment.set("FIRESTEEL_SUBMIT", "1");
    const Answer answer = ask({python, "-c", kAskPython}, environment.entries());
    if (!answer.ok) {
        report.bad("the Python of scripts, " + python + ", doesn't run: " + first_line(answer.text),
                   "set PYSPARK_DRIVER_PYTHON or PYSPARK_PYTHON to one that does");
        return;
    }
    std::istringstream lines(answer.text);
    for (std::string line; std::getline(lines, line);) {
        const auto space = line.find(' ');
        check_package(line.substr(0, space), space == line.npos ? "" : line.substr(space + 1),
                      python, report);
    }
}

void check_machine(const Environment& environment, Report& report) {
    struct ::sysinfo facts{};
    ::sysinfo(&facts);
    const std::uint64_t memory = std::uint64_t{facts.totalram} * facts.mem_unit;
    const std::string size = std::to_string(memory >> 20U) + " MiB of memory";
    memory >= kMemoryMin ? report.good(size) : report.bad(size, "an engine wants 1 GiB");
    const fs::path temporary = environment.get("TMPDIR").value_or("/tmp");
    std::error_code ec;
    const auto space = fs::space(temporary, ec);
    const std::string free =
        std::to_string(space.available >> 20U) + " MiB free in " + temporary.string();
    if (ec || ::access(temporary.c_str(), W_OK) != 0) {
        report.bad(temporary.string() + " can't be written", "set TMPDIR to a directory that can");
    } else if (space.available < kDiskMin) {
        report.bad(free, "make room, or set TMPDIR elsewhere");
    } else {
        report.good(free);
    }
}

void check_state(const Environment& environment, Report& report) {
    fs::path folder = state_directory(environment);
    while (!fs::exists(folder) && folder.has_relative_path()) folder = folder.parent_path();
    if (::access(folder.c_str(), W_OK) == 0) {
        report.good("engines are noted in " + state_directory(environment).string());
    } else {
        report.bad(folder.string() + " can't be written",
                   "set XDG_RUNTIME_DIR to a directory of yours");
    }
}

void check_port(const Environment& environment, Report& report) {
    if (const auto state = running_engine(state_directory(environment) / "engine.json")) {
        report.good("an engine runs: " + state->url() + ", pid " + std::to_string(state->pid));
        return;
    }
    const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(kPort);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string what = "port " + std::to_string(kPort);
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        report.good(what + " is free");
    } else {
        report.note(what + " is taken", "start an engine with --port N; submit needs none");
    }
}

}  // namespace

int run_doctor() {
    const Environment environment = Environment::current();
    const Application application = make_application(SubmitOptions(), environment);
    Report report;
    check_engine(environment, report);
    check_python(application.driver_python, environment, report);
    check_machine(environment, report);
    check_state(environment, report);
    check_port(environment, report);
    return report.code();
}

}  // namespace firesteel::cli
