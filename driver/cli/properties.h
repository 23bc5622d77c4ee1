#pragma once
/// Files such as spark-defaults.conf, read as Java reads properties.

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::cli {

using Properties = std::vector<std::pair<std::string, std::string>>;

/// In the order of the file; a key that comes twice is there twice. Values lose the spaces at their
/// end, as Spark trims them.
Properties parse_properties(std::string_view text);

/// Throws std::runtime_error when the file can't be read.
Properties read_properties(const std::filesystem::path& file);

}  // namespace firesteel::cli
