#include "formats/xml_events.h"

#include <libxml/parser.h>

#include <limits>
#include <mutex>

namespace firesteel::xml {
namespace {

/// What libxml2's callbacks collect, until the first element has ended: what follows may be anything.
struct Collected {
    std::vector<Event>& events;
    int depth = 0;
    bool complete = false;
    bool refused = false;  // nested too deeply, or an entity that is not known

    bool over() const { return complete || refused; }
};

Collected& state(void* context) { return *static_cast<Collected*>(context); }

std::string text_of(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

void begin_element(void* context, const xmlChar* name, const xmlChar** attributes) {
    Collected& to = state(context);
    if (to.over()) return;
    Event event{Event::Kind::Begin, text_of(name), {}};
    for (; attributes != nullptr && *attributes != nullptr; attributes += 2) {
        event.attributes.emplace_back(text_of(attributes[0]),
                                      attributes[1] == nullptr ? std::string() : text_of(attributes[1]));
    }
    to.events.push_back(std::move(event));
    to.refused = ++to.depth > kDepthMax;
}

void end_element(void* context, const xmlChar* name) {
    Collected& to = state(context);
    if (to.over()) return;
    to.events.push_back({Event::Kind::End, text_of(name), {}});
    to.complete = --to.depth == 0;
}

void characters(void* context, const xmlChar* text, int length) {
    Collected& to = state(context);
    if (to.over() || to.depth == 0) return;
    if (to.events.back().kind != Event::Kind::Text) to.events.push_back({});
    to.events.back().text.append(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
}

void unknown_entity(void* context, const xmlChar*) { state(context).refused = true; }

void ignore_message(void*, const char*, ...) {}

xmlParserInput* load_nothing(const char*, const char*, xmlParserCtxt*) { return nullptr; }

xmlSAXHandler handler() {
    xmlSAXHandler out{};
    out.startElement = begin_element;
    out.endElement = end_element;
    out.characters = characters;
    out.ignorableWhitespace = characters;
    out.cdataBlock = characters;
    out.reference = unknown_entity;
    out.warning = ignore_message;
    out.error = ignore_message;
    out.fatalError = ignore_message;
    return out;
}

}  // namespace

void forbid_external_entities() {
    static std::once_flag once;
    std::call_once(once, [] {
        xmlInitParser();
        xmlSetExternalEntityLoader(load_nothing);
    });
}

bool read_events(std::string_view text, std::vector<Event>& out) {
    forbid_external_entities();
    if (text.empty() || text.size() > std::numeric_limits<int>::max()) return false;
    Collected collected{out};
    xmlSAXHandler callbacks = handler();
    xmlSAXUserParseMemory(&callbacks, &collected, text.data(), static_cast<int>(text.size()));
    return collected.complete && !collected.refused;
}

}  // namespace firesteel::xml
