#pragma once
/// Apache Spark's own spark-submit, which clusters need: where it is, and whether it can do what a
/// master asks of it.

#include <filesystem>
#include <string>

#include "cli/application.h"
#include "cli/environment.h"
#include "cli/submit_options.h"

namespace firesteel::cli {

/// Of SPARK_HOME, the pyspark package of the script's Python, or PATH. Throws UsageError where
/// there is none, or where it lacks Java or what the master needs.
std::filesystem::path find_apache_spark(const Application& application,
                                        const Environment& environment);

/// Replaces this process by it, with the same command line.
[[noreturn]] void hand_to_apache_spark(const SubmitOptions& options, const Application& application,
                                       Environment environment);

}  // namespace firesteel::cli
