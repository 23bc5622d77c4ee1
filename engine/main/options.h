#pragma once
/// The daemon's command line and configuration file. Used by main() only; throws std::runtime_error
/// with a text for the user.

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firesteel {

struct EngineOptions {
    std::string host = "127.0.0.1";
    int port = 15002;
    std::optional<std::string> master;
    std::vector<std::pair<std::string, std::string>> conf;  // --config's lines, then --conf
    std::optional<std::string> state_file;  // empty: none; absent: the user's own
    std::string log_file;
    int ready_fd = -1;
    int ends_with = 0;  // the parent process that it is not to outlive; 0: none
    std::string tls_certificate;
    std::string tls_key;
    std::string unpack;   // an archive: unpack it instead of running an engine
    std::string kept_by;  // the directory as long as which the unpacked archive stays
    bool help = false;
    bool version = false;
};

EngineOptions parse_options(int argc, const char* const* argv);
std::string usage();

/// local, local[N], local[*] and their slots; `cores` stands for *.
unsigned slots_of_master(const std::string& master, unsigned cores);

}  // namespace firesteel
