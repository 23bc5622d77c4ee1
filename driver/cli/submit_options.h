#pragma once
/// The options of spark-submit, as words of a command line. Pure: no files, no environment.

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::cli {

/// A command line that makes no sense; what() says what to do.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct SubmitOptions {
    std::map<std::string, std::string, std::less<>> flags;   // "--name" -> value; switches -> ""
    std::vector<std::pair<std::string, std::string>> confs;  // of --conf, in order
    std::vector<std::string> command;                        // script and its arguments
    std::vector<std::string> words;                          // all of it, as it came

    bool has(std::string_view flag) const { return flags.contains(flag); }
    std::string value(std::string_view flag) const;
};

/// Throws UsageError: unknown option (with the nearest known one), no value, not key=value.
SubmitOptions parse_submit(const std::vector<std::string>& words);

/// The settings that the flags stand for: ("spark.app.name", "x") for --name x.
std::vector<std::pair<std::string, std::string>> flag_settings(const SubmitOptions& options);

/// Settings of where and how large an application runs: nothing that a session could be told.
bool is_deployment_setting(std::string_view key);

/// Flags that were given and can't do anything without a JVM.
std::vector<std::string> flags_without_effect(const SubmitOptions& options);

/// All of them, "--name".
std::vector<std::string> submit_flags();

/// `command`: "submit", "pyspark" or "spark-sql"; `more`: what it takes beside these options.
std::string submit_usage(const std::string& command, const std::string& more = "");

/// What --version prints.
std::string version_text();

/// The name in `names` with the fewest edits to `word`.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

}  // namespace firesteel::cli
