#pragma once
/// What the meaning of SQL text and plans depends on: the session's configuration as the analyzer
/// needs it. Filled by session from its ConfigStore; stored with views and SQL functions, whose
/// texts keep the settings they were written under. A plain value.

#include <cstdint>
#include <string>

#include "types/data_type.h"

namespace firesteel::catalog {

struct Settings {
    bool ansi = true;                        // spark.sql.ansi.enabled
    bool case_sensitive = false;             // spark.sql.caseSensitive
    std::string time_zone = "Etc/UTC";       // spark.sql.session.timeZone
    bool timestamp_is_ntz = false;           // spark.sql.timestampType
    bool time_type = false;                  // spark.sql.timeType.enabled
    bool allow_precision_loss = true;        // spark.sql.decimalOperations.allowPrecisionLoss
    bool legacy_size_of_null = false;        // spark.sql.legacy.sizeOfNull (under non-ANSI)
    bool lateral_column_alias = true;        // spark.sql.lateralColumnAlias.enableImplicitResolution
    bool group_by_ordinal = true;            // spark.sql.groupByOrdinal
    bool group_by_aliases = true;            // spark.sql.groupByAliases
    bool order_by_ordinal = true;            // spark.sql.orderByOrdinal
    bool store_analyzed_plan_for_view = false;
    std::string default_format = "parquet";  // spark.sql.sources.default
    bool partition_column_types = true;      // spark.sql.sources.partitionColumnTypeInference.enabled
    bool merge_schema = false;               // spark.sql.parquet.mergeSchema
    std::int32_t parallelism = 1;            // slots of local[N]
    std::int32_t pivot_values_max = 10000;   // spark.sql.pivotMaxValues
    std::int64_t recursion_levels_max = 100;  // spark.sql.cteRecursionLevelLimit
    std::int64_t recursion_rows_max = 1000000;  // spark.sql.cteRecursionRowLimit
    std::string user = "";                   // current_user()

    bool operator==(const Settings&) const = default;
};

}  // namespace firesteel::catalog
