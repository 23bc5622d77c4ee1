#include <cstdlib>
#include <string>

#include "common/config_keys.h"
#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {
namespace {

namespace u = unresolved;

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kOffsetSecondsMax = 18 * 3600;

Schema key_value_schema() {
    return {{"key", DataType::string(), false, ""}, {"value", DataType::string(), false, ""}};
}

Value text(std::string_view t) { return Value(std::string(t)); }

/// What SET shows of a key: its value, its default, or that it has none.
std::string shown(const ConfigStore& conf, const std::string& key) {
    return conf.get_option(key).value_or("<undefined>");
}

RowSet all_rows_with_docs(const ConfigStore& conf) {
    RowSet out{key_value_schema(), {}};
    out.schema.push_back({"meaning", DataType::string(), false, ""});
    out.schema.push_back({"Since version", DataType::string(), false, ""});
    for (const ConfigRow& row : config_rows()) {
        if (row.scope != ConfigScope::Session || !row.name.starts_with("spark.sql.")) continue;
        const std::string name(row.name);
        out.rows.push_back({text(name), text(shown(conf, name)), text(row.doc), text("")});
    }
    return out;
}

/// "+05:30".
std::string offset_text(std::int64_t seconds) {
    const std::int64_t size = std::abs(seconds);
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    std::string out = (seconds < 0 ? "-" : "+") + two(size / 3600) + ":" + two(size / 60 % 60);
    if (size % 60 != 0) out += ":" + two(size % 60);
    return out;
}

}  // namespace

RowSet run_set_config(Queries& queries, const u::SetConfig& command) {
    ConfigStore& conf = queries.session().conf();
    if (command.verbose) return all_rows_with_docs(conf);
    RowSet out{key_value_schema(), {}};
    if (!command.key) {
        for (const auto& [key, value] : conf.get_all("")) out.rows.push_back({text(key), text(value)});
        return out;
    }
    if (command.value) {
        if (queries.session().catalog().find_variable(*command.key) != nullptr) {
            throw Error(ErrorClass::SetVariableUsingSet, {{"variableName", "`" + *command.key + "`"}});
        }
        queries.session().set_config(*command.key, *command.value);
    }
    out.rows.push_back(
        {text(*command.key), text(command.value ? *command.value : shown(conf, *command.key))});
    return out;
}

void run_reset_config(Queries& queries, const u::ResetConfig& command) {
    if (command.key) {
        queries.session().conf().unset(*command.key);
    } else {
        queries.session().reset_config();
    }
}

RowSet run_set_time_zone(Queries& queries, const u::SetTimeZone& command) {
    const std::string key(keys::kSessionTimeZone.name);
    if (command.interval) {
        const Literal interval = queries.evaluate(*command.interval);
        const std::int64_t micros =
            interval.type.is(TypeKind::DayTimeInterval) && !interval.is_null() ? interval.value.integer() : -1;
        if (micros % kMicrosPerSecond != 0 || std::abs(micros / kMicrosPerSecond) > kOffsetSecondsMax) {
            throw Error(ErrorClass::InvalidIntervalFormatTimeZone, {{"input", std::to_string(micros)}});
        }
        queries.session().set_config(key, offset_text(micros / kMicrosPerSecond));
    } else if (command.zone.empty()) {
        queries.session().conf().unset(key);  // LOCAL: the machine's
    } else {
        queries.session().set_config(key, command.zone);
    }
    return {key_value_schema(), {{text(key), text(shown(queries.session().conf(), key))}}};
}

}  // namespace firesteel
