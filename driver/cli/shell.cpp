#include "cli/shell.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>
#include <utility>

#include "cli/json_text.h"
#include "cli/submit.h"
#include "cli/submit_options.h"

namespace firesteel::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kShimMark = "# firesteel shim";
constexpr auto kShims = std::to_array<std::pair<const char*, const char*>>({
    {"spark-submit", "submit"     },
    {"pyspark",      "pyspark"    },
    {"spark-sql",    "spark-sql"  },
    {"spark-shell",  "spark-shell"}
});

std::string own_program() { return fs::read_symlink("/proc/self/exe"); }

/// Python runs one file at its start; shell.py goes on to the user's own.
Environment shell_environment(bool quiet) {
    Environment environment = Environment::current();
    const std::string own = launcher_directory() / "shell.py";
    const auto user = environment.get("PYTHONSTARTUP");
    if (user && *user != own) environment.set("FIRESTEEL_PYTHONSTARTUP", *user);
    environment.set("PYTHONSTARTUP", own);
    if (quiet) environment.set("FIRESTEEL_QUIET_SHELL", "1");
    return environment;
}

std::string single_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

bool is_shim(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return std::getline(in, line) && line == kShimMark;
}

fs::path kernel_directory(const std::string& prefix) {
    const Environment environment = Environment::current();
    if (!prefix.empty()) return fs::path(prefix) / "share" / "jupyter" / "kernels" / "firesteel";
    if (const auto data = environment.get("JUPYTER_DATA_DIR"))
        return fs::path(*data) / "kernels" / "firesteel";
    if (const auto data = environment.get("XDG_DATA_HOME"))
        return fs::path(*data) / "jupyter" / "kernels" / "firesteel";
    return fs::path(environment.get("HOME").value_or("")) /
           ".local/share/jupyter/kernels/firesteel";
}

/// For all users.
void make_shared_directory(const fs::path& directory, const std::string& advice) {
    std::error_code ec;
    fs::create_directories(directory, ec);
    if (!ec) return;
    throw std::runtime_error("the directory " + directory.string() +
                             " can't be made: " + ec.message() + "; " + advice);
}

/// In a notebook's cells.
void show_tables(Application& application) {
    application.settings.try_emplace("spark.sql.repl.eagerEval.enabled", "true");
}

void write_file(const fs::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::trunc);
    out << text << std::flush;
    if (!out) {
        throw std::runtime_error(path.string() + " can't be written: " + std::strerror(errno) +
                                 "; choose another directory");
    }
}

}  // namespace

int run_shell(const std::vector<std::string>& words) {
    const SubmitOptions options = parse_submit(words);
    if (options.has("--help")) {
        std::cout << submit_usage("pyspark");
        return 0;
    }
    if (options.has("--version")) return submit({"--version"});
    if (!options.command.empty()) {
        throw UsageError("the shell runs no scripts; use firesteel submit " + options.command[0]);
    }
    const Environment environment = shell_environment(/*quiet=*/false);
    Application application = make_application(options, environment);
    if (!application.is_local() || application.cluster_mode) {
        throw UsageError(
            "the shell runs on this machine; for a cluster use --remote, or Apache Spark's own "
            "pyspark");
    }
    application.settings.try_emplace("spark.app.name", "PySparkShell");
    if (fs::path(application.driver_python).filename().string().starts_with("jupyter")) show_tables(application);
    std::stringstream extra(environment.get("PYSPARK_DRIVER_PYTHON_OPTS").value_or(""));
    for (std::string word; extra >> word;) application.command.push_back(word);
    return run_application(application, environment);
}

int install_kernel(const std::string& prefix) {
    const fs::path directory = kernel_directory(prefix);
    make_shared_directory(directory, "choose another with --prefix");
    const auto python = Environment::current().get("FIRESTEEL_PYTHON");
    const std::string env =
        python ? ",\n  \"env\": {\"FIRESTEEL_PYTHON\": " + json_quoted(*python) + "}" : "";
    write_file(directory / "kernel.json",
               "{\n  \"argv\": [" + json_quoted(own_program()) +
                   ", \"kernel\", \"run\", \"{connection_file}\"],\n"
                   "  \"display_name\": \"PySpark (Firesteel)\",\n"
                   "  \"language\": \"python\"" +
                   env + "\n}\n");
    std::cout << "kernel written to " << directory.string() << "\n";
    return 0;
}

int run_kernel(const std::string& connection_file) {
    Environment environment = shell_environment(/*quiet=*/true);
    environment.unset("PYSPARK_DRIVER_PYTHON");  // may be Jupyter itself, which starts us
    Application application = make_application(SubmitOptions(), environment);
    application.settings.try_emplace("spark.app.name", "Notebook");
    show_tables(application);
    application.command = {"-m", "ipykernel_launcher", "-f", connection_file};
    return run_application(application, environment);
}

int refuse_spark_shell() {
    throw UsageError(
        "spark-shell is Scala on a JVM, which is not here; pyspark is the shell in Python, spark-sql "
        "the one for SQL");
}

int install_shims(const std::string& directory) {
    make_shared_directory(directory, "choose another");
    for (const auto& [name, command] : kShims) {
        const fs::path file = fs::path(directory) / name;
        if (fs::exists(file) && !is_shim(file)) {
            throw UsageError(file.string() +
                             " exists and is not a shim of ours; choose another directory");
        }
    }
    const auto python = Environment::current().get("FIRESTEEL_PYTHON");
    const std::string export_python =
        python ? "export FIRESTEEL_PYTHON=" + single_quoted(*python) + "\n" : "";
    for (const auto& [name, command] : kShims) {
        const fs::path file = fs::path(directory) / name;
        write_file(file, "#!/bin/sh\n" + std::string(kShimMark) + "\n" + export_python +
                             "exec " + single_quoted(own_program()) + " " + command + " \"$@\"\n");
        fs::permissions(file, fs::perms(0755));
        std::cout << file.string() << "\n";
    }
    return 0;
}

int remove_shims(const std::string& directory) {
    for (const auto& [name, command] : kShims) {
        const fs::path file = fs::path(directory) / name;
        if (is_shim(file) && fs::remove(file)) std::cout << "removed " << file.string() << "\n";
    }
    return 0;
}

}  // namespace firesteel::cli
