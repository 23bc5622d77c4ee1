#include "types/json_tree.h"

#include <algorithm>

#include "types/json_reader.h"

namespace firesteel::json {
namespace {

class TreeReader {
  public:
    explicit TreeReader(std::string_view text) : tokens_(text) {}

    Tree document(bool allow_rest) {
        tokens_.next();
        Tree tree = value();
        if (!allow_rest && tokens_.next() != Token::End) fail();
        return tree;
    }

  private:
    [[noreturn]] static void fail() { throw Malformed("malformed JSON"); }

    /// The value that begins with the token read last; nested no deeper than TokenReader's limit.
    Tree value() {
        Tree tree;
        switch (tokens_.token()) {
            case Token::ObjectBegin:
                tree.kind = Tree::Kind::Object;
                while (tokens_.next() == Token::Name) {
                    std::string name(tokens_.text());
                    tokens_.next();
                    tree.members.emplace_back(std::move(name), value());
                }
                if (tokens_.token() != Token::ObjectEnd) fail();
                return tree;
            case Token::ArrayBegin:
                tree.kind = Tree::Kind::Array;
                while (tokens_.next() != Token::ArrayEnd) tree.items.push_back(value());
                return tree;
            case Token::String:
                tree.kind = Tree::Kind::String;
                tree.text = tokens_.text();
                return tree;
            case Token::Integer:
            case Token::Fraction:
                tree.kind = Tree::Kind::Number;
                tree.text = tokens_.text();
                return tree;
            case Token::True: tree.kind = Tree::Kind::True; return tree;
            case Token::False: tree.kind = Tree::Kind::False; return tree;
            case Token::Null: return tree;
            default: fail();
        }
    }

    TokenReader tokens_;
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

Tree parse(std::string_view text, bool allow_rest) { return TreeReader(text).document(allow_rest); }

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
