/// The engine daemon: reads flags and environment, wires the layers, waits for a signal, ends in
/// order. No logic.

#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "common/config_keys.h"
#include "common/config_notes.h"
#include "common/ids.h"
#include "common/log.h"
#include "common/memory_budget.h"
#include "connect/access.h"
#include "connect/server.h"
#include "gateway/gateway.h"
#include "io/parent_process.h"
#include "main/options.h"
#include "main/state_file.h"
#include "session/spark_context.h"
#include "session/worker_files.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
constexpr log::Channel kLog{"main"};
constexpr std::chrono::milliseconds kStreamsGrace{200};
constexpr std::size_t kWorkersMin = 16;
constexpr Key<std::int64_t> kPythonWorkersMax{"firesteel.python.workers.max"};
constexpr Key<std::int64_t> kPythonWorkersIdleTimeout{"firesteel.python.workers.idleTimeout"};

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// The machine's time zone as a region name.
std::string machine_time_zone() {
    std::string zone = environment("TZ");
    if (!zone.empty() && zone[0] == ':') zone.erase(0, 1);
    std::error_code ec;
    if (zone.empty()) {
        const std::string link = fs::read_symlink("/etc/localtime", ec).string();
        constexpr std::string_view kFolder = "zoneinfo/";
        if (const auto at = link.rfind(kFolder); at != link.npos) zone = link.substr(at + kFolder.size());
    }
    const bool known = !zone.empty() && zone[0] != '/' &&
                       fs::is_regular_file(fs::path("/usr/share/zoneinfo") / zone, ec);
    return known ? zone : "Etc/UTC";
}

struct Account {
    std::string name;
    fs::path home;  // services and containers may start programs without $HOME
};

Account account() {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
    const std::string home = environment("HOME");
    if (found == nullptr) return {std::to_string(::geteuid()), home};
    return {found->pw_name, home.empty() ? found->pw_dir : home};
}

fs::path default_state_file() {
    const std::string runtime = environment("XDG_RUNTIME_DIR");
    if (!runtime.empty()) return fs::path(runtime) / "firesteel" / "engine.json";
    const std::string state = environment("XDG_STATE_HOME");
    const fs::path base = state.empty() ? account().home / ".local" / "state" : fs::path(state);
    return base / "firesteel" / "engine.json";
}

fs::path temporary_directory() {
    const std::string directory = environment("TMPDIR");
    return directory.empty() ? "/tmp" : directory;
}

std::string utc_now() {
    const std::time_t now = ::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::string new_token() {
    std::string token;
    for (const char c : random_uuid() + random_uuid()) {
        if (c != '-') token.push_back(c);
    }
    return token;
}

/// What the engine is installed with: ../lib/firesteel of its program.
fs::path library_directory() {
    return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "lib" / "firesteel";
}

/// The directory of Python packages that the installation names, relative to that file.
std::string packaged_pyspark() {
    std::ifstream in(library_directory() / "python-path");
    std::string directory;
    std::getline(in, directory);
    return directory.empty() ? "" : (library_directory() / directory).lexically_normal().string();
}

fs::path default_archive_cache() {
    const std::string cache = environment("XDG_CACHE_HOME");
    const fs::path home = account().home;
    if (!cache.empty()) return fs::path(cache) / "firesteel" / "archives";
    if (!home.empty()) return home / ".cache" / "firesteel" / "archives";
    return temporary_directory() / ("firesteel-archives-" + std::to_string(::geteuid()));
}

Config make_config(const EngineOptions& options) {
    ConfigMap machine;
    machine["firesteel.archives.cacheDirectory"] = default_archive_cache().string();
    machine["spark.sql.session.timeZone"] = machine_time_zone();
    machine["spark.sql.warehouse.dir"] = "file:" + (fs::current_path() / "spark-warehouse").string();
    return engine_config(options.conf, std::move(machine));
}

void start_log(const EngineOptions& options, const Config& conf) {
    log::Options log;
    log.file = options.log_file;
    log.file_bytes_max = static_cast<std::size_t>(conf.get(keys::kLogFileBytesMax));
    log.files_kept = static_cast<std::size_t>(conf.get(keys::kLogFilesKept));
    log::parse_level(conf.get(keys::kLogLevel), log.level);
    log::start(log);
}

/// Once for an engine: sessions begin with the same settings.
void note_settings_without_effect(const Config& conf) {
    std::string names;
    for (const auto& [name, value] : conf.settings()) {
        if (needs_jvm_or_cluster(name)) names += (names.empty() ? "" : ",") + name;
    }
    if (names.empty()) return;
    kLog.warn("settings that need a JVM or a cluster are kept and change nothing", {{"settings", names}});
}

/// As Spark: it asks who runs the application, not what a client calls itself.
std::string user_name() {
    std::string given = environment("SPARK_USER");
    return given.empty() ? account().name : given;
}

SparkContext::Options context_options(const EngineOptions& options, const Config& conf) {
    SparkContext::Options out;
    out.conf = conf;
    out.master = options.master.value_or(conf.find("spark.master").value_or("local[*]"));
    out.default_parallelism = slots_of_master(out.master, cores_available());
    out.version = FIRESTEEL_VERSION;
    out.user = user_name();
    out.backend.threads = out.default_parallelism;
    out.backend.memory_bytes_max = static_cast<std::size_t>(conf.get(keys::kMemoryBytesMax));
    out.python = environment("PYSPARK_PYTHON");
    out.workers.package_directory = library_directory() / "worker";
    out.workers.fallback_path = conf.get(keys::kPythonFallbackPath);
    if (out.workers.fallback_path.empty()) out.workers.fallback_path = packaged_pyspark();
    out.workers.workers_max = std::max<std::size_t>(kWorkersMin, 2 * out.default_parallelism);
    if (const auto most = conf.get(kPythonWorkersMax); most > 0) {
        out.workers.workers_max = static_cast<std::size_t>(most);
    }
    out.workers.idle_timeout = std::chrono::milliseconds(conf.get(kPythonWorkersIdleTimeout));
    out.workers.reuse = conf.find("spark.python.worker.reuse").value_or("true") != "false";
    return out;
}

int unpack(const EngineOptions& options) {
    const Config conf = make_config(options);
    log::start({.level = log::Level::Warn});
    std::puts(archive_cache(conf).unpacked(options.unpack, options.kept_by).c_str());
    return EXIT_SUCCESS;
}

/// Signals are taken by wait_for_signal() alone; every thread inherits the mask.
sigset_t block_signals() {
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

void announce(const EngineOptions& options, const EngineState& state) {
    if (options.ready_fd < 0) return;
    const std::string line = to_json(state) + "\n";
    const auto written = ::write(options.ready_fd, line.data(), line.size());
    if (written < 0) kLog.warn("ready line not written");
    ::close(options.ready_fd);
}

int run(const EngineOptions& options) {
    const sigset_t signals = block_signals();
    std::optional<io::ParentProcess> parent;
    if (options.ends_with != 0) parent.emplace(options.ends_with);
    const Config conf = make_config(options);
    start_log(options, conf);
    note_settings_without_effect(conf);
    SparkContext::Options context_setup = context_options(options, conf);

    std::optional<StateFile> state_file;
    const fs::path state_path = options.state_file ? fs::path(*options.state_file) : default_state_file();
    if (!state_path.empty()) state_file.emplace(state_path);
    const connect::Listener listener(options.host, options.port);
    const connect::Credentials credentials{options.tls_certificate, options.tls_key};

    const fs::path temporary = temporary_directory();
    context_setup.work_directory = make_work_directory(temporary);
    context_setup.backend.temp_directory = (context_setup.work_directory / "spill").string();
    const EngineState state{::getpid(),  options.host, listener.port(),   new_token(),
                            utc_now(),   options.log_file, FIRESTEEL_VERSION};
    connect::Access access(state.token);
    SparkContext context(std::move(context_setup));
    const auto gateway =
        gateway::make_engine_service(context, access, [] { ::kill(::getpid(), SIGTERM); });
    connect::Server server(listener, credentials, context, access, {gateway.get()});
    if (state_file) state_file->write(state);
    kLog.info("listening", {{"host", state.host}, {"port", state.port}, {"master", context.facts().master},
                            {"version", state.version}});
    announce(options, state);
    remove_stale_directories(temporary);

    const int signal = io::wait_for_signal(signals, parent ? &*parent : nullptr);
    kLog.info("stopping", {{"signal", signal}});
    const bool ended = context.stop(std::chrono::milliseconds(conf.get(keys::kShutdownTimeout)));
    server.stop(kStreamsGrace);
    if (ended) return EXIT_SUCCESS;
    // Threads that don't let go can't be joined: leave what the next start recognises as stale.
    kLog.warn("operations did not end in time");
    log::flush();
    state_file.reset();
    ::_exit(EXIT_FAILURE);
}

}  // namespace
}  // namespace firesteel

int main(int argc, char** argv) {
    try {
        const firesteel::EngineOptions options = firesteel::parse_options(argc, argv);
        if (options.help) {
            std::fputs(firesteel::usage().c_str(), stdout);
            return EXIT_SUCCESS;
        }
        if (options.version) {
            std::puts("firesteel-engine " FIRESTEEL_VERSION);
            return EXIT_SUCCESS;
        }
        return options.unpack.empty() ? firesteel::run(options) : firesteel::unpack(options);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "firesteel-engine: %s\n", failure.what());
        return EXIT_FAILURE;
    }
}
