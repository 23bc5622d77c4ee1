#include "cli/apache_spark.h"

#include <array>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/child.h"

namespace firesteel::cli {
namespace {

namespace fs = std::filesystem;
constexpr const char* kSubmit = "bin/spark-submit";
/// The package is not imported, which takes longer than all else.
constexpr const char* kAskPackage =
    "import importlib.util\n"
    "found = importlib.util.find_spec('pyspark')\n"
    "print(list(found.submodule_search_locations)[0] if found else '')\n";

/// Not one of our own shims, which would call us again.
bool is_apache_submit(const fs::path& path) {
    if (!is_program(path.string(), Environment())) return false;
    std::ifstream in(path);
    std::string line;
    for (int i = 0; i < 2 && std::getline(in, line); ++i) {
        if (line.find("firesteel") != line.npos) return false;
    }
    return true;
}

bool has_jar(const fs::path& home, std::string_view name) {
    std::error_code ec;
    for (const auto& jar : fs::directory_iterator(home / "jars", ec)) {
        if (jar.path().filename().string().starts_with(name)) return true;
    }
    return false;
}

/// The folder of the package, where it has Spark in itself, as pyspark-client has not.
fs::path package_of(const std::string& python, const Environment& environment) {
    const Answer answer = ask({python, "-c", kAskPackage}, environment.entries());
    const fs::path home = answer.text.substr(0, answer.text.find('\n'));
    return answer.ok && is_apache_submit(home / kSubmit) && has_jar(home, "spark-core_")
               ? home
               : fs::path();
}

/// The home of the first spark-submit on PATH; a link, or the script of a pyspark package, leads to
/// it.
fs::path home_on_path(const Environment& environment) {
    std::stringstream path(environment.get("PATH").value_or(""));
    for (std::string folder; std::getline(path, folder, ':');) {
        const fs::path program = fs::path(folder) / "spark-submit";
        if (!is_apache_submit(program)) continue;
        std::error_code ec;
        const fs::path home = fs::canonical(program, ec).parent_path().parent_path();
        if (has_jar(home, "spark-core_")) return home;
        const fs::path package =
            package_of((program.parent_path() / "python3").string(), environment);
        if (!package.empty()) return package;
    }
    return {};
}

fs::path locate(const Application& application, const Environment& environment) {
    if (const auto home = environment.get("SPARK_HOME")) {
        if (is_apache_submit(fs::path(*home) / kSubmit)) return *home;
        throw UsageError("SPARK_HOME is " + *home + ", which has no " + kSubmit);
    }
    fs::path home = package_of(application.driver_python, environment);
    if (home.empty()) home = home_on_path(environment);
    if (home.empty()) {
        throw UsageError("the master " + application.master +
                         " is a cluster's, which takes Apache Spark's own spark-submit: install "
                         "pyspark, or set SPARK_HOME to where Apache Spark is");
    }
    return home;
}

bool has_java(const Environment& environment) {
    const auto home = environment.get("JAVA_HOME");
    return is_program(home ? *home + "/bin/java" : "java", environment);
}

struct Need {
    std::string_view master;
    std::string_view jar;
    std::string_view name;
};
constexpr auto kNeeds = std::to_array<Need>({
    {"yarn",     "spark-yarn_",       "YARN"      },
    {"k8s://",   "spark-kubernetes_", "Kubernetes"},
    {"mesos://", "spark-mesos_",      "Mesos"     }
});

void check_master_support(const std::string& master, const fs::path& home,
                          const Environment& environment) {
    for (const Need& need : kNeeds) {
        if (master.starts_with(need.master) && !has_jar(home, need.jar)) {
            throw UsageError("Apache Spark in " + home.string() + " can't run on " +
                             std::string(need.name) + ": it has no " + std::string(need.jar) +
                             "*.jar; set SPARK_HOME to one that can");
        }
    }
    if (master.starts_with("yarn") && !environment.get("HADOOP_CONF_DIR") &&
        !environment.get("YARN_CONF_DIR")) {
        throw UsageError(
            "--master yarn needs HADOOP_CONF_DIR or YARN_CONF_DIR, the directory of the cluster's "
            "settings");
    }
}

}  // namespace

fs::path find_apache_spark(const Application& application, const Environment& environment) {
    const fs::path home = locate(application, environment);
    if (!has_java(environment)) {
        throw UsageError(environment.get("JAVA_HOME")
                             ? "JAVA_HOME is " + *environment.get("JAVA_HOME") +
                                   ", which has no bin/java"
                             : "Apache Spark needs Java 17 or newer: install it, or set JAVA_HOME");
    }
    check_master_support(application.master, home, environment);
    return home;
}

void hand_to_apache_spark(const SubmitOptions& options, const Application& application,
                          Environment environment) {
    const fs::path home = find_apache_spark(application, environment);
    std::vector<std::string> arguments{home / kSubmit};
    const std::size_t script = options.words.size() - options.command.size();
    for (std::size_t i = 0; i < options.words.size(); ++i) {
        if (i >= script) {
            arguments.push_back(options.words[i]);
        } else if (options.words[i] == "--engine-log") {
            ++i;
        } else if (!options.words[i].starts_with("--engine-log=")) {
            arguments.push_back(options.words[i]);
        }
    }
    environment.set("SPARK_HOME", home);
    environment.unset("SPARK_REMOTE");  // the master is meant
    replace_process(arguments, environment.entries());
}

}  // namespace firesteel::cli
