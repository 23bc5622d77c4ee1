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

/// True for quit and exit, which end what runs statements.
bool is_end(std::string_view text);

/// The file of `source FILE`, what follows ! as a command of the system; else empty.
std::string_view sourced_file(std::string_view statement);
std::string_view system_command(std::string_view statement);

/// The first words of a statement in upper case, at most two, whatever comments stand around them.
std::vector<std::string> opening_words(std::string_view statement);

}  // namespace firesteel::cli
