#include "types/json_reader.h"

#include <algorithm>
#include <cctype>

namespace firesteel::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

void append_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

}  // namespace

Token TokenReader::fail() { return token_ = Token::Error; }

bool TokenReader::skip_comment() {
    if (!dialect_.comments) return false;
    if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
        return true;
    }
    if (text_.substr(at_, 2) != "/*") return false;
    const std::size_t close = text_.find("*/", at_ + 2);
    if (close == std::string_view::npos) {
        at_ = text_.size();
        return false;
    }
    at_ = close + 2;
    return true;
}

/// False inside a comment that never ends.
bool TokenReader::skip_blanks() {
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            ++at_;
        } else if (c != '/' || !skip_comment()) {
            break;
        }
    }
    return true;
}

Token TokenReader::next() {
    value_ = {};
    if (open_.empty() && after_value_) after_value_ = false;
    skip_blanks();
    begin_ = at_;
    if (at_ >= text_.size()) return token_ = open_.empty() ? Token::End : Token::Error;
    if (open_.empty()) return value();
    if (after_name_) return value();
    const char c = text_[at_];
    if (c == '}' || c == ']') return close(c == '}');
    if (after_value_) {
        if (c != ',') {
            // Jackson's next call looks behind the character that is not expected.
            ++at_;
            return fail();
        }
        ++at_;
        skip_blanks();
        begin_ = at_;
        after_value_ = false;
        if (at_ >= text_.size()) return fail();
        if (text_[at_] == '}' || text_[at_] == ']') {
            ++at_;
            return fail();
        }
    }
    return open_.back() ? name_or_end() : value();
}

Token TokenReader::close(bool is_object) {
    ++at_;
    if (open_.back() != is_object) return fail();
    open_.pop_back();
    after_value_ = true;
    return token_ = is_object ? Token::ObjectEnd : Token::ArrayEnd;
}

Token TokenReader::name_or_end() {
    const char c = text_[at_];
    const bool quote = c == '"' || (c == '\'' && dialect_.single_quotes);
    if (quote ? !quoted(c) : !unquoted_name()) return fail();
    const std::size_t end_of_name = at_;
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != ':') {
        at_ = std::min(std::max(at_, end_of_name) + 1, text_.size());
        return fail();
    }
    ++at_;
    after_name_ = true;
    return token_ = Token::Name;
}

bool TokenReader::unquoted_name() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_word_character(text_[at_])) ++at_;
    if (!dialect_.unquoted_names || at_ == from || is_digit(text_[from])) {
        if (at_ == from) ++at_;
        return false;
    }
    value_ = text_.substr(from, at_ - from);
    return true;
}

Token TokenReader::open(bool is_object) {
    ++at_;
    if (open_.size() >= kDepthMax) return fail();
    open_.push_back(is_object);
    after_value_ = false;
    return token_ = is_object ? Token::ObjectBegin : Token::ArrayBegin;
}

Token TokenReader::value() {
    after_name_ = false;
    after_value_ = true;
    const char c = text_[at_];
    switch (c) {
        case '{': return open(true);
        case '[': return open(false);
        case '"': return token_ = quoted('"') ? Token::String : Token::Error;
        case 't': return word("true", Token::True);
        case 'f': return word("false", Token::False);
        case 'n': return word("null", Token::Null);
        case 'N':
        case 'I':
        case '+': return not_finite();
        case '\'':
            if (dialect_.single_quotes) {
                return token_ = quoted('\'') ? Token::String : Token::Error;
            }
            break;
        default:
            if (is_digit(c) || c == '-') return number();
    }
    return unknown_word();
}

Token TokenReader::word(std::string_view word, Token token) {
    if (text_.substr(at_, word.size()) != word) return unknown_word();
    const std::size_t end = at_ + word.size();
    if (end < text_.size() && is_word_character(text_[end])) return unknown_word();
    at_ = end;
    return token_ = token;
}

/// Jackson reports the whole word and goes on behind it.
Token TokenReader::unknown_word() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_word_character(text_[at_])) ++at_;
    if (at_ == from) ++at_;
    return fail();
}

Token TokenReader::not_finite() {
    constexpr std::string_view kWords[] = {"NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF"};
    for (const std::string_view word : kWords) {
        const std::size_t end = at_ + word.size();
        if (text_.substr(at_, word.size()) != word) continue;
        if (end < text_.size() && is_word_character(text_[end])) continue;
        at_ = end;
        if (!dialect_.non_numeric_numbers) return fail();
        value_ = word;
        return token_ = Token::Fraction;
    }
    if (text_[at_] == '+' || text_[at_] == '-') ++at_;
    return at_ < text_.size() ? unknown_word() : fail();
}

Token TokenReader::number() {
    const std::size_t from = at_;
    std::size_t at = at_ + (text_[at_] == '-' ? 1 : 0);
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < text_.size() && is_digit(text_[at])) ++at;
        return at - first;
    };
    const std::size_t first = at;
    const std::size_t whole = digits();
    if (whole == 0) return not_finite();
    bool valid = whole == 1 || text_[first] != '0' || dialect_.leading_zeros;
    bool fraction = false;
    if (at < text_.size() && text_[at] == '.') {
        fraction = true;
        ++at;
        valid = digits() > 0 && valid;
    }
    if (at < text_.size() && (text_[at] == 'e' || text_[at] == 'E')) {
        fraction = true;
        ++at;
        if (at < text_.size() && (text_[at] == '+' || text_[at] == '-')) ++at;
        valid = digits() > 0 && valid;
    }
    at_ = at;
    if (!valid || at - from > kNumberDigitsMax) return fail();
    // Nothing but a blank ends a number that is the whole value.
    const bool ends = at == text_.size() || text_.find_first_of(" \t\r\n", at) == at;
    if (open_.empty() && !ends) return fail();
    if (at < text_.size() && is_word_character(text_[at])) return unknown_word();
    value_ = text_.substr(from, at - from);
    if (dialect_.leading_zeros && whole > 1 && text_[first] == '0') {
        decoded_.clear();
        if (first > from) decoded_ += '-';
        const std::size_t digit = std::min(text_.find_first_not_of('0', first), first + whole - 1);
        decoded_ += text_.substr(digit, at - digit);
        value_ = decoded_;
    }
    return token_ = fraction ? Token::Fraction : Token::Integer;
}

bool TokenReader::hex4(std::uint32_t& out) {
    if (text_.size() - at_ < 4) return false;
    out = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = text_[at_++];
        const int lower = c | 32;
        if (is_digit(c)) {
            out = out * 16 + static_cast<std::uint32_t>(c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            out = out * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
        } else {
            return false;
        }
    }
    return true;
}

bool TokenReader::unicode_escape() {
    std::uint32_t c = 0;
    if (!hex4(c)) return false;
    if (c >= 0xD800 && c < 0xDC00 && text_.substr(at_, 2) == "\\u") {
        const std::size_t back = at_;
        at_ += 2;
        std::uint32_t low = 0;
        if (!hex4(low)) return false;
        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        } else {
            at_ = back;
        }
    }
    // Java writes a lone surrogate as "?".
    append_utf8(decoded_, c >= 0xD800 && c < 0xE000 ? '?' : c);
    return true;
}

bool TokenReader::escape() {
    if (++at_ >= text_.size()) return false;
    const char c = text_[at_++];
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const auto index = kLetters.find(c);
    if (index != std::string_view::npos) {
        decoded_ += kMeanings[index];
        return true;
    }
    if (c == 'u') return unicode_escape();
    if (!dialect_.backslash_any && !(c == '\'' && dialect_.single_quotes)) return false;
    decoded_ += c;
    return true;
}

/// A name or string in quotes; value_ is inside the text unless an escape is in it.
bool TokenReader::quoted(char quote) {
    const std::size_t from = ++at_;
    bool escaped = false;
    std::size_t plain = from;
    for (; at_ < text_.size();) {
        const char c = text_[at_];
        if (c == quote) {
            const std::string_view rest = text_.substr(plain, at_ - plain);
            ++at_;
            if (escaped) decoded_ += rest;
            value_ = escaped ? std::string_view(decoded_) : rest;
            return true;
        }
        if (c == '\\') {
            if (!escaped) decoded_.clear();
            escaped = true;
            decoded_ += text_.substr(plain, at_ - plain);
            if (!escape()) return false;
            plain = at_;
            continue;
        }
        ++at_;
        if (static_cast<unsigned char>(c) < 0x20 && !dialect_.control_characters) return false;
    }
    return false;
}

bool TokenReader::skip_children() {
    if (token_ != Token::ObjectBegin && token_ != Token::ArrayBegin) return token_ != Token::Error;
    const std::size_t outside = open_.size() - 1;
    while (open_.size() > outside) {
        const Token token = next();
        if (token == Token::Error || token == Token::End) return false;
    }
    return true;
}

}  // namespace firesteel::json
