#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <spark/connect/expressions.pb.h>

#include "connect/decode/decode.h"
#include "connect/decode/wire.h"
#include "types/type_text.h"

namespace firesteel::connect {
namespace {

namespace proto = spark::connect;
using LiteralProto = proto::Expression::Literal;

constexpr int kLiteralDepthMax = 400;
constexpr std::int64_t kNanosecondsPerDay = 86'400'000'000'000;

Literal decode_nested(const LiteralProto& literal, int depth);

template <typename Narrow>
Value narrow(std::int32_t value, const char* type) {
    if (value < std::numeric_limits<Narrow>::min() || value > std::numeric_limits<Narrow>::max()) {
        throw invalid_plan("the literal " + std::to_string(value) + " is out of the range of " +
                           type);
    }
    return Value(std::int64_t{value});
}

/// A decimal's digits as text, taken apart: unscaled digits without sign and leading zeros, and the
/// scale.
struct DecimalText {
    std::string digits;
    int scale = 0;
    bool negative = false;
};

std::optional<int> parse_exponent(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.empty() || text.size() > 4) return std::nullopt;
    int exponent = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        exponent = exponent * 10 + (c - '0');
    }
    return negative ? -exponent : exponent;
}

std::optional<DecimalText> parse_decimal_text(std::string_view text) {
    DecimalText result;
    if (text.starts_with('-') || text.starts_with('+')) {
        result.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (const auto mark = text.find_first_of("eE"); mark != std::string_view::npos) {
        const auto exponent = parse_exponent(text.substr(mark + 1));
        if (!exponent) return std::nullopt;
        result.scale = -*exponent;
        text = text.substr(0, mark);
    }
    bool seen_point = false;
    bool seen_digit = false;
    for (const char c : text) {
        if (c == '.' && !seen_point) {
            seen_point = true;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        seen_digit = true;
        result.scale += seen_point ? 1 : 0;
        if (c != '0' || !result.digits.empty()) result.digits += c;
    }
    if (!seen_digit) return std::nullopt;
    return result;
}

/// precision and scale in the message are lower bounds: the digits present count too.
Literal decode_decimal(const LiteralProto::Decimal& literal) {
    auto text = parse_decimal_text(literal.value());
    if (!text) throw invalid_plan("'" + literal.value() + "' is no decimal literal");
    const int scale = std::max({0, text->scale, literal.has_scale() ? literal.scale() : 0});
    const int shift = scale - text->scale;
    if (scale > kDecimalPrecisionMax ||
        static_cast<int>(text->digits.size()) + shift > 2 * kDecimalPrecisionMax) {
        throw Error(ErrorClass::DecimalPrecisionExceedsMaxPrecision,
                    {
                        {"precision", std::to_string(std::max<int>(
                                          scale, static_cast<int>(text->digits.size()) + shift))},
                        {"maxPrecision", std::to_string(kDecimalPrecisionMax)}
        });
    }
    if (!text->digits.empty()) text->digits.append(static_cast<std::size_t>(shift), '0');
    const int own = std::max({1, static_cast<int>(text->digits.size()), scale});
    const int parameters[] = {std::max(own, literal.has_precision() ? literal.precision() : 0),
                              scale};
    const DataType type = scalar_type_named("decimal", parameters);
    Int128 unscaled = 0;
    for (const char c : text->digits) unscaled = unscaled * 10 + (c - '0');
    return {type, Value(text->negative ? -unscaled : unscaled)};
}

Literal decode_time(const LiteralProto::Time& literal) {
    const int parameters[] = {literal.has_precision() ? literal.precision() : 6};
    if (literal.nano() < 0 || literal.nano() >= kNanosecondsPerDay) {
        throw invalid_plan("a time literal of " + std::to_string(literal.nano()) +
                           " ns is outside of a day");
    }
    return {scalar_type_named("time", parameters), Value(literal.nano())};
}

/// The value of an element whose array, map or struct says which type it has.
Value element_value(const Literal& element, const DataType& type) {
    if (element.is_null() || element.type.same_ignoring_nullability(type)) return element.value;
    if (element.type.is(TypeKind::Decimal) && type.is(TypeKind::Decimal) &&
        element.type.scale() <= type.scale() &&
        element.type.precision() - element.type.scale() <= type.precision() - type.scale()) {
        Int128 unscaled = element.value.decimal();
        for (int scale = element.type.scale(); scale < type.scale(); ++scale) unscaled *= 10;
        return Value(unscaled);
    }
    throw invalid_plan("a literal of type " + simple_string(element.type) + " stands where " +
                       simple_string(type) + " is declared");
}

template <typename Elements>
ValueList decode_elements(const Elements& elements, const std::optional<DataType>& declared,
                          DataType& type, int depth) {
    ValueList values;
    values.reserve(static_cast<std::size_t>(elements.size()));
    bool known = declared.has_value();
    if (known) type = *declared;
    std::vector<Literal> decoded;
    for (const auto& element : elements) {
        decoded.push_back(decode_nested(element, depth));
        if (!known && !decoded.back().type.is(TypeKind::Null)) {
            type = decoded.back().type;
            known = true;
        }
    }
    for (const Literal& element : decoded) values.push_back(element_value(element, type));
    return values;
}

/// The type of a part: the old field, else the literal's data_type, else none (inferred).
template <typename Kind>
std::optional<DataType> part_type(bool has_old, const proto::DataType& old,
                                  const LiteralProto& literal, Kind kind,
                                  const DataType& (DataType::*part)() const) {
    if (has_old) return decode_data_type(old);
    if (!literal.has_data_type()) return std::nullopt;
    const DataType whole = decode_data_type(literal.data_type());
    if (!whole.is(kind)) throw invalid_plan("a literal's data type is " + simple_string(whole));
    return (whole.*part)();
}

Literal decode_array(const LiteralProto& literal, int depth) {
    const auto& array = literal.array();
    DataType element;
    const auto declared = part_type(array.has_element_type(), array.element_type(), literal,
                                    TypeKind::Array, &DataType::element);
    ValueList values = decode_elements(array.elements(), declared, element, depth);
    const bool contains_null =
        !literal.has_data_type() || decode_data_type(literal.data_type()).contains_null();
    return {DataType::array(element, contains_null), Value(std::move(values))};
}

Literal decode_map(const LiteralProto& literal, int depth) {
    const auto& map = literal.map();
    if (map.keys_size() != map.values_size())
        throw invalid_plan("a map literal has more keys or more values");
    DataType key;
    DataType value;
    const auto declared_key =
        part_type(map.has_key_type(), map.key_type(), literal, TypeKind::Map, &DataType::key);
    const auto declared_value =
        part_type(map.has_value_type(), map.value_type(), literal, TypeKind::Map, &DataType::value);
    ValueList keys = decode_elements(map.keys(), declared_key, key, depth);
    ValueList values = decode_elements(map.values(), declared_value, value, depth);
    MapValue entries;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].is_null()) throw Error(ErrorClass::NullMapKey);
        entries.entries.emplace_back(std::move(keys[i]), std::move(values[i]));
    }
    const bool contains_null =
        !literal.has_data_type() || decode_data_type(literal.data_type()).value_contains_null();
    return {DataType::map(key, value, contains_null), Value(std::move(entries))};
}

Literal decode_struct(const LiteralProto& literal, int depth) {
    const auto& structure = literal.struct_();
    std::optional<DataType> type;
    if (structure.has_struct_type()) {
        type = decode_data_type(structure.struct_type());
    } else if (literal.has_data_type()) {
        type = decode_data_type(literal.data_type());
    }
    if (!type || !type->is(TypeKind::Struct))
        throw invalid_plan("a struct literal doesn't say its type");
    const auto& fields = type->fields();
    if (fields.size() != static_cast<std::size_t>(structure.elements_size())) {
        throw invalid_plan("a struct literal has " + std::to_string(structure.elements_size()) +
                           " values for " + std::to_string(fields.size()) + " fields");
    }
    ValueList values;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Literal element = decode_nested(structure.elements(static_cast<int>(i)), depth);
        values.push_back(element_value(element, fields[i].type));
    }
    return {std::move(*type), Value(std::move(values))};
}

template <typename Values, typename Make>
Literal specialized(const Values& values, DataType element, Make make) {
    ValueList list;
    list.reserve(static_cast<std::size_t>(values.size()));
    for (const auto& value : values) list.push_back(make(value));
    return {DataType::array(std::move(element), false), Value(std::move(list))};
}

Literal decode_specialized(const LiteralProto::SpecializedArray& array) {
    const auto integer = [](std::int64_t value) { return Value(value); };
    const auto floating = [](double value) { return Value(value); };
    switch (array.value_type_case()) {
        case LiteralProto::SpecializedArray::kBools:
            return specialized(array.bools().values(), DataType::boolean(),
                               [](bool v) { return Value(v); });
        case LiteralProto::SpecializedArray::kInts:
            return specialized(array.ints().values(), DataType::integer(), integer);
        case LiteralProto::SpecializedArray::kLongs:
            return specialized(array.longs().values(), DataType::long_int(), integer);
        case LiteralProto::SpecializedArray::kFloats:
            return specialized(array.floats().values(), DataType::float32(), floating);
        case LiteralProto::SpecializedArray::kDoubles:
            return specialized(array.doubles().values(), DataType::float64(), floating);
        case LiteralProto::SpecializedArray::kStrings:
            return specialized(array.strings().values(), DataType::string(),
                               [](const std::string& v) { return Value(v); });
        case LiteralProto::SpecializedArray::VALUE_TYPE_NOT_SET:
            break;
    }
    throw invalid_plan("an array literal is of no kind that is known");
}

/// The type that an interval literal carries since 4.1, else the widest of its kind.
DataType interval_type(const LiteralProto& literal, DataType widest) {
    if (!literal.has_data_type()) return widest;
    DataType type = decode_data_type(literal.data_type());
    if (!type.is(widest.kind()))
        throw invalid_plan("an interval literal's data type is " + simple_string(type));
    return type;
}

Literal integral(DataType type, std::int64_t value) { return {std::move(type), Value(value)}; }

Literal decode_nested(const LiteralProto& literal, int depth) {
    if (++depth > kLiteralDepthMax) {
        throw invalid_plan("a literal nests deeper than " + std::to_string(kLiteralDepthMax) +
                           " levels");
    }
    switch (literal.literal_type_case()) {
        case LiteralProto::kNull:
            return Literal::null(decode_data_type(literal.null()));
        case LiteralProto::kBinary:
            return {DataType::binary(), Value(literal.binary())};
        case LiteralProto::kBoolean:
            return Literal::boolean(literal.boolean());
        case LiteralProto::kByte:
            return {DataType::byte(), narrow<std::int8_t>(literal.byte(), "tinyint")};
        case LiteralProto::kShort:
            return {DataType::short_int(), narrow<std::int16_t>(literal.short_(), "smallint")};
        case LiteralProto::kInteger:
            return Literal::integer(literal.integer());
        case LiteralProto::kLong:
            return Literal::long_int(literal.long_());
        case LiteralProto::kFloat:
            return {DataType::float32(), Value(double{literal.float_()})};
        case LiteralProto::kDouble:
            return Literal::float64(literal.double_());
        case LiteralProto::kDecimal:
            return decode_decimal(literal.decimal());
        case LiteralProto::kString:
            return Literal::string(literal.string());
        case LiteralProto::kDate:
            return integral(DataType::date(), literal.date());
        case LiteralProto::kTimestamp:
            return integral(DataType::timestamp(), literal.timestamp());
        case LiteralProto::kTimestampNtz:
            return integral(DataType::timestamp_ntz(), literal.timestamp_ntz());
        case LiteralProto::kTime:
            return decode_time(literal.time());
        case LiteralProto::kCalendarInterval: {
            const auto& value = literal.calendar_interval();
            return {
                DataType::calendar_interval(),
                Value(CalendarIntervalValue{value.months(), value.days(), value.microseconds()})};
        }
        case LiteralProto::kYearMonthInterval:
            return integral(interval_type(literal, DataType::year_month_interval()),
                            literal.year_month_interval());
        case LiteralProto::kDayTimeInterval:
            return integral(interval_type(literal, DataType::day_time_interval()),
                            literal.day_time_interval());
        case LiteralProto::kArray:
            return decode_array(literal, depth);
        case LiteralProto::kMap:
            return decode_map(literal, depth);
        case LiteralProto::kStruct:
            return decode_struct(literal, depth);
        case LiteralProto::kSpecializedArray:
            return decode_specialized(literal.specialized_array());
        case LiteralProto::LITERAL_TYPE_NOT_SET:
            break;
    }
    throw invalid_plan("a literal is of no kind that is known");
}

}  // namespace

Literal decode_literal(const LiteralProto& literal) { return decode_nested(literal, 0); }

}  // namespace firesteel::connect
