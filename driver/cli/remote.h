#pragma once
/// A quick look at where a script is to connect: clients try for minutes before they say so.

#include <string>

#include "cli/environment.h"

namespace firesteel::cli {

/// Throws UsageError for a URL that is none, std::runtime_error where nobody listens.
void check_reachable(const std::string& url, const Environment& environment);

}  // namespace firesteel::cli
