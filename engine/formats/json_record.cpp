#include "formats/json_record.h"

#include <charconv>
#include <cmath>
#include <unordered_map>

#include "common/error.h"
#include "formats/json_options.h"
#include "formats/json_path.h"
#include "formats/variant_build.h"
#include "types/base64.h"
#include "types/calendar.h"

namespace firesteel {

using json::Token;

/// A type with what reading needs to know of its parts.
struct JsonRecordParser::Node {
    DataType type;
    std::vector<Node> parts;  // fields; element; value
    std::unordered_map<std::string, std::size_t> fields;

    explicit Node(const DataType& of, std::string_view without = {}) : type(of) {
        if (of.is(TypeKind::Array)) parts.emplace_back(of.element(), without);
        if (of.is(TypeKind::Map)) parts.emplace_back(of.value());
        if (!of.is(TypeKind::Struct)) return;
        for (const StructField& field : of.fields()) {
            if (without.empty() || field.name != without) fields[field.name] = parts.size();
            parts.emplace_back(field.type);
        }
    }
};

/// One text. Outcomes, as Spark's converters have them: Failed leaves the reader where it stood, and who called goes on
/// with the next tokens, whatever they are.
class JsonRecordParser::Reading {
  public:
    enum class Outcome : std::uint8_t { Ok, Partial, Failed };

    Reading(std::string_view text, const JsonRecordParser& parser)
        : text_(text), reader_(text, parser.dialect_), times_(parser.times_) {}

    Outcome root(const Node& node, Value& out) {
        const Token token = reader_.next();
        switch (node.type.kind()) {
            case TypeKind::Struct:
                return token == Token::ObjectBegin ? object(node, out) : Outcome::Failed;
            case TypeKind::Array:
                if (token == Token::ObjectBegin && node.parts[0].type.is(TypeKind::Struct)) {
                    Value one;
                    const Outcome outcome = object(node.parts[0], one);
                    if (outcome == Outcome::Failed) return outcome;
                    out = Value(ValueList{std::move(one)});
                    return outcome;
                }
                return token == Token::ArrayBegin ? array(node, out) : Outcome::Failed;
            case TypeKind::Map: return token == Token::ObjectBegin ? map(node, out) : Outcome::Failed;
            default: return value(node, out);
        }
    }

  private:
    /// Jackson reads on to the value when it reads a name, except that strings come later.
    bool broken_after_name() const {
        if (reader_.token() != Token::Error) return false;
        const char first = reader_.begin() < text_.size() ? text_[reader_.begin()] : 0;
        return first != '"' && first != '\'';
    }

    Outcome object(const Node& node, Value& out) {
        ValueList row(node.parts.size());
        bool bad = false;
        while (true) {
            const Token token = reader_.next();
            if (token == Token::ObjectEnd || token == Token::End) break;
            if (token == Token::Error) return Outcome::Failed;
            if (token != Token::Name) {
                reader_.skip_children();
                continue;
            }
            const auto field = node.fields.find(std::string(reader_.text()));
            reader_.next();
            if (broken_after_name()) return Outcome::Failed;
            if (field == node.fields.end()) {
                if (!reader_.skip_children()) return Outcome::Failed;
                continue;
            }
            Value part;
            const Outcome outcome = value(node.parts[field->second], part);
            bad = bad || outcome != Outcome::Ok;
            if (outcome == Outcome::Failed) {
                reader_.skip_children();
            } else {
                row[field->second] = std::move(part);
            }
        }
        out = Value(std::move(row));
        return bad ? Outcome::Partial : Outcome::Ok;
    }

    Outcome array(const Node& node, Value& out) {
        ValueList items;
        bool bad = false;
        while (reader_.next() != Token::ArrayEnd) {
            if (reader_.token() == Token::Error || reader_.token() == Token::End) return Outcome::Failed;
            const Outcome outcome = value(node.parts[0], items.emplace_back());
            if (outcome == Outcome::Failed) return outcome;
            bad = bad || outcome == Outcome::Partial;
        }
        out = Value(std::move(items));
        return bad ? Outcome::Partial : Outcome::Ok;
    }

    /// A value that fails is found out at the map's end.
    Outcome map(const Node& node, Value& out) {
        MapValue entries;
        bool bad = false;
        bool failed = false;
        while (reader_.next() != Token::ObjectEnd) {
            if (reader_.token() != Token::Name) return Outcome::Failed;
            entries.entries.emplace_back(Value(std::string(reader_.text())), Value());
            reader_.next();
            if (broken_after_name()) return Outcome::Failed;
            const Outcome outcome = value(node.parts[0], entries.entries.back().second);
            bad = bad || outcome == Outcome::Partial;
            if (outcome != Outcome::Failed) continue;
            failed = true;
            reader_.skip_children();
        }
        if (failed) return Outcome::Failed;
        out = Value(std::move(entries));
        return bad ? Outcome::Partial : Outcome::Ok;
    }

    Outcome value(const Node& node, Value& out) {
        if (node.type.is(TypeKind::Variant)) return variant(out);
        switch (reader_.token()) {
            case Token::Null: return Outcome::Ok;
            case Token::ObjectBegin:
                if (node.type.is(TypeKind::Struct)) return object(node, out);
                if (node.type.is(TypeKind::Map)) return map(node, out);
                break;
            case Token::ArrayBegin:
                if (node.type.is(TypeKind::Array)) return array(node, out);
                break;
            case Token::Error:
            case Token::End: return Outcome::Failed;
            default: break;
        }
        if (node.type.is_string_like()) return string(out) ? Outcome::Ok : Outcome::Failed;
        return scalar(node.type, out) ? Outcome::Ok : Outcome::Failed;
    }

    Outcome variant(Value& out) {
        VariantBuilder builder("`from_json`");
        if (!builder.append_json(reader_)) return Outcome::Failed;
        out = Value(builder.finish());
        return Outcome::Ok;
    }

    bool string(Value& out) {
        if (reader_.token() == Token::String) {
            out = Value(std::string(reader_.text()));
            return true;
        }
        std::string text;
        if (!json::append_copy(text, reader_)) return false;
        out = Value(std::move(text));
        return true;
    }

    bool scalar(const DataType& type, Value& out) const {
        const Token token = reader_.token();
        const std::string_view text = reader_.text();
        const bool is_number = token == Token::Integer || token == Token::Fraction;
        std::int64_t number = 0;
        switch (type.kind()) {
            case TypeKind::Boolean:
                out = Value(token == Token::True);
                return token == Token::True || token == Token::False;
            case TypeKind::Byte:
            case TypeKind::Short:
            case TypeKind::Int:
            case TypeKind::Long: return token == Token::Integer && integer(type, text, out);
            case TypeKind::Float:
            case TypeKind::Double:
                if (is_number) return real(type, text, out);
                return token == Token::String && special_real(text, out);
            case TypeKind::Decimal: return decimal(type, text, out);
            case TypeKind::Timestamp:
                if (token == Token::Integer) {
                    if (!parsed_integer(text, number)) return false;
                    if (__builtin_mul_overflow(number, kMicrosPerSecond, &number)) return false;
                    out = Value(number);
                    return true;
                }
                break;
            default: break;
        }
        return token == Token::String && text_value(type, text, out);
    }

    bool text_value(const DataType& type, std::string_view text, Value& out) const {
        std::int64_t number = 0;
        bool ok = false;
        switch (type.kind()) {
            case TypeKind::Date: ok = times_.date(text, number); break;
            case TypeKind::Timestamp: ok = times_.timestamp(text, number); break;
            case TypeKind::TimestampNtz: ok = times_.timestamp_ntz(text, number); break;
            case TypeKind::YearMonthInterval:
            case TypeKind::DayTimeInterval: return interval(type, text, out);
            case TypeKind::CalendarInterval: {
                CalendarIntervalValue value;
                if (!try_parse_calendar_interval(text, value)) return false;
                out = Value(value);
                return true;
            }
            case TypeKind::Binary: {
                std::string bytes;
                if (!decode_base64(text, bytes)) return false;
                out = Value(std::move(bytes));
                return true;
            }
            default: return false;
        }
        if (ok) out = Value(number);
        return ok;
    }

    static bool interval(const DataType& type, std::string_view text, Value& out) {
        try {
            out = Value(type.is(TypeKind::YearMonthInterval)
                            ? parse_year_month_interval(text, type.year_month_start(), type.year_month_end())
                            : parse_day_time_interval(text, type.day_time_start(), type.day_time_end()));
            return true;
        } catch (const Error&) {
            return false;
        }
    }

    static bool parsed_integer(std::string_view text, std::int64_t& out) {
        const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        return error == std::errc() && at == text.data() + text.size();
    }

    static bool integer(const DataType& type, std::string_view text, Value& out) {
        std::int64_t number = 0;
        if (!parsed_integer(text, number)) return false;
        switch (type.kind()) {
            case TypeKind::Byte:
                // Jackson takes bytes as signed or unsigned.
                if (number < -128 || number > 255) return false;
                number = static_cast<std::int8_t>(number);
                break;
            case TypeKind::Short:
                if (number != static_cast<std::int16_t>(number)) return false;
                break;
            case TypeKind::Int:
                if (number != static_cast<std::int32_t>(number)) return false;
                break;
            default: break;
        }
        out = Value(number);
        return true;
    }

    static bool real(const DataType& type, std::string_view text, Value& out) {
        double number = 0;
        if (special_real(text, out)) return true;
        if (type.is(TypeKind::Float)) {
            float single = 0;
            parse_float(text, single);
            number = static_cast<double>(single);
        } else {
            parse_double(text, number);
        }
        out = Value(number);
        return true;
    }

    static bool special_real(std::string_view text, Value& out) {
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        if (text == "NaN") {
            out = Value(std::nan(""));
        } else if (text == "+INF" || text == "+Infinity" || text == "Infinity") {
            out = Value(kInfinity);
        } else if (text == "-INF" || text == "-Infinity") {
            out = Value(-kInfinity);
        } else {
            return false;
        }
        return true;
    }

    bool decimal(const DataType& type, std::string_view text, Value& out) const {
        std::string digits(text);
        if (reader_.token() == Token::String) {
            std::erase(digits, ',');
            if (digits != trim_all(digits)) return false;
        } else if (reader_.token() != Token::Integer && reader_.token() != Token::Fraction) {
            return false;
        }
        Int128 unscaled = 0;
        if (parse_decimal(digits, type.precision(), type.scale(), unscaled) != Parse::Ok) return false;
        out = Value(unscaled);
        return true;
    }

    std::string_view text_;
    json::TokenReader reader_;
    const TimeReader& times_;
};

JsonRecordParser::JsonRecordParser(const DataType& schema, const Options& options,
                                   std::string_view session_zone, std::int64_t now_micros)
    : schema_(schema),
      dialect_(json_dialect(options)),
      corrupt_column_(corrupt_record_column(options)),
      corrupt_index_(std::string::npos),
      times_(options, session_zone, now_micros) {
    root_ = std::make_unique<const Node>(schema_, schema_.is(TypeKind::Struct) ? corrupt_column_ : "");
    if (!schema_.is(TypeKind::Struct)) return;
    for (std::size_t i = 0; i < schema_.fields().size(); ++i) {
        if (schema_.fields()[i].name == corrupt_column_) corrupt_index_ = i;
    }
    rows_ = std::make_unique<const Node>(DataType::array(schema_), corrupt_column_);
}

JsonRecordParser::~JsonRecordParser() = default;
JsonRecordParser::JsonRecordParser(JsonRecordParser&&) noexcept = default;

ParsedRecord JsonRecordParser::parse(std::string_view text) const {
    Reading reading(text, *this);
    ParsedRecord record;
    const auto outcome = reading.root(*root_, record.value);
    record.malformed = outcome != Reading::Outcome::Ok;
    if (!record.malformed || !schema_.is(TypeKind::Struct)) return record;
    return malformed(text, outcome == Reading::Outcome::Partial ? record.value.list() : ValueList());
}

ParsedRecord JsonRecordParser::malformed(std::string_view text, ValueList row) const {
    row.resize(schema_.fields().size());
    if (corrupt_index_ < row.size()) row[corrupt_index_] = Value(std::string(text));
    return {Value(std::move(row)), true};
}

std::vector<ParsedRecord> JsonRecordParser::parse_rows(std::string_view text) const {
    FS_ASSERT(rows_ != nullptr);
    if (json::TokenReader(text, dialect_).next() == Token::End) return {};
    Reading reading(text, *this);
    Value found;
    const auto outcome = reading.root(*rows_, found);
    std::vector<ParsedRecord> out;
    if (outcome == Reading::Outcome::Failed) {
        out.push_back(malformed(text, {}));
        return out;
    }
    for (const Value& row : found.list()) {
        ValueList fields = row.is_null() ? ValueList(schema_.fields().size()) : row.list();
        if (outcome == Reading::Outcome::Ok) {
            out.push_back({Value(std::move(fields)), false});
        } else {
            out.push_back(malformed(text, std::move(fields)));
        }
    }
    return out;
}

}  // namespace firesteel
