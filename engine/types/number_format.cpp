#include "types/number_format.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "types/number_text.h"

namespace firesteel {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }

/// A sign goes before the spaces at the end.
void append_before_spaces(std::string& out, char c) {
    const auto last = out.find_last_not_of(' ');
    out.insert(last == std::string::npos ? 0 : last + 1, 1, c);
}

/// A blank for a missing digit goes before the sign that the text ends with.
void append_blank(std::string& out) {
    const bool after_sign = out.ends_with('+') || out.ends_with('-') || out.ends_with('<');
    out.insert(after_sign ? out.size() - 1 : out.size(), 1, ' ');
}

/// A point that no digit follows becomes a space.
void strip_lone_point(std::string& out) {
    if (out.ends_with('.')) out.back() = ' ';
}

}  // namespace

NumberFormat::NumberFormat(std::string_view text) : text_(upper(text)) {
    tokenize();
    check();
}

void NumberFormat::tokenize() {
    const std::string_view text = text_;
    bool after_point = false;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '0' || c == '9' || c == ',' || c == 'G') {
            Token token;
            token.kind = Kind::Digits;
            bool separated = true;  // no digits since the last separator
            token.opens = c == ',' || c == 'G';
            for (; at < text.size(); ++at) {
                const char d = text[at];
                if (d == ',' || d == 'G') {
                    if (separated) token.has_empty = true;
                    separated = true;
                    if (token.groups.empty()) token.groups.push_back({});
                } else if (d == '0' || d == '9') {
                    if (separated) token.groups.push_back({0, d == '0' && !after_point});
                    separated = false;
                    ++token.groups.back().digits;
                } else {
                    break;
                }
            }
            if (separated) token.has_empty = true;
            tokens_.push_back(std::move(token));
            continue;
        }
        const std::string_view pair = text.substr(at, 2);
        Token token;
        if (c == '.' || c == 'D') {
            token.kind = Kind::Point;
            after_point = true;
        } else if (c == '$') {
            token.kind = Kind::Dollar;
        } else if (c == 'S') {
            token.kind = Kind::Sign;
        } else if (pair == "MI") {
            token.kind = Kind::Minus;
        } else if (pair == "PR") {
            token.kind = Kind::OpenBracket;
            tokens_.insert(tokens_.begin(), token);
            token.kind = Kind::CloseBracket;
        } else {
            token.character = c;
        }
        at += token.kind == Kind::Minus || token.kind == Kind::CloseBracket ? 2 : 1;
        tokens_.push_back(std::move(token));
    }
}

std::string_view NumberFormat::name(Kind kind) {
    switch (kind) {
        case Kind::Digits: return "digit sequence";
        case Kind::Point: return ". or D";
        case Kind::Dollar: return "$";
        case Kind::Sign: return "S";
        case Kind::Minus: return "MI";
        case Kind::OpenBracket:
        case Kind::CloseBracket: return "PR";
        case Kind::Other: break;
    }
    return {};
}

void NumberFormat::check() const {
    const auto fail = [&](ErrorClass condition, ErrorParameters more = {}) {
        more.insert(more.begin(), {"format", "'" + text_ + "'"});
        throw Error(condition, std::move(more));
    };
    const auto first = [&](Kind kind) {
        return std::find_if(tokens_.begin(), tokens_.end(), [kind](const Token& t) { return t.kind == kind; });
    };
    const auto end = tokens_.end();
    if (text_.empty()) fail(ErrorClass::InvalidFormatEmpty);
    const auto digits = first(Kind::Digits);
    const auto dollar = first(Kind::Dollar);
    const auto point = first(Kind::Point);
    if (std::none_of(tokens_.begin(), end, [](const Token& t) {
            return std::any_of(t.groups.begin(), t.groups.end(), [](Group g) { return g.digits > 0; });
        })) {
        fail(ErrorClass::InvalidFormatWrongNumDigit);
    }
    if (dollar != end && digits < dollar) fail(ErrorClass::InvalidFormatCurMustBeforeDigit);
    if (dollar != end && point < dollar) fail(ErrorClass::InvalidFormatCurMustBeforeDec);
    for (auto token = tokens_.begin(); token != end; ++token) {
        if (token->groups.size() > 1 && point < token) fail(ErrorClass::InvalidFormatThousandsSepsMustBeforeDec);
    }
    for (const Token& token : tokens_) {
        if (token.kind == Kind::Digits && token.has_empty) fail(ErrorClass::InvalidFormatContThousandsSeps);
    }
    for (const Kind kind : {Kind::Point, Kind::Sign, Kind::Minus, Kind::Dollar, Kind::CloseBracket}) {
        if (std::count_if(tokens_.begin(), end, [kind](const Token& t) { return t.kind == kind; }) > 1) {
            fail(ErrorClass::InvalidFormatWrongNumToken, {{"token", std::string(name(kind))}});
        }
    }
    check_order();
}

void NumberFormat::check_order() const {
    static constexpr auto kOrder = std::to_array<std::array<Kind, 2>>({
        {Kind::OpenBracket, Kind::OpenBracket},
        {Kind::Minus, Kind::Sign},
        {Kind::Dollar, Kind::Dollar},
        {Kind::Digits, Kind::Digits},
        {Kind::Point, Kind::Point},
        {Kind::Digits, Kind::Digits},
        {Kind::Dollar, Kind::Dollar},
        {Kind::Minus, Kind::Sign},
        {Kind::CloseBracket, Kind::CloseBracket},
    });
    std::size_t at = 0;
    for (const auto& allowed : kOrder) {
        if (at < tokens_.size() && std::count(allowed.begin(), allowed.end(), tokens_[at].kind) > 0) ++at;
    }
    if (at == tokens_.size()) return;
    const Token& token = tokens_[at];
    const std::string shown = token.kind == Kind::Other ? "character '" + std::string(1, token.character) + "''"
                                                        : std::string(name(token.kind));
    throw Error(ErrorClass::InvalidFormatUnexpectedToken, {{"token", shown}, {"format", "'" + text_ + "'"}});
}

int NumberFormat::count(bool after_point) const {
    int n = 0;
    bool past = false;
    for (const Token& token : tokens_) {
        if (token.kind == Kind::Point) past = true;
        for (const Group group : token.groups) {
            if (past == after_point) n += group.digits;
        }
    }
    return n;
}

int NumberFormat::scale() const { return count(true); }
int NumberFormat::precision() const { return count(false) + count(true); }

// ---- reading -------------------------------------------------------------------------------------

struct NumberFormat::Reading {
    std::string_view text;
    std::size_t at = 0;
    bool after_point = false;
    bool negative = false;
    bool opened = false;
    bool closed = false;
    std::string before;
    std::string after;

    bool accept(char c) {
        if (at >= text.size() || text[at] != c) return false;
        ++at;
        return true;
    }
};

/// Digits, separators and white space as long as they last; the groups are compared from the right.
bool NumberFormat::read_digits(const Token& token, Reading& r) const {
    std::vector<int> found{0};
    for (; r.at < r.text.size(); ++r.at) {
        const char c = r.text[r.at];
        if (is_space(c)) continue;
        if (is_digit(c)) {
            ++found.back();
            (r.after_point ? r.after : r.before) += c;
        } else if (c == ',' && !r.after_point) {
            found.push_back(0);
        } else {
            break;
        }
    }
    if (found.size() > token.groups.size()) return false;
    for (std::size_t i = 0; i < token.groups.size(); ++i) {
        const Group wanted = token.groups[token.groups.size() - 1 - i];
        const int actual = i < found.size() ? found[found.size() - 1 - i] : 0;
        if (wanted.exactly ? actual != wanted.digits : actual > wanted.digits) return false;
    }
    return true;
}

std::optional<Int128> NumberFormat::read(std::string_view text) const {
    Reading r;
    r.text = text;
    for (const Token& token : tokens_) {
        switch (token.kind) {
            case Kind::Digits:
                if (!read_digits(token, r)) return std::nullopt;
                break;
            case Kind::Point: r.after_point = r.accept('.') || r.after_point; break;
            case Kind::Dollar:
                if (r.at < text.size() && !r.accept('$')) return std::nullopt;
                break;
            case Kind::Sign:
                if (!r.accept('+') && r.accept('-')) r.negative = !r.negative;
                break;
            case Kind::Minus:
                if (r.accept('-')) r.negative = !r.negative;
                break;
            case Kind::OpenBracket: r.opened = r.accept('<'); break;
            case Kind::CloseBracket:
                if (r.accept('>')) {
                    if (!r.opened) return std::nullopt;
                    r.closed = true;
                    r.negative = !r.negative;
                }
                break;
            case Kind::Other: return std::nullopt;
        }
    }
    if (r.at < text.size() || r.opened != r.closed || (r.before.empty() && r.after.empty())) return std::nullopt;
    r.after.resize(static_cast<std::size_t>(scale()), '0');
    Int128 value = 0;
    for (const char c : r.before + r.after) value = value * 10 + (c - '0');
    return r.negative ? -value : value;
}

// ---- writing -------------------------------------------------------------------------------------

void NumberFormat::write_digits(const Token& token, std::string_view& digits, bool after_point,
                                std::string& out) const {
    for (std::size_t i = 0; i < token.groups.size(); ++i) {
        if (i > 0 && !out.empty() && is_digit(out.back())) {
            out += ',';
        } else if (i > 0) {
            append_blank(out);
        }
        for (int n = 0; n < token.groups[i].digits; ++n) {
            const char c = digits.empty() ? ' ' : digits.front();
            if (!digits.empty()) digits.remove_prefix(1);
            if (c != ' ') {
                out += c;
            } else if (after_point || token.groups[i].exactly) {
                out += '0';
            } else {
                append_blank(out);
            }
        }
    }
}

std::string NumberFormat::write(Int128 unscaled, int scale) const {
    const bool negative = unscaled < 0;
    std::string plain;
    append_decimal_plain(plain, negative ? -unscaled : unscaled, scale);
    const auto point = plain.find('.');
    std::string before = plain.substr(0, point);
    std::string after = point == std::string::npos ? std::string() : plain.substr(point + 1);
    before.erase(0, before.find_first_not_of('0'));
    after.erase(after.find_last_not_of('0') + 1);
    const auto room_before = static_cast<std::size_t>(count(false));
    const auto room_after = static_cast<std::size_t>(count(true));
    const bool fits = before.size() <= room_before && after.size() <= room_after;
    before = fits ? std::string(room_before - before.size(), ' ') + before : std::string(room_before, '#');
    if (fits) {
        after.resize(room_after, '0');
    } else {
        after = std::string(room_after, '#');
    }
    std::string out;
    std::string_view left = before;
    bool after_point = false;
    for (const Token& token : tokens_) {
        switch (token.kind) {
            case Kind::Digits: write_digits(token, left, after_point, out); break;
            case Kind::Point:
                if (out.ends_with(' ')) out.back() = '0';
                out += '.';
                after_point = true;
                left = after;
                break;
            case Kind::Dollar: out += '$'; break;
            case Kind::Sign:
                strip_lone_point(out);
                append_before_spaces(out, negative ? '-' : '+');
                break;
            case Kind::Minus:
                strip_lone_point(out);
                negative ? append_before_spaces(out, '-') : out.push_back(' ');
                break;
            case Kind::OpenBracket:
                if (negative) out += '<';
                break;
            case Kind::CloseBracket:
                strip_lone_point(out);
                negative ? append_before_spaces(out, '>') : static_cast<void>(out.append("  "));
                break;
            case Kind::Other: break;
        }
    }
    strip_lone_point(out);
    return out == "+" || out == "-" || out.empty() ? "0" : out;
}

}  // namespace firesteel
