#pragma once
/// `firesteel submit script.py args…`: runs a PySpark script against an engine, and ends as it
/// ends.

#include <string>
#include <vector>

#include "cli/application.h"
#include "cli/environment.h"

namespace firesteel::cli {

/// `words`: the command line behind "submit". Returns an exit code, or does not return where the
/// script's end is repeated. Throws UsageError.
int submit(const std::vector<std::string>& words);

/// The application's command in its Python, in the foreground. As submit().
int run_application(const Application& application, const Environment& ours);

}  // namespace firesteel::cli
