#include "cli/submission.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/child.h"

namespace firesteel::cli {
namespace {

namespace fs = std::filesystem;
constexpr int kFileMode = 0600;
constexpr std::size_t kEndedMax = 200;  // places kept of applications that do not run any more

struct Place {
    fs::path directory;
    fs::path output() const { return directory / "output.log"; }
    fs::path process() const { return directory / "pid"; }
    fs::path end() const { return directory / "end"; }
    fs::path running() const { return directory / "running"; }
};

fs::path submissions(const Environment& environment) {
    return state_directory(environment) / "submissions";
}

std::string read_line(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

Place find(const Environment& environment, const std::string& id) {
    const Place place{submissions(environment) / id};
    if (id.empty() || id.find('/') != id.npos || id.starts_with(".") ||
        !fs::is_directory(place.directory)) {
        throw UsageError("there is no application " + id +
                         "; submit --deploy-mode cluster prints its id");
    }
    return place;
}

/// A directory of its own, named by time and process.
Place make_place(const Environment& environment) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> time{};
    std::strftime(time.data(), time.size(), "driver-%Y%m%d%H%M%S-", &parts);
    const Place place{submissions(environment) / (time.data() + std::to_string(::getpid()))};
    make_directory(place.directory);
    return place;
}

bool is_supervised(const Place& place) {
    const Fd lock(::open(place.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0;
}

void write_line(const fs::path& file, const std::string& line) {
    std::ofstream out(file);
    out << line << "\n";
}

/// Their names begin with the time.
void remove_oldest(const fs::path& directory) {
    std::vector<Place> ended;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(directory, ec)) {
        if (const Place place{entry.path()}; !is_supervised(place)) ended.push_back(place);
    }
    if (ended.size() < kEndedMax) return;
    std::sort(ended.begin(), ended.end(),
              [](const Place& a, const Place& b) { return a.directory < b.directory; });
    ended.resize(ended.size() - kEndedMax + 1);
    for (const Place& place : ended) fs::remove_all(place.directory, ec);
}

}  // namespace

Submission::Submission(const Environment& environment) {
    remove_oldest(submissions(environment));
    directory_ = make_place(environment).directory;
    std::error_code ec;
    fs::create_directory(running(), ec);  // start() tells what lacks
}

Submission::~Submission() {
    std::error_code ec;
    if (!started_) fs::remove_all(directory_, ec);
}

fs::path Submission::running() const { return Place{directory_}.running(); }

void Submission::start(const SubmitOptions& options, const std::string& driver_python,
                       const Environment& environment) {
    const Place place{directory_};
    const Fd output(
        ::open(place.output().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kFileMode));
    const Fd lock(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!output || !lock || ::flock(lock.get(), LOCK_EX) != 0) {
        throw std::runtime_error("the application's output can't be kept in " + directory_.string() +
                                 ": " + std::strerror(errno) +
                                 "; set XDG_RUNTIME_DIR to a directory that can be written");
    }
    Launch launch{.environment = environment.entries(),
                  .group = Launch::Group::Own,
                  .output = output.get(),
                  .inherited = lock.get()};  // the lock goes on with the supervisor
    launch.arguments = {fs::read_symlink("/proc/self/exe"), "supervise", directory_};
    const auto flags = static_cast<std::ptrdiff_t>(options.words.size() - options.command.size());
    launch.arguments.insert(launch.arguments.end(), options.words.begin(),
                            options.words.begin() + flags);
    launch.arguments.insert(launch.arguments.end(), {"--deploy-mode", "client", "--conf",
                                                     "spark.pyspark.driver.python=" + driver_python});
    launch.arguments.insert(launch.arguments.end(), options.command.begin(), options.command.end());
    Child::start(launch).release();
    started_ = true;
    std::cout << directory_.filename().string() << "\n";
    std::cerr << "output: " << place.output().string() << "\n";
}

int supervise(const std::string& directory, const std::vector<std::string>& words) {
    const Place place{directory};
    Launch launch{.environment = Environment::current().entries(),
                  .when_we_die = Launch::WhenWeDie::Terminate};
    launch.arguments = {fs::read_symlink("/proc/self/exe"), "submit"};
    launch.arguments.insert(launch.arguments.end(), words.begin(), words.end());
    Child application = Child::start(launch);
    write_line(place.process(), std::to_string(application.pid()));
    const ExitStatus status = application.wait();
    std::error_code ec;
    fs::remove(place.running(), ec);
    write_line(place.end(), status.text());
    return status.code();
}

int print_submission(const Environment& environment, const std::string& id) {
    const Place place = find(environment, id);
    const bool running = is_supervised(place);  // asked before the end is read
    const std::string end = read_line(place.end());
    const bool finished = end == "exit code 0";
    std::string state = "LOST";
    if (!end.empty()) {
        state = finished ? "FINISHED" : "FAILED (" + end + ")";
    } else if (running) {
        state = "RUNNING";
    }
    std::cout << id << ": " << state << "\noutput: " << place.output().string() << "\n";
    return finished || (end.empty() && running) ? 0 : 1;
}

int kill_submission(const Environment& environment, const std::string& id) {
    const Place place = find(environment, id);
    const std::string pid = read_line(place.process());
    if (!is_supervised(place) || pid.empty() || !read_line(place.end()).empty()) {
        std::cerr << "firesteel: " << id << " does not run\n";
        return 1;
    }
    if (::kill(std::stoi(pid), SIGTERM) != 0)
        throw std::system_error(errno, std::generic_category(), id);
    std::cout << id << ": asked to end\n";
    return 0;
}

}  // namespace firesteel::cli
