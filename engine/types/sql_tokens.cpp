#include "types/sql_tokens.h"

#include <algorithm>

#include "common/error.h"

namespace firesteel::ddl {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool word_char(char c) {
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
// Bytes of non-ASCII letters belong to the word, which is refused later by name.
bool word_or_letter(char c) { return word_char(c) || static_cast<unsigned char>(c) >= 0x80; }
bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

void append_utf8(std::string& out, unsigned c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
        return;
    }
    if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
    } else {
        if (c < 0x10000) {
            out += static_cast<char>(0xE0 | (c >> 12));
        } else {
            out += static_cast<char>(0xF0 | ((c >> 18) & 7));
            out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        }
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    }
    out += static_cast<char>(0x80 | (c & 0x3F));
}

/// Digits of the given base at `at`; false unless all `count` are there.
bool code_at(std::string_view text, std::size_t at, std::size_t count, unsigned base, unsigned& code) {
    if (text.size() < at + count) return false;
    code = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        const char c = text[i];
        unsigned value = 99;
        if (digit(c)) value = static_cast<unsigned>(c - '0');
        if ((c | 32) >= 'a' && (c | 32) <= 'f') value = static_cast<unsigned>((c | 32) - 'a') + 10;
        if (value >= base) return false;
        code = code * base + value;
    }
    return true;
}

/// The escape behind a backslash at `at` - 1; returns how many characters it took.
std::size_t append_escape(std::string& out, std::string_view text, std::size_t at) {
    unsigned code = 0;
    const char c = text[at];
    if (c == 'u' && code_at(text, at + 1, 4, 16, code)) return append_utf8(out, code), 5;
    if (c == 'U' && code_at(text, at + 1, 8, 16, code)) return append_utf8(out, code), 9;
    if (c >= '0' && c <= '1' && code_at(text, at, 3, 8, code)) return append_utf8(out, code), 3;
    switch (c) {
        case '0':
            out += '\0';
            break;
        case 'b':
            out += '\b';
            break;
        case 'n':
            out += '\n';
            break;
        case 'r':
            out += '\r';
            break;
        case 't':
            out += '\t';
            break;
        case 'Z':
            out += '\x1A';
            break;
        case '%':
        case '_':
            out += '\\';
            out += c;
            break;
        default:
            out += c;
    }
    return 1;
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> all() {
        std::vector<Token> out;
        while (skip(), at_ < text_.size()) out.push_back(one());
        out.push_back({});
        return out;
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void skip() {
        while (at_ < text_.size()) {
            if (blank(peek())) {
                ++at_;
            } else if (peek() == '-' && peek(1) == '-') {
                while (at_ < text_.size() && peek() != '\n') ++at_;
            } else if (peek() == '/' && peek(1) == '*') {
                skip_comment();
            } else {
                return;
            }
        }
    }

    void skip_comment() {
        int depth = 0;
        do {
            if (at_ >= text_.size()) throw Error(ErrorClass::UnclosedBracketedComment);
            const bool opens = peek() == '/' && peek(1) == '*';
            const bool closes = peek() == '*' && peek(1) == '/';
            depth += opens ? 1 : closes ? -1 : 0;
            at_ += opens || closes ? 2 : 1;
        } while (depth > 0);
    }

    Token one() {
        const char c = peek();
        if (c == '`') return quoted_name();
        if (c == '\'' || c == '"') return string(at_, false);
        if ((c == 'r' || c == 'R') && (peek(1) == '\'' || peek(1) == '"')) return raw_string();
        if (word_or_letter(c)) return word();
        const std::size_t length = c == '<' && peek(1) == '>' ? 2 : 1;
        at_ += length;
        return {TokenKind::Symbol, text_.substr(at_ - length, length), {}};
    }

    Token word() {
        const std::size_t from = at_;
        while (at_ < text_.size() && word_or_letter(peek())) ++at_;
        std::string_view text = text_.substr(from, at_ - from);
        const bool digits = std::all_of(text.begin(), text.end(), digit);
        if (digits && peek() == '.' && digit(peek(1))) {
            ++at_;
            while (digit(peek())) ++at_;
            text = text_.substr(from, at_ - from);
        }
        const auto exponent = text.find_first_of("eE");
        const bool scientific =
            exponent != text.npos && exponent > 0 && exponent + 1 < text.size() &&
            std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(exponent), digit) &&
            std::all_of(text.begin() + static_cast<std::ptrdiff_t>(exponent) + 1, text.end(), digit);
        return {digits || scientific ? TokenKind::Number : TokenKind::Word, text, {}};
    }

    Token quoted_name() {
        const std::size_t from = at_++;
        std::string value;
        while (true) {
            if (at_ >= text_.size()) unclosed(from);
            if (peek() == '`' && peek(1) != '`') break;
            if (peek() == '`') ++at_;
            value += text_[at_++];
        }
        ++at_;
        return {TokenKind::Quoted, text_.substr(from, at_ - from), std::move(value)};
    }

    Token string(std::size_t from, bool raw) {
        const char quote = text_[at_++];
        const std::size_t inside = at_;
        while (true) {
            if (at_ >= text_.size()) unclosed(from);
            if (peek() == quote && (raw || peek(1) != quote)) break;
            at_ += !raw && (peek() == '\\' || peek() == quote) ? 2 : 1;
        }
        const std::string_view body = text_.substr(inside, at_ - inside);
        ++at_;
        return {TokenKind::String, text_.substr(from, at_ - from),
                raw ? std::string(body) : unescape(body, quote)};
    }

    Token raw_string() {
        const std::size_t from = at_++;
        return string(from, true);
    }

    [[noreturn]] void unclosed(std::size_t from) const {
        throw Error(ErrorClass::ParseSyntaxError,
                    {{"error", "'" + std::string(text_.substr(from, 1)) + "'"}, {"hint", ""}});
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens(std::string_view text) { return Lexer(text).all(); }

bool is_plain_word(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), word_char);
}

std::string unescape(std::string_view inside, char quote) {
    std::string out;
    for (std::size_t at = 0; at < inside.size();) {
        const char c = inside[at];
        if (c == '\\' && at + 1 < inside.size()) {
            at += 1 + append_escape(out, inside, at + 1);
        } else {
            out += c;
            at += c == quote && at + 1 < inside.size() && inside[at + 1] == quote ? 2 : 1;
        }
    }
    return out;
}

}  // namespace firesteel::ddl
