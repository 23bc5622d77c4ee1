#include "formats/xml_schema.h"

#include <map>

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
            column.type = merged_type(column.type, type, DataType::string());
            ++column.count;
        };
        if (!names_.exclude_attributes) {
            for (const auto& [name, value] : begin.attributes) {
                add(names_.attribute_prefix + names_.column(name), scalar(value));
            }
        }
        DataType text;
        bool has_text = false;
        while (events_[at_].kind != Kind::End) {
            const Event& event = events_[at_++];
            if (event.kind == Kind::Begin) {
                add(names_.column(event.text), content(event, false));
            } else if (!trim_all(event.text).empty()) {
                text = merged_type(text, scalar(event.text), DataType::string());
                has_text = true;
            }
        }
        ++at_;
        if (columns.empty() && !outermost) return text;
        if (has_text) add(names_.value_tag, text);
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

DataType xml_schema(std::string_view text, const Options& options, std::string_view session_zone) {
    std::vector<Event> events;
    if (!xml::read_events(text, events)) {
        return DataType::structure({{corrupt_record_column(options), DataType::string(), true, {}}});
    }
    return settled(Inference(events, options, session_zone).root());
}

}  // namespace firesteel
