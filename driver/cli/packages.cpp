#include "cli/packages.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>
#include <vector>

#include "cli/submit_options.h"
#include "cli/text.h"

namespace firesteel::cli {
namespace {

enum class Engine { Has, Lacks };

struct Row {
    std::string_view package;  // group:artifact, without the Scala version; may end in *
    std::string_view brings;
    Engine engine;
};

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {"com.databricks:spark-csv", "CSV files", Engine::Has},
    {"com.databricks:spark-xml", "XML files", Engine::Has},
    {"com.google.cloud.bigdataoss:*", "files on Google Cloud Storage", Engine::Lacks},
    {"com.microsoft.sqlserver:*", "tables over JDBC", Engine::Lacks},
    {"com.mysql:*", "tables over JDBC", Engine::Lacks},
    {"graphframes:graphframes*", "GraphFrames", Engine::Lacks},
    {"io.delta:*", "Delta tables", Engine::Lacks},
    {"io.graphframes:*", "GraphFrames", Engine::Lacks},
    {"org.apache.hadoop:hadoop-aws", "files on S3", Engine::Lacks},
    {"org.apache.hadoop:hadoop-azure*", "files on Azure", Engine::Lacks},
    {"org.apache.hudi:*", "Hudi tables", Engine::Lacks},
    {"org.apache.iceberg:*", "Iceberg tables", Engine::Lacks},
    {"org.apache.spark:spark-avro", "Avro files", Engine::Lacks},
    {"org.apache.spark:spark-catalyst", "SQL", Engine::Has},
    {"org.apache.spark:spark-common-utils", "SQL", Engine::Has},
    {"org.apache.spark:spark-connect*", "Spark Connect", Engine::Has},
    {"org.apache.spark:spark-core", "SQL", Engine::Has},
    {"org.apache.spark:spark-graphx", "graphs", Engine::Lacks},
    {"org.apache.spark:spark-hive*", "Hive", Engine::Lacks},
    {"org.apache.spark:spark-mllib*", "machine learning", Engine::Lacks},
    {"org.apache.spark:spark-protobuf", "from_protobuf and to_protobuf", Engine::Lacks},
    {"org.apache.spark:spark-sql", "SQL", Engine::Has},
    {"org.apache.spark:spark-sql-api", "SQL", Engine::Has},
    {"org.apache.spark:spark-sql-kafka*", "Kafka", Engine::Lacks},
    {"org.apache.spark:spark-streaming*", "streaming", Engine::Lacks},
    {"org.apache.spark:spark-variant", "the type VARIANT", Engine::Has},
    {"org.mongodb.spark:*", "MongoDB", Engine::Lacks},
    {"org.postgresql:*", "tables over JDBC", Engine::Lacks},
});
// clang-format on

bool matches(std::string_view pattern, std::string_view package) {
    if (!pattern.ends_with('*')) return pattern == package;
    pattern.remove_suffix(1);
    return package.starts_with(pattern);
}

const Row* find_row(std::string_view package) {
    const auto* found = std::find_if(
        kRows.begin(), kRows.end(), [&](const Row& row) { return matches(row.package, package); });
    return found == kRows.end() ? nullptr : found;
}

std::string notice(const std::string& coordinate) {
    const auto parts = split(coordinate, ':');
    if (parts.size() != 3)
        throw UsageError("--packages takes group:artifact:version, not '" + coordinate + "'");
    const Row* row = find_row(parts[0] + ":" + parts[1].substr(0, parts[1].rfind("_2.")));
    if (row == nullptr || row->engine == Engine::Lacks) {
        const std::string brings =
            row == nullptr ? "" : ", which brings " + std::string(row->brings) + ",";
        throw UsageError("--packages: the engine has nothing for " + coordinate + brings +
                         " and no JVM to load it into; leave it out, or run the script with Apache "
                         "Spark (--master spark://…)");
    }
    return "firesteel: " + coordinate + " is not needed: " + std::string(row->brings) +
           (row->brings.ends_with("files") ? " are" : " is") + " built in\n";
}

}  // namespace

void check_packages(const std::string& coordinates) {
    std::string notices;  // of nothing, where one is refused
    for (const auto& coordinate : split(coordinates, ',')) notices += notice(coordinate);
    std::cerr << notices;
}

}  // namespace firesteel::cli
