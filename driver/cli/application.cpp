#include "cli/application.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>
#include <system_error>

#include <glob.h>
#include <unistd.h>

#include "cli/json_text.h"
#include "cli/packages.h"
#include "cli/properties.h"
#include "cli/text.h"

namespace firesteel::cli {
namespace {

namespace fs = std::filesystem;

std::string defaults_file(const SubmitOptions& options, const Environment& environment) {
    if (options.has("--properties-file") && !options.has("--load-spark-defaults")) return "";
    for (const auto& [variable, folder] : {
             std::pair{"SPARK_CONF_DIR", ""    },
             {"SPARK_HOME",     "conf"}
    }) {
        const auto base = environment.get(variable);
        if (!base) continue;
        const fs::path file = fs::path(*base) / folder / "spark-defaults.conf";
        if (fs::exists(file)) return file;
        if (std::string_view(folder).empty()) break;  // SPARK_CONF_DIR stands for SPARK_HOME/conf
    }
    return "";
}

/// As Spark, which takes nothing but its own keys from a file.
void take_file(const std::string& file, std::map<std::string, std::string>& out) {
    for (const auto& [key, value] : read_properties(file)) {
        if (key.starts_with("spark.") || key.starts_with("firesteel.")) {
            out[key] = value;
        } else {
            std::cerr << "firesteel: " << file << ": " << key
                      << " is no spark.* key and is left out\n";
        }
    }
}

std::string take(std::map<std::string, std::string>& settings, const std::string& key) {
    const auto found = settings.find(key);
    if (found == settings.end()) return "";
    std::string value = std::move(found->second);
    settings.erase(found);
    return value;
}

/// "file:///x" and "file:/x" are /x; other schemes name what we can't reach.
std::string local_path(const std::string& what, const std::string& given) {
    constexpr std::string_view kScheme = "file:";
    const auto colon = given.find(':');
    const auto slash = given.find('/');
    if (given.starts_with(kScheme)) {
        std::string path = given.substr(kScheme.size());
        if (path.starts_with("///")) path.erase(0, 2);
        return path;
    }
    if (colon != std::string::npos && slash == colon + 1) {
        throw UsageError(what + ": " + given +
                         " is not on this machine; only local files can be shipped");
    }
    return given;
}

std::vector<std::string> matching(const std::string& pattern) {
    if (pattern.find_first_of("*?[{") == std::string::npos || fs::exists(pattern)) return {pattern};
    ::glob_t found{};
    std::vector<std::string> paths;
    if (::glob(pattern.c_str(), GLOB_BRACE, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
    }
    ::globfree(&found);
    return paths.empty() ? std::vector<std::string>{pattern} : paths;
}

enum class Fragment { No, Name };

std::vector<std::string> local_files(const std::string& what, const std::string& list,
                                     Fragment fragment) {
    std::vector<std::string> out;
    for (const auto& given : split(list, ',')) {
        const auto hash = fragment == Fragment::Name ? given.rfind('#') : std::string::npos;
        const std::string name = hash == std::string::npos ? "" : given.substr(hash);
        for (const auto& path : matching(local_path(what, given.substr(0, hash)))) {
            if (!fs::is_regular_file(path)) throw UsageError(what + ": there is no file " + path);
            out.push_back(fs::absolute(path).lexically_normal().string() + name);
        }
    }
    return out;
}

void check_endings(const std::string& what, const std::vector<std::string>& files,
                   const std::vector<std::string>& endings) {
    for (const auto& file : files) {
        const std::string path = file.substr(0, file.rfind('#'));
        const bool known = std::any_of(endings.begin(), endings.end(),
                                       [&](const auto& ending) { return path.ends_with(ending); });
        if (!known) throw UsageError(what + " takes " + joined(endings, ", ") + ", not " + path);
    }
}

std::string setting(const std::map<std::string, std::string>& settings, const std::string& key) {
    const auto found = settings.find(key);
    return found == settings.end() ? "" : found->second;
}

/// Classes for an engine have nowhere to go; a server at a URL has those that it was started with.
void refuse_jvm(const SubmitOptions& options, const Application& application) {
    if (options.has("--class"))
        throw UsageError("--class: only Python scripts can be run, there is no JVM");
    const std::string jars = setting(application.settings, "spark.jars");
    const std::string packages = setting(application.settings, "spark.jars.packages");
    if (!application.remote.empty()) {
        if (!jars.empty() || !packages.empty()) {
            throw UsageError((jars.empty() ? "--packages: " + packages : "--jars: " + jars) +
                             " can't be sent to a server; leave it out, and start the server with it");
        }
    } else if (!jars.empty()) {
        throw UsageError("--jars: " + jars + " can't be loaded, there is no JVM");
    } else {
        check_packages(packages);
    }
    for (const auto& flag : flags_without_effect(options)) {
        std::cerr << "firesteel: " << flag << " has no effect, there is no JVM\n";
    }
}

std::string json_list(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : ", ") + json_quoted(item);
    return "[" + text + "]";
}

/// Spark's order. The variables are those of the script, which has more of them in the background.
std::string driver_python(const Application& application, const Environment& environment) {
    for (const char* key : {"spark.pyspark.driver.python", "spark.pyspark.python"}) {
        const std::string named = setting(application.settings, key);
        if (!named.empty()) return named;
    }
    const Environment its = with_script_variables(application, environment);
    for (const char* variable : {"PYSPARK_DRIVER_PYTHON", "PYSPARK_PYTHON"}) {
        if (const auto program = its.get(variable)) return *program;
    }
    return default_python(environment);
}

/// Told before anything starts: what is written in the file's first bytes.
void check_archive(const std::string& given) {
    const std::string path = given.substr(0, given.rfind('#'));
    std::string head(512, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    const auto size = static_cast<std::size_t>(in.gcount());
    const bool is_zip = path.ends_with(".zip") || path.ends_with(".jar");
    const bool is_tar = path.ends_with(".tar");
    constexpr std::string_view kZip = "PK";
    constexpr std::string_view kGzip = "\x1f\x8b";
    constexpr std::size_t kUstarAt = 257;
    bool fits = head.starts_with(is_zip ? kZip : kGzip);
    if (is_tar) fits = size == head.size() && head.compare(kUstarAt, 5, "ustar") == 0;
    if (size == 0 || !fits) {
        throw UsageError("--archives: " + path + " is no " +
                         (is_zip   ? ".zip"
                          : is_tar ? ".tar"
                                   : ".tar.gz") +
                         " archive, whatever its name says; pack it anew");
    }
}

/// Another's engine knows neither our environment nor settings of an application: the session says
/// which Python its functions run in, where it is named or travels in an archive.
void name_functions_python(Application& out, const Environment& environment) {
    std::string python = environment.get("PYSPARK_PYTHON").value_or("");
    if (python.starts_with("/") || python.find('/') == python.npos) python.clear();
    const auto named = out.settings.find("spark.pyspark.python");
    if (named != out.settings.end()) python = named->second;
    if (!python.empty()) out.settings.try_emplace("spark.sql.execution.pyspark.python", python);
}

void take_files(Application& out) {
    const auto list = [&](const char* flag, const char* key, Fragment fragment) {
        return local_files(flag, setting(out.settings, key), fragment);
    };
    out.python_files = list("--py-files", "spark.submit.pyFiles", Fragment::No);
    out.files = list("--files", "spark.files", Fragment::Name);
    out.archives = list("--archives", "spark.archives", Fragment::Name);
    check_endings("--py-files", out.python_files, {".py", ".zip", ".egg"});
    check_endings("--archives", out.archives, {".zip", ".jar", ".tar", ".tar.gz", ".tgz"});
    for (const auto& archive : out.archives) check_archive(archive);
    for (const auto& [key, files] : {
             std::pair{"spark.submit.pyFiles", &out.python_files},
             {"spark.files",          &out.files       },
             {"spark.archives",       &out.archives    }
    }) {
        if (!files->empty()) out.settings[key] = joined(*files, ",");
    }
}

/// What Apache Spark knows beside local masters.
constexpr std::array<std::string_view, 5> kClusters{"yarn", "spark://", "k8s://", "mesos://",
                                                    "local-cluster["};

/// local, local[N] or local[*], with ",failures" behind it or not.
bool has_slots(std::string_view master) {
    constexpr std::string_view kOpen = "local[";
    if (!master.starts_with(kOpen)) return master.empty() || master == "local";
    master.remove_prefix(kOpen.size());
    if (!master.ends_with(']')) return false;
    master.remove_suffix(1);
    master = master.substr(0, master.find(','));
    return master == "*" || (!master.empty() && master.front() != '0' &&
                             master.find_first_not_of("0123456789") == master.npos);
}

void check_master(const Application& application) {
    const std::string& master = application.master;
    const bool is_cluster =
        std::any_of(kClusters.begin(), kClusters.end(),
                    [&](std::string_view start) { return master.starts_with(start); });
    if (!application.remote.empty()) return;
    if ((!application.is_local() || !has_slots(master)) && !is_cluster) {
        throw UsageError("the master '" + master +
                         "' is none of local, local[N], local[*]; or of a cluster's yarn, "
                         "spark://HOST:PORT, k8s://URL");
    }
}

void take_place(Application& out, const Environment& environment) {
    out.remote = take(out.settings, "spark.remote");
    out.master = take(out.settings, "spark.master");
    const std::string mode = take(out.settings, "spark.submit.deployMode");
    if (mode != "" && mode != "client" && mode != "cluster") {
        throw UsageError("--deploy-mode takes client or cluster, not '" + mode + "'");
    }
    out.cluster_mode = mode == "cluster";
    if (!out.remote.empty() && !out.master.empty()) {
        throw UsageError(
            "--remote and --master exclude each other: one names an engine that runs, the other "
            "starts one");
    }
    if (out.master.empty() && out.remote.empty())
        out.remote = environment.get("SPARK_REMOTE").value_or("");
    // As Spark's own --remote local: an engine for this application.
    if (out.remote.starts_with("local")) out.master = std::exchange(out.remote, "");
    if (!out.remote.empty() && !out.remote.starts_with("sc://")) {
        throw UsageError("--remote takes sc://host[:port][/;parameters], not '" + out.remote + "'");
    }
    if (out.master.empty() && out.remote.empty())
        out.master = environment.get("MASTER").value_or("");
    if (out.master == "firesteel") out.master.clear();
    check_master(out);
}

}  // namespace

bool Application::is_local() const {
    return master.empty() || master == "local" || master.starts_with("local[");
}

std::vector<std::string> Application::confs() const {
    std::vector<std::string> out;
    for (const auto& [key, value] : settings) out.push_back(key + "=" + value);
    return out;
}

std::string Application::session_settings() const {
    std::string object;
    for (const auto& [key, value] : settings) {
        if (is_deployment_setting(key)) continue;
        object += (object.empty() ? "" : ", ") + json_quoted(key) + ": " + json_quoted(value);
    }
    return "{" + object + "}";
}

Application make_application(const SubmitOptions& options, const Environment& environment) {
    Application out;
    out.command = options.command;
    out.engine_log = options.value("--engine-log");
    out.properties_file = defaults_file(options, environment);
    if (!out.properties_file.empty()) take_file(out.properties_file, out.settings);
    if (options.has("--properties-file")) {
        out.properties_file = options.value("--properties-file");
        if (!fs::is_regular_file(out.properties_file)) {
            throw UsageError("--properties-file: there is no file " + out.properties_file);
        }
        take_file(out.properties_file, out.settings);
    }
    for (const auto& [key, value] : options.confs) out.settings[key] = value;
    // A place that is named on the command line is meant instead of one that the file names.
    if (options.has("--remote")) out.settings.erase("spark.master");
    if (options.has("--master")) out.settings.erase("spark.remote");
    for (const auto& [key, value] : flag_settings(options)) out.settings[key] = value;
    take_place(out, environment);
    out.driver_python = driver_python(out, environment);
    if (!out.is_local()) return out;  // Apache Spark's own spark-submit understands the rest
    refuse_jvm(options, out);
    take_files(out);
    if (!out.remote.empty()) name_functions_python(out, environment);
    return out;
}

Environment with_script_variables(const Application& application, Environment environment) {
    constexpr std::string_view kFamily = "spark.yarn.appMasterEnv.";
    if (!application.cluster_mode) return environment;
    const auto& settings = application.settings;
    for (auto it = settings.lower_bound(std::string(kFamily));
         it != settings.end() && it->first.starts_with(kFamily); ++it) {
        const std::string name = it->first.substr(kFamily.size());
        if (!name.empty()) environment.set(name, it->second);
    }
    return environment;
}

void check_functions_python(const Application& application, const Environment& environment) {
    std::string python = environment.get("PYSPARK_PYTHON").value_or("");
    std::string from = "PYSPARK_PYTHON";
    for (const char* key :
         {"spark.executorEnv.PYSPARK_PYTHON", "spark.yarn.appMasterEnv.PYSPARK_PYTHON",
          "spark.pyspark.python", "spark.sql.execution.pyspark.python"}) {
        const auto found = application.settings.find(key);
        if (found == application.settings.end() || found->second.empty()) continue;
        python = found->second;
        from = key;
    }
    if (python.starts_with("/") && ::access(python.c_str(), X_OK) != 0) {
        throw UsageError(
            "the Python of functions, " + python + ", can't be run; set " + from +
            " to one that can, or to its place in an archive, such as ./environment/bin/python");
    }
}

std::string shipped_files(const Application& application) {
    return R"({"pyfiles": )" + json_list(application.python_files) + R"(, "files": )" +
           json_list(application.files) + R"(, "archives": )" + json_list(application.archives) +
           "}";
}

std::string description(const Application& application) {
    std::string text;
    const auto line = [&](const char* name, const std::string& value) {
        if (!value.empty()) text += std::string(name) + ": " + value + "\n";
    };
    line("master", application.remote.empty() && application.master.empty() ? "local[*]"
                                                                            : application.master);
    line("remote", application.remote);
    line("properties file", application.properties_file);
    line("python", application.driver_python);
    line("command", joined(application.command, " "));
    for (const auto& [key, value] : application.settings) {
        const bool secret = key.find("token") != key.npos || key.find("password") != key.npos ||
                            key.find("secret") != key.npos;
        line(("  " + key).c_str(), secret ? "(redacted)" : value);
    }
    return text;
}

}  // namespace firesteel::cli
