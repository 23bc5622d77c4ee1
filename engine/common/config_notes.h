#pragma once
/// What people are told of settings: which ones an engine acts on (the list of `firesteel conf` and
/// of README), and which ones nothing here can follow. Made from the rows of config_rows.h and from
/// the few keys that stand outside Spark's own registry. Any thread.

#include <string_view>
#include <vector>

#include "common/config_rows.h"

namespace firesteel {

/// Ordered by name; those with `part` in their names.
std::vector<ConfigRow> documented_settings(std::string_view part);

/// True for settings that only a JVM or a cluster could follow: kept and echoed, nothing more.
bool needs_jvm_or_cluster(std::string_view name);

}  // namespace firesteel
