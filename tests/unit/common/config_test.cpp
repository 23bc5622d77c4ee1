#include <catch2/catch.hpp>

#include "common/config.h"
#include "common/config_keys.h"
#include "common/config_notes.h"
#include "common/error.h"

using namespace firesteel;

namespace {

/// The condition of what `f` throws, or "none".
template <typename F>
std::string condition_of(F f) {
    try {
        f();
    } catch (const Error& error) {
        return std::string(error.row().condition);
    }
    return "none";
}

}  // namespace

TEST_CASE("every row's fallback is a value that the row takes", "[common][config]") {
    for (const ConfigRow& row : config_rows()) {
        INFO(row.name);
        if (row.fallback) REQUIRE_NOTHROW(check_config_value(row, std::string(*row.fallback)));
    }
}

TEST_CASE("every typed key has a row with a fallback of its type", "[common][config]") {
    const Config config;
    CHECK(config.get(keys::kAnsiEnabled));
    CHECK_FALSE(config.get(keys::kCaseSensitive));
    CHECK(config.get(keys::kGroupByOrdinal));
    CHECK(config.get(keys::kOrderByOrdinal));
    CHECK(config.get(keys::kGroupByAliases));
    CHECK(config.get(keys::kDecimalAllowPrecisionLoss));
    CHECK_FALSE(config.get(keys::kEscapedStringLiterals));
    CHECK_FALSE(config.get(keys::kDoubleQuotedIdentifiers));
    CHECK_FALSE(config.get(keys::kEnforceReservedKeywords));
    CHECK(config.get(keys::kVariableSubstitute));
    CHECK(config.get(keys::kSessionTimeZone) == "Etc/UTC");
    CHECK(config.get(keys::kTimestampType) == "TIMESTAMP_LTZ");
    CHECK(config.get(keys::kMapKeyDedupPolicy) == "EXCEPTION");
    CHECK(config.get(keys::kSourcesDefault) == "parquet");
    CHECK(config.get(keys::kWarehouseDir) == "spark-warehouse");
    CHECK(config.get(keys::kPivotMaxValues) == 10000);
    CHECK(config.get(keys::kShufflePartitions) == 200);
    CHECK(config.get(keys::kArrowMaxRecordsPerBatch) == 10000);
    CHECK_FALSE(config.get(keys::kArrowUseLargeVarTypes));
    CHECK(config.get(keys::kArrowBatchBytesMax) == 4 << 20);
    CHECK_FALSE(config.get(keys::kPythonUdfArrow));
    CHECK(config.get(keys::kLocalRelationBytesMax) == 3221225472);
    CHECK(config.get(keys::kLegacySizeOfNull));
    CHECK_FALSE(config.get(keys::kLegacyInterval));
    CHECK_FALSE(config.get(keys::kExponentAsDecimal));
    CHECK(config.get(keys::kLateralColumnAlias));
    CHECK(config.get(keys::kPartitionColumnTypes));
    CHECK_FALSE(config.get(keys::kQuotedRegexColumns));
    CHECK(config.get(keys::kScripting));
    CHECK_FALSE(config.get(keys::kTimeType));
    CHECK(config.get(keys::kCteRecursionLevels) == 100);
    CHECK(config.get(keys::kCteRecursionRows) == 1'000'000);
    CHECK(config.get(keys::kSessionsMax) > 0);
    CHECK(config.get(keys::kSessionIdleTimeout) == 3'600'000);
    CHECK(config.get(keys::kOperationsMax) > 0);
    CHECK(config.get(keys::kOperationAbandonedTimeout) == 300'000);
    CHECK(config.get(keys::kResponseLogUnsentBytesMax) == 16 << 20);
    CHECK(config.get(keys::kResponseLogSentBytesKept) == 10 << 20);
    CHECK(config.get(keys::kArtifactBytesMax) == 2147483648);
    CHECK(config.get(keys::kShutdownTimeout) == 5000);
    CHECK(config.get(keys::kLogFileBytesMax) > 0);
    CHECK(config.get(keys::kLogFilesKept) > 0);
    CHECK(config.get(keys::kLogLevel) == "info");
    CHECK(config.get(keys::kPythonFallbackPath).empty());
}

TEST_CASE("sizes and times are read with Spark's units", "[common][config]") {
    CHECK(parse_bytes("10") == 10);
    CHECK(parse_bytes("67108864b") == 67108864);
    CHECK(parse_bytes("64MB") == 64 << 20);
    CHECK(parse_bytes("3g") == 3LL << 30U);
    CHECK_FALSE(parse_bytes("1x"));
    CHECK_FALSE(parse_bytes(""));
    CHECK_FALSE(parse_bytes("9223372036854775807k"));
    CHECK(parse_millis("5", 1000) == 5000);
    CHECK(parse_millis("300000ms", 1000) == 300'000);
    CHECK(parse_millis("2min", 1) == 120'000);
    CHECK_FALSE(parse_millis("soon", 1));
}

TEST_CASE("get answers what is set, else the default, else SQL_CONF_NOT_FOUND", "[common][config]") {
    ConfigStore store(engine_config({{"spark.app.name", "x"}}, {{"spark.sql.session.timeZone", "Asia/Tokyo"}}));
    CHECK(store.get("spark.app.name") == "x");
    CHECK(store.get("spark.sql.session.timeZone") == "Asia/Tokyo");
    CHECK(store.get("spark.sql.ansi.enabled") == "true");
    CHECK_FALSE(store.get("spark.sql.leafNodeDefaultParallelism").has_value());
    CHECK(condition_of([&] { store.get("spark.nosuch"); }) == "SQL_CONF_NOT_FOUND");
    CHECK(condition_of([&] { store.get("spark.executor.memory"); }) == "SQL_CONF_NOT_FOUND");
    CHECK_FALSE(store.get_option("spark.nosuch").has_value());
}

TEST_CASE("get with a default ignores the registered one but checks its type", "[common][config]") {
    const ConfigStore store;
    CHECK(store.get_with_default("spark.sql.ansi.enabled", "false") == "false");
    CHECK(store.get_with_default("pandas_on_Spark.x", "1") == "1");
    CHECK_FALSE(store.get_with_default("pandas_on_Spark.x", std::nullopt).has_value());
    CHECK(condition_of([&] { store.get_with_default("spark.sql.ansi.enabled", "maybe"); }) ==
          "INVALID_CONF_VALUE.TYPE_MISMATCH");
}

TEST_CASE("set refuses static and core keys, wrong types and unknown firesteel keys", "[common][config]") {
    ConfigStore store;
    store.set("spark.sql.shuffle.partitions", "7");
    CHECK(store.snapshot().get(keys::kShufflePartitions) == 7);
    store.set("spark.anything", "kept");
    CHECK(store.get("spark.anything") == "kept");
    CHECK(condition_of([&] { store.set("spark.sql.warehouse.dir", "/x"); }) == "CANNOT_MODIFY_STATIC_CONFIG");
    CHECK(condition_of([&] { store.set("spark.executor.memory", "1g"); }) == "CANNOT_MODIFY_CONFIG");
    CHECK(condition_of([&] { store.set("spark.sql.shuffle.partitions", "many"); }) ==
          "INVALID_CONF_VALUE.TYPE_MISMATCH");
    CHECK(condition_of([&] { store.set("spark.sql.timestampType", "OTHER"); }) ==
          "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS");
    CHECK(condition_of([&] { store.set("firesteel.nosuch", "1"); }) == "SQL_CONF_NOT_FOUND");
    store.unset("spark.sql.shuffle.partitions");
    CHECK(store.get("spark.sql.shuffle.partitions") == "200");
}

TEST_CASE("get_all lists what was set and takes the prefix off", "[common][config]") {
    ConfigStore store;
    store.set("a.b.c", "1");
    store.set("a.d", "2");
    CHECK(store.get_all("a.b.") == std::vector<std::pair<std::string, std::string>>{{"c", "1"}});
    CHECK(store.get_all("").size() == 2);
}

TEST_CASE("only session keys are modifiable", "[common][config]") {
    const ConfigStore store;
    CHECK(store.is_modifiable("spark.sql.ansi.enabled"));
    CHECK_FALSE(store.is_modifiable("spark.sql.warehouse.dir"));
    CHECK_FALSE(store.is_modifiable("spark.executor.memory"));
    CHECK_FALSE(store.is_modifiable("spark.nosuch"));
}

TEST_CASE("a snapshot doesn't see later changes", "[common][config]") {
    ConfigStore store;
    const Config before = store.snapshot();
    store.set("spark.sql.ansi.enabled", "false");
    CHECK(before.get(keys::kAnsiEnabled));
    CHECK_FALSE(store.snapshot().get(keys::kAnsiEnabled));
}

TEST_CASE("settings that nothing here can follow are known as such", "[common][config]") {
    for (const char* name : {"spark.executor.memory", "spark.driver.extraJavaOptions", "spark.yarn.queue",
                             "spark.kubernetes.namespace", "spark.dynamicAllocation.enabled", "spark.hadoop.x"}) {
        INFO(name);
        CHECK(needs_jvm_or_cluster(name));
    }
    for (const char* name : {"spark.sql.ansi.enabled", "spark.pyspark.python", "spark.files", "spark.my.own",
                             "spark.executorEnv.X", "spark.yarn.appMasterEnv.PYSPARK_PYTHON", "spark.app.name"}) {
        INFO(name);
        CHECK_FALSE(needs_jvm_or_cluster(name));
    }
}

TEST_CASE("documented settings are ordered and have docs", "[common][config]") {
    const auto all = documented_settings("");
    REQUIRE(all.size() > 50);
    for (std::size_t i = 0; i < all.size(); ++i) {
        INFO(all[i].name);
        CHECK_FALSE(all[i].doc.empty());
        CHECK((i == 0 || all[i - 1].name < all[i].name));
    }
    REQUIRE(documented_settings("archives.cache").size() == 1);
}
