#pragma once
/// The rest of Spark 4.1.1's registry: keys that are kept, checked and echoed as Spark does, and that
/// nothing here acts on. Those with a meaning are in config_rows.cpp. Ordered by name.

#include <algorithm>
#include <span>

#include "common/config_rows.h"

namespace firesteel {

std::span<const ConfigRow> spark_core_keys();
std::span<const ConfigRow> spark_sql_keys();

constexpr bool sorted_by_name(std::span<const ConfigRow> rows) {
    return std::is_sorted(rows.begin(), rows.end(),
                          [](const ConfigRow& a, const ConfigRow& b) { return a.name < b.name; });
}

}  // namespace firesteel
