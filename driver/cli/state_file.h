#pragma once
/// What an engine says about itself, in its state file and on its ready descriptor: one JSON
/// object.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace firesteel::cli {

struct EngineState {
    int pid = 0;
    std::string host;
    std::uint16_t port = 0;
    std::string token;
    std::string started;
    std::string log;      // path; empty: stderr
    std::string version;  // of the engine

    /// A URL for clients. Peers of the same user on loopback need no token.
    std::string url() const;
};

/// What to do about an engine whose version is not ours; empty where it is.
std::string version_advice(const EngineState& state);
/// Nothing if the text is not what an engine writes.
std::optional<EngineState> parse_state(std::string_view json);
/// The state of an engine that runs now; nothing for a missing, unreadable or stale file.
std::optional<EngineState> running_engine(const std::filesystem::path& file);

}  // namespace firesteel::cli
