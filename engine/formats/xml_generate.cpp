#include "formats/xml_generate.h"

#include "common/error.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

enum class Inside : std::uint8_t { Text, Attribute };

void append_escaped(std::string& out, std::string_view text, Inside inside) {
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (u < 0x20 && c != '\n' && c != '\t' && c != '\r') {
            throw Error(ErrorClass::RuntimeFailure, {{"message", "XML can't hold a control character."}});
        }
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '"': out += inside == Inside::Attribute ? "&quot;" : "\""; break;
            default: out += c;
        }
    }
}

bool is_name_start(unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c == ':' || c >= 0x80; }

void check_name(std::string_view name) {
    bool valid = !name.empty() && is_name_start(static_cast<unsigned char>(name.front()));
    for (const char c : name) {
        const auto u = static_cast<unsigned char>(c);
        valid = valid && (is_name_start(u) || std::isdigit(u) != 0 || c == '-' || c == '.');
    }
    if (valid) return;
    throw Error(ErrorClass::RuntimeFailure, {{"message", "This is no name in XML: " + std::string(name)}});
}

}  // namespace

/// An element that is being written.
struct XmlGenerator::Tag {
    std::string attributes;
    std::string content;
    bool has_elements = false;
    bool has_text = false;
};

XmlGenerator::XmlGenerator(DataType type, const Options& options, std::string_view session_zone, int level)
    : type_(std::move(type)),
      names_(options),
      row_tag_(options.text("rowTag", "ROW")),
      item_name_(options.text("arrayElementName", "item")),
      indent_(options.text("indent", "    ")),
      level_(level),
      null_text_(options.find("nullValue")),
      times_(options, session_zone) {
    if (type_.is(TypeKind::Struct) && type_.fields().empty()) throw unsupported("to_xml of a struct without fields");
}

bool XmlGenerator::is_attribute(const std::string& name) const {
    return name != names_.value_tag && !names_.attribute_prefix.empty() && name.starts_with(names_.attribute_prefix);
}

std::string XmlGenerator::scalar(const DataType& type, const Value& value) const {
    std::string out;
    switch (type.kind()) {
        case TypeKind::Date: times_.date(out, value.integer()); break;
        case TypeKind::Timestamp: times_.timestamp(out, value.integer()); break;
        case TypeKind::TimestampNtz: times_.timestamp_ntz(out, value.integer()); break;
        case TypeKind::Binary: append_hex_list(out, value.bytes()); break;
        case TypeKind::DayTimeInterval:
        case TypeKind::YearMonthInterval:
        case TypeKind::CalendarInterval:
        case TypeKind::Time: throw unsupported("intervals and times in XML");
        default: append_value(out, type, value, {TextStyle::Use::Cast, Ansi::On, &times_.zone()});
    }
    return out;
}

void XmlGenerator::close(Tag& parent, const std::string& name, Tag& tag, int level) const {
    check_name(name);
    const auto line = [&](std::string& out, int depth) {
        if (indent_.empty()) return;
        out += '\n';
        for (int i = 0; i < depth; ++i) out += indent_;
    };
    if (level > 0) line(parent.content, level);
    parent.content += "<" + name + tag.attributes;
    if (tag.content.empty() && !tag.has_text) {
        parent.content += "/>";
    } else {
        parent.content += ">" + tag.content;
        if (tag.has_elements) line(parent.content, level);
        parent.content += "</" + name + ">";
    }
    parent.has_elements = true;
}

void XmlGenerator::field(Tag& parent, const std::string& name, const DataType& type, const Value& value,
                         int level) const {
    if (type.is(TypeKind::Array) && !value.is_null()) {
        for (const Value& item : value.list()) element(parent, name, type.element(), item, level);
        return;
    }
    element(parent, name, type, value, level);
}

void XmlGenerator::element(Tag& parent, const std::string& name, const DataType& type, const Value& value,
                           int level) const {
    if (value.is_null() && !null_text_) return;
    if (is_attribute(name) && !type.is_nested()) {
        const std::string attribute = name.substr(names_.attribute_prefix.size());
        check_name(attribute);
        parent.attributes += " " + attribute + "=\"";
        append_escaped(parent.attributes, value.is_null() ? *null_text_ : scalar(type, value), Inside::Attribute);
        parent.attributes += '"';
        return;
    }
    if (name == names_.value_tag) {
        append_escaped(parent.content, value.is_null() ? *null_text_ : scalar(type, value), Inside::Text);
        parent.has_text = true;
        return;
    }
    Tag tag;
    if (value.is_null()) {
        append_escaped(tag.content, *null_text_, Inside::Text);
        tag.has_text = true;
    } else if (type.is(TypeKind::Array)) {
        for (const Value& item : value.list()) element(tag, item_name_, type.element(), item, level + 1);
    } else {
        content(tag, type, value, level);
    }
    close(parent, name, tag, level);
}

void XmlGenerator::content(Tag& tag, const DataType& type, const Value& value, int level) const {
    switch (type.kind()) {
        case TypeKind::Struct:
            for (std::size_t i = 0; i < type.fields().size(); ++i) {
                field(tag, type.fields()[i].name, type.fields()[i].type, value.list()[i], level + 1);
            }
            return;
        case TypeKind::Map:
            for (const auto& [key, entry] : value.map().entries) {
                field(tag, key.bytes(), type.value(), entry, level + 1);
            }
            return;
        case TypeKind::Variant:
            return variant_content(tag, {value.variant().value, value.variant().metadata}, level);
        default:
            append_escaped(tag.content, scalar(type, value), Inside::Text);
            tag.has_text = true;
    }
}

void XmlGenerator::variant_field(Tag& parent, const std::string& name, const VariantView& value, int level) const {
    if (value.kind() == VariantView::Kind::Array) {
        for (std::uint32_t i = 0; i < value.size(); ++i) variant_field(parent, name, value.item(i), level);
        return;
    }
    Tag tag;
    variant_content(tag, value, level);
    if (is_attribute(name) && value.kind() != VariantView::Kind::Object) {
        parent.attributes += " " + name.substr(names_.attribute_prefix.size()) + "=\"" + tag.content + "\"";
    } else if (name == names_.value_tag) {
        parent.content += tag.content;
        parent.has_text = true;
    } else {
        close(parent, name, tag, level);
    }
}

void XmlGenerator::variant_content(Tag& tag, const VariantView& value, int level) const {
    switch (value.kind()) {
        case VariantView::Kind::Null: return;
        case VariantView::Kind::Object:
            for (std::uint32_t i = 0; i < value.size(); ++i) {
                variant_field(tag, std::string(value.name(i)), value.item(i), level + 1);
            }
            return;
        case VariantView::Kind::Array:
            for (std::uint32_t i = 0; i < value.size(); ++i) variant_field(tag, item_name_, value.item(i), level + 1);
            return;
        default: break;
    }
    std::string text;
    append_variant_json(text, value, &times_.zone());
    const bool quoted = text.starts_with('"');
    if (value.kind() == VariantView::Kind::String) text = value.bytes();
    append_escaped(tag.content, quoted && value.kind() != VariantView::Kind::String ? text.substr(1, text.size() - 2) : text,
                   Inside::Text);
    tag.has_text = true;
}

void XmlGenerator::append(std::string& out, const Value& value) const {
    Tag document;
    if (type_.is(TypeKind::Variant)) {
        variant_field(document, row_tag_, {value.variant().value, value.variant().metadata}, level_);
    } else {
        element(document, row_tag_, type_, value, level_);
    }
    if (level_ > 0) {  // a line of a document, whose writer ends it
        out += std::string_view(document.content).substr(indent_.empty() ? 0 : 1);
        return;
    }
    out += document.content;
    if (indent_.empty()) out += '\n';
}

}  // namespace firesteel
