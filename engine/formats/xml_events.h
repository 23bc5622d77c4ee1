#pragma once
/// An XML text as the events of a pull parser: beginnings and ends of elements, and characters between them. Comments and
/// processing instructions are left out. Nothing outside the text is ever loaded.

#include <cstdint>
#include <functional>
#include <memory>
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

/// The document's first element and nothing else; false if the text is no XML as far as that. Comments part texts.
bool read_events(std::string_view text, std::vector<Event>& out);

/// The elements of one name in a document, the outermost ones, one after the other: what is read is what one of them holds.
class ElementReader {
  public:
    /// `is_decoded`: the text is UTF-8, whatever it says of itself. The text must outlive the reader.
    ElementReader(std::string_view text, std::function<bool(std::string_view)> is_wanted, bool is_decoded);
    ~ElementReader();
    ElementReader(const ElementReader&) = delete;
    ElementReader& operator=(const ElementReader&) = delete;

    /// False at the end, and where the document is malformed.
    bool next(std::vector<Event>& out);
    /// After the end: the document is no XML.
    bool is_malformed() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Sets libxml2 up so that no entity is read from outside a text. To be called before each use of libxml2.
void forbid_external_entities();

}  // namespace firesteel::xml
