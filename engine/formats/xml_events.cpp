#include "formats/xml_events.h"

#include <libxml/parser.h>
#include <libxml/xmlreader.h>

#include <limits>
#include <memory>
#include <mutex>

namespace firesteel::xml {
namespace {

struct FreeReader {
    void operator()(xmlTextReader* reader) const { xmlFreeTextReader(reader); }
};
using Reader = std::unique_ptr<xmlTextReader, FreeReader>;

std::string text_of(const xmlChar* text) {
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

xmlParserInput* load_nothing(const char*, const char*, xmlParserCtxt*) { return nullptr; }

void ignore_message(void*, const char*, xmlParserSeverities, xmlTextReaderLocatorPtr) {}

Attributes attributes_of(xmlTextReader* reader) {
    Attributes out;
    while (xmlTextReaderMoveToNextAttribute(reader) == 1) {
        out.emplace_back(text_of(xmlTextReaderConstName(reader)), text_of(xmlTextReaderConstValue(reader)));
    }
    xmlTextReaderMoveToElement(reader);
    return out;
}

void append_text(std::vector<Event>& out, const xmlChar* text) {
    if (out.back().kind != Event::Kind::Text) out.push_back({});
    out.back().text += text_of(text);
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
    const Reader reader(xmlReaderForMemory(text.data(), static_cast<int>(text.size()), nullptr, "UTF-8",
                                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!reader) return false;
    xmlTextReaderSetErrorHandler(reader.get(), ignore_message, nullptr);
    int depth = 0;
    while (xmlTextReaderRead(reader.get()) == 1) {
        switch (xmlTextReaderNodeType(reader.get())) {
            case XML_READER_TYPE_ELEMENT: {
                const bool empty = xmlTextReaderIsEmptyElement(reader.get()) == 1;
                std::string name = text_of(xmlTextReaderConstName(reader.get()));
                out.push_back({Event::Kind::Begin, name, attributes_of(reader.get())});
                if (++depth > kDepthMax) return false;
                if (!empty) break;
                out.push_back({Event::Kind::End, std::move(name), {}});
                if (--depth == 0) return true;
                break;
            }
            case XML_READER_TYPE_END_ELEMENT:
                out.push_back({Event::Kind::End, text_of(xmlTextReaderConstName(reader.get())), {}});
                if (--depth == 0) return true;
                break;
            case XML_READER_TYPE_TEXT:
            case XML_READER_TYPE_CDATA:
            case XML_READER_TYPE_WHITESPACE:
            case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
                if (depth > 0) append_text(out, xmlTextReaderConstValue(reader.get()));
                break;
            case XML_READER_TYPE_ENTITY_REFERENCE: return false;  // entities of a DTD are not known
            default: break;
        }
    }
    return false;
}

}  // namespace firesteel::xml
