#include "formats/json_schema.h"

#include <algorithm>
#include <charconv>

#include "common/error.h"
#include "formats/json_options.h"
#include "formats/schema_merge.h"
#include "types/value_parse.h"
#include "types/variant_value.h"

namespace firesteel {

using json::Token;

JsonSchemaInference::JsonSchemaInference(const Options& options, std::string_view session_zone)
    : dialect_(json_dialect(options)),
      primitives_as_string_(options.flag("primitivesAsString", false)),
      prefers_decimal_(options.flag("prefersDecimal", false)),
      infer_timestamp_(options.flag("inferTimestamp", false)),
      drop_all_null_(options.flag("dropFieldIfAllNull", false)),
      times_(options, session_zone, 0) {}

DataType JsonSchemaInference::merged(const DataType& a, const DataType& b) {
    return merged_type(a, b, DataType::string());
}

bool JsonSchemaInference::infer(std::string_view text, DataType& out) const {
    json::TokenReader reader(text, dialect_);
    if (reader.next() == Token::End) return true;
    return value(reader, out);
}

DataType JsonSchemaInference::number(const json::TokenReader& reader) const {
    const std::string_view text = reader.text();
    std::int64_t integer = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (reader.token() == Token::Integer && error == std::errc() && at == text.data() + text.size()) {
        return DataType::long_int();
    }
    if (reader.token() == Token::Fraction && !prefers_decimal_) return DataType::float64();
    Int128 unscaled = 0;
    int scale = 0;
    if (parse_decimal_digits(text, unscaled, scale) != Parse::Ok) return DataType::float64();
    int digits = 1;
    for (Int128 rest = unscaled / 10; rest != 0; rest /= 10) ++digits;
    const int precision = std::max(digits, scale);
    if (precision > kDecimalPrecisionMax) return DataType::float64();
    if (scale < 0) {
        throw Error(ErrorClass::NegativeScaleDisallowed,
                    {{"scale", std::to_string(scale)},
                     {"sqlConf", "\"spark.sql.legacy.allowNegativeScaleOfDecimal\""}});
    }
    return DataType::decimal(precision, scale);
}

bool JsonSchemaInference::object(json::TokenReader& reader, DataType& out) const {
    std::vector<StructField> fields;
    while (reader.next() == Token::Name) {
        std::string name(reader.text());
        reader.next();
        DataType type;
        if (!value(reader, type)) return false;
        fields.push_back({std::move(name), std::move(type), true, {}});
    }
    if (reader.token() != Token::ObjectEnd) return false;
    std::stable_sort(fields.begin(), fields.end(), [](const StructField& a, const StructField& b) {
        return compare_variant_names(a.name, b.name) < 0;
    });
    out = DataType::structure(std::move(fields));
    return true;
}

bool JsonSchemaInference::value(json::TokenReader& reader, DataType& out) const {
    std::int64_t unused = 0;
    switch (reader.token()) {
        case Token::Null: return true;
        case Token::ObjectBegin: return object(reader, out);
        case Token::ArrayBegin: {
            DataType element;
            while (reader.next() != Token::ArrayEnd) {
                DataType item;
                if (!value(reader, item)) return false;
                element = merged(element, item);
            }
            out = DataType::array(std::move(element));
            return true;
        }
        case Token::String:
            out = DataType::string();
            if (infer_timestamp_ && !reader.text().empty() && times_.timestamp(reader.text(), unused)) {
                out = DataType::timestamp();
            }
            return true;
        case Token::Integer:
        case Token::Fraction:
            out = primitives_as_string_ ? DataType::string() : number(reader);
            return true;
        case Token::True:
        case Token::False:
            out = primitives_as_string_ ? DataType::string() : DataType::boolean();
            return true;
        default: return false;
    }
}

namespace {

/// False where nothing is known of the type: it and its fields were NULL or empty everywhere.
bool settle(const DataType& type, bool drop, DataType& out) {
    switch (type.kind()) {
        case TypeKind::Null: out = DataType::string(); return !drop;
        case TypeKind::Array: {
            DataType element;
            if (!settle(type.element(), drop, element)) return false;
            out = DataType::array(std::move(element));
            return true;
        }
        case TypeKind::Struct: {
            std::vector<StructField> fields;
            for (const StructField& field : type.fields()) {
                DataType part;
                if (field.name.empty() || !settle(field.type, drop, part)) continue;
                fields.push_back({field.name, std::move(part), true, {}});
            }
            const bool known = !fields.empty() || !drop;
            out = DataType::structure(std::move(fields));
            return known;
        }
        default: out = type; return true;
    }
}

}  // namespace

DataType JsonSchemaInference::settled(const DataType& type) const {
    DataType out;
    if (!settle(type, drop_all_null_, out) && !type.is(TypeKind::Struct)) return DataType::string();
    return out;
}

}  // namespace firesteel
