#pragma once
/// Upper, lower and title case of whole texts by ICU's rules, as Java's; ASCII without a detour.

#include <string>
#include <string_view>

namespace firesteel::duckdb {

/// `locale`: an ICU name; the root's rules if empty.
std::string lower_case(std::string_view text, const char* locale = "");
std::string upper_case(std::string_view text, const char* locale = "");
/// Words begin after blanks: their first letters in title case, the others in lower case.
std::string initial_capitals(std::string_view text);

}  // namespace firesteel::duckdb
