#include "cli/state_file.h"

#include <cerrno>
#include <fstream>
#include <iterator>

#include <signal.h>
#include <simdjson.h>

namespace firesteel::cli {
namespace {

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
                       .log = string_field(object, "log")};
}

std::optional<EngineState> running_engine(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) return std::nullopt;
    const std::string json{std::istreambuf_iterator<char>(stream), {}};
    auto state = parse_state(json);
    if (state && ::kill(state->pid, 0) != 0 && errno == ESRCH) return std::nullopt;
    return state;
}

}  // namespace firesteel::cli
