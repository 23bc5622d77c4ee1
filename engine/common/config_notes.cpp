#include "common/config_notes.h"

#include <algorithm>
#include <array>

namespace firesteel {
namespace {

using enum ConfigType;
using enum ConfigScope;

/// Keys with a meaning here that Spark does not register: any session may set them, as in Spark,
/// and those of the application count when the engine starts.
constexpr auto kOutsideTheRegistry = std::to_array<ConfigRow>({
    {"spark.app.name",                         Text, Core,    std::nullopt, "",
     "Name of the application, as firesteel status shows it."                                                             },
    {"spark.executorEnv.NAME",                 Text, Session, std::nullopt, "",
     "Environment variable NAME of Python workers; PYSPARK_PYTHON names their interpreter, after "
     "the other settings that do."                                                                                        },
    {"spark.master",                           Text, Core,    "local[*]",   "", "local, local[N] or local[*]: task slots."},
    {"spark.remote",                           Text, Core,    std::nullopt, "",
     "sc:// URL of an engine or cluster that submit uses instead of starting an engine."                                  },
    {"spark.yarn.appMasterEnv.PYSPARK_PYTHON", Text, Session, std::nullopt, "",
     "The Python of functions. After spark.pyspark.python, before "
     "spark.executorEnv.PYSPARK_PYTHON."                                                                                  },
});

/// Families whose keys are not all known here.
constexpr auto kFamilies = std::to_array<std::string_view>(
    {"spark.dynamicAllocation.", "spark.hadoop.", "spark.kubernetes.", "spark.mesos.",
     "spark.network.", "spark.rpc.", "spark.shuffle.", "spark.speculation", "spark.ssl.",
     "spark.yarn."});

bool is_documented(std::string_view name) {
    return std::any_of(kOutsideTheRegistry.begin(), kOutsideTheRegistry.end(),
                       [&](const ConfigRow& row) { return row.name == name; });
}

}  // namespace

std::vector<ConfigRow> documented_settings(std::string_view part) {
    std::vector<ConfigRow> out;
    const auto take = [&](const ConfigRow& row) {
        if (!row.doc.empty() && row.name.find(part) != row.name.npos) out.push_back(row);
    };
    std::for_each(config_rows().begin(), config_rows().end(), take);
    std::for_each(kOutsideTheRegistry.begin(), kOutsideTheRegistry.end(), take);
    std::sort(out.begin(), out.end(),
              [](const ConfigRow& a, const ConfigRow& b) { return a.name < b.name; });
    return out;
}

bool needs_jvm_or_cluster(std::string_view name) {
    if (is_documented(name)) return false;
    const ConfigRow* row = find_config_row(name);
    if (row != nullptr) return row->scope == Core && row->doc.empty();
    return std::any_of(kFamilies.begin(), kFamilies.end(),
                       [&](std::string_view family) { return name.starts_with(family); });
}

}  // namespace firesteel
