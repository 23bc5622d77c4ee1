#include "formats/xml_schema.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/error.h"
#include "formats/java_text.h"
#include "formats/schema_merge.h"
#include "formats/xml_events.h"
#include "formats/xml_record.h"
#include "types/value_parse.h"
#include "types/variant_value.h"

namespace firesteel {
namespace {

using xml::Event;
using Kind = Event::Kind;

struct ByName {
    bool operator()(const std::string& a, const std::string& b) const { return compare_variant_names(a, b) < 0; }
};

/// Neither words nor Java's letters behind a number.
bool is_real(std::string_view text) {
    double number = 0;
    const std::size_t digits = text.find_first_not_of("+-.0123456789eE");
    const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
    return digits == std::string_view::npos && has_digit && parse_double(text, number) == Parse::Ok;
}

DataType merged(const DataType& a, const DataType& b, const std::string& value_tag);

std::vector<StructField> merged_fields(const DataType& a, const DataType& b, const std::string& value_tag) {
    std::map<std::string, DataType, ByName> columns;
    for (const StructField& field : a.fields()) columns[field.name] = field.type;
    for (const StructField& field : b.fields()) {
        const auto [at, is_new] = columns.try_emplace(field.name, field.type);
        if (!is_new) at->second = merged(at->second, field.type, value_tag);
    }
    std::vector<StructField> out;
    for (auto& [name, type] : columns) out.push_back({name, std::move(type), true, {}});
    return out;
}

/// An element that is a text beside one with attributes: the text is that one's value.
std::optional<DataType> with_value(const DataType& structure, const DataType& value, const std::string& value_tag) {
    if (!structure.is(TypeKind::Struct)) return std::nullopt;
    std::vector<StructField> fields = structure.fields();
    const auto at = std::ranges::find(fields, value_tag, &StructField::name);
    if (at == fields.end()) return std::nullopt;
    at->type = merged(at->type, value, value_tag);
    return DataType::structure(std::move(fields));
}

/// What holds both; a column that some rows have more than once is an array.
DataType merged(const DataType& a, const DataType& b, const std::string& value_tag) {
    if (a.is(TypeKind::Null)) return b;
    if (b.is(TypeKind::Null)) return a;
    if (a.is(TypeKind::Struct) && b.is(TypeKind::Struct)) return DataType::structure(merged_fields(a, b, value_tag));
    if (a.is(TypeKind::Array) || b.is(TypeKind::Array)) {
        const DataType& x = a.is(TypeKind::Array) ? a.element() : a;
        const DataType& y = b.is(TypeKind::Array) ? b.element() : b;
        return DataType::array(merged(x, y, value_tag));
    }
    if (auto valued = with_value(a, b, value_tag)) return *valued;
    if (auto valued = with_value(b, a, value_tag)) return *valued;
    return merged_type(a, b, DataType::string());
}

class Inference {
  public:
    Inference(const std::vector<Event>& events, const Options& options, std::string_view session_zone)
        : events_(events),
          names_(options),
          infer_(options.flag("inferSchema", true)),
          times_(options, session_zone, 0) {}

    DataType root() {
        const Event& begin = events_[at_++];
        return content(begin, true);
    }

  private:
    DataType scalar(std::string_view given) const {
        const std::string text(trim_all(given));
        std::int64_t number = 0;
        if (text.empty()) return {};
        if (!infer_) return DataType::string();
        if (java::parse_long(text, number)) return DataType::long_int();
        if (is_real(text)) return DataType::float64();
        if (java::boolean_word(text) >= 0) return DataType::boolean();
        const bool iso_date = text.size() == 10 && text[4] == '-' && text[7] == '-';
        if (iso_date && times_.date(text, number)) return DataType::date();
        if (times_.timestamp(text, number)) return DataType::timestamp();
        return DataType::string();
    }

    /// Of the element whose beginning was read, up to and with its end. The outermost is a struct in any case.
    DataType content(const Event& begin, bool outermost) {
        struct Column {
            DataType type;
            std::size_t count = 0;
        };
        std::map<std::string, Column, ByName> columns;
        const auto add = [&](const std::string& name, const DataType& type) {
            Column& column = columns[name];
            column.type = merged(column.type, type, names_.value_tag);
            ++column.count;
        };
        if (!names_.exclude_attributes) {
            for (const auto& [name, value] : begin.attributes) {
                add(names_.attribute_prefix + names_.column(name), scalar(value));
            }
        }
        std::vector<DataType> texts;
        while (events_[at_].kind != Kind::End) {
            const Event& event = events_[at_++];
            if (event.kind == Kind::Begin) {
                add(names_.column(event.text), content(event, false));
            } else if (!trim_all(event.text).empty()) {
                texts.push_back(scalar(event.text));
            }
        }
        ++at_;
        if (columns.empty() && !outermost) {
            DataType all;
            for (const DataType& text : texts) all = merged(all, text, names_.value_tag);
            return all;
        }
        for (const DataType& text : texts) add(names_.value_tag, text);
        std::vector<StructField> fields;
        for (auto& [name, column] : columns) {
            fields.push_back({name, column.count > 1 ? DataType::array(column.type) : column.type, true, {}});
        }
        return DataType::structure(std::move(fields));
    }

    const std::vector<Event>& events_;
    XmlNames names_;
    bool infer_;
    TimeReader times_;
    std::size_t at_ = 0;
};

/// What stayed unknown is a string.
DataType settled(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Null: return DataType::string();
        case TypeKind::Array: return DataType::array(settled(type.element()));
        case TypeKind::Struct: {
            std::vector<StructField> fields;
            for (const StructField& field : type.fields()) {
                fields.push_back({field.name, settled(field.type), true, {}});
            }
            return DataType::structure(std::move(fields));
        }
        default: return type;
    }
}

}  // namespace

XmlSchemaInference::XmlSchemaInference(const Options& options, std::string_view session_zone)
    : options_(options), zone_(session_zone) {}

void XmlSchemaInference::add_row(const DataType& row) {
    found_ = merged(found_, row, XmlNames(options_).value_tag);
}

void XmlSchemaInference::add(std::string_view text, const XmlRows& rows) {
    const auto reader = rows.read(text);
    std::vector<Event> element;
    while (reader->next(element)) add_row(Inference(element, options_, zone_).root());
    const std::string corrupt = corrupt_record_column(options_);
    const ParseMode mode = parse_mode(options_);
    if (!reader->is_malformed() || mode == ParseMode::DropMalformed) return;
    if (mode == ParseMode::FailFast) {
        throw Error(ErrorClass::MalformedRecordInParsing, {{"badRecord", corrupt}, {"failFastMode", "FAILFAST"}});
    }
    add_row(DataType::structure({{corrupt, DataType::string(), true, {}}}));
}

Schema XmlSchemaInference::schema() const {
    return found_.is(TypeKind::Struct) ? settled(found_).fields() : Schema();
}

DataType xml_schema(std::string_view text, const Options& options, std::string_view session_zone) {
    std::vector<Event> events;
    if (!xml::read_events(text, events)) {
        return DataType::structure({{corrupt_record_column(options), DataType::string(), true, {}}});
    }
    return settled(Inference(events, options, session_zone).root());
}

}  // namespace firesteel
