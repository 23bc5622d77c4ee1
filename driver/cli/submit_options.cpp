#include "cli/submit_options.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace firesteel::cli {
namespace {

enum class Takes { Nothing, Value };
enum class Needs { Nothing, Jvm };

struct Row {
    std::string_view flag;
    std::string_view short_flag;
    Takes takes;
    std::string_view metavar;
    std::string_view key;  // the setting that it stands for; empty: handled by name
    std::string_view help;
    Needs needs = Needs::Nothing;
};

using enum Takes;

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {"--master", "", Value, "URL", "spark.master",
     "local, local[N], local[*] (default): an engine for this application alone; yarn, k8s://, spark://: Apache "
     "Spark's own spark-submit takes over"},
    {"--remote", "", Value, "URL", "spark.remote", "sc:// URL of an engine or cluster to use"},
    {"--deploy-mode", "", Value, "MODE", "spark.submit.deployMode",
     "client (default); cluster: in the background, see --status and --kill"},
    {"--name", "", Value, "NAME", "spark.app.name", "Name of the application"},
    {"--conf", "-c", Value, "KEY=VALUE", "", "A setting; may be repeated"},
    {"--properties-file", "", Value, "FILE", "", "Settings; default: spark-defaults.conf in $SPARK_CONF_DIR or $SPARK_HOME/conf"},
    {"--load-spark-defaults", "", Nothing, "", "", "Read spark-defaults.conf beside --properties-file"},
    {"--py-files", "", Value, "LIST", "spark.submit.pyFiles",
     ".py, .zip and .egg files, separated by commas, to import from in the script and in functions"},
    {"--files", "", Value, "LIST", "spark.files", "Files for the working directory of functions"},
    {"--archives", "", Value, "LIST", "spark.archives",
     ".zip, .jar, .tar, .tar.gz, .tgz to unpack in the working directory of functions; FILE#NAME unpacks into NAME"},
    {"--packages", "", Value, "LIST", "spark.jars.packages", "Maven coordinates; only what the engine has in itself"},
    {"--exclude-packages", "", Value, "LIST", "spark.jars.excludes", "Kept as a setting"},
    {"--repositories", "", Value, "LIST", "spark.jars.repositories", "Kept as a setting"},
    {"--jars", "", Value, "LIST", "spark.jars", "Refused: there is no JVM"},
    {"--class", "", Value, "NAME", "", "Refused: there is no JVM"},
    {"--driver-memory", "", Value, "SIZE", "spark.driver.memory", "Kept as a setting"},
    {"--driver-cores", "", Value, "N", "spark.driver.cores", "Kept as a setting"},
    {"--driver-java-options", "", Value, "TEXT", "spark.driver.extraJavaOptions", "Without effect: there is no JVM", Needs::Jvm},
    {"--driver-library-path", "", Value, "PATH", "spark.driver.extraLibraryPath", "Without effect: there is no JVM", Needs::Jvm},
    {"--driver-class-path", "", Value, "PATH", "spark.driver.extraClassPath", "Without effect: there is no JVM", Needs::Jvm},
    {"--executor-memory", "", Value, "SIZE", "spark.executor.memory", "Kept as a setting"},
    {"--executor-cores", "", Value, "N", "spark.executor.cores", "Kept as a setting"},
    {"--num-executors", "", Value, "N", "spark.executor.instances", "Kept as a setting"},
    {"--total-executor-cores", "", Value, "N", "spark.cores.max", "Kept as a setting"},
    {"--queue", "", Value, "NAME", "spark.yarn.queue", "For a cluster"},
    {"--principal", "", Value, "NAME", "spark.kerberos.principal", "For a cluster"},
    {"--keytab", "", Value, "FILE", "spark.kerberos.keytab", "For a cluster"},
    {"--proxy-user", "", Value, "NAME", "", "For a cluster"},
    {"--supervise", "", Nothing, "", "", "For a cluster"},
    {"--kill", "", Value, "ID", "", "End an application that was submitted with --deploy-mode cluster"},
    {"--status", "", Value, "ID", "", "Say how it is doing"},
    {"--engine-log", "", Value, "FILE", "", "File for the log of the application's own engine"},
    {"--verbose", "-v", Nothing, "", "", "Print what was understood, and from where"},
    {"--version", "", Nothing, "", "", "Print the version"},
    {"--help", "-h", Nothing, "", "", "Print this"},
});
// clang-format on

const Row* find_row(std::string_view flag) {
    const auto* found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) {
        return row.flag == flag || (!row.short_flag.empty() && row.short_flag == flag);
    });
    return found == kRows.end() ? nullptr : found;
}

[[noreturn]] void refuse_unknown(const std::string& flag) {
    throw UsageError("there is no option " + flag + "; the nearest is " +
                     nearest(flag, submit_flags()));
}

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
    return *std::min_element(names.begin(), names.end(), [&](const auto& a, const auto& b) {
        return edits(word, a) < edits(word, b);
    });
}

std::string SubmitOptions::value(std::string_view flag) const {
    const auto found = flags.find(flag);
    return found == flags.end() ? std::string() : found->second;
}

SubmitOptions parse_submit(const std::vector<std::string>& words) {
    SubmitOptions out;
    out.words = words;
    std::size_t i = 0;
    for (; i < words.size() && words[i].starts_with("-") && words[i] != "-"; ++i) {
        const auto equals = words[i].starts_with("--") ? words[i].find('=') : std::string::npos;
        const std::string flag = words[i].substr(0, equals);
        const Row* row = find_row(flag);
        if (row == nullptr) refuse_unknown(flag);
        std::string value;
        if (row->takes == Nothing) {
            if (equals != std::string::npos) throw UsageError(flag + " takes no value");
        } else if (equals != std::string::npos) {
            value = words[i].substr(equals + 1);
        } else if (++i < words.size()) {
            value = words[i];
        } else {
            throw UsageError(flag + " needs a value: " + std::string(row->metavar));
        }
        if (row->flag != "--conf") {
            out.flags[std::string(row->flag)] = value;
            continue;
        }
        const auto at = value.find('=');
        if (at == std::string::npos || at == 0)
            throw UsageError("--conf takes key=value, not '" + value + "'");
        out.confs.emplace_back(value.substr(0, at), value.substr(at + 1));
    }
    out.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
    return out;
}

std::vector<std::pair<std::string, std::string>> flag_settings(const SubmitOptions& options) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Row& row : kRows) {
        if (!row.key.empty() && options.has(row.flag))
            out.emplace_back(row.key, options.value(row.flag));
    }
    return out;
}

bool is_deployment_setting(std::string_view key) {
    return key.starts_with("spark.pyspark.") ||
           std::any_of(kRows.begin(), kRows.end(),
                       [&](const Row& row) { return row.key == key && row.flag != "--name"; });
}

std::vector<std::string> flags_without_effect(const SubmitOptions& options) {
    std::vector<std::string> out;
    for (const Row& row : kRows) {
        if (row.needs == Needs::Jvm && options.has(row.flag)) out.emplace_back(row.flag);
    }
    return out;
}

std::vector<std::string> submit_flags() {
    std::vector<std::string> out;
    for (const Row& row : kRows) out.emplace_back(row.flag);
    return out;
}

std::string version_text() { return "firesteel " FIRESTEEL_VERSION ", as Apache Spark 4.1.1\n"; }

std::string submit_usage(const std::string& command, const std::string& more) {
    constexpr std::size_t kColumn = 30;
    std::string text = "usage: firesteel " + command + " [options]" +
                       (command == "submit" ? " script.py [its arguments]\n" : "\n");
    text += command == "submit"    ? "Runs a PySpark script, unchanged, and ends as it ends.\n\n"
            : command == "pyspark" ? "An interactive Python with a session `spark`.\n\n"
                                   : "Statements of SQL, as Spark's own spark-sql runs and prints them.\n\n";
    if (!more.empty()) text += more + "\n";
    for (const Row& row : kRows) {
        std::string left = "  " + std::string(row.flag);
        if (!row.short_flag.empty()) left += ", " + std::string(row.short_flag);
        if (row.takes == Value) left += " " + std::string(row.metavar);
        left += left.size() < kColumn ? std::string(kColumn - left.size(), ' ')
                                      : "\n" + std::string(kColumn, ' ');
        text += left + std::string(row.help) + "\n";
    }
    text +=
        "\nWhat a script sets comes before these options, these before the properties file.\n"
        "PYSPARK_DRIVER_PYTHON, PYSPARK_PYTHON: the Python of the script and of its functions.\n"
        "SPARK_REMOTE, MASTER: what --remote and --master are where neither is given.\n"
        "SPARK_HOME: Apache Spark, for the masters of clusters.\n\n";
    if (command == "submit") {
        text +=
            "  firesteel submit --master 'local[4]' my_job.py 2026-01-01\n"
            "  firesteel submit --py-files helpers.zip --files lookup.csv my_job.py\n"
            "  PYSPARK_DRIVER_PYTHON=python3 PYSPARK_PYTHON=./environment/bin/python \\\n"
            "    firesteel submit --archives environment.tar.gz#environment my_job.py\n"
            "  firesteel submit --deploy-mode cluster my_job.py; firesteel submit --status ID\n"
            "  firesteel submit --remote sc://cluster.example my_job.py\n\n";
    }
    text +=
        "Exit codes: the script's own, 128 + N if signal N ended it; 1 no engine, 2 a mistake in "
        "the command line.\n";
    return text;
}

}  // namespace firesteel::cli
