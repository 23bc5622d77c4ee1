#pragma once
/// The file by which others find a running engine: pid, address, token. Locked while the engine
/// lives, so that a stale file is told from a running engine. Used by main() only.

#include <filesystem>
#include <string>

namespace firesteel {

struct EngineState {
    int pid = 0;
    std::string host;
    int port = 0;
    std::string token;
    std::string started;  // ISO 8601, UTC
    std::string log;
    std::string version;
};
/// One line of JSON.
std::string to_json(const EngineState& state);

class StateFile {
  public:
    /// Takes the lock; throws std::runtime_error if another engine has it.
    explicit StateFile(std::filesystem::path path);
    /// Removes the file.
    ~StateFile();
    StateFile(const StateFile&) = delete;
    StateFile& operator=(const StateFile&) = delete;
    void write(const EngineState& state);

  private:
    const std::filesystem::path path_;
    int fd_ = -1;
};

/// A directory of this process alone, made now; those of processes that are gone are removed by
/// remove_stale_directories().
std::filesystem::path make_work_directory(const std::filesystem::path& base);
void remove_stale_directories(const std::filesystem::path& base);

}  // namespace firesteel
