#include "cli/conf_command.h"

#include <iostream>
#include <vector>

#include "cli/json_text.h"
#include "cli/reach_engine.h"
#include "client/engine_service.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

using client::SettingFacts;

std::string with_spaces(const std::string& options) {
    std::string out;
    for (const char c : options) out += c == '|' ? ", " : std::string(1, c);
    return out;
}

std::string shown(const std::optional<std::string>& value) { return value.value_or("(not set)"); }

void print_text(const std::vector<SettingFacts>& settings) {
    for (const auto& setting : settings) {
        std::cout << setting.name << " = " << shown(setting.value) << "\n";
        if (setting.doc.empty()) {
            std::cout << "    Kept; nothing here acts on it.\n";
            continue;
        }
        std::cout << "    " << setting.doc << "\n    Set by: "
                  << (setting.any_session ? "any session" : "when the engine starts") << ".";
        if (!setting.options.empty())
            std::cout << " One of: " << with_spaces(setting.options) << ".";
        if (setting.is_set) std::cout << " Default: " << shown(setting.fallback) << ".";
        std::cout << "\n";
    }
}

std::string json_or_null(const std::optional<std::string>& value) {
    return value ? json_quoted(*value) : "null";
}

void print_json(const std::vector<SettingFacts>& settings) {
    std::cout << "[";
    const char* separator = "";
    for (const auto& setting : settings) {
        std::cout << separator << "{\"name\":" << json_quoted(setting.name)
                  << ",\"value\":" << json_or_null(setting.value)
                  << ",\"default\":" << json_or_null(setting.fallback)
                  << ",\"set\":" << (setting.is_set ? "true" : "false")
                  << ",\"anySession\":" << (setting.any_session ? "true" : "false")
                  << ",\"options\":" << json_quoted(setting.options)
                  << ",\"doc\":" << json_quoted(setting.doc) << "}";
        separator = ",\n";
    }
    std::cout << "]\n";
}

/// Defaults, not what this machine has: the same list everywhere.
void print_markdown(const std::vector<SettingFacts>& settings) {
    std::cout << "| setting | default | set by | |\n|-|-|-|-|\n";
    for (const auto& setting : settings) {
        if (setting.doc.empty()) continue;
        const std::string fallback = setting.fallback.value_or("");
        std::cout << "| `" << setting.name << "` | "
                  << (fallback.empty() ? "" : "`" + fallback + "`") << " | "
                  << (setting.any_session ? "session" : "engine") << " | " << setting.doc;
        if (!setting.options.empty()) std::cout << " (" << with_spaces(setting.options) << ")";
        std::cout << " |\n";
    }
}

}  // namespace

int run_conf(const ConfOptions& options) {
    SubmitOptions place;
    if (!options.remote.empty()) place.flags["--remote"] = options.remote;
    const ReachedEngine engine(place);
    try {
        const auto settings = client::EngineService(engine.connection()).settings(options.part);
        if (options.format == "json") {
            print_json(settings);
        } else if (options.format == "markdown") {
            print_markdown(settings);
        } else {
            print_text(settings);
        }
        if (!settings.empty()) return 0;
        std::cerr << "firesteel: no setting has " << options.part << " in its name\n";
    } catch (const client::ClientError& error) {
        std::cerr << "firesteel conf: " << error.what() << "\n";
    }
    return 1;
}

}  // namespace firesteel::cli
