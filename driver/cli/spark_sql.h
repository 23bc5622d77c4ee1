#pragma once
/// `firesteel spark-sql`, which the shim spark-sql calls: Spark's own, with its options, its output
/// and its exit codes.

#include <string>
#include <vector>

namespace firesteel::cli {

int run_spark_sql(const std::vector<std::string>& words);

}  // namespace firesteel::cli
