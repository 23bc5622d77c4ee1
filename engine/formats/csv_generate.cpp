#include <algorithm>

#include "formats/csv_record.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

}  // namespace

CsvGenerator::CsvGenerator(DataType type, const Options& options, std::string_view session_zone)
    : type_(std::move(type)),
      dialect_(CsvDialect::of_writer(options)),
      quote_all_(options.csv_flag("quoteAll", false)),
      escape_quotes_(options.csv_flag("escapeQuotes", true)),
      times_(options, session_zone) {}

/// Parts of nested values; unlike in a cast, NULL is nothing at all.
void CsvGenerator::items(std::string& out, const DataType& type, const Value& value) const {
    const auto item = [&](const DataType& part, const Value& v, bool first) {
        if (!first) out += v.is_null() ? "," : ", ";
        if (!v.is_null()) plain(out, part, v);
    };
    bool first = true;
    if (type.is(TypeKind::Map)) {
        out += '{';
        for (const auto& [key, entry] : value.map().entries) {
            item(type.key(), key, first);
            out += entry.is_null() ? " ->" : " -> ";
            if (!entry.is_null()) plain(out, type.value(), entry);
            first = false;
        }
        out += '}';
        return;
    }
    const bool is_array = type.is(TypeKind::Array);
    out += is_array ? '[' : '{';
    for (std::size_t i = 0; i < value.list().size(); ++i) {
        item(is_array ? type.element() : type.fields()[i].type, value.list()[i], i == 0);
    }
    out += is_array ? ']' : '}';
}

void CsvGenerator::plain(std::string& out, const DataType& type, const Value& value) const {
    switch (type.kind()) {
        case TypeKind::Date: return times_.date(out, value.integer());
        case TypeKind::Timestamp: return times_.timestamp(out, value.integer());
        case TypeKind::TimestampNtz: return times_.timestamp_ntz(out, value.integer());
        case TypeKind::Binary: return append_hex_list(out, value.bytes());
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct: return items(out, type, value);
        default: break;
    }
    append_value(out, type, value, {TextStyle::Use::Cast, Ansi::On, &times_.zone()});
}

void CsvGenerator::element(std::string& out, std::string_view text, bool first) const {
    while (dialect_.trim_left && !text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (dialect_.trim_right && !text.empty() && is_blank(text.back())) text.remove_suffix(1);
    const bool has_quote = dialect_.quote != '\0' && text.find(dialect_.quote) != std::string_view::npos;
    const bool quoted = quote_all_ || text.find(dialect_.delimiter) != std::string_view::npos ||
                        text.find_first_of("\r\n") != std::string_view::npos ||
                        (has_quote && escape_quotes_) ||
                        (first && !text.empty() && text.front() == dialect_.comment);
    if (!quoted) {
        out += text;
        return;
    }
    out += dialect_.quote;
    for (const char c : text) {
        if (c == dialect_.quote || (c == dialect_.escape && dialect_.escape != dialect_.quote)) {
            out += dialect_.escape;
        }
        out += c;
    }
    out += dialect_.quote;
}

void CsvGenerator::append(std::string& out, const Value& value) const {
    std::string text;
    for (std::size_t i = 0; i < type_.fields().size(); ++i) {
        if (i > 0) out += dialect_.delimiter;
        const Value& field = value.list()[i];
        if (field.is_null()) {
            out += dialect_.null_text;
            continue;
        }
        text.clear();
        plain(text, type_.fields()[i].type, field);
        if (text.empty()) {
            out += dialect_.empty_text;
        } else {
            element(out, text, i == 0);
        }
    }
}

}  // namespace firesteel
