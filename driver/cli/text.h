#pragma once
/// Lists as the command line has them.

#include <string>
#include <string_view>
#include <vector>

namespace firesteel::cli {

/// The parts that are not empty.
std::vector<std::string> split(std::string_view text, char separator);
std::string joined(const std::vector<std::string>& parts, const char* separator);

}  // namespace firesteel::cli
