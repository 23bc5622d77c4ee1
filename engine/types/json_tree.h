#pragma once
/// A small JSON document: schema text, field metadata and VARIANT's parse_json read it.
/// Order of members and the digits of numbers are kept. Pure functions.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::json {

struct Member;

struct Tree {
    enum class Kind : unsigned char { Null, True, False, Number, String, Array, Object };
    Kind kind = Kind::Null;
    std::string text;  // String: the characters; Number: as written
    std::vector<Tree> items;
    std::vector<Member> members;

    bool is_string() const { return kind == Kind::String; }
    bool is_object() const { return kind == Kind::Object; }
    bool is_array() const { return kind == Kind::Array; }
    bool is_bool() const { return kind == Kind::True || kind == Kind::False; }
    /// The last member of that name, or null.
    const Tree* find(std::string_view name) const;
};

struct Member {
    std::string name;
    Tree value;
};

/// Not valid JSON, or nested too deeply. Only the callers here know which Spark condition that is.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One value and nothing after it (`allow_rest`: whatever follows is ignored, as Jackson's readers do). Throws Malformed.
Tree parse(std::string_view text, bool allow_rest = false);
/// Compact text.
std::string print(const Tree& tree);
/// A JSON string with its quotes.
void append_quoted(std::string& out, std::string_view text);

}  // namespace firesteel::json
