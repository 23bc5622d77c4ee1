#include "gateway/settings.h"

#include <algorithm>
#include <string>

#include "common/ascii.h"
#include "common/config_notes.h"

namespace firesteel::gateway {
namespace {

namespace v1 = firesteel::v1;

/// As Spark redacts what it shows of settings.
bool is_secret(std::string_view name) {
    const std::string lower = ascii_lower(name);
    return std::any_of(kSecretMarks.begin(), kSecretMarks.end(),
                       [&](std::string_view mark) { return lower.find(mark) != lower.npos; });
}

void add(const Config& conf, const ConfigRow& row, v1::ListSettingsResponse& out) {
    auto& setting = *out.add_settings();
    setting.set_name(std::string(row.name));
    if (const auto value = conf.find(row.name)) {
        setting.set_value(is_secret(row.name) ? "(redacted)" : *value);
    } else if (row.fallback) {
        setting.set_value(std::string(*row.fallback));
    }
    if (row.fallback) setting.set_fallback(std::string(*row.fallback));
    setting.set_is_set(conf.set_value(row.name) != nullptr);
    setting.set_any_session(row.scope == ConfigScope::Session);
    setting.set_options(std::string(row.options));
    setting.set_doc(std::string(row.doc));
}

}  // namespace

void list_settings(const Config& conf, std::string_view part, v1::ListSettingsResponse& out) {
    const auto documented = documented_settings(part);
    for (const ConfigRow& row : documented) add(conf, row, out);
    for (const auto& [name, value] : conf.settings()) {
        const bool is_listed = std::any_of(documented.begin(), documented.end(),
                                           [&](const ConfigRow& row) { return row.name == name; });
        if (is_listed || name.find(part) == name.npos) continue;
        const ConfigRow* row = find_config_row(name);
        const ConfigScope scope = row == nullptr ? ConfigScope::Session : row->scope;
        add(conf, {.name = name, .type = ConfigType::Text, .scope = scope, .fallback = {}}, out);
    }
}

}  // namespace firesteel::gateway
