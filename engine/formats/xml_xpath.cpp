#include "formats/xml_xpath.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "common/error.h"
#include "formats/xml_events.h"

namespace firesteel::xml {
namespace {

void ignore_error(void*, xmlError*) {}

struct FreeDocument {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
struct FreeContext {
    void operator()(xmlXPathContext* context) const { xmlXPathFreeContext(context); }
};
struct FreeObject {
    void operator()(xmlXPathObject* object) const { xmlXPathFreeObject(object); }
};

Error failure(std::string message) {
    return Error(ErrorClass::RuntimeFailure, {{"message", std::move(message)}});
}

std::string owned(xmlChar* text) {
    std::string out(text == nullptr ? "" : reinterpret_cast<const char*>(text));
    xmlFree(text);
    return out;
}

/// Paths see local names, since Java's parser is not told of namespaces.
void drop_namespaces(xmlNode* node) {
    for (; node != nullptr; node = node->next) {
        if (node->type != XML_ELEMENT_NODE) continue;
        node->ns = nullptr;
        for (xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next) {
            attribute->ns = nullptr;
        }
        drop_namespaces(node->children);
    }
}

/// XPath's own numbers: digits and a point, after a sign at most.
double number_of(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t from = text.find_first_not_of(kBlanks);
    if (from == std::string_view::npos) return std::nan("");
    text = text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || digits == "." || digits.find_first_not_of(".0123456789") != std::string_view::npos) {
        return std::nan("");
    }
    double out = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && at == text.data() + text.size() ? out : std::nan("");
}

std::string number_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    if (value == 0) return "0";
    char text[400];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
    return {text, end};
}

}  // namespace

struct XPath::Compiled {
    xmlXPathCompExpr* expression = nullptr;
    ~Compiled() { xmlXPathFreeCompExpr(expression); }
};

struct XPath::Result {
    std::unique_ptr<xmlDoc, FreeDocument> document;
    std::unique_ptr<xmlXPathContext, FreeContext> context;
    std::unique_ptr<xmlXPathObject, FreeObject> object;

    bool is_nodes() const { return object->type == XPATH_NODESET; }
    int count() const { return object->nodesetval == nullptr ? 0 : object->nodesetval->nodeNr; }
    xmlNode* node(int i) const { return object->nodesetval->nodeTab[i]; }
    std::string first_text() const { return count() == 0 ? std::string() : owned(xmlXPathCastNodeToString(node(0))); }
};

XPath::XPath(std::string path) : path_(std::move(path)), compiled_(std::make_unique<Compiled>()) {
    forbid_external_entities();
    const std::unique_ptr<xmlXPathContext, FreeContext> context(xmlXPathNewContext(nullptr));
    context->error = ignore_error;
    compiled_->expression = xmlXPathCtxtCompile(context.get(), reinterpret_cast<const xmlChar*>(path_.c_str()));
    if (compiled_->expression == nullptr) throw failure("This is no XPath: " + path_);
}

XPath::~XPath() = default;

XPath::Result XPath::evaluate(std::string_view text) const {
    constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    Result out;
    out.document.reset(
        xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", kOptions));
    if (!out.document) throw failure("The text is no XML document.");
    drop_namespaces(xmlDocGetRootElement(out.document.get()));
    out.context.reset(xmlXPathNewContext(out.document.get()));
    out.context->error = ignore_error;
    out.context->node = reinterpret_cast<xmlNode*>(out.document.get());
    out.object.reset(xmlXPathCompiledEval(compiled_->expression, out.context.get()));
    if (!out.object) throw failure("The XPath can't be evaluated: " + path_);
    return out;
}

bool XPath::boolean(std::string_view text) const {
    return xmlXPathCastToBoolean(evaluate(text).object.get()) != 0;
}

double XPath::number(std::string_view text) const {
    const Result result = evaluate(text);
    if (result.is_nodes()) return number_of(result.first_text());
    if (result.object->type == XPATH_STRING) return number_of(reinterpret_cast<const char*>(result.object->stringval));
    return xmlXPathCastToNumber(result.object.get());
}

std::string XPath::string(std::string_view text) const {
    const Result result = evaluate(text);
    if (result.is_nodes()) return result.first_text();
    if (result.object->type == XPATH_NUMBER) return number_text(result.object->floatval);
    return owned(xmlXPathCastToString(result.object.get()));
}

std::vector<std::optional<std::string>> XPath::nodes(std::string_view text) const {
    const Result result = evaluate(text);
    if (!result.is_nodes()) throw failure("The XPath gives no nodes: " + path_);
    std::vector<std::optional<std::string>> out;
    for (int i = 0; i < result.count(); ++i) {
        const bool has_value = result.node(i)->type != XML_ELEMENT_NODE && result.node(i)->type != XML_DOCUMENT_NODE;
        out.push_back(has_value ? std::optional(owned(xmlNodeGetContent(result.node(i)))) : std::nullopt);
    }
    return out;
}

}  // namespace firesteel::xml
