#pragma once
/// Text as JSON. Pure.

#include <string>
#include <string_view>

namespace firesteel::cli {

/// With its quotes.
std::string json_quoted(std::string_view text);

}  // namespace firesteel::cli
