#pragma once
/// What submit and the shell run, once options, properties file and environment are put together:
/// the option before --conf, that before the file. Reads files, starts nothing.

#include <map>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/submit_options.h"

namespace firesteel::cli {

struct Application {
    std::string master;  // empty: the default
    std::string remote;  // empty: an engine of its own
    bool cluster_mode = false;
    std::map<std::string, std::string> settings;  // without master, remote and deploy mode
    std::vector<std::string> python_files;        // absolute, as are the next two
    std::vector<std::string> files;
    std::vector<std::string> archives;  // "path" or "path#name"
    std::string driver_python;          // to run the script
    std::string engine_log;             // file for the log of its own engine, or empty
    std::string properties_file;        // the one that was read, or empty
    std::vector<std::string> command;   // script and arguments

    bool is_local() const;
    /// "key=value", as engines take them.
    std::vector<std::string> confs() const;
    /// What can be told to a session of an engine that runs already, as a JSON object.
    std::string session_settings() const;
};

/// Throws UsageError: a file that is missing or of a wrong kind, what needs a JVM, a contradiction.
Application make_application(const SubmitOptions& options, const Environment& environment);

/// In cluster mode a script has the variables spark.yarn.appMasterEnv.NAME, as where YARN runs it.
Environment with_script_variables(const Application& application, Environment environment);

/// Of functions in the application's own engine, where it is told by its place: names are looked for
/// on PATH, and relative places are in archives. Throws UsageError where it can't be run.
void check_functions_python(const Application& application, const Environment& environment);

/// {"pyfiles": […], "files": […], "archives": […]} as JSON.
std::string shipped_files(const Application& application);

/// For --verbose.
std::string description(const Application& application);

}  // namespace firesteel::cli
