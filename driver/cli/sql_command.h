#pragma once
/// `firesteel sql "…"`: runs statements in one session and prints their rows.

#include <string>
#include <vector>

namespace firesteel::cli {

struct SqlOptions {
    std::string remote;  // sc:// URL; empty: $SPARK_REMOTE, else the user's running engine
    std::string master;  // with it, and where nothing runs, a private engine answers
    std::vector<std::string> confs;
    std::vector<std::string> texts;  // statements, separated by semicolons
    std::vector<std::string> files;  // of such; "-": standard input
    std::string format = "table";    // one of kSqlFormats
    int rows_max = 20;               // of tables and vertical; the others print all rows
    int truncate = 20;               // 0: whole cells
    bool timing = false;
    bool echo = false;    // each statement before it runs
    bool system_commands = false;  // ! runs one
    bool header = false;  // of tabs, also where spark.sql.cli.print.header does not ask for it
};

/// tabs: as Spark's spark-sql.
inline const std::vector<std::string> kSqlFormats{"table", "vertical", "csv", "json", "tabs"};

int run_sql(const SqlOptions& options);

}  // namespace firesteel::cli
