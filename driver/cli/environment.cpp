#include "cli/environment.h"

#include <cstring>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <pwd.h>
#include <unistd.h>

namespace firesteel::cli {
namespace {

std::filesystem::path program_directory() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace

Environment Environment::current() {
    Environment environment;
    for (char** entry = ::environ; *entry != nullptr; ++entry) {
        if (const char* equals = std::strchr(*entry, '=')) {
            environment.variables_[std::string(static_cast<const char*>(*entry), equals)] =
                equals + 1;
        }
    }
    // Services and containers may start programs without it.
    const passwd* user = environment.get("HOME") ? nullptr : ::getpwuid(::geteuid());
    if (user != nullptr) environment.set("HOME", static_cast<const char*>(user->pw_dir));
    return environment;
}

std::optional<std::string> Environment::get(const std::string& key) const {
    const auto found = variables_.find(key);
    if (found == variables_.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

void Environment::set_if_absent(const std::string& key, const std::string& value) {
    if (!get(key)) set(key, value);
}

void Environment::prepend(const std::string& key, const std::string& entry) {
    const auto rest = get(key);
    set(key, rest ? entry + ":" + *rest : entry);
}

std::vector<std::string> Environment::entries() const {
    std::vector<std::string> result;
    for (const auto& [key, value] : variables_) result.push_back(key + "=" + value);
    return result;
}

bool is_program(const std::string& name, const Environment& environment) {
    const auto runs = [](const std::filesystem::path& path) {
        std::error_code ec;
        return std::filesystem::is_regular_file(path, ec) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.find('/') != name.npos) return runs(name);
    std::stringstream folders(environment.get("PATH").value_or(""));
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (runs(std::filesystem::path(folder) / name)) return true;
    }
    return false;
}

std::filesystem::path engine_program() { return program_directory() / "firesteel-engine"; }

std::filesystem::path client_program() { return program_directory() / "firesteel-client"; }

std::filesystem::path launcher_directory() {
    return program_directory().parent_path() / "lib" / "firesteel" / "launcher";
}

std::string local_address(const Environment& environment) {
    const std::string named = environment.get("SPARK_LOCAL_IP").value_or("");
    return named.starts_with("127.") || named == "localhost" ? named : "127.0.0.1";
}

std::string default_python(const Environment& environment) {
    return environment.get("FIRESTEEL_PYTHON").value_or("python3");
}

std::filesystem::path state_directory(const Environment& environment) {
    if (const auto runtime = environment.get("XDG_RUNTIME_DIR")) {
        return std::filesystem::path(*runtime) / "firesteel";
    }
    if (const auto state = environment.get("XDG_STATE_HOME")) {
        return std::filesystem::path(*state) / "firesteel";
    }
    const std::filesystem::path home = environment.get("HOME").value_or("");
    return home / ".local" / "state" / "firesteel";
}

void make_directory(const std::filesystem::path& directory) {
    std::error_code ec;
    if (std::filesystem::create_directories(directory, ec))
        std::filesystem::permissions(directory, std::filesystem::perms::owner_all, ec);
    if (!ec) return;
    throw std::runtime_error("the directory " + directory.string() + " can't be made: " +
                             ec.message() + "; set XDG_RUNTIME_DIR to one that can be written");
}

std::filesystem::path history_file(const Environment& environment) {
    const std::filesystem::path home = environment.get("HOME").value_or("");
    const auto state = environment.get("XDG_STATE_HOME");
    return (state ? std::filesystem::path(*state) : home / ".local" / "state") / "firesteel" /
           "sql_history";
}

}  // namespace firesteel::cli
