#include "common/config.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/ascii.h"
#include "common/error.h"

namespace firesteel {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

std::optional<bool> parse_boolean(std::string_view text) {
    const std::string word = ascii_lower(trimmed(text));
    if (word == "true") return true;
    if (word == "false") return false;
    return std::nullopt;
}

template <typename T>
std::optional<T> parse_integer(std::string_view text) {
    text = trimmed(text);
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_double(std::string_view text) {
    text = trimmed(text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

/// A number with a unit's name behind it.
std::optional<std::int64_t> parse_with_unit(std::string_view text, std::int64_t bare_factor,
                                            const Unit* units, std::size_t unit_count) {
    const std::string word = ascii_lower(trimmed(text));
    std::size_t digits = !word.empty() && word[0] == '-' ? 1 : 0;
    while (digits < word.size() && word[digits] >= '0' && word[digits] <= '9') ++digits;
    const auto number = parse_integer<std::int64_t>(std::string_view(word).substr(0, digits));
    if (!number) return std::nullopt;
    const std::string_view unit = std::string_view(word).substr(digits);
    std::int64_t factor = bare_factor;
    if (!unit.empty()) {
        const auto* found =
            std::find_if(units, units + unit_count, [&](const Unit& u) { return u.name == unit; });
        if (found == units + unit_count) return std::nullopt;
        factor = found->factor;
    }
    std::int64_t out = 0;
    if (__builtin_mul_overflow(*number, factor, &out)) return std::nullopt;
    return out;
}

std::string_view type_name(ConfigType type) {
    switch (type) {
        case ConfigType::Boolean: return "boolean";
        case ConfigType::Int: return "int";
        case ConfigType::Long: return "long";
        case ConfigType::Double: return "double";
        case ConfigType::Text: return "string";
        case ConfigType::Bytes: return "bytes";
        case ConfigType::Millis:
        case ConfigType::Seconds: return "time";
    }
    return "string";
}

bool has_type(ConfigType type, const std::string& value) {
    switch (type) {
        case ConfigType::Text: return true;
        case ConfigType::Boolean: return parse_boolean(value).has_value();
        case ConfigType::Int: return parse_integer<std::int32_t>(value).has_value();
        case ConfigType::Long: return parse_integer<std::int64_t>(value).has_value();
        case ConfigType::Double: return parse_double(value).has_value();
        case ConfigType::Bytes: return parse_bytes(value).has_value();
        case ConfigType::Millis: return parse_millis(value, 1).has_value();
        case ConfigType::Seconds: return parse_millis(value, 1000).has_value();
    }
    return false;
}

bool is_option(std::string_view options, std::string_view value) {
    const std::string wanted = ascii_lower(value);
    while (true) {
        const auto bar = options.find('|');
        if (ascii_lower(options.substr(0, bar)) == wanted) return true;
        if (bar == options.npos) return false;
        options.remove_prefix(bar + 1);
    }
}

std::string joined_options(std::string_view options) {
    std::string out;
    for (const char c : options) {
        if (c == '|') {
            out.append(", ");
        } else {
            out.push_back(c);
        }
    }
    return out;
}

void check_modifiable(std::string_view name) {
    const ConfigRow* row = find_config_row(name);
    if (row == nullptr) {
        if (name.starts_with("firesteel.")) {
            throw Error(ErrorClass::SqlConfNotFound, {{"sqlConf", quoted(name)}});
        }
        return;
    }
    switch (row->scope) {
        case ConfigScope::Session: return;
        case ConfigScope::Static:
        case ConfigScope::Engine:
            throw Error(ErrorClass::CannotModifyStaticConfig, {{"key", quoted(name)}});
        case ConfigScope::Core:
            throw Error(ErrorClass::CannotModifyConfig,
                        {{"key", quoted(name)}, {"docroot", "https://spark.apache.org/docs/latest"}});
    }
}

[[noreturn]] void fail_not_found(std::string_view name) {
    throw Error(ErrorClass::SqlConfNotFound, {{"sqlConf", quoted(name)}});
}

/// Known to sessions: core keys count only where they were set.
const ConfigRow* find_session_row(std::string_view name) {
    const ConfigRow* row = find_config_row(name);
    return row != nullptr && row->scope != ConfigScope::Core ? row : nullptr;
}

std::string required(const Config& config, std::string_view name) {
    auto value = config.find(name);
    FS_ASSERT(value.has_value());
    return std::move(*value);
}

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text) {
    constexpr Unit kUnits[] = {
        {"b", 1},           {"k", 1LL << 10U},  {"kb", 1LL << 10U}, {"m", 1LL << 20U},
        {"mb", 1LL << 20U}, {"g", 1LL << 30U},  {"gb", 1LL << 30U}, {"t", 1LL << 40U},
        {"tb", 1LL << 40U}, {"p", 1LL << 50U},  {"pb", 1LL << 50U}};
    return parse_with_unit(text, 1, kUnits, std::size(kUnits));
}

std::optional<std::int64_t> parse_millis(std::string_view text, std::int64_t unit_ms) {
    constexpr Unit kUnits[] = {{"ms", 1},       {"s", 1000},      {"m", 60'000},
                               {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    return parse_with_unit(text, unit_ms, kUnits, std::size(kUnits));
}

Config::Config() : Config(std::make_shared<const ConfigMap>(), std::make_shared<const ConfigMap>()) {}

Config::Config(std::shared_ptr<const ConfigMap> settings, std::shared_ptr<const ConfigMap> machine)
    : settings_(std::move(settings)), machine_(std::move(machine)) {}

Config Config::with_settings(ConfigMap settings) const {
    return {std::make_shared<const ConfigMap>(std::move(settings)), machine_};
}

const std::string* Config::set_value(std::string_view name) const {
    const auto found = settings_->find(name);
    return found == settings_->end() ? nullptr : &found->second;
}

std::optional<std::string> Config::find(std::string_view name) const {
    if (const std::string* value = set_value(name)) return *value;
    const ConfigRow* row = find_config_row(name);
    if (row == nullptr) return std::nullopt;
    if (const auto found = machine_->find(name); found != machine_->end()) return found->second;
    if (row->fallback) return std::string(*row->fallback);
    return std::nullopt;
}

template <>
bool Config::get(const Key<bool>& key) const {
    const auto value = parse_boolean(required(*this, key.name));
    FS_ASSERT(value.has_value());
    return *value;
}

template <>
std::int64_t Config::get(const Key<std::int64_t>& key) const {
    const std::string text = required(*this, key.name);
    const ConfigRow* row = find_config_row(key.name);
    std::optional<std::int64_t> value;
    switch (row->type) {
        case ConfigType::Bytes: value = parse_bytes(text); break;
        case ConfigType::Millis: value = parse_millis(text, 1); break;
        case ConfigType::Seconds: value = parse_millis(text, 1000); break;
        case ConfigType::Int:
        case ConfigType::Long: value = parse_integer<std::int64_t>(text); break;
        case ConfigType::Text:
        case ConfigType::Boolean:
        case ConfigType::Double: break;
    }
    FS_ASSERT(value.has_value());
    return *value;
}

template <>
double Config::get(const Key<double>& key) const {
    const auto value = parse_double(required(*this, key.name));
    FS_ASSERT(value.has_value());
    return *value;
}

template <>
std::string Config::get(const Key<std::string>& key) const {
    return required(*this, key.name);
}

void check_config_value(const ConfigRow& row, const std::string& value) {
    if (!has_type(row.type, value)) {
        throw Error(ErrorClass::InvalidConfValueTypeMismatch,
                    {{"confName", std::string(row.name)},
                     {"confValue", value},
                     {"confType", std::string(type_name(row.type))}});
    }
    if (!row.options.empty() && !is_option(row.options, value)) {
        throw Error(ErrorClass::InvalidConfValueOutOfRangeOfOptions,
                    {{"confName", std::string(row.name)},
                     {"confValue", value},
                     {"confOptions", joined_options(row.options)}});
    }
}

Config ConfigStore::snapshot() const {
    const std::lock_guard lock(mutex_);
    return config_;
}

std::optional<std::string> ConfigStore::get(std::string_view name) const {
    const Config config = snapshot();
    if (config.set_value(name) == nullptr && find_session_row(name) == nullptr) fail_not_found(name);
    return config.find(name);
}

std::optional<std::string> ConfigStore::get_option(std::string_view name) const {
    const Config config = snapshot();
    if (config.set_value(name) == nullptr && find_session_row(name) == nullptr) return std::nullopt;
    return config.find(name);
}

std::optional<std::string> ConfigStore::get_with_default(
    std::string_view name, std::optional<std::string> fallback) const {
    const Config config = snapshot();
    if (const std::string* value = config.set_value(name)) return *value;
    if (const ConfigRow* row = find_session_row(name); row != nullptr && fallback) {
        check_config_value(*row, *fallback);
    }
    return fallback;
}

std::vector<std::pair<std::string, std::string>> ConfigStore::get_all(std::string_view prefix) const {
    const Config config = snapshot();
    std::vector<std::pair<std::string, std::string>> out;
    for (auto at = config.settings().lower_bound(prefix);
         at != config.settings().end() && at->first.starts_with(prefix); ++at) {
        out.emplace_back(at->first.substr(prefix.size()), at->second);
    }
    return out;
}

void ConfigStore::set(std::string_view name, std::string value) {
    check_modifiable(name);
    if (const ConfigRow* row = find_config_row(name)) check_config_value(*row, value);
    const std::lock_guard lock(mutex_);
    ConfigMap settings = config_.settings();
    settings.insert_or_assign(std::string(name), std::move(value));
    config_ = config_.with_settings(std::move(settings));
}

void ConfigStore::unset(std::string_view name) {
    check_modifiable(name);
    const std::lock_guard lock(mutex_);
    ConfigMap settings = config_.settings();
    if (const auto found = settings.find(name); found != settings.end()) settings.erase(found);
    config_ = config_.with_settings(std::move(settings));
}

void ConfigStore::reset(Config initial) {
    const std::lock_guard lock(mutex_);
    config_ = std::move(initial);
}

bool ConfigStore::is_modifiable(std::string_view name) const {
    const ConfigRow* row = find_config_row(name);
    return row != nullptr && row->scope == ConfigScope::Session;
}

Config engine_config(const std::vector<std::pair<std::string, std::string>>& settings,
                     ConfigMap machine) {
    ConfigMap map;
    for (const auto& [name, value] : settings) {
        const ConfigRow* row = find_config_row(name);
        if (row == nullptr && name.starts_with("firesteel.")) fail_not_found(name);
        if (row != nullptr) check_config_value(*row, value);
        map.insert_or_assign(name, value);
    }
    return {std::make_shared<const ConfigMap>(std::move(map)),
            std::make_shared<const ConfigMap>(std::move(machine))};
}

}  // namespace firesteel
