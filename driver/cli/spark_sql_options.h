#pragma once
/// The options of Spark's spark-sql, as words of a command line: those of spark-submit, and Hive's.
/// Pure: no files, no environment.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/submit_options.h"

namespace firesteel::cli {

struct SparkSqlOptions {
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    SubmitOptions submit;
    std::string database;
    std::optional<std::string> text;  // of -e
    std::optional<std::string> file;  // of -f
    std::vector<std::string> init_files;
    Pairs hive_confs;
    Pairs variables;  // of --hivevar and --define
    bool silent = false;
    bool verbose = false;
};

/// Throws UsageError.
SparkSqlOptions parse_spark_sql(const std::vector<std::string>& words);

/// What --help prints of Hive's options.
std::string hive_usage();

}  // namespace firesteel::cli
