#include "sql/lexer.h"

#include <algorithm>
#include <array>

#include "sql/unicode.h"

namespace firesteel::sql {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_word(char c) { return is_digit(c) || is_ascii_letter(c) || c == '_'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {
        out_.tokens.reserve(text.size() / 4 + 4);
    }

    TokenList run() {
        for (;;) {
            skip_blanks();
            if (at_ >= text_.size()) break;
            const std::size_t begin = at_;
            next();
            out_.tokens.back().begin = static_cast<std::uint32_t>(begin);
            out_.tokens.back().end = static_cast<std::uint32_t>(at_);
        }
        const auto size = static_cast<std::uint32_t>(text_.size());
        out_.tokens.push_back({TokenKind::End, kNoKeyword, size, size});
        return std::move(out_);
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    void emit(TokenKind kind, std::size_t size) {
        out_.tokens.push_back({kind, kNoKeyword, 0, 0});
        at_ += size;
    }

    void skip_blanks() {
        while (at_ < text_.size()) {
            const auto c = static_cast<unsigned char>(text_[at_]);
            if (c == ' ' || (c >= '\t' && c <= '\r')) {
                ++at_;
            } else if (c == '-' && peek(1) == '-') {
                skip_line_comment();
            } else if (c == '/' && peek(1) == '*' && peek(2) != '+') {
                skip_bracketed_comment();
            } else if (c >= 0x80) {
                const Utf8Char character = utf8_at(text_, at_);
                if (!is_unicode_blank(character.code)) return;
                at_ += character.size;
            } else {
                return;
            }
        }
    }

    void skip_line_comment() {
        // A backslash right before the line's end continues the comment.
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') {
            at_ += text_[at_] == '\\' && peek(1) == '\n' ? 2 : 1;
        }
    }

    void skip_bracketed_comment() {
        std::size_t open = 0;
        while (at_ < text_.size()) {
            if (text_[at_] == '/' && peek(1) == '*' && (open == 0 || peek(2) != '+')) {
                ++open;
                at_ += 2;
            } else if (text_[at_] == '*' && peek(1) == '/') {
                at_ += 2;
                if (--open == 0) return;
            } else {
                ++at_;
            }
        }
        out_.unclosed_comment = true;
    }

    void next() {
        const char c = text_[at_];
        if ((c == 'r' || c == 'R') && (peek(1) == '\'' || peek(1) == '"') && raw_string()) return;
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            if (number()) return;
        }
        if (is_ascii_word(c) || (static_cast<unsigned char>(c) >= 0x80 &&
                                 is_unicode_letter(utf8_at(text_, at_).code))) {
            return word();
        }
        if (c == '\'' || c == '"') return string(c);
        if (c == '`') return back_quoted();
        if (!symbol()) emit(TokenKind::Unrecognized, utf8_at(text_, at_).size);
    }

    bool raw_string() {
        const auto close = text_.find(peek(1), at_ + 2);
        if (close == text_.npos) return false;
        emit(TokenKind::String, close + 1 - at_);
        return true;
    }

    /// An unterminated quote is one unrecognized character.
    void string(char quote) {
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            if (text_[i] == '\\') {
                ++i;
            } else if (text_[i] == quote) {
                if (i + 1 < text_.size() && text_[i + 1] == quote) {
                    ++i;
                    continue;
                }
                return emit(quote == '"' ? TokenKind::DoubleQuoted : TokenKind::String,
                            i + 1 - at_);
            }
        }
        emit(TokenKind::Unrecognized, 1);
    }

    void back_quoted() {
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            if (text_[i] != '`') continue;
            if (i + 1 < text_.size() && text_[i + 1] == '`') {
                ++i;
            } else {
                return emit(TokenKind::BackQuoted, i + 1 - at_);
            }
        }
        emit(TokenKind::Unrecognized, 1);
    }

    std::size_t word_end(std::size_t i) const {
        while (i < text_.size()) {
            if (is_ascii_word(text_[i])) {
                ++i;
                continue;
            }
            if (static_cast<unsigned char>(text_[i]) < 0x80) return i;
            const Utf8Char character = utf8_at(text_, i);
            if (!is_unicode_letter(character.code)) return i;
            i += character.size;
        }
        return i;
    }

    void word() {
        const std::size_t begin = at_;
        std::size_t end = word_end(at_);
        if (text_.substr(end, 3) == "://" && is_ascii_letter(text_[begin])) end = uri_end(end + 3);
        emit(TokenKind::Word, end - begin);
        const std::size_t size = end - begin;
        if (size > kKeywordLengthMax) return;
        std::array<char, kKeywordLengthMax> buffer;
        for (std::size_t i = 0; i < size; ++i) buffer[i] = upper(text_[begin + i]);
        out_.tokens.back().keyword = find_keyword({buffer.data(), size});
    }

    std::size_t uri_end(std::size_t i) const {
        constexpr std::string_view kUriMarks = "_/-.?=&#%";
        while (i < text_.size() &&
               (is_ascii_word(text_[i]) || kUriMarks.find(text_[i]) != kUriMarks.npos))
            ++i;
        return i;
    }

    std::size_t digits_end(std::size_t i) const {
        while (i < text_.size() && is_digit(text_[i])) ++i;
        return i;
    }

    /// The end of an exponent that starts at i, or i.
    std::size_t exponent_end(std::size_t i) const {
        if (i >= text_.size() || upper(text_[i]) != 'E') return i;
        std::size_t j = i + 1;
        if (j < text_.size() && (text_[j] == '+' || text_[j] == '-')) ++j;
        const std::size_t end = digits_end(j);
        return end == j ? i : end;
    }

    bool word_follows(std::size_t i) const { return word_end(i) != i; }

    /// As Spark's lexer: the longest of all number forms, unless a word is longer ("1e", "1x").
    bool number() {
        const std::size_t whole = digits_end(at_);
        const bool dotted = whole < text_.size() && text_[whole] == '.';
        if (dotted && (is_digit(text_[at_]) || whole + 1 < text_.size())) {
            const std::size_t fraction = digits_end(whole + 1);
            const std::size_t exponent = exponent_end(fraction);
            if (suffixed(exponent, /*integral=*/false)) return true;
            if (!word_follows(exponent)) {
                emit(exponent == fraction ? TokenKind::Decimal : TokenKind::Exponent,
                     exponent - at_);
                return true;
            }
        }
        if (!is_digit(text_[at_])) return false;
        const std::size_t exponent = exponent_end(whole);
        const std::size_t as_word = word_end(at_);
        const std::size_t longest_suffix = suffix_end(exponent, exponent == whole);
        if (as_word > std::max(exponent, longest_suffix)) return false;
        if (longest_suffix > exponent) return suffixed(exponent, exponent == whole);
        emit(exponent == whole ? TokenKind::Integer : TokenKind::Exponent, exponent - at_);
        return true;
    }

    struct Suffix {
        TokenKind kind;
        std::size_t size;
    };
    Suffix suffix_at(std::size_t i, bool integral) const {
        const char c = i < text_.size() ? upper(text_[i]) : '\0';
        if (c == 'B' && i + 1 < text_.size() && upper(text_[i + 1]) == 'D')
            return {TokenKind::BigDecimal, 2};
        if (c == 'F') return {TokenKind::Float, 1};
        if (c == 'D') return {TokenKind::Double, 1};
        if (integral && c == 'L') return {TokenKind::Long, 1};
        if (integral && c == 'S') return {TokenKind::Short, 1};
        if (integral && c == 'Y') return {TokenKind::Byte, 1};
        return {TokenKind::End, 0};
    }
    std::size_t suffix_end(std::size_t i, bool integral) const {
        return i + suffix_at(i, integral).size;
    }
    /// Emits the number that ends at i if a suffix and no further word character follows.
    bool suffixed(std::size_t i, bool integral) {
        const Suffix suffix = suffix_at(i, integral);
        if (suffix.size == 0 || word_follows(i + suffix.size)) return false;
        emit(suffix.kind, i + suffix.size - at_);
        return true;
    }

    bool symbol() {
        struct Symbol {
            std::string_view text;
            TokenKind kind;
        };
        // The longer one first where one starts another.
        static constexpr auto kSymbols = std::to_array<Symbol>({
            {"(", TokenKind::OpenParen},
            {")", TokenKind::CloseParen},
            {",", TokenKind::Comma},
            {".", TokenKind::Dot},
            {"=>", TokenKind::FatArrow},
            {"==", TokenKind::Equal},
            {"=", TokenKind::Equal},
            {"<=>", TokenKind::NullSafeEqual},
            {"<=", TokenKind::LessEqual},
            {"<>", TokenKind::NotEqual},
            {"<<", TokenKind::ShiftLeft},
            {"<", TokenKind::Less},
            {">>>", TokenKind::ShiftRightUnsigned},
            {">>", TokenKind::ShiftRight},
            {">=", TokenKind::GreaterEqual},
            {">", TokenKind::Greater},
            {"!=", TokenKind::NotEqual},
            {"!>", TokenKind::LessEqual},
            {"!<", TokenKind::GreaterEqual},
            {"!", TokenKind::Bang},
            {"+", TokenKind::Plus},
            {"->", TokenKind::Arrow},
            {"-", TokenKind::Minus},
            {"*/", TokenKind::HintEnd},
            {"*", TokenKind::Star},
            {"/*+", TokenKind::HintStart},
            {"/", TokenKind::Slash},
            {"%", TokenKind::Percent},
            {"~", TokenKind::Tilde},
            {"&", TokenKind::Ampersand},
            {"||", TokenKind::Concat},
            {"|>", TokenKind::PipeOperator},
            {"|", TokenKind::Pipe},
            {"^", TokenKind::Hat},
            {"::", TokenKind::DoubleColon},
            {":", TokenKind::Colon},
            {"?", TokenKind::Question},
            {";", TokenKind::Semicolon},
            {"[", TokenKind::OpenBracket},
            {"]", TokenKind::CloseBracket},
        });
        const std::string_view rest = text_.substr(at_);
        for (const Symbol& symbol : kSymbols) {
            if (rest.starts_with(symbol.text)) {
                emit(symbol.kind, symbol.text.size());
                return true;
            }
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    TokenList out_;
};

/// The value of `count` digits of a base at i, or -1.
std::int64_t digits_value(std::string_view text, std::size_t i, std::size_t count, int base) {
    if (i + count > text.size()) return -1;
    std::int64_t value = 0;
    for (std::size_t k = i; k < i + count; ++k) {
        const char c = upper(text[k]);
        const int digit = is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : base;
        if (digit >= base) return -1;
        value = value * base + digit;
    }
    return value;
}

/// Appends what the escape after a backslash at i - 1 stands for; the position behind it.
std::size_t unescape(std::string_view text, std::size_t i, std::string& out) {
    const char c = text[i];
    const auto code_point = [&](std::size_t digits) {
        const std::int64_t code = digits_value(text, i + 1, digits, 16);
        if (code >= 0) append_utf8(static_cast<char32_t>(code), out);
        return code >= 0;
    };
    if (c == 'u' && code_point(4)) return i + 5;
    if (c == 'U' && code_point(8)) return i + 9;
    if (c == '0' || c == '1') {
        const std::int64_t code = digits_value(text, i, 3, 8);
        if (code >= 0) {
            append_utf8(static_cast<char32_t>(code), out);
            return i + 3;
        }
    }
    switch (c) {
        case '0': out += '\0'; break;
        case 'b': out += '\b'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'Z': out += '\x1a'; break;
        // Escapes of LIKE patterns stay as they are.
        case '%': out += "\\%"; break;
        case '_': out += "\\_"; break;
        default: out += c; break;
    }
    return i + 1;
}

}  // namespace

TokenList tokenize(std::string_view text) { return Lexer(text).run(); }

std::string string_value(std::string_view token_text, bool keep_escapes) {
    const bool raw = upper(token_text.front()) == 'R';
    if (raw) return std::string(token_text.substr(2, token_text.size() - 3));
    const char quote = token_text.front();
    const std::string_view body = token_text.substr(1, token_text.size() - 2);
    if (body.find('\\') == body.npos && body.find(quote) == body.npos) return std::string(body);
    std::string out;
    out.reserve(body.size());
    for (std::size_t i = 0; i < body.size();) {
        const char c = body[i];
        if (c == '\\' && i + 1 < body.size() && !keep_escapes) {
            i = unescape(body, i + 1, out);
            continue;
        }
        if (c == '\\' && i + 1 < body.size()) {
            out += c;
            ++i;
        } else if (c == quote) {
            ++i;
        }
        out += body[i];
        ++i;
    }
    return out;
}

std::string quoted_name(std::string_view token_text) {
    const char quote = token_text.front();
    std::string out;
    for (std::size_t i = 1; i + 1 < token_text.size(); ++i) {
        out += token_text[i];
        if (token_text[i] == quote) ++i;
    }
    return out;
}

bool needs_quotes(std::string_view word) {
    return !std::all_of(word.begin(), word.end(), is_ascii_word);
}

}  // namespace firesteel::sql
