#pragma once
/// SQL text as the statements that it holds.

#include <string>
#include <string_view>
#include <vector>

namespace firesteel::cli {

/// Split at semicolons outside quotes, comments and BEGIN … END; without those that hold nothing
/// but blanks and comments. What is not closed goes to the end: the engine says what is wrong with
/// it.
std::vector<std::string> split_statements(std::string_view text);

/// True if more may be meant to come: the text does not end with a semicolon that ends a statement.
bool ends_open(std::string_view text);

}  // namespace firesteel::cli
