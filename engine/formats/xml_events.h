#pragma once
/// An XML text as the events of a pull parser: beginnings and ends of elements, and characters between them. Comments and
/// processing instructions are left out. Nothing outside the text is ever loaded.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::xml {

using Attributes = std::vector<std::pair<std::string, std::string>>;

struct Event {
    enum class Kind : std::uint8_t { Begin, End, Text };
    Kind kind = Kind::Text;
    std::string text;       // the characters; "n:a" of an element, as written
    Attributes attributes;  // of a Begin; namespace declarations are some too
};

inline constexpr int kDepthMax = 256;

/// The document's first element and nothing else; false if the text is no XML as far as that.
bool read_events(std::string_view text, std::vector<Event>& out);

/// Sets libxml2 up so that no entity is read from outside a text. To be called before each use of libxml2.
void forbid_external_entities();

}  // namespace firesteel::xml
