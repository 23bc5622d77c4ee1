#include "formats/xml_events.h"

#include <libxml/parser.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <mutex>
#include <new>
#include <utility>

namespace firesteel::xml {
namespace {

/// The events of one element.
struct Element {
    std::vector<Event> events;
    int depth = 0;
    bool parted = false;  // the next text is one of its own

    void begin(const xmlChar* name, const xmlChar** attributes);
    /// Whether the element has ended with it.
    bool end(const xmlChar* name);
    void text(const xmlChar* text, int length);
};

/// What libxml2's callbacks collect, until the first element has ended: what follows may be anything.
struct Collected {
    Element element;
    bool complete = false;
    bool refused = false;  // nested too deeply, or an entity that is not known

    bool over() const { return complete || refused; }
};

Collected& state(void* context) { return *static_cast<Collected*>(context); }

std::string text_of(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

void Element::begin(const xmlChar* name, const xmlChar** attributes) {
    Event event{Event::Kind::Begin, text_of(name), {}};
    for (; attributes != nullptr && *attributes != nullptr; attributes += 2) {
        event.attributes.emplace_back(text_of(attributes[0]),
                                      attributes[1] == nullptr ? std::string() : text_of(attributes[1]));
    }
    events.push_back(std::move(event));
    parted = false;
    ++depth;
}

bool Element::end(const xmlChar* name) {
    events.push_back({Event::Kind::End, text_of(name), {}});
    parted = false;
    return --depth == 0;
}

void Element::text(const xmlChar* text, int length) {
    if (depth == 0) return;
    if (parted || events.back().kind != Event::Kind::Text) events.push_back({});
    parted = false;
    events.back().text.append(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
}

void begin_element(void* context, const xmlChar* name, const xmlChar** attributes) {
    Collected& to = state(context);
    if (to.over()) return;
    to.element.begin(name, attributes);
    to.refused = to.element.depth > kDepthMax;
}

void end_element(void* context, const xmlChar* name) {
    Collected& to = state(context);
    if (!to.over()) to.complete = to.element.end(name);
}

void characters(void* context, const xmlChar* text, int length) {
    Collected& to = state(context);
    if (!to.over()) to.element.text(text, length);
}

void comment(void* context, const xmlChar*) { state(context).element.parted = true; }
void instruction(void* context, const xmlChar*, const xmlChar*) { state(context).element.parted = true; }

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
    out.comment = comment;
    out.processingInstruction = instruction;
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
    Collected collected;
    xmlSAXHandler callbacks = handler();
    xmlSAXUserParseMemory(&callbacks, &collected, text.data(), static_cast<int>(text.size()));
    out = std::move(collected.element.events);
    return collected.complete && !collected.refused;
}

// ---- elements of a document ----------------------------------------------------------------------

struct ElementReader::State {
    struct ContextDeleter {
        void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
    };

    std::string_view text;
    std::function<bool(std::string_view)> is_wanted;
    std::unique_ptr<xmlParserCtxt, ContextDeleter> context = {};
    std::size_t fed = 0;
    bool at_end = false;
    bool refused = false;
    bool malformed = false;
    int depth_outside = 0;
    Element element = {};
    std::deque<std::vector<Event>> ready = {};

    static State& of(void* context) { return *static_cast<State*>(context); }
    void take() { ready.push_back(std::exchange(element, {}).events); }
    void refuse() {
        refused = true;
        xmlStopParser(context.get());
    }
    void feed();
};

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 16U;

}  // namespace

ElementReader::ElementReader(std::string_view text, std::function<bool(std::string_view)> is_wanted, bool is_decoded)
    : state_(std::make_unique<State>(State{text, std::move(is_wanted)})) {
    forbid_external_entities();
    xmlSAXHandler out{};
    out.startElement = [](void* context, const xmlChar* name, const xmlChar** attributes) {
        State& s = State::of(context);
        const bool is_inside = s.element.depth > 0;
        if (!is_inside && !s.is_wanted(text_of(name))) {
            ++s.depth_outside;
        } else {
            s.element.begin(name, attributes);
        }
        if (s.element.depth + s.depth_outside > kDepthMax) s.refuse();
    };
    out.endElement = [](void* context, const xmlChar* name) {
        State& s = State::of(context);
        if (s.element.depth == 0) {
            --s.depth_outside;
        } else if (s.element.end(name)) {
            s.take();
        }
    };
    out.characters = [](void* context, const xmlChar* letters, int length) {
        State::of(context).element.text(letters, length);
    };
    out.ignorableWhitespace = out.characters;
    out.cdataBlock = out.characters;
    out.comment = [](void* context, const xmlChar*) { State::of(context).element.parted = true; };
    out.processingInstruction = [](void* context, const xmlChar*, const xmlChar*) { State::of(context).element.parted = true; };
    out.reference = [](void* context, const xmlChar*) { State::of(context).refuse(); };
    out.internalSubset = [](void* context, const xmlChar*, const xmlChar*, const xmlChar*) { State::of(context).refuse(); };
    out.warning = ignore_message;
    out.error = ignore_message;
    out.fatalError = ignore_message;
    state_->context.reset(xmlCreatePushParserCtxt(&out, state_.get(), nullptr, 0, nullptr));
    if (!state_->context) throw std::bad_alloc();
    xmlCtxtUseOptions(state_->context.get(), XML_PARSE_HUGE | (is_decoded ? XML_PARSE_IGNORE_ENC : 0));
}

ElementReader::~ElementReader() = default;

/// A text that ends outside of an element that is wanted is well enough; what is wrong before its end is malformed.
void ElementReader::State::feed() {
    const std::size_t size = std::min(kBlockBytes, text.size() - fed);
    if (size > 0) {
        malformed = xmlParseChunk(context.get(), text.data() + fed, static_cast<int>(size), 0) != 0 || refused;
        fed += size;
        if (!malformed) return;
    } else {
        xmlParseChunk(context.get(), nullptr, 0, 1);
        malformed = element.depth > 0;
    }
    at_end = true;
}

bool ElementReader::next(std::vector<Event>& out) {
    State& s = *state_;
    while (s.ready.empty() && !s.at_end) s.feed();
    if (s.ready.empty()) return false;
    out = std::move(s.ready.front());
    s.ready.pop_front();
    return true;
}

bool ElementReader::is_malformed() const { return state_->malformed; }

}  // namespace firesteel::xml
