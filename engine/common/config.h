#pragma once
/// Configuration: typed keys, immutable snapshots that operations read, and the store that a
/// session changes. Semantics are Spark's RuntimeConfig. Snapshots are values; the store is
/// thread-safe. Typed keys are in common/config_keys.h.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/config_rows.h"

namespace firesteel {

/// A key whose row in config_rows.cpp has a fallback; T is bool, std::int64_t, double or std::string.
template <typename T>
struct Key {
    std::string_view name;
};

using ConfigMap = std::map<std::string, std::string, std::less<>>;

/// Settings at one moment: what one operation sees from begin to end.
class Config {
  public:
    Config();
    /// `machine` holds fallbacks that depend on the machine (time zone, directories).
    Config(std::shared_ptr<const ConfigMap> settings, std::shared_ptr<const ConfigMap> machine);

    template <typename T>
    T get(const Key<T>& key) const;
    /// The set value, else the key's fallback, else nothing.
    std::optional<std::string> find(std::string_view name) const;
    /// The value if it was set.
    const std::string* set_value(std::string_view name) const;
    const ConfigMap& settings() const { return *settings_; }
    /// The same with other settings.
    Config with_settings(ConfigMap settings) const;

  private:
    std::shared_ptr<const ConfigMap> settings_;
    std::shared_ptr<const ConfigMap> machine_;
};

template <>
bool Config::get(const Key<bool>& key) const;
template <>
std::int64_t Config::get(const Key<std::int64_t>& key) const;
template <>
double Config::get(const Key<double>& key) const;
template <>
std::string Config::get(const Key<std::string>& key) const;

/// The settings of one session (or of the engine): reads and changes as Spark's RuntimeConfig.
class ConfigStore {
  public:
    ConfigStore() = default;
    explicit ConfigStore(Config initial) : config_(std::move(initial)) {}

    Config snapshot() const;

    /// SQL_CONF_NOT_FOUND if the key is neither set nor known. No value: known, but not set.
    std::optional<std::string> get(std::string_view name) const;
    /// Nothing if the key is neither set nor known.
    std::optional<std::string> get_option(std::string_view name) const;
    /// The set value, else `fallback`, which must have a known key's type.
    std::optional<std::string> get_with_default(std::string_view name,
                                                std::optional<std::string> fallback) const;
    /// What was set and begins with `prefix`; the prefix is taken off.
    std::vector<std::pair<std::string, std::string>> get_all(std::string_view prefix) const;
    /// Refuses static and core keys, and values that the key's type doesn't take.
    void set(std::string_view name, std::string value);
    void unset(std::string_view name);
    /// Back to these settings (RESET).
    void reset(Config initial);
    bool is_modifiable(std::string_view name) const;

  private:
    mutable std::mutex mutex_;
    Config config_;
};

/// Throws if `value` isn't one that the row takes.
void check_config_value(const ConfigRow& row, const std::string& value);

/// "64MB", "10", "3221225472b" as bytes; "10s", "300000ms" as milliseconds (a bare number counts in
/// `unit_ms`). Nothing if malformed.
std::optional<std::int64_t> parse_bytes(std::string_view text);
std::optional<std::int64_t> parse_millis(std::string_view text, std::int64_t unit_ms);

/// The engine's own settings from --conf and --config: refuses unknown firesteel.* keys and wrong
/// values; unknown spark.* keys are kept.
Config engine_config(const std::vector<std::pair<std::string, std::string>>& settings,
                     ConfigMap machine);

}  // namespace firesteel
