#pragma once
/// Cuts SQL text into tokens, called by the parser. Never fails but for an unclosed bracketed
/// comment: what it doesn't know becomes an Unrecognized token that the grammar then refuses.
/// Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sql/token.h"

namespace firesteel::sql {

struct TokenList {
    std::vector<Token> tokens;  // ends with one End token
    bool unclosed_comment = false;
};

TokenList tokenize(std::string_view text);

/// A string token's value: quotes removed, escapes replaced (not if `keep_escapes`).
std::string string_value(std::string_view token_text, bool keep_escapes);

/// A back-quoted or double-quoted identifier's name.
std::string quoted_name(std::string_view token_text);

/// The first character that makes an unquoted identifier need quotes (non-ASCII), if any.
bool needs_quotes(std::string_view word);

}  // namespace firesteel::sql
