#pragma once
/// The little Unicode that SQL text needs: decoding, blanks, letters. Called by the lexer only.
/// Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace firesteel::sql {

struct Utf8Char {
    char32_t code = 0;
    std::size_t size = 1;
};

/// The character at byte i; a byte that is no UTF-8 stands for itself.
Utf8Char utf8_at(std::string_view text, std::size_t i);
void append_utf8(char32_t code, std::string& out);

/// Blanks beyond ASCII (no-break space, en quad … hair space, ideographic space).
bool is_unicode_blank(char32_t code);
/// Whether a character beyond ASCII may stand in a word. Punctuation, symbols and emoji may not.
bool is_unicode_letter(char32_t code);

}  // namespace firesteel::sql
