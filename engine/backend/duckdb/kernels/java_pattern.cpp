#include "backend/duckdb/kernels/java_pattern.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "backend/duckdb/kernels/utf8.h"
#include "common/error.h"
#include "common/limits.h"

namespace firesteel::duckdb {
namespace {

struct Malformed {};

struct PropertyRow {
    std::string_view java;
    std::string_view pcre;  // what stands in a class; "[:name:]" or "\p{name}"
};
/// \p{name}: Java's POSIX classes are ASCII, java… are methods of Character.
constexpr auto kProperties = std::to_array<PropertyRow>({
    {"ASCII", "\\x00-\\x7F"},
    {"Alnum", "[:alnum:]"},
    {"Alpha", "[:alpha:]"},
    {"Blank", " \\t"},
    {"Cntrl", "[:cntrl:]"},
    {"Digit", "0-9"},
    {"Graph", "[:graph:]"},
    {"IsAlphabetic", "\\p{L}\\p{Nl}"},
    {"IsControl", "\\p{Cc}"},
    {"IsDigit", "\\p{Nd}"},
    {"IsLetter", "\\p{L}"},
    {"IsLowercase", "\\p{Ll}"},
    {"IsPunctuation", "\\p{P}"},
    {"IsUppercase", "\\p{Lu}"},
    {"IsWhite_Space", "\\s\\p{Z}\\x85"},
    {"Lower", "a-z"},
    {"Print", "[:print:]"},
    {"Punct", "[:punct:]"},
    {"Space", " \\t\\n\\x0B\\f\\r"},
    {"Upper", "A-Z"},
    {"XDigit", "[:xdigit:]"},
    {"javaLetter", "\\p{L}"},
    {"javaLetterOrDigit", "\\p{L}\\p{Nd}"},
    {"javaLowerCase", "\\p{Ll}"},
    {"javaUpperCase", "\\p{Lu}"},
    {"javaWhitespace", "\\s\\p{Z}"},
});

std::string code_point_text(char32_t point) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string digits;
    do {
        digits.insert(digits.begin(), kHex[point & 15U]);
        point >>= 4U;
    } while (point != 0);
    return "\\x{" + digits + "}";
}

class Translator {
  public:
    explicit Translator(std::string_view text) : text_(text) {}

    std::string run() {
        while (!done()) out_ += element();
        return std::move(out_);
    }

  private:
    bool done() const { return at_ >= text_.size(); }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool accept(std::string_view token) {
        if (!text_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }
    char take() {
        if (done()) throw Malformed{};
        return text_[at_++];
    }
    std::string take_character() {
        const std::size_t length = std::min(utf8_length(text_[at_]), text_.size() - at_);
        std::string out(text_.substr(at_, length));
        at_ += length;
        return out;
    }

    std::string element() {
        const char c = peek();
        if (c == '\\') return escape(/*in_class=*/false);
        if (c == '[') return char_class();
        if (c == '{') return repetition();
        if (c == '(' && peek(1) == '?') return group();
        if (c == '#' && has_comments_) return comment();
        return take_character();
    }

    /// In (?x) mode a comment ends with the line.
    std::string comment() {
        while (!done() && peek() != '\n') ++at_;
        return {};
    }

    /// {n}, {n,}, {n,m}: a brace is nothing else in Java.
    std::string repetition() {
        const std::size_t begin = at_;
        ++at_;
        const auto digits = [&] {
            const std::size_t from = at_;
            while (std::isdigit(static_cast<unsigned char>(peek())) != 0) ++at_;
            return at_ - from;
        };
        if (out_.empty() || digits() == 0) throw Malformed{};
        if (accept(",")) digits();
        if (!accept("}")) throw Malformed{};
        return std::string(text_.substr(begin, at_ - begin));
    }

    /// (?flags), (?flags:…): d and u are PCRE2's way already; the others open groups as they are.
    std::string group() {
        const std::size_t begin = at_;
        at_ += 2;
        std::string flags;
        while (std::isalpha(static_cast<unsigned char>(peek())) != 0 || peek() == '-') flags += take();
        if (flags.empty() || (peek() != ')' && peek() != ':')) {
            at_ = begin + 2;
            return "(?";
        }
        bool on = true;
        std::string kept;
        for (const char f : flags) {
            if (f == '-') {
                on = false;
                kept += f;
                continue;
            }
            if (std::string_view("idmsuxU").find(f) == std::string_view::npos) throw Malformed{};
            if (f == 'U') throw unsupported("regular expressions with the flag U");
            if (f == 'x') has_comments_ = on;
            if (f != 'd' && f != 'u') kept += f;
        }
        if (kept.ends_with('-')) kept.pop_back();
        return "(?" + kept + take();
    }

    // ---- escapes ---------------------------------------------------------------------------------

    char32_t hex(std::size_t digits) {
        char32_t value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = take();
            if (std::isxdigit(static_cast<unsigned char>(c)) == 0) throw Malformed{};
            const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            value = value * 16 + static_cast<char32_t>(digit);
        }
        return value;
    }

    char32_t braced_hex() {
        const std::size_t close = text_.find('}', at_);
        if (close == std::string_view::npos || close == at_ || close - at_ > 6) throw Malformed{};
        const char32_t value = hex(close - at_);
        ++at_;
        return value;
    }

    char32_t unicode() {
        const char32_t high = hex(4);
        if (high < 0xD800 || high > 0xDBFF || !accept("\\u")) return high;
        const char32_t low = hex(4);
        return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
    }

    char32_t octal() {
        char32_t value = 0;
        int digits = 0;
        while (digits < 3 && peek() >= '0' && peek() <= '7' && value * 8 + static_cast<char32_t>(peek() - '0') <= 0377) {
            value = value * 8 + static_cast<char32_t>(take() - '0');
            ++digits;
        }
        if (digits == 0) throw Malformed{};
        return value;
    }

    /// What stands in a class for \p{…}, or the whole if it stands alone.
    std::string property(bool negated, bool in_class) {
        std::string name;
        if (accept("{")) {
            const std::size_t close = text_.find('}', at_);
            if (close == std::string_view::npos) throw Malformed{};
            name = text_.substr(at_, close - at_);
            at_ = close + 1;
        } else {
            name = take();
        }
        const auto* row = std::find_if(kProperties.begin(), kProperties.end(),
                                       [&](const PropertyRow& r) { return r.java == name; });
        if (row != kProperties.end()) {
            if (!in_class) return (negated ? "[^" : "[") + std::string(row->pcre) + "]";
            if (!negated) return std::string(row->pcre);
            throw unsupported("regular expressions with \\P{" + name + "} in a class");
        }
        if (name.starts_with("In") || name.starts_with("block=") || name.starts_with("blk=") ||
            name.starts_with("java")) {
            throw unsupported("regular expressions with \\p{" + name + "}");
        }
        const std::size_t equals = name.find('=');
        if (equals != std::string::npos) name.erase(0, equals + 1);
        if (name.starts_with("Is")) name.erase(0, 2);
        return (negated ? "\\P{" : "\\p{") + name + "}";
    }

    std::string quoted() {
        const std::size_t end = text_.find("\\E", at_);
        const std::string_view inner = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
        std::string out;
        for (const char c : inner) {
            if (std::ispunct(static_cast<unsigned char>(c)) != 0) out += '\\';
            out += c;
        }
        return out;
    }

    std::string escape(bool in_class) {
        ++at_;
        const char c = take();
        switch (c) {
            case 'Q': return quoted();
            case 'x': return code_point_text(accept("{") ? braced_hex() : hex(2));
            case 'u': return code_point_text(unicode());
            case '0': return code_point_text(octal());
            case 'p': return property(false, in_class);
            case 'P': return property(true, in_class);
            case 'c': return code_point_text(static_cast<char32_t>(take()) ^ 64U);
            case 'Z': return in_class ? throw Malformed{} : std::string("(?=\\R?\\z)");
            case 's': return in_class ? " \\t\\n\\x0B\\f\\r" : "[ \\t\\n\\x0B\\f\\r]";
            case 'b':
                if (accept("{g}")) throw unsupported("regular expressions with \\b{g}");
                break;
            case 'N': throw unsupported("regular expressions with \\N");
            default: break;
        }
        if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
            const std::string_view known = in_class ? "tnrfaedDSwWhHvV" : "tnrfaedDSwWhHvVbBAGzRXk";
            if (known.find(c) == std::string_view::npos) throw Malformed{};
        }
        if (static_cast<unsigned char>(c) >= 0x80) {
            --at_;
            return take_character();
        }
        return std::string("\\") + c;
    }

    // ---- classes ---------------------------------------------------------------------------------

    /// One class, or part of one between &&: characters, and classes beside them.
    struct Set {
        std::string characters;
        std::vector<std::string> classes;  // each matches one character

        bool empty() const { return characters.empty() && classes.empty(); }
        std::string pattern() const {
            if (classes.empty()) return "[" + characters + "]";
            if (characters.empty() && classes.size() == 1) return classes[0];
            std::string out = characters.empty() ? "(?:" : "(?:[" + characters + "]|";
            for (std::size_t i = 0; i < classes.size(); ++i) out += (i > 0 ? "|" : "") + classes[i];
            return out + ")";
        }
    };

    std::string char_class() {
        if (++depth_ > limits::kPlanDepthMax) throw unsupported("a regular expression nested this deeply");
        ++at_;
        const bool negated = accept("^");
        std::vector<Set> parts(1);
        // A bracket that closes nothing yet is a character.
        if (accept("]")) parts[0].characters += "\\]";
        while (!accept("]")) {
            if (done()) throw Malformed{};
            if (accept("&&")) {
                parts.emplace_back();
            } else {
                class_item(parts.back());
            }
        }
        --depth_;
        return joined(parts, negated);
    }

    void class_item(Set& set) {
        const char c = peek();
        if (c == '[') {
            set.classes.push_back(char_class());
        } else if (c == '\\') {
            can_begin_range_ = std::string_view("dDsSwWhHvVpP").find(peek(1)) == std::string_view::npos;
            set.characters += escape(/*in_class=*/true);
            return;
        } else if (c == '-' || c == '^' || c == ':') {
            ++at_;
            const bool is_range = c == '-' && can_begin_range_ && !set.characters.empty() && peek() != ']' && peek() != '[';
            set.characters += is_range ? "-" : std::string("\\") + c;
        } else {
            set.characters += take_character();
        }
        can_begin_range_ = true;
    }

    static std::string joined(const std::vector<Set>& parts, bool negated) {
        std::vector<const Set*> sets;
        for (const Set& part : parts) {
            if (!part.empty()) sets.push_back(&part);
        }
        if (sets.empty()) throw Malformed{};
        if (sets.size() == 1 && sets[0]->classes.empty()) {
            return (negated ? "[^" : "[") + sets[0]->characters + "]";
        }
        std::string out = "(?:";
        for (std::size_t i = 0; i + 1 < sets.size(); ++i) out += "(?=" + sets[i]->pattern() + ")";
        out += sets.back()->pattern() + ")";
        return negated ? "(?:(?!" + out + ")(?s:.))" : out;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
    bool has_comments_ = false;
    bool can_begin_range_ = true;  // in a class: the item before is one character
    std::uint32_t depth_ = 0;
};

}  // namespace

std::optional<std::string> pcre_pattern(std::string_view java) {
    try {
        return Translator(java).run();
    } catch (const Malformed&) {
        return std::nullopt;
    }
}

}  // namespace firesteel::duckdb
