#include "types/json_tree.h"

#include <algorithm>
#include <cstdint>

namespace firesteel::json {
namespace {

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

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    Tree document(bool allow_rest) {
        Tree tree = value(0);
        skip_blanks();
        if (!allow_rest && at_ < text_.size()) fail();
        return tree;
    }

  private:
    [[noreturn]] static void fail() { throw Malformed("malformed JSON"); }

    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' ||
                                      text_[at_] == '\t')) {
            ++at_;
        }
    }

    bool take(char c) {
        skip_blanks();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    void expect(char c) {
        if (!take(c)) fail();
    }

    Tree word(std::string_view name, Tree::Kind kind) {
        if (text_.substr(at_, name.size()) != name) fail();
        at_ += name.size();
        if (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0)) fail();
        Tree tree;
        tree.kind = kind;
        return tree;
    }

    Tree value(int depth) {
        if (depth > kDepthMax) fail();
        skip_blanks();
        if (at_ >= text_.size()) fail();
        switch (text_[at_]) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"': {
                Tree tree;
                tree.kind = Tree::Kind::String;
                tree.text = string();
                return tree;
            }
            case 't':
                return word("true", Tree::Kind::True);
            case 'f':
                return word("false", Tree::Kind::False);
            case 'n':
                return word("null", Tree::Kind::Null);
            default:
                return number();
        }
    }

    Tree object(int depth) {
        Tree tree;
        tree.kind = Tree::Kind::Object;
        expect('{');
        if (take('}')) return tree;
        do {
            skip_blanks();
            if (at_ >= text_.size() || text_[at_] != '"') fail();
            std::string name = string();
            expect(':');
            tree.members.emplace_back(std::move(name), value(depth + 1));
        } while (take(','));
        expect('}');
        return tree;
    }

    Tree array(int depth) {
        Tree tree;
        tree.kind = Tree::Kind::Array;
        expect('[');
        if (take(']')) return tree;
        do {
            tree.items.push_back(value(depth + 1));
        } while (take(','));
        expect(']');
        return tree;
    }

    std::size_t digits() {
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
        return at_ - from;
    }

    Tree number() {
        const std::size_t from = at_;
        if (text_[at_] == '-') ++at_;
        const std::size_t first = at_;
        const std::size_t whole = digits();
        if (whole == 0 || (whole > 1 && text_[first] == '0')) fail();
        if (at_ < text_.size() && text_[at_] == '.') {
            ++at_;
            if (digits() == 0) fail();
        }
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
            ++at_;
            if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
            if (digits() == 0) fail();
        }
        if (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0)) fail();
        Tree tree;
        tree.kind = Tree::Kind::Number;
        tree.text = text_.substr(from, at_ - from);
        return tree;
    }

    std::uint32_t hex4() {
        if (text_.size() - at_ < 4) fail();
        std::uint32_t out = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = text_[at_++];
            if (c >= '0' && c <= '9') {
                out = out * 16 + static_cast<std::uint32_t>(c - '0');
            } else if ((c | 32) >= 'a' && (c | 32) <= 'f') {
                out = out * 16 + static_cast<std::uint32_t>((c | 32) - 'a' + 10);
            } else {
                fail();
            }
        }
        return out;
    }

    void unicode_escape(std::string& out) {
        std::uint32_t c = hex4();
        if (c >= 0xD800 && c < 0xDC00 && text_.substr(at_, 2) == "\\u") {
            const std::size_t back = at_;
            at_ += 2;
            const std::uint32_t low = hex4();
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            } else {
                at_ = back;
            }
        }
        // Java writes a lone surrogate as "?".
        append_utf8(out, c >= 0xD800 && c < 0xE000 ? '?' : c);
    }

    std::string string() {
        std::string out;
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return out;
            }
            if (static_cast<unsigned char>(c) < 0x20) fail();
            if (c != '\\') {
                out += c;
                continue;
            }
            if (++at_ >= text_.size()) fail();
            constexpr std::string_view kLetters = "\"\\/bfnrt";
            constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
            const auto index = kLetters.find(text_[at_]);
            if (index != kLetters.npos) {
                out += kMeanings[index];
            } else if (text_[at_] == 'u') {
                ++at_;
                unicode_escape(out);
                --at_;
            } else {
                fail();
            }
        }
        fail();
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

void append(std::string& out, const Tree& tree) {
    switch (tree.kind) {
        case Tree::Kind::Null:
            out += "null";
            return;
        case Tree::Kind::True:
            out += "true";
            return;
        case Tree::Kind::False:
            out += "false";
            return;
        case Tree::Kind::Number:
            out += tree.text;
            return;
        case Tree::Kind::String:
            append_quoted(out, tree.text);
            return;
        case Tree::Kind::Array:
            out += '[';
            for (std::size_t i = 0; i < tree.items.size(); ++i) {
                if (i > 0) out += ',';
                append(out, tree.items[i]);
            }
            out += ']';
            return;
        case Tree::Kind::Object:
            out += '{';
            for (std::size_t i = 0; i < tree.members.size(); ++i) {
                if (i > 0) out += ',';
                append_quoted(out, tree.members[i].name);
                out += ':';
                append(out, tree.members[i].value);
            }
            out += '}';
            return;
    }
}

}  // namespace

const Tree* Tree::find(std::string_view name) const {
    const auto found = std::find_if(members.rbegin(), members.rend(),
                                    [&](const auto& member) { return member.name == name; });
    return found == members.rend() ? nullptr : &found->value;
}

Tree parse(std::string_view text, bool allow_rest) { return Reader(text).document(allow_rest); }

std::string print(const Tree& tree) {
    std::string out;
    append(out, tree);
    return out;
}

void append_quoted(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kLetters = "btnvfr";
    out += '"';
    for (char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (u >= 8 && u <= 13 && u != 11) {
            out += '\\';
            out += kLetters[u - 8U];
        } else if (u < 0x20) {
            out.append("\\u00").append({kHex[u >> 4], kHex[u & 15]});
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace firesteel::json
