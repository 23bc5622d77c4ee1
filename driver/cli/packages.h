#pragma once
/// What Maven coordinates of Spark programs bring, and whether every engine has it in itself: nothing
/// else can be had from --packages, since there is no JVM to load it into.

#include <string>

namespace firesteel::cli {

/// Tells on standard error what of a list of coordinates is built in. Throws UsageError for others.
void check_packages(const std::string& coordinates);

}  // namespace firesteel::cli
