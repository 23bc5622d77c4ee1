#pragma once
/// Every configuration key with a meaning here, as one row: name, type, who may set it, default.
/// Defaults are the texts that Spark 4.1.1 answers (byte sizes that clients read as integers are
/// plain numbers). A row with a doc is one that the engine acts on; the others are stored and
/// echoed as Spark does.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace firesteel {

enum class ConfigType : std::uint8_t { Text, Boolean, Int, Long, Double, Bytes, Millis, Seconds };

enum class ConfigScope : std::uint8_t {
    Session,  // spark.sql.* and the like: any session sets its own
    Static,   // set when the engine starts, readable
    Core,     // Spark's core settings: set when the engine starts, unknown to sessions unless set
    Engine,   // firesteel.*: set when the engine starts
};

struct ConfigRow {
    std::string_view name;
    ConfigType type;
    ConfigScope scope;
    std::optional<std::string_view> fallback;  // absent: the key has no value until it is set
    std::string_view options{};  // allowed values, "A|B"; compared without case
    std::string_view doc{};
};

/// Ordered by name.
std::span<const ConfigRow> config_rows();
/// The row of a key, if it is known.
const ConfigRow* find_config_row(std::string_view name);

/// What a client is told when it uses a key that has lost its meaning; empty for others.
std::string_view config_warning(std::string_view name);

}  // namespace firesteel
