#pragma once
/// Words, strings and symbols of DDL text, for the parser of types alone (statements have the SQL lexer).

#include <string>
#include <string_view>
#include <vector>

namespace firesteel::ddl {

enum class TokenKind : unsigned char { Word, Quoted, String, Number, Symbol, End };

struct Token {
    TokenKind kind = TokenKind::End;
    std::string_view text;  // as written
    std::string value;      // Quoted, String: its meaning
};

/// The last one is End. Throws UNCLOSED_BRACKETED_COMMENT, PARSE_SYNTAX_ERROR.
std::vector<Token> tokens(std::string_view text);
/// Only ASCII letters, digits and underscores: what an unquoted identifier may hold.
bool is_plain_word(std::string_view word);
/// The inside of a quoted SQL string: escapes resolved ("\n", "\u0041", "\101", doubled quotes).
std::string unescape(std::string_view inside, char quote);

}  // namespace firesteel::ddl
