#pragma once
/// `firesteel submit script.py args…`: runs a PySpark script against an engine, and ends as it
/// ends.

#include <string>
#include <vector>

namespace firesteel::cli {

struct SubmitOptions {
    std::string remote;                // sc:// URL of an engine to use; empty: a private one
    std::string master;                // local[…], or a cluster's URL for Apache Spark's own submit
    std::string name;                  // application name; empty: the script's own
    std::vector<std::string> confs;    // "key=value"
    std::string engine_log;            // file for the private engine's log
    std::vector<std::string> command;  // script and its arguments
};

/// Returns an exit code, or does not return where the script's end is repeated.
int submit(const SubmitOptions& options);

}  // namespace firesteel::cli
