#pragma once
/// `firesteel sql "…"`: runs statements in one session and prints their rows as Spark's show().

#include <string>
#include <vector>

namespace firesteel::cli {

struct SqlOptions {
    std::string remote;  // sc:// URL; empty: $SPARK_REMOTE, else the user's running engine
    std::string master;  // with it, and where nothing runs, a private engine answers
    std::vector<std::string> confs;
    std::vector<std::string> statements;
    int rows_max = 20;
    int truncate = 20;  // 0: whole cells
    bool vertical = false;
};

int run_sql(const SqlOptions& options);

}  // namespace firesteel::cli
