#include "main/options.h"

#include <charconv>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>

namespace firesteel {
namespace {

constexpr int kPortMax = 65535;
constexpr int kPidMax = 1 << 22;
constexpr unsigned kSlotsMax = 1024;

[[noreturn]] void fail(const std::string& text) { throw std::runtime_error(text); }

int to_int(const std::string& flag, const std::string& text, int max) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > max) {
        fail(flag + " takes a number from 0 to " + std::to_string(max) + ", not '" + text + "'");
    }
    return value;
}

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::pair<std::string, std::string> key_value(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == text.npos || equals == 0) fail("--conf takes key=value, not '" + text + "'");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

/// Lines of "key value" or "key=value", as in spark-defaults.conf.
void read_config_file(const std::string& path, std::vector<std::pair<std::string, std::string>>& out) {
    std::ifstream in(path);
    if (!in) fail("the configuration file " + path + " can't be read");
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        line = trimmed(line);
        if (line.empty() || line[0] == '#') continue;
        const auto end = line.find_first_of(" \t=");
        if (end == line.npos || end == 0) {
            fail(path + ":" + std::to_string(number) + ": a line must be a key and its value");
        }
        std::string value = trimmed(line.substr(end));
        if (!value.empty() && value[0] == '=') value = trimmed(value.substr(1));
        out.emplace_back(line.substr(0, end), value);
    }
}

}  // namespace

std::string usage() {
    return "usage: firesteel-engine [options]\n"
           "Runs the engine in the foreground until SIGTERM or SIGINT.\n"
           "  --host HOST          address to listen on (127.0.0.1)\n"
           "  --port PORT          port to listen on (15002; 0: any that is free)\n"
           "  --master MASTER      local, local[N] or local[*]: task slots (local[*])\n"
           "  --conf KEY=VALUE     a setting; may be repeated\n"
           "  --config FILE        settings, one 'key value' a line\n"
           "  --state-file FILE    where pid, port and token are written ('': nowhere)\n"
           "  --log-file FILE      log there, with rotation (standard error)\n"
           "  --ready-fd N         write the state as one line to this descriptor when listening\n"
           "  --ends-with PID      stop when PID, the process that starts it, has ended\n"
           "  --tls-certificate FILE, --tls-key FILE\n"
           "                       serve TLS; needed to listen beyond loopback\n"
           "  --unpack ARCHIVE --kept-by DIRECTORY\n"
           "                       run no engine: unpack an archive as for Python functions, for as long as\n"
           "                       DIRECTORY exists at least, and print where it is\n"
           "  --version, --help\n";
}

EngineOptions parse_options(int argc, const char* const* argv) {
    EngineOptions options;
    std::vector<std::pair<std::string, std::string>> conf;
    using Take = std::function<void(const std::string&)>;
    const std::map<std::string, Take, std::less<>> flags = {
        {"--host", [&](const std::string& v) { options.host = v; }},
        {"--port", [&](const std::string& v) { options.port = to_int("--port", v, kPortMax); }},
        {"--master", [&](const std::string& v) { options.master = v; }},
        {"--conf", [&](const std::string& v) { conf.push_back(key_value(v)); }},
        {"--config", [&](const std::string& v) { read_config_file(v, options.conf); }},
        {"--state-file", [&](const std::string& v) { options.state_file = v; }},
        {"--log-file", [&](const std::string& v) { options.log_file = v; }},
        {"--ready-fd", [&](const std::string& v) { options.ready_fd = to_int("--ready-fd", v, 1 << 20); }},
        {"--ends-with", [&](const std::string& v) { options.ends_with = to_int("--ends-with", v, kPidMax); }},
        {"--tls-certificate", [&](const std::string& v) { options.tls_certificate = v; }},
        {"--tls-key", [&](const std::string& v) { options.tls_key = v; }},
        {"--unpack", [&](const std::string& v) { options.unpack = v; }},
        {"--kept-by", [&](const std::string& v) { options.kept_by = v; }},
    };
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--help" || argument == "-h") {
            options.help = true;
            continue;
        }
        if (argument == "--version") {
            options.version = true;
            continue;
        }
        const auto equals = argument.find('=');
        const auto flag = flags.find(argument.substr(0, equals));
        if (flag == flags.end()) fail("there is no option '" + std::string(argument) + "'; see --help");
        if (equals != argument.npos) {
            flag->second(std::string(argument.substr(equals + 1)));
        } else if (++i < argc) {
            flag->second(argv[i]);
        } else {
            fail(std::string(argument) + " needs a value");
        }
    }
    options.conf.insert(options.conf.end(), conf.begin(), conf.end());
    if (options.tls_certificate.empty() != options.tls_key.empty()) {
        fail("--tls-certificate and --tls-key go together");
    }
    if (options.unpack.empty() != options.kept_by.empty()) fail("--unpack and --kept-by go together");
    return options;
}

unsigned slots_of_master(const std::string& master, unsigned cores) {
    constexpr std::string_view kOpen = "local[";
    if (master == "local") return 1;
    std::string_view text = master;
    if (!text.starts_with(kOpen) || !text.ends_with(']')) {
        fail("the master '" + master +
             "' is none of local, local[N], local[*]; for a cluster run the script with Apache Spark");
    }
    text.remove_prefix(kOpen.size());
    text = text.substr(0, text.find_first_of(",]"));  // local[N,failures]
    if (text == "*") return cores;
    unsigned slots = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), slots);
    if (error != std::errc() || end != text.data() + text.size() || slots == 0 || slots > kSlotsMax) {
        fail("the master '" + master + "' has no sensible number of slots");
    }
    return slots;
}

}  // namespace firesteel
