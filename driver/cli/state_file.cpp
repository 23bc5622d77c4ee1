#include "cli/state_file.h"

#include <algorithm>

#include <fcntl.h>
#include <simdjson.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/child.h"

namespace firesteel::cli {
namespace {

constexpr std::size_t kStateBytesMax = 16384;

std::string string_field(const simdjson::dom::object& object, std::string_view key) {
    std::string_view text;
    return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace

std::string EngineState::url() const { return "sc://" + host + ":" + std::to_string(port); }

std::optional<EngineState> parse_state(std::string_view json) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    std::int64_t pid = 0;
    std::uint64_t port = 0;
    if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS ||
        object["pid"].get(pid) != simdjson::SUCCESS || pid <= 0 ||
        object["port"].get(port) != simdjson::SUCCESS || port == 0 || port > 65535) {
        return std::nullopt;
    }
    return EngineState{.pid = static_cast<int>(pid),
                       .host = string_field(object, "host"),
                       .port = static_cast<std::uint16_t>(port),
                       .token = string_field(object, "token"),
                       .started = string_field(object, "started"),
                       .log = string_field(object, "log"),
                       .version = string_field(object, "version")};
}

std::string version_advice(const EngineState& state) {
    if (state.version == FIRESTEEL_VERSION) return "";
    return "the engine that runs, pid " + std::to_string(state.pid) + ", has version " +
           state.version + " and this is " FIRESTEEL_VERSION
           "; firesteel engine stop ends it, firesteel engine start starts one of this version";
}

std::optional<EngineState> running_engine(const std::filesystem::path& file) {
    const Fd state_file(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!state_file) return std::nullopt;
    // An engine holds the lock as long as it lives; whoever gets it has found a stale file.
    if (::flock(state_file.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
    std::string json(kStateBytesMax, '\0');
    const ssize_t size = ::read(state_file.get(), json.data(), json.size());
    json.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return parse_state(json);
}

}  // namespace firesteel::cli
