#pragma once
/// Regular expressions in Java's syntax as PCRE2 writes them. Most of it is the same; what differs is rewritten, what
/// Java refuses is refused, and what PCRE2 can't do is UNSUPPORTED.

#include <optional>
#include <string>
#include <string_view>

namespace firesteel::duckdb {

/// None for what is no pattern in Java.
std::optional<std::string> pcre_pattern(std::string_view java);

}  // namespace firesteel::duckdb
