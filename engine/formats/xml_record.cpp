#include "formats/xml_record.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "common/ascii.h"
#include "common/error.h"
#include "formats/java_text.h"
#include "formats/xml_events.h"
#include "types/value_parse.h"

namespace firesteel {
namespace {

using xml::Event;
using Kind = Event::Kind;

bool is_blank(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

bool boolean(std::string_view text, Value& out) {
    const int word = text == "1" ? 1 : text == "0" ? 0 : java::boolean_word(text);
    out = Value(word == 1);
    return word >= 0;
}

}  // namespace

XmlNames::XmlNames(const Options& options)
    : attribute_prefix(options.text("attributePrefix", "_")),
      value_tag(options.text("valueTag", "_VALUE")),
      ignore_namespace(options.flag("ignoreNamespace", false)),
      exclude_attributes(options.flag("excludeAttribute", false)) {}

std::string XmlNames::column(std::string_view name) const {
    if (ignore_namespace) name.remove_prefix(std::min(name.size(), name.find(':') + 1));
    return std::string(name);
}

struct XmlRecordParser::Node {
    DataType type;
    std::vector<Node> parts;  // fields; element; value
    std::unordered_map<std::string, std::size_t> fields;

    explicit Node(const DataType& of, std::string_view without = {}) : type(of) {
        if (of.is(TypeKind::Array)) parts.emplace_back(of.element());
        if (of.is(TypeKind::Map)) parts.emplace_back(of.value());
        if (!of.is(TypeKind::Struct)) return;
        for (const StructField& field : of.fields()) {
            if (without.empty() || field.name != without) fields[ascii_lower(field.name)] = parts.size();
            parts.emplace_back(field.type);
        }
    }
    const Node* field(const std::string& name, std::size_t& index) const {
        const auto found = fields.find(ascii_lower(name));
        if (found == fields.end()) return nullptr;
        index = found->second;
        return &parts[index];
    }
};

/// One text. A reading that fails leaves the cursor where it stood, and who called goes on from there.
class XmlRecordParser::Reading {
  public:
    enum class Outcome : std::uint8_t { Ok, Partial, Failed };

    Reading(const std::vector<Event>& events, const XmlRecordParser& parser, std::size_t at = 0)
        : events_(events), parser_(parser), at_(at) {}

    /// Where the reading stands.
    std::size_t at() const { return at_; }

    Outcome root(const Node& node, Value& out) {
        const Event& begin = events_[at_++];
        ValueList row(node.parts.size());
        if (!attributes(begin.attributes, node, row)) return Outcome::Failed;
        return object(node, std::move(row), out);
    }

  private:
    bool over() const { return at_ >= events_.size(); }
    const Event& peek() const { return events_[at_]; }

    bool attributes(const xml::Attributes& given, const Node& node, ValueList& row) const {
        if (parser_.names_.exclude_attributes) return true;
        for (const auto& [name, value] : given) {
            std::size_t index = 0;
            const Node* field = node.field(parser_.names_.attribute_prefix + parser_.names_.column(name), index);
            if (field != nullptr && !parser_.scalar(field->type, value, row[index])) return false;
        }
        return true;
    }

    /// The content of an element, up to and with the next end.
    Outcome object(const Node& node, ValueList row, Value& out) {
        bool bad = false;
        std::vector<ValueList> lists(node.parts.size());
        while (!over()) {
            const Event& event = events_[at_++];
            if (event.kind == Kind::End) break;
            const bool ok =
                event.kind == Kind::Begin ? child(event, node, row, lists) : characters(event, node, row, lists);
            bad = bad || !ok;
        }
        for (std::size_t i = 0; i < lists.size(); ++i) {
            if (!lists[i].empty()) row[i] = Value(std::move(lists[i]));
        }
        out = Value(std::move(row));
        return bad ? Outcome::Partial : Outcome::Ok;
    }

    bool characters(const Event& event, const Node& node, ValueList& row, std::vector<ValueList>& lists) const {
        std::size_t index = 0;
        if (is_blank(event.text)) return true;
        const Node* field = node.field(parser_.names_.value_tag, index);
        if (field == nullptr) return true;
        if (!field->type.is(TypeKind::Array)) return parser_.scalar(field->type, event.text, row[index]);
        Value item;
        if (!parser_.scalar(field->parts[0].type, event.text, item)) return false;
        lists[index].push_back(std::move(item));
        return true;
    }

    bool child(const Event& event, const Node& node, ValueList& row, std::vector<ValueList>& lists) {
        std::size_t index = 0;
        const Node* field = node.field(parser_.names_.column(event.text), index);
        if (field == nullptr) {
            skip_element();
            return true;
        }
        const bool is_list = field->type.is(TypeKind::Array);
        Value value;
        const Outcome outcome = element(event, is_list ? field->parts[0] : *field, value);
        if (outcome != Outcome::Ok) return false;
        if (is_list) {
            lists[index].push_back(std::move(value));
        } else {
            row[index] = std::move(value);
        }
        return true;
    }

    Outcome element(const Event& begin, const Node& node, Value& out) {
        if (!node.type.is(TypeKind::Struct)) return content(begin, node, out);
        ValueList row(node.parts.size());
        if (!attributes(begin.attributes, node, row)) return Outcome::Failed;
        return object(node, std::move(row), out);
    }

    /// What is not a struct.
    Outcome content(const Event& begin, const Node& node, Value& out) {
        if (node.type.is(TypeKind::Map)) return map(begin, node, out);
        if (node.type.is_string_like()) return string(out);
        if (!over() && peek().kind == Kind::Text && is_blank(peek().text)) ++at_;
        if (over()) return Outcome::Failed;
        if (peek().kind == Kind::End) {
            ++at_;
            return Outcome::Ok;
        }
        if (peek().kind == Kind::Begin) return Outcome::Failed;
        const std::string& text = events_[at_++].text;
        if (!parser_.scalar(node.type, text, out)) return Outcome::Failed;
        if (over() || peek().kind != Kind::End) return Outcome::Failed;
        ++at_;
        return Outcome::Ok;
    }

    Outcome map(const Event& begin, const Node& node, Value& out) {
        MapValue entries;
        if (!over() && peek().kind == Kind::End) {
            ++at_;
            return Outcome::Ok;
        }
        for (const auto& [name, text] : begin.attributes) {
            Value value;
            if (parser_.names_.exclude_attributes) break;
            if (!parser_.scalar(node.parts[0].type, text, value)) return Outcome::Failed;
            entries.entries.emplace_back(Value(parser_.names_.attribute_prefix + name), std::move(value));
        }
        while (!over()) {
            const Event& event = events_[at_++];
            if (event.kind == Kind::End) break;
            if (event.kind != Kind::Begin) continue;
            Value value;
            const Outcome outcome = element(event, node.parts[0], value);
            if (outcome != Outcome::Ok) return Outcome::Failed;
            put(entries, parser_.names_.column(event.text), std::move(value));
        }
        out = Value(std::move(entries));
        return Outcome::Ok;
    }

    static void put(MapValue& entries, std::string key, Value value) {
        for (auto& entry : entries.entries) {
            if (entry.first.bytes() == key) {
                entry.second = std::move(value);
                return;
            }
        }
        entries.entries.emplace_back(Value(std::move(key)), std::move(value));
    }

    /// A string has the element's content as it is written.
    Outcome string(Value& out) {
        std::string text;
        for (int depth = 0; !over();) {
            const Event& event = events_[at_++];
            if (event.kind == Kind::Text) {
                text += event.text;
            } else if (event.kind == Kind::Begin) {
                ++depth;
                text += "<" + event.text;
                for (const auto& [name, value] : event.attributes) text += " " + name + "=\"" + value + "\"";
                text += ">";
            } else if (depth-- == 0) {
                return parser_.scalar(DataType::string(), text, out) ? Outcome::Ok : Outcome::Failed;
            } else {
                text += "</" + event.text + ">";
            }
        }
        return Outcome::Failed;
    }

    void skip_element() {
        for (int depth = 1; depth > 0 && !over(); ++at_) {
            if (peek().kind == Kind::Begin) ++depth;
            if (peek().kind == Kind::End) --depth;
        }
    }

    const std::vector<Event>& events_;
    const XmlRecordParser& parser_;
    std::size_t at_;
};

XmlRecordParser::XmlRecordParser(const DataType& schema, const Options& options,
                                 std::string_view session_zone, std::int64_t now_micros)
    : schema_(schema),
      names_(options),
      trim_(options.flag("ignoreSurroundingSpaces", true)),
      null_text_(options.find("nullValue")),
      corrupt_index_(std::string::npos),
      times_(options, session_zone, now_micros) {
    if (!schema_.is(TypeKind::Struct)) throw unsupported("VARIANT from XML");
    const std::string corrupt = corrupt_record_column(options);
    root_ = std::make_unique<const Node>(schema_, corrupt);
    for (std::size_t i = 0; i < schema_.fields().size(); ++i) {
        if (schema_.fields()[i].name == corrupt) corrupt_index_ = i;
    }
}

XmlRecordParser::~XmlRecordParser() = default;
XmlRecordParser::XmlRecordParser(XmlRecordParser&&) noexcept = default;

bool XmlRecordParser::scalar(const DataType& type, std::string_view given, Value& out) const {
    const std::string text(trim_ ? trim_all(given) : given);
    if (null_text_ && text == *null_text_) return true;
    switch (type.kind()) {
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long: return java::parse_integer(text, type, out);
        case TypeKind::Boolean: return boolean(text, out);
        case TypeKind::Float:
        case TypeKind::Double: return java::parse_real(text, type, out);
        case TypeKind::Decimal: return java::parse_decimal(text, type, out);
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: out = Value(text); return true;
        default: return time(type, text, out);
    }
}

bool XmlRecordParser::time(const DataType& type, const std::string& text, Value& out) const {
    std::int64_t number = 0;
    bool ok = false;
    switch (type.kind()) {
        case TypeKind::Date: ok = times_.date(text, number); break;
        case TypeKind::Timestamp: ok = times_.timestamp(text, number); break;
        case TypeKind::TimestampNtz: ok = times_.timestamp_ntz(text, number); break;
        case TypeKind::Variant: throw unsupported("VARIANT from XML");
        default: return false;
    }
    if (ok) out = Value(number);
    return ok;
}

ParsedRecord XmlRecordParser::malformed(std::string_view text, ValueList row) const {
    row.resize(schema_.fields().size());
    if (corrupt_index_ < row.size()) row[corrupt_index_] = Value(std::string(text));
    return {Value(std::move(row)), true};
}

ParsedRecord XmlRecordParser::parse(std::string_view text) const {
    std::vector<Event> events;
    if (!xml::read_events(text, events)) return malformed(text, {});
    ParsedRecord record;
    const auto outcome = Reading(events, *this).root(*root_, record.value);
    if (outcome == Reading::Outcome::Ok) return record;
    return malformed(text, outcome == Reading::Outcome::Partial ? record.value.list() : ValueList());
}

// ---- files ---------------------------------------------------------------------------------------

XmlRows::XmlRows(const Options& options) : names_(options), tag_(options.text("rowTag", "")) {
    is_decoded_ = options.find("charset").has_value() || options.find("encoding").has_value();
    const auto refuse = [](const char* what) { throw Error(ErrorClass::IllegalArgument, {{"message", what}}); };
    if (!options.find("rowTag")) throw Error(ErrorClass::XmlRowTagMissing, {{"rowTag", "`rowTag`"}});
    if (tag_.empty()) refuse("The option rowTag can't be empty.");
    if (tag_.find_first_of("<>") != tag_.npos) refuse("The option rowTag can't have angle brackets.");
}

std::unique_ptr<xml::ElementReader> XmlRows::read(std::string_view text) const {
    return std::make_unique<xml::ElementReader>(text, [this](std::string_view name) { return is_row(name); }, is_decoded_);
}

std::vector<ParsedRecord> XmlRecordParser::parse_rows(std::string_view text, std::string_view shown,
                                                      const XmlRows& rows) const {
    std::vector<ParsedRecord> out;
    const auto reader = rows.read(text);
    std::vector<Event> element;
    while (reader->next(element)) add_rows(element, shown, rows, out);
    if (reader->is_malformed()) out.push_back(malformed(shown, {}));
    return out;
}

/// A row that fails is left where it failed: a row inside of it that was not read yet is one.
void XmlRecordParser::add_rows(const std::vector<Event>& element, std::string_view shown, const XmlRows& rows,
                               std::vector<ParsedRecord>& out) const {
    for (std::size_t at = 0; at < element.size();) {
        if (element[at].kind != Kind::Begin || !rows.is_row(element[at].text)) {
            ++at;
            continue;
        }
        Reading reading(element, *this, at);
        ParsedRecord record;
        const auto outcome = reading.root(*root_, record.value);
        if (outcome == Reading::Outcome::Ok) {
            out.push_back(std::move(record));
        } else {
            out.push_back(malformed(shown, outcome == Reading::Outcome::Partial ? record.value.list() : ValueList()));
        }
        at = reading.at();
    }
}

}  // namespace firesteel
