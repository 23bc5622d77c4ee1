#include <algorithm>
#include <cstdint>
#include <string>

#include <spark/connect/expressions.pb.h>

#include "common/error.h"
#include "connect/encode/values.h"
#include "types/type_text.h"

namespace firesteel::connect {
namespace {

namespace proto = spark::connect;
using LiteralProto = proto::Expression::Literal;

std::string decimal_text(Int128 unscaled, int scale) {
    const bool negative = unscaled < 0;
    std::string digits;  // from the last to the first
    do {
        const int digit = static_cast<int>(unscaled % 10);
        digits += static_cast<char>('0' + (negative ? -digit : digit));
        unscaled /= 10;
    } while (unscaled != 0);
    const auto decimals = static_cast<std::size_t>(scale);
    if (digits.size() <= decimals) digits.append(decimals + 1 - digits.size(), '0');
    if (decimals > 0) digits.insert(decimals, 1, '.');
    if (negative) digits += '-';
    std::ranges::reverse(digits);
    return digits;
}

void encode_decimal(const Literal& literal, LiteralProto::Decimal& message) {
    message.set_value(decimal_text(literal.value.decimal(), literal.type.scale()));
    message.set_precision(literal.type.precision());
    message.set_scale(literal.type.scale());
}

void encode_nested(const Literal& literal, LiteralProto& message) {
    const DataType& type = literal.type;
    if (type.is(TypeKind::Array)) {
        auto& array = *message.mutable_array();
        encode_data_type(type.element(), *array.mutable_element_type());
        for (const Value& item : literal.value.list()) {
            encode_literal({type.element(), item}, *array.add_elements());
        }
    } else if (type.is(TypeKind::Map)) {
        auto& map = *message.mutable_map();
        encode_data_type(type.key(), *map.mutable_key_type());
        encode_data_type(type.value(), *map.mutable_value_type());
        for (const auto& [key, value] : literal.value.map().entries) {
            encode_literal({type.key(), key}, *map.add_keys());
            encode_literal({type.value(), value}, *map.add_values());
        }
    } else {
        auto& structure = *message.mutable_struct_();
        encode_data_type(type, *structure.mutable_struct_type());
        const ValueList& items = literal.value.list();
        FS_ASSERT(items.size() == type.fields().size());
        for (std::size_t i = 0; i < items.size(); ++i) {
            encode_literal({type.fields()[i].type, items[i]}, *structure.add_elements());
        }
    }
}

std::int32_t small(const Literal& literal) {
    return static_cast<std::int32_t>(literal.value.integer());
}

/// Dates, times and intervals.
void encode_datetime(const Literal& literal, LiteralProto& message) {
    const Value& value = literal.value;
    switch (literal.type.kind()) {
        case TypeKind::Date:
            message.set_date(small(literal));
            return;
        case TypeKind::Timestamp:
            message.set_timestamp(value.integer());
            return;
        case TypeKind::TimestampNtz:
            message.set_timestamp_ntz(value.integer());
            return;
        case TypeKind::Time:
            message.mutable_time()->set_nano(value.integer());
            message.mutable_time()->set_precision(literal.type.precision());
            return;
        case TypeKind::DayTimeInterval:
            message.set_day_time_interval(value.integer());
            return;
        case TypeKind::YearMonthInterval:
            message.set_year_month_interval(small(literal));
            return;
        case TypeKind::CalendarInterval:
            message.mutable_calendar_interval()->set_months(value.interval().months);
            message.mutable_calendar_interval()->set_days(value.interval().days);
            message.mutable_calendar_interval()->set_microseconds(value.interval().microseconds);
            return;
        default:
            FS_ASSERT(false && "no date, time or interval");
    }
}

}  // namespace

void encode_literal(const Literal& literal, LiteralProto& message) {
    if (literal.is_null()) {
        encode_data_type(literal.type, *message.mutable_null());
        return;
    }
    const Value& value = literal.value;
    switch (literal.type.kind()) {
        case TypeKind::Boolean:
            message.set_boolean(value.boolean());
            return;
        case TypeKind::Byte:
            message.set_byte(small(literal));
            return;
        case TypeKind::Short:
            message.set_short_(small(literal));
            return;
        case TypeKind::Int:
            message.set_integer(small(literal));
            return;
        case TypeKind::Long:
            message.set_long_(value.integer());
            return;
        case TypeKind::Float:
            message.set_float_(static_cast<float>(value.floating()));
            return;
        case TypeKind::Double:
            message.set_double_(value.floating());
            return;
        case TypeKind::Decimal:
            encode_decimal(literal, *message.mutable_decimal());
            return;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
            message.set_string(value.bytes());
            return;
        case TypeKind::Binary:
            message.set_binary(value.bytes());
            return;
        case TypeKind::Date:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval:
        case TypeKind::YearMonthInterval:
        case TypeKind::CalendarInterval:
            encode_datetime(literal, message);
            return;
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
            encode_nested(literal, message);
            return;
        case TypeKind::Udt:
            encode_literal({literal.type.udt_body().sql_type, value}, message);
            return;
        case TypeKind::Null:
        case TypeKind::Variant:
            throw unsupported("a constant of type " + simple_string(literal.type) +
                              " in an answer");
    }
}

}  // namespace firesteel::connect
