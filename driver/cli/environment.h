#pragma once
/// What the command line takes from its surroundings: environment variables, and where the engine,
/// the launcher and the state file are. The only place of the driver that reads them.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firesteel::cli {

/// A copy of the environment, changed for a child and handed over whole.
class Environment {
  public:
    static Environment current();

    std::optional<std::string> get(const std::string& key) const;
    void set(const std::string& key, std::string value) { variables_[key] = std::move(value); }
    void set_if_absent(const std::string& key, const std::string& value);
    void unset(const std::string& key) { variables_.erase(key); }
    /// Puts `entry` in front of a list such as PYTHONPATH.
    void prepend(const std::string& key, const std::string& entry);
    std::vector<std::string> entries() const;

  private:
    std::map<std::string, std::string> variables_;
};

/// A path that can be run, or a name that PATH has.
bool is_program(const std::string& name, const Environment& environment);

/// build/bin/firesteel-engine: beside this program.
std::filesystem::path engine_program();
/// build/bin/firesteel-client, likewise.
std::filesystem::path client_program();
/// The directory of launcher/sitecustomize.py.
std::filesystem::path launcher_directory();
/// SPARK_LOCAL_IP where it is of loopback, as only there an engine needs no TLS; else 127.0.0.1.
std::string local_address(const Environment& environment);
/// The Python of scripts if nothing else is said: the one that the command is installed in, if it is.
std::string default_python(const Environment& environment);
/// Where a daemon of this user keeps engine.json and engine.log.
std::filesystem::path state_directory(const Environment& environment);
/// Ours alone, and those above it. Throws std::runtime_error that says what to do.
void make_directory(const std::filesystem::path& directory);
/// What was typed at `firesteel sql`, which outlives a login.
std::filesystem::path history_file(const Environment& environment);

}  // namespace firesteel::cli
